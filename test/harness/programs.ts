import { mkdir, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';

/** What can serve as a broker, and what could install or run one. */
export const BROKER_PROGRAMS = /^(redis|valkey|keydb|dragonfly|rabbitmq|docker|podman)/;

/** Fills a folder with links to all programs of this process's PATH but some, and returns the PATH that has only these. */
export async function pathWithout(hidden: RegExp, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const seen = new Set<string>();
  for (const directory of (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    for (const name of await readdir(directory).catch(() => [])) {
      if (seen.has(name) || hidden.test(name)) continue;
      seen.add(name);
      await symlink(path.join(directory, name), path.join(folder, name));
    }
  }
  return folder;
}
