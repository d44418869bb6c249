// The parts of `npm test`, in order. Each gives counts; what goes wrong before it has any is thrown.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { ensureCodeServer } from './codeServer.mjs';
import { ensureEnvironment, newest, requirements } from './environments.mjs';
import { runIntegrationTests } from './integration.mjs';
import { run, runVisibly } from './run.mjs';
import { installSystemPackages, which } from './system.mjs';
import { vsixOf } from './vsix.mjs';

/** A part that takes longer hangs. */
const DEADLINE_MINUTES = 45;

/** @typedef {{ root: string, grep: string | null, full: boolean }} Options */
/** @typedef {{ title: string, error: string | null }} Failure */
/** @typedef {{ passed: number, failed: number, failures?: readonly Failure[] }} Counts */
/**
 * @typedef {object} Part
 * @property {string} name
 * @property {() => Promise<unknown>} [prepare] installs what it needs; started early, beside the parts before it
 * @property {(options: Options) => Promise<Counts>} run
 */

/** @type {readonly Part[]} */
// Real servers and editors on a busy machine: one more try tells a fault of ours from one of the moment.
export const parts = [
  { name: 'types', run: options => command(options, 'node_modules/typescript/bin/tsc', ['-b']) },
  { name: 'lint', run: options => command(options, 'node_modules/eslint/bin/eslint.js', ['.', '--cache', '--cache-location', '.build/eslintcache']) },
  { name: 'package', run: options => command(options, 'scripts/package.mjs', []) },
  { name: 'unit', prepare: () => ensureEnvironment(newest), run: options => mocha(options, 'unit', ['--timeout', '30000']) },
  { name: 'integration', prepare: prepareVsCode, run: integration },
  { name: 'webview', prepare: ensureChromium, run: options => mocha(options, 'webview', ['--timeout', '60000', '--retries', '1']) },
  { name: 'live', prepare: prepareBrokers, run: options => mocha(options, 'live', ['--timeout', '120000', '--retries', '1']) },
  { name: 'e2e', prepare: prepareVsCode, run: e2e },
];

async function prepareVsCode() {
  await ensureChromium();
  await ensureCodeServer();
  await ensureEnvironment(newest);
}

async function prepareBrokers() {
  const names = /** @type {import('./environments.mjs').EnvironmentName[]} */ (Object.keys(requirements).filter(name => name !== 'flower' && name !== 'linters'));
  for (const name of names) await ensureEnvironment(name);
  const missing = ['redis-server', 'rabbitmq-server'].filter(program => !which(program));
  if (missing.length > 0) await installSystemPackages(missing, 'to test with real brokers');
}

/** A command that passes or fails as a whole. @param {Options} options @param {string} script @param {readonly string[]} args @returns {Promise<Counts>} */
async function command({ root }, script, args) {
  const code = await runVisibly(process.execPath, [path.join(root, script), ...args], { cwd: root, minutes: DEADLINE_MINUTES });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

/** @param {Options} options @param {string} name @param {readonly string[]} args @returns {Promise<Counts>} */
async function mocha({ root, grep, full }, name, args) {
  const report = reportFile(root, name);
  const bundle = path.join('.build', 'test', `${name}.js`);
  const code = await runVisibly(process.execPath, [
    path.join(root, 'node_modules/mocha/bin/mocha.js'), '--exit', '--reporter', path.join(root, 'scripts/lib/reporter.cjs'), ...args, ...(grep === null ? [] : ['--grep', grep]), bundle,
  ], { cwd: root, env: { CELERY_WORKBENCH_REPORT: report, ...(full && { FULL: '1' }) }, minutes: DEADLINE_MINUTES });
  const counts = readReport(report);
  // A failure outside of any test, such as a hook's or an error that came too late.
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
  return counts;
}

/** @param {Options} options @returns {Promise<Counts>} */
async function e2e(options) {
  // Where this part runs alone, nobody has packed the extension yet.
  if (!existsSync(vsixOf(options.root))) await run(process.execPath, [path.join(options.root, 'scripts/package.mjs')], { cwd: options.root });
  return mocha(options, 'e2e', ['--timeout', '180000', '--retries', '1']);
}

/** @param {Options} options @returns {Promise<Counts>} */
async function integration({ root, grep }) {
  const report = reportFile(root, 'integration');
  await runIntegrationTests({ root, report, grep });
  for (const { title, state, duration, error } of readReport(report).tests) console.log(state === 'passed' ? `  ✔ ${title} (${duration}ms)` : `  ✘ ${title}\n${error}`);
  return readReport(report);
}

/** @param {string} root @param {string} name */
const reportFile = (root, name) => path.join(root, 'test-results', `${name}.json`);

/**
 * @param {string} file
 * @returns {Counts & { failures: Failure[], tests: { title: string, state: string, duration: number, error: string | null }[] }}
 */
function readReport(file) {
  if (!existsSync(file)) throw new Error('it ended before its tests had reported');
  const report = JSON.parse(readFileSync(file, 'utf8'));
  return { ...report, failures: report.tests.filter(/** @param {{ state: string }} test */ test => test.state === 'failed') };
}
