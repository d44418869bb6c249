import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const dist = path.join(process.env.REPOSITORY!, 'dist');
/** The user and the group that own nothing. */
const nobody = 65534;

/** A user whom permissions bind: root is denied nothing. */
export interface Unprivileged {
  /** The directory of the programs, readable by this user. */
  readonly dist: string;
  /** For `spawn`. */
  readonly user: { readonly uid?: number; readonly gid?: number };
  /** Gives the user a directory with all that is in it. */
  give(directory: string): void;
  remove(): void;
}

export function unprivileged(): Unprivileged {
  if (process.getuid?.() !== 0) return { dist, user: {}, give: () => undefined, remove: () => undefined };
  // The repository may lie where no other user gets to.
  const copy = mkdtempSync(path.join(tmpdir(), 'celery-unprivileged-'));
  chmodSync(copy, 0o755);
  cpSync(dist, path.join(copy, 'dist'), { recursive: true, filter: file => !file.endsWith('.map') });
  return {
    dist: path.join(copy, 'dist'),
    user: { uid: nobody, gid: nobody },
    give: directory => void execFileSync('chown', ['-R', `${nobody}:${nobody}`, directory]),
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}
