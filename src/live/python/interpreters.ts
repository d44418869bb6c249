import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Interpreter } from '../../shared/agentProtocol';

export interface FindOptions {
  /** Interpreter that the user or the Python extension chose: it comes first, whatever it has. */
  readonly hint: string | null;
  readonly env: NodeJS.ProcessEnv;
}

/** An interpreter with all that is installed for it: versions by normalised name (PEP 503). */
export interface PythonEnvironment {
  readonly path: string;
  readonly version: string;
  readonly distributions: ReadonlyMap<string, string>;
}

/**
 * Interpreters for a project, best first: the one chosen, then those with Celery, and in that order those of the folder, of the tools that
 * keep environments elsewhere, and of PATH. Environments are read from their files; others are started once. Never rejects.
 */
export async function findInterpreters(folder: string, { hint, env }: FindOptions): Promise<readonly Interpreter[]> {
  const chosen: Candidate[] = hint === null ? [] : [{ path: hint, source: CHOSEN }];
  const groups = await Promise.all(searches(folder, env).map(quietly));
  const seen = new Set<string>();
  const candidates = [...chosen, ...groups.flat()].filter(({ path: file }) => !seen.has(file) && seen.add(file));
  const described = (await Promise.all(candidates.map(({ path: file, source }) => describeInterpreter(file, source, folder)))).filter(one => one !== null);
  const distinct = described.filter((one, index) => described.findIndex(other => other.path === one.path) === index);
  const rank = ({ source, celery }: Interpreter): number => source === CHOSEN ? 0 : celery === null ? 2 : 1;
  return distinct.sort((a, b) => rank(a) - rank(b));
}

/** The first of {@link findInterpreters}, without looking further than need be; with a hint nothing but that. Null where there is none. */
export async function chooseInterpreter(folder: string, { hint, env }: FindOptions): Promise<Interpreter | null> {
  if (hint !== null) return describeInterpreter(hint, CHOSEN, folder);
  let first: Interpreter | null = null;
  for (const search of searches(folder, env)) {
    for (const { path: file, source } of await quietly(search)) {
      const found = await describeInterpreter(file, source, folder);
      if (found && found.celery !== null) return found;
      first ??= found;
    }
  }
  return first;
}

/** What an interpreter is and has; null where it is none. `folder` is where a version manager would choose. Never rejects. */
export async function describeInterpreter(file: string, source = CHOSEN, folder = path.dirname(file)): Promise<Interpreter | null> {
  const found = await inspectPython(file, folder);
  if (!found) return null;
  const version = (name: string): string | null => found.distributions.get(name) ?? null;
  return { path: found.path, version: found.version, source, celery: version('celery'), kombu: version('kombu'), redis: version('redis') };
}

/** As {@link describeInterpreter}, with everything that is installed. */
export async function inspectPython(file: string, folder = path.dirname(file)): Promise<PythonEnvironment | null> {
  try {
    return await fromFiles(file) ?? await fromStart(file, folder);
  } catch {
    return null;
  }
}

const CHOSEN = 'chosen';
const WINDOWS = process.platform === 'win32';

interface Candidate {
  readonly path: string;
  readonly source: string;
}

type Search = () => Promise<readonly Candidate[]>;

/** Best first; what is cheap to look at comes before what must be started. */
function searches(folder: string, env: NodeJS.ProcessEnv): readonly Search[] {
  return [() => inFolder(folder), () => active(env), () => poetry(folder, env), () => pipenv(folder, env), () => pdm(folder), () => pyenv(folder, env), () => conda(folder), () => above(folder), () => onPath(env)];
}

async function quietly(search: Search): Promise<readonly Candidate[]> {
  try {
    return await search();
  } catch {
    return [];
  }
}

/** The interpreter of an environment's folder, conda's included. */
async function of(home: string, source: string): Promise<Candidate[]> {
  for (const file of WINDOWS ? ['Scripts/python.exe', 'python.exe'] : ['bin/python', 'bin/python3']) {
    const full = path.join(home, file);
    if (await exists(full)) return [{ path: full, source }];
  }
  return [];
}

