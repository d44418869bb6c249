// Writes src/celery/tables.ts from what every minor version of Celery says of itself: `node scripts/tables/generate.mjs`.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '../lib/cache.mjs';
import { ensureEnvironment, ensureVenv, pythonOf } from '../lib/environments.mjs';
import { run } from '../lib/run.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

/** Versions that nothing else needs an environment for. */
const old = { '5.0': ['celery==5.0.5', 'kombu==5.0.2'], '5.1': ['celery==5.1.2', 'kombu==5.1.0'] };
const minors = ['5.0', '5.1', '5.2', '5.3', '5.4', '5.5', '5.6', '5.7'];

/** @param {string} minor @returns {Promise<string>} the interpreter that has it */
async function interpreter(minor) {
  const requirements = old[/** @type {keyof typeof old} */ (minor)];
  if (!requirements) return ensureEnvironment(/** @type {import('../lib/environments.mjs').EnvironmentName} */ (`celery-${minor}`));
  const folder = path.join(cacheDirectory, 'venv', `celery-${minor}`);
  await ensureVenv(folder, requirements, `environment-celery-${minor}`);
  return pythonOf(folder);
}

/**
 * Per name what holds from which minor on, as [index of the minor, facts]; null where the name is gone again.
 * @param {readonly Record<string, unknown>[]} versions
 */
function history(versions) {
  const names = [...new Set(versions.flatMap(version => Object.keys(version)))].sort();
  return names.map(name => {
    const steps = [];
    let last = 'null';
    for (const [index, version] of versions.entries()) {
      const facts = JSON.stringify(version[name] ?? null);
      if (facts !== last) steps.push(`[${index}, ${facts}]`);
      last = facts;
    }
    return `  ${/^\w+$/.test(name) ? name : JSON.stringify(name)}: [${steps.join(', ')}],`;
  }).join('\n');
}

const read = [];
for (const minor of minors) read.push(JSON.parse(await run(await interpreter(minor), [path.join(here, 'read.py')])));
for (const [index, minor] of minors.entries()) if (!read[index].celery.startsWith(`${minor}.`)) throw new Error(`The environment for ${minor} has Celery ${read[index].celery}`);

const text = `// Written by scripts/tables/generate.mjs from Celery ${read.map(({ celery }) => celery).join(', ')}. Do not edit: change the script and run it.

/** The minor versions that the tables tell apart; a step's number is an index in it. */
export const MINORS = ${JSON.stringify(minors)} as const;

/** What holds from which minor on, ascending; null where the name is gone again. */
export type History<T> = readonly (readonly [minor: number, facts: T | null])[];

/** Type as in celery.app.defaults, default as Python text, names from before 4.0, [deprecated in, removed in, instead]. */
export type SettingFacts = readonly [type: string, fallback: string, old: readonly string[], deprecated: readonly (string | null)[] | null];
export const SETTINGS: Readonly<Record<string, History<SettingFacts>>> = {
${history(read.map(({ settings }) => settings))}
};

/** Settings that Celery's code reads without declaring them. */
export const UNDECLARED_SETTINGS: Readonly<Record<string, History<boolean>>> = {
${history(read.map(({ undeclared }) => Object.fromEntries(undeclared.map((/** @type {string} */ name) => [name, true]))))}
};

/** Default as Python text, the setting that it falls back on, and who reads it: the decorator, Celery from the task, or every call of it. */
export type TaskOptionFacts = readonly [fallback: string, setting: string | null, reader: string];
export const TASK_OPTIONS: Readonly<Record<string, History<TaskOptionFacts>>> = {
${history(read.map(({ taskOptions }) => taskOptions))}
};

/** Methods and properties of a task, which a class may override. */
export const TASK_METHODS: Readonly<Record<string, History<boolean>>> = {
${history(read.map(({ taskMethods }) => taskMethods))}
};

/** The functions that take a keyword on the way from a call to the broker. */
export const CALL_OPTIONS: Readonly<Record<string, History<readonly string[]>>> = {
${history(read.map(({ callOptions }) => callOptions))}
};

/** The arguments that a signal sends. */
export const SIGNALS: Readonly<Record<string, History<readonly string[]>>> = {
${history(read.map(({ signals }) => signals))}
};

export const BUILTIN_TASKS: readonly string[] = ${JSON.stringify(read.at(-1).builtinTasks)};
`;
await writeFile(path.join(here, '../../src/celery/tables.ts'), text);
