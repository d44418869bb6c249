import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { environmentFolder, ensureEnvironment, ensureVenv, pythonOf, requirements } from '../../../scripts/lib/environments.mjs';
import { factsAt, minorIndex } from '../../../src/celery/history';
import { BUILTIN_TASKS, CALL_OPTIONS, SETTINGS, SIGNALS, TASK_METHODS, TASK_OPTIONS, UNDECLARED_SETTINGS, type History } from '../../../src/celery/tables';
import { parseVersion } from '../../../src/celery/versions';
import { compareCrontab, type CrontabAnswers } from '../../oracle/crontab';
import { compareRates, type RateAnswers } from '../../oracle/rates';
import { compareRoutes, type RouteAnswers } from '../../oracle/routes';
import { compareSerialization, type SerializationAnswers } from '../../oracle/serialization';
import { compareSettings, type SettingAnswers } from '../../oracle/settings';

const repository = process.env.REPOSITORY!;

/** What a script of the repository prints under the Celery of that minor version. */
async function ask(minor: '5.2' | '5.7', script: string, ...args: string[]): Promise<unknown> {
  return run(await ensureEnvironment(`celery-${minor}`), script, ...args);
}

/** With what arguments are made of in real projects. Without pandas: its values are in the recordings, and it is large. */
async function askWithLibraries(minor: '5.2' | '5.7', script: string): Promise<unknown> {
  const name = `celery-${minor}` as const;
  const folder = `${environmentFolder(name)}-libraries`;
  await ensureVenv(folder, [...requirements[name], 'PyYAML', 'msgpack', 'Django', 'pydantic', 'numpy'], `environment-${name}-libraries`);
  return run(pythonOf(folder), script);
}

async function run(python: string, script: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(python, [path.join(repository, 'scripts', script), ...args], { maxBuffer: 64 << 20 });
  return JSON.parse(stdout);
}

/** Schedules, routes and names that no recording has seen; a failure names the seed. */
const seed = String(1_000 + Math.floor(Math.random() * 1_000_000));

for (const minor of ['5.2', '5.7'] as const) {
  describe(`what Celery ${minor} says itself (seed ${seed})`, function () {
    this.timeout(300_000);

    it('crontabs and their next runs', async () => compareCrontab(await ask(minor, 'record/crontab.py', '--seed', seed, '--count', '1500') as CrontabAnswers));

    it('names and routes', async () => compareRoutes(await ask(minor, 'record/routes.py', '--seed', seed) as RouteAnswers));

    it('rate limits', async () => compareRates(await ask(minor, 'record/rates.py', '--seed', seed) as RateAnswers));

    it('settings', async () => compareSettings(await ask(minor, 'record/settings.py', '--seed', seed) as SettingAnswers));

    it('values of all kinds under every serializer', async () => {
      const answers = await askWithLibraries(minor, 'record/serialization.py') as SerializationAnswers;
      assert.ok(answers.values.length >= 90);
      compareSerialization(answers);
    });

    it('the generated tables', async () => {
      interface Tables {
        readonly celery: string;
        readonly settings: unknown;
        readonly undeclared: readonly string[];
        readonly taskOptions: unknown;
        readonly taskMethods: unknown;
        readonly callOptions: unknown;
        readonly signals: unknown;
        readonly builtinTasks: unknown;
      }
      const theirs = await ask(minor, 'tables/read.py') as Tables;
      const at = minorIndex(parseVersion(theirs.celery)!);
      const ours = (table: Readonly<Record<string, History<unknown>>>): unknown => Object.fromEntries(Object.entries(table).flatMap(([name, history]) => {
        const facts = factsAt(history, at);
        return facts === null ? [] : [[name, facts]];
      }));
      assert.deepEqual(ours(SETTINGS), theirs.settings);
      assert.deepEqual(Object.keys(ours(UNDECLARED_SETTINGS) as object), theirs.undeclared);
      assert.deepEqual(ours(TASK_OPTIONS), theirs.taskOptions);
      assert.deepEqual(ours(TASK_METHODS), theirs.taskMethods);
      assert.deepEqual(ours(CALL_OPTIONS), theirs.callOptions);
      assert.deepEqual(ours(SIGNALS), theirs.signals);
      assert.deepEqual(BUILTIN_TASKS, theirs.builtinTasks);
    });

    it('the recordings in the repository', async () => {
      for (const name of ['crontab', 'routes', 'rates', 'settings']) {
        const recorded: unknown = JSON.parse(readFileSync(path.join(repository, `test/fixtures/celery/${name}-${minor}.json`), 'utf8'));
        assert.deepEqual(await ask(minor, `record/${name}.py`), recorded, name);
      }
    });
  });
}
