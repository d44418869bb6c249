// What is downloaded or installed for tests and for trying it out is kept outside the repository, so that all clones share it.
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where everything is kept; `CELERY_WORKBENCH_CACHE` puts it elsewhere. */
export const cacheDirectory = process.env.CELERY_WORKBENCH_CACHE || path.join(homedir(), '.cache', 'celery-workbench');

/**
 * Runs `make` unless `isReady` already holds, in one process at a time: whoever comes second waits and finds it made.
 * @param {string} name of the thing, a file name
 * @param {() => boolean | Promise<boolean>} isReady
 * @param {() => Promise<void>} make
 */
export async function makeOnce(name, isReady, make) {
  if (await isReady()) return;
  const release = await lock(name);
  try {
    if (!(await isReady())) await make();
  } finally {
    await release();
  }
}

/**
 * @param {string} name
 * @returns {Promise<() => Promise<void>>} lets go of it
 */
async function lock(name) {
  const file = path.join(cacheDirectory, 'locks', `${name}.pid`);
  await mkdir(path.dirname(file), { recursive: true });
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    // An empty file is one that is being written. Renaming is atomic: of several that see a dead holder, one takes the lock away.
    if (holder && !isAlive(holder)) await rename(file, `${file}.${process.pid}`).then(() => rm(`${file}.${process.pid}`), () => undefined);
    else await sleep(300);
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Fills a folder completely or not at all.
 * @param {string} folder its parent must be ours
 * @param {(partial: string) => Promise<void>} fill
 */
export async function makeFolder(folder, fill) {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await fill(partial);
  if (existsSync(folder)) await rm(folder, { recursive: true });
  await rename(partial, folder);
}
