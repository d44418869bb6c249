// Copies of the sample projects, so that tests and people may do with them as they like.
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { ensureEnvironment, environmentFolder } from './environments.mjs';

/**
 * @param {string} from the sample's folder
 * @param {string} to
 * @param {object} [options]
 * @param {import('./environments.mjs').EnvironmentName | null} [options.python] becomes the copy's `.venv`; null: it has none
 * @param {number | null} [options.brokerPort] takes the place of 6379 on localhost, where a Redis of the machine itself might be
 * @param {Readonly<Record<string, string>>} [options.files] more files, by relative path
 */
export async function copySample(from, to, { python = null, brokerPort = null, files = {} } = {}) {
  await cp(from, to, { recursive: true, filter: source => !/__pycache__|\.venv$/.test(source) });
  if (brokerPort !== null) await moveBroker(to, brokerPort);
  if (python) {
    await ensureEnvironment(python);
    await symlink(environmentFolder(python), path.join(to, '.venv'), 'junction');
  }
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(to, file)), { recursive: true });
    await writeFile(path.join(to, file), text);
  }
}

/** @param {string} folder @param {number} port */
async function moveBroker(folder, port) {
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.py')) continue;
    const text = await readFile(path.join(folder, file), 'utf8');
    const moved = text.replaceAll('redis://localhost:6379/', `redis://localhost:${port}/`);
    if (moved !== text) await writeFile(path.join(folder, file), moved);
  }
}

/** A port of the loopback interface that nobody listened on a moment ago. @returns {Promise<number>} */
export async function freePort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise(resolve => server.close(resolve));
  return port;
}
