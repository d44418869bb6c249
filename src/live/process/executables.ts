import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** Path of a program as a shell would find it in `env`'s PATH, or null. */
export async function findExecutable(name: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const windows = process.platform === 'win32';
  const search = Object.entries(env).find(([key]) => key === 'PATH' || (windows && key.toUpperCase() === 'PATH'))?.[1] ?? '';
  for (const folder of search.split(path.delimiter)) {
    // An empty or relative entry means the working directory: a workspace must not bring its own programs.
    if (!path.isAbsolute(folder)) continue;
    for (const extension of windows ? ['.exe', '.cmd', '.bat'] : ['']) {
      const file = path.join(folder, name + extension);
      if (await access(file, windows ? constants.F_OK : constants.X_OK).then(() => true, () => false)) return file;
    }
  }
  return null;
}

/** uv: on PATH, or where its own installer and others put it, which an editor started from a desktop may not have on PATH. */
export async function findUv(env: NodeJS.ProcessEnv): Promise<string | null> {
  const usual = ['.local/bin', '.cargo/bin'].map(folder => path.join(homedir(), folder));
  return await findExecutable('uv', env) ?? findExecutable('uv', { PATH: usual.join(path.delimiter) });
}

/** Pythons that may have pip, best first: `python`, the one that its virtual environment was made with, those on PATH. */
export async function findPythons(env: NodeJS.ProcessEnv, python: string): Promise<readonly string[]> {
  const configuration = await readFile(path.join(path.dirname(python), '..', 'pyvenv.cfg'), 'utf8').catch(() => '');
  const home = /^home\s*=\s*(.+?)\s*$/m.exec(configuration)?.[1];
  const names = ['python3', 'python', ...[14, 13, 12, 11, 10].map(minor => `python3.${minor}`)];
  const base = home === undefined ? null : await findExecutable('python3', { PATH: home }) ?? await findExecutable('python', { PATH: home });
  const found = await Promise.all(names.map(name => findExecutable(name, env)));
  return [...new Set([python, base, ...found].filter(file => file !== null))];
}
