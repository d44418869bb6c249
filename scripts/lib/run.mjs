import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs a command to its end. What it prints is kept back, and shown only where it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, input?: string, log?: string }} [options] `log`: a file for all that it prints
 * @returns {Promise<string>} its standard output
 */
export async function run(command, args, { cwd, env, input, log } = {}) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  const file = log ? createWriteStream(log, { flags: 'a' }) : null;
  let stdout = '';
  let tail = '';
  child.stdout?.on('data', data => { stdout += data; tail = (tail + data).slice(-4000); file?.write(data); });
  child.stderr?.on('data', data => { tail = (tail + data).slice(-4000); file?.write(data); });
  child.stdin?.end(input);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', (code, signal) => resolve(code ?? signal)));
  file?.end();
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}\n${tail.trimEnd()}`);
  return stdout;
}

/**
 * Like {@link run}, with its output on ours as it comes.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, minutes?: number }} [options] `minutes`: then it is ended
 * @returns {Promise<number>} its exit code; 128 where a signal ended it
 */
export async function runVisibly(command, args, { cwd, env, minutes } = {}) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
  const deadline = minutes && setTimeout(() => {
    console.log(`${[command, ...args].join(' ')} did not end within ${minutes} minutes`);
    child.kill('SIGKILL');
  }, minutes * 60_000);
  return await new Promise((resolve, reject) => child.on('error', reject).on('exit', code => {
    clearTimeout(deadline);
    resolve(code ?? 128);
  }));
}

/**
 * Runs npm.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2] & { node?: string }} [options] `node`: the one to run it with, and so the one that runs the scripts of packages
 */
export async function npm(args, { node = process.execPath, env, ...options } = {}) {
  // An npm that started us would have this one tell packages of its own Node; code-server believes that and refuses.
  const own = { npm_config_user_agent: undefined, npm_node_execpath: undefined };
  await run(node, [npmScript(), ...args, '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'], { ...options, env: { ...own, ...env } });
}

/** npm is a script. Where npm itself started us, its place is in the environment; else it is looked for beside Node and on PATH. */
function npmScript() {
  const besideNode = path.dirname(process.execPath);
  const candidates = [process.env.npm_execpath, path.join(besideNode, '../lib/node_modules/npm/bin/npm-cli.js'), path.join(besideNode, 'node_modules/npm/bin/npm-cli.js')];
  for (const directory of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(directory, 'npm');
    if (existsSync(file)) candidates.push(realpathSync(file));
  }
  const found = candidates.find(file => file?.endsWith('npm-cli.js') && existsSync(file));
  if (!found) throw new Error('npm was not found: it comes with Node.');
  return found;
}

/** The environment of this process without what would change how Celery, Python or VS Code behave, and without npm's own. @returns {NodeJS.ProcessEnv} */
export function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|CELERY|npm_|NODE_|ELECTRON_|PYTHON|VIRTUAL_ENV|BROKER_URL$|RESULT_BACKEND$|DJANGO_)/.test(name)));
}
