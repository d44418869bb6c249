import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { CELERY_VERSIONS, pythonOf, type CeleryVersion } from '../../harness/celery';
import { Random } from '../../harness/random';
import { lint } from '../../unit/lint/ruleTester';
import { argumentsText, parametersText } from './generated';

const functions = 100;
const signaturesEach = 15;

interface Canvas {
  readonly rules: readonly string[];
  /** A line of the project that puts the signature into a canvas. */
  use(signature: string): string;
  /** Python that runs it here and now, as the worker would. */
  run(signature: string): string;
}

const chained: Canvas = {
  rules: ['CEL101', 'CEL505'],
  use: signature => `chain(first.s(), ${signature}).delay()`,
  run: signature => `chain(first.s(), ${signature}).apply()`,
};

const errback: Canvas = {
  rules: ['CEL101', 'CEL502'],
  use: signature => `first.apply_async(link_error=${signature})`,
  run: signature => `app.backend._call_task_errbacks(Context(id='1', errbacks=[${signature}]), ValueError(), None)`,
};

describe('verdicts on canvases, compared with what Celery does', function () {
  this.timeout(180_000);
  for (const version of [CELERY_VERSIONS[0], CELERY_VERSIONS.at(-1)!]) {
    const tried = functions * signaturesEach;
    it(`${tried} signatures of ${functions} generated tasks, in chains (Celery ${version})`, () => compare(chained, version));
    it(`${tried} signatures of ${functions} generated tasks, as error callbacks (Celery ${version})`, () => compare(errback, version));
  }
});

async function compare(canvas: Canvas, version: CeleryVersion): Promise<void> {
  const random = new Random(Number(version.replace('.', '')));
  const tasks = ['from celery import Celery', 'app = Celery("tasks")', 'ran = set()', '@app.task', 'def first(): ...'];
  const signatures: string[] = [];
  for (let index = 0; index < functions; index++) {
    const bound = random.below(3) === 0;
    const parameters = [...bound ? ['self'] : [], ...[parametersText(random)].filter(Boolean)].join(', ');
    tasks.push(`@app.task(bind=${bound ? 'True' : 'False'})`, `def f${index}(${parameters}): ran.add("f${index}")`);
    for (let number = 0; number < signaturesEach; number++) signatures.push(`f${index}.${random.below(3) ? 's' : 'si'}(${argumentsText(random, 2)})`);
  }
  const theirs = verdicts(tasks, signatures.map(signature => canvas.run(signature)), version);

  const sources = { 'tasks.py': tasks.join('\n'), 'use.py': ['from celery import chain', 'from tasks import *', ...signatures.map(signature => canvas.use(signature))].join('\n') };
  const found = (await Promise.all(canvas.rules.map(rule => lint(rule, sources, {}, false, { celery: version })))).flat();
  const wrong = new Set(found.map(({ file, at }) => file.lines.position(at.start).line));
  const differing = signatures.flatMap((signature, index) => {
    if (wrong.has(index + 2) !== theirs[index]) return [];
    const task = signature.slice(0, signature.indexOf('.'));
    return [`${signature} of ${tasks.find(line => line.startsWith(`def ${task}(`))!}: Celery ${theirs[index] ? 'runs it' : 'does not run it'}`];
  });
  assert.deepEqual(differing, []);
  assert.ok(theirs.filter(Boolean).length > signatures.length / 10 && theirs.filter(verdict => !verdict).length > signatures.length / 10, 'both verdicts must be tried often');
}

/** Whether the function of the task was entered, for each of the runs. */
function verdicts(tasks: readonly string[], runs: readonly string[], version: CeleryVersion): boolean[] {
  const script = [
    ...tasks, 'import json, logging', 'from celery import chain', 'from celery.app.task import Context', 'app.conf.task_always_eager = True', 'logging.disable(logging.CRITICAL)',
    'def enters(run):', '    ran.clear()', '    try:', '        run()', '    except TypeError:', '        pass', '    return bool(ran)',
    `print(json.dumps([${runs.map(run => `enters(lambda: ${run})`).join(',\n')}]))`,
  ].join('\n');
  const { status, stdout, stderr } = spawnSync(pythonOf(version), ['-'], { input: script, encoding: 'utf8', maxBuffer: 64_000_000 });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as boolean[];
}
