import { existsSync } from 'node:fs';
import path from 'node:path';
import { npm } from './run.mjs';

/** Installs the packages of the lock file where there are none yet. @param {string} root of the repository */
export async function ensureDependencies(root) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) throw new Error(`Node 20 or newer is needed; this is ${process.version}.`);
  if (existsSync(path.join(root, 'node_modules'))) return;
  console.log('Installing the packages of package-lock.json');
  await npm(['ci'], { cwd: root });
}
