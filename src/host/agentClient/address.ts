import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** Names one workspace of one version of the extension: agents of different versions never meet. 16 hex digits. */
export function agentKey(workspaceUri: string, extensionVersion: string): string {
  return createHash('sha256').update(`${workspaceUri}\n${extensionVersion}`).digest('hex').slice(0, 16);
}

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, the closing NUL included. */
const MAX_SOCKET_PATH_BYTES = 99;

/**
 * Where the agent of `key` listens: a named pipe on Windows, elsewhere a socket in a directory that only this user may enter.
 * Makes that directory where needed; throws when somebody else owns it or may enter it.
 */
export function agentAddress(key: string, platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, uid: number): string {
  if (platform === 'win32') return `\\\\.\\pipe\\celery-workbench-${key}`;
  const runtime = environment['XDG_RUNTIME_DIR'];
  if (runtime && path.isAbsolute(runtime) && isPrivate(runtime, uid)) {
    const address = path.join(runtime, `celery-workbench-${key}.sock`);
    if (Buffer.byteLength(address) <= MAX_SOCKET_PATH_BYTES) return address;
  }
  const directory = `/tmp/celery-workbench-${uid}`;
  mkdirSync(directory, { mode: 0o700, recursive: true });
  if (!isPrivate(directory, uid)) throw new Error(`${directory} belongs to another user or is open to others`);
  return path.join(directory, `${key}.sock`);
}

/** A real directory (no link) of this user's that nobody else may enter. */
function isPrivate(directory: string, uid: number): boolean {
  try {
    const status = lstatSync(directory);
    return status.isDirectory() && status.uid === uid && (status.mode & 0o077) === 0;
  } catch {
    return false;
  }
}