async function inFolder(folder: string): Promise<Candidate[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter(entry => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  const usual = ['.venv', 'venv', '.conda', 'env', '.env'];
  const ordered = [...usual.filter(name => folders.includes(name)), ...folders.filter(name => !usual.includes(name)).sort()];
  const found = await Promise.all(ordered.map(async name => {
    const home = path.join(folder, name);
    return name === '.conda' || await exists(path.join(home, 'pyvenv.cfg')) ? of(home, name) : [];
  }));
  return found.flat();
}

/** The environment of a repository whose part is open. */
async function above(folder: string): Promise<Candidate[]> {
  const parents = [1, 2, 3].map(levels => path.resolve(folder, ...Array<string>(levels).fill('..'))).filter(parent => parent.startsWith(homedir() + path.sep));
  return (await Promise.all(parents.map(parent => of(path.join(parent, '.venv'), path.join(path.relative(folder, parent), '.venv'))))).flat();
}

/** What the shell from which the editor was started had activated. */
async function active(env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  const homes = [env['VIRTUAL_ENV'], env['CONDA_PREFIX']].filter(home => home !== undefined && path.isAbsolute(home));
  return (await Promise.all(homes.map(home => of(home!, 'active environment')))).flat();
}

/** `<name>-<hash of the folder>-py3.12`, as `poetry.utils.env.EnvManager.generate_env_name` names it; the hash is enough. */
async function poetry(folder: string, env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  const cache = WINDOWS ? path.join(env['LOCALAPPDATA'] ?? '', 'pypoetry', 'Cache')
    : process.platform === 'darwin' ? path.join(homedir(), 'Library/Caches/pypoetry') : path.join(env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'pypoetry');
  const store = env['POETRY_VIRTUALENVS_PATH'] ?? path.join(env['POETRY_CACHE_DIR'] ?? cache, 'virtualenvs');
  const real = await realpath(folder);
  const hash = createHash('sha256').update(WINDOWS ? real.toLowerCase() : real).digest('base64url').slice(0, 8);
  const names = (await readdir(store)).filter(name => name.includes(`-${hash}-py`));
  return (await Promise.all(names.sort(byVersion).map(name => of(path.join(store, name), 'Poetry')))).flat();
}

/** Pipenv and virtualenvwrapper leave the project's path in `.project`. */
async function pipenv(folder: string, env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  const stores = [env['WORKON_HOME'], path.join(homedir(), '.local/share/virtualenvs'), path.join(homedir(), '.virtualenvs')].filter(store => store !== undefined);
  const found = await Promise.all(stores.map(async store => {
    const names = await readdir(store).catch(() => []);
    return Promise.all(names.map(async name => {
      const project = await readFile(path.join(store, name, '.project'), 'utf8').catch(() => null);
      return project?.trim() === folder ? of(path.join(store, name), 'Pipenv') : [];
    }));
  }));
  return found.flat(2);
}

async function pdm(folder: string): Promise<Candidate[]> {
  const file = (await readFile(path.join(folder, '.pdm-python'), 'utf8')).trim();
  return path.isAbsolute(file) && await exists(file) ? [{ path: file, source: 'PDM' }] : [];
}

/** Versions that `.python-version` names, in the folder or above it; pyenv-virtualenv's environments are among them. */
async function pyenv(folder: string, env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  const root = env['PYENV_ROOT'] ?? path.join(homedir(), WINDOWS ? '.pyenv/pyenv-win' : '.pyenv');
  const versions = path.join(root, 'versions');
  for (let place = folder; ; place = path.dirname(place)) {
    const text = await readFile(path.join(place, '.python-version'), 'utf8').catch(() => null);
    if (text !== null) {
      const installed = await readdir(versions);
      const wanted = text.split('\n').map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'));
      // `3.12` means its newest release.
      const names = wanted.flatMap(name => installed.includes(name) ? [name] : installed.filter(one => one.startsWith(`${name}.`)).sort(byVersion).slice(0, 1));
      return (await Promise.all(names.map(name => of(path.join(versions, name), 'pyenv')))).flat();
    }
    if (path.dirname(place) === place) return [];
  }
}

/** The environment that `environment.yml` names or that has the folder's name. */
async function conda(folder: string): Promise<Candidate[]> {
  const listed = await readFile(path.join(homedir(), '.conda/environments.txt'), 'utf8');
  const files = await Promise.all(['environment.yml', 'environment.yaml'].map(name => readFile(path.join(folder, name), 'utf8').catch(() => '')));
  const wanted = new Set([path.basename(folder), ...files.map(text => /^name:\s*["']?([^\s"'#]+)/m.exec(text)?.[1] ?? '')]);
  const homes = listed.split(/\r?\n/).map(line => line.trim()).filter(home => path.isAbsolute(home) && wanted.has(path.basename(home)));
  return (await Promise.all(homes.map(home => of(home, 'conda')))).flat();
}

async function onPath(env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  const search = Object.entries(env).find(([name]) => name === 'PATH' || (WINDOWS && name.toUpperCase() === 'PATH'))?.[1] ?? '';
  // Windows keeps programs there that open its store instead of being Python.
  const folders = search.split(path.delimiter).filter(entry => path.isAbsolute(entry) && !entry.includes('WindowsApps'));
  const files = folders.flatMap(folder => (WINDOWS ? ['python.exe'] : ['python3', 'python']).map(name => path.join(folder, name)));
  const there = await Promise.all(files.map(exists));
  return files.filter((_, index) => there[index]).map(file => ({ path: file, source: 'PATH' }));
}

/** Reads an environment without starting its Python: version from pyvenv.cfg or conda's records, packages from the names in site-packages. */
async function fromFiles(file: string): Promise<PythonEnvironment | null> {
  const home = path.dirname(WINDOWS && path.basename(path.dirname(file)).toLowerCase() !== 'scripts' ? file : path.dirname(file));
  const version = await versionOfHome(home);
  if (!version || !await exists(file)) return null;
  const site = WINDOWS ? path.join(home, 'Lib/site-packages') : path.join(home, 'lib', `python${version.split('.').slice(0, 2).join('.')}`, 'site-packages');
  const names = await readdir(site);
  // Elsewhere: an editable install of old tools, a path file of the user's. Only Python itself knows what they bring.
  if (names.some(name => name.endsWith('.egg-link'))) return null;
  return { path: file, version, distributions: new Map(names.flatMap(distribution)) };
}

async function versionOfHome(home: string): Promise<string | null> {
  const configuration = await readFile(path.join(home, 'pyvenv.cfg'), 'utf8').catch(() => null);
  if (configuration !== null) {
    if (/^include-system-site-packages\s*=\s*true/im.test(configuration)) return null;
    return /^version(?:_info)?\s*=\s*(\d+\.\d+\.\d+)/m.exec(configuration)?.[1] ?? null;
  }
  const records = await readdir(path.join(home, 'conda-meta')).catch(() => []);
  return records.map(name => /^python-(\d+\.\d+\.\d+)-.*\.json$/.exec(name)?.[1]).find(found => found !== undefined) ?? null;
}

/** `celery-5.7.0.dist-info` or `celery-5.2.3-py3.10.egg-info` as a name and a version. */
function distribution(entry: string): [string, string][] {
  const match = /^(.+?)-(\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(entry);
  return match ? [[match[1]!.toLowerCase().replace(/[-_.]+/g, '-'), match[2]!]] : [];
}

/** Asks Python itself. `-I` keeps the working directory off its path; the user's own site comes back, since the worker has it. */
const ASK = `import json, os, site, sys
if sys.prefix == sys.base_prefix:
    sys.path.append(site.getusersitepackages())
folders = [folder for folder in sys.path if os.path.isdir(folder)]
from importlib import metadata
found = {}
for one in metadata.distributions(path=folders):
    name = one.metadata["Name"]
    if name and name not in found:
        found[name] = one.version
print(json.dumps({"path": sys.executable, "version": "%d.%d.%d" % sys.version_info[:3], "folders": folders, "found": found}))`;

interface Answer {
  readonly path: string;
  readonly version: string;
  readonly folders: readonly string[];
  readonly found: Readonly<Record<string, string>>;
}

/** Answers by file and folder, each good until one of the folders on its path changes. */
const answers = new Map<string, { readonly answer: Answer; readonly stamp: string }>();

async function fromStart(file: string, folder: string): Promise<PythonEnvironment | null> {
  const key = `${file}\n${isShim(file) ? folder : ''}`;
  const known = answers.get(key);
  const fresh = known !== undefined && known.stamp === await stampOf(file, known.answer.folders);
  const answer = fresh ? known.answer : await ask(file, folder);
  if (!answer) return null;
  if (!fresh) answers.set(key, { answer, stamp: await stampOf(file, answer.folders) });
  const distributions = new Map(Object.entries(answer.found).map(([name, version]) => [name.toLowerCase().replace(/[-_.]+/g, '-'), version]));
  // A shim is a script that chooses by the working directory: what it chose is what we want.
  return { path: isShim(file) ? answer.path : file, version: answer.version, distributions };
}

function isShim(file: string): boolean {
  return path.basename(path.dirname(file)) === 'shims';
}

function ask(file: string, folder: string): Promise<Answer | null> {
  return new Promise(resolve => {
    execFile(file, ['-I', '-c', ASK], { cwd: folder, timeout: 10_000, windowsHide: true, maxBuffer: 4_000_000 }, (error, output) => {
      try {
        resolve(error ? null : JSON.parse(output) as Answer);
      } catch {
        resolve(null);
      }
    });
  });
}

async function stampOf(file: string, folders: readonly string[]): Promise<string> {
  return (await Promise.all([file, ...folders].map(one => stat(one).then(({ mtimeMs }) => mtimeMs, () => 0)))).join(' ');
}

/** Newest first: `…-py3.12` before `…-py3.9`. */
function byVersion(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}

function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}
