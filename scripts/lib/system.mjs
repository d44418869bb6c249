// What only the machine's own package manager can install.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeOnce } from './cache.mjs';
import { run } from './run.mjs';

/** @param {string} program @returns {string | null} its absolute path on PATH */
export function which(program) {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  for (const directory of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const name of names) {
      const file = path.join(directory, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // the next one
      }
    }
  }
  return null;
}

/**
 * Installs Debian packages where we may; elsewhere says what is missing and stops.
 * @param {readonly string[]} packages
 * @param {string} purpose e.g. `to run the tests in a browser`
 */
export async function installSystemPackages(packages, purpose) {
  const missing = () => packages.filter(name => !isInstalled(name));
  if (missing().length === 0) return;
  const mayInstall = process.getuid?.() === 0 && which('apt-get');
  if (!mayInstall) {
    const command = which('apt-get') ? `sudo apt-get install -y ${packages.join(' ')}` : `your system's packages for ${packages.join(', ')}`;
    throw new Error(`Needed ${purpose}: ${packages.join(', ')}.\nInstall with: ${command}`);
  }
  await makeOnce('apt', () => missing().length === 0, async () => {
    console.log(`Installing ${missing().join(', ')} ${purpose}`);
    // Debian starts the servers that it installs; ours are started by the tests, on ports of their own.
    const policy = '/usr/sbin/policy-rc.d';
    const mine = !existsSync(policy);
    if (mine) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', ...missing()], { env });
    try {
      // Old package lists name files that are gone by now: then, and where there are none yet, they are fetched first.
      await install().catch(() => run('apt-get', ['update'], { env }).then(install));
    } finally {
      if (mine) await rm(policy, { force: true });
    }
  });
}

/** @param {string} name */
function isInstalled(name) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' });
  return stdout?.includes('install ok installed') ?? false;
}
