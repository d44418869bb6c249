import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
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

/** Pythons on PATH, newest name first. */
export async function findPythons(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const names = ['python3', 'python', ...[14, 13, 12, 11, 10].map(minor => `python3.${minor}`)];
  const found = await Promise.all(names.map(name => findExecutable(name, env)));
  return [...new Set(found.filter(file => file !== null))];
}
