import { execFile } from 'node:child_process';
import { access, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Interpreter } from '../../shared/agentProtocol';

export interface FindOptions {
  /** Interpreter that the user or the Python extension chose: first, whatever it is. */
  readonly hint: string | null;
  readonly env: NodeJS.ProcessEnv;
}

const WINDOWS = process.platform === 'win32';

/** Interpreters for a project, best first: the one chosen, those in the folder, those of tools, those on PATH. Never rejects. */
export async function findInterpreters(folder: string, { hint, env }: FindOptions): Promise<readonly Interpreter[]> {
  const candidates = await Promise.all([
    Promise.resolve(hint === null ? [] : [{ path: hint, source: 'chosen' }]),
    inEnvironment(path.join(folder, '.venv'), '.venv'),
    inEnvironment(path.join(folder, 'venv'), 'venv'),
    onPath(env),
  ]);
  const seen = new Set<string>();
  const unique = candidates.flat().filter(({ path: file }) => !seen.has(file) && seen.add(file));
  const described = await Promise.all(unique.map(({ path: file, source }) => describeInterpreter(file, source)));
  return described.filter(one => one !== null);
}

/** What an interpreter is and has; null where it is none. Never rejects. */
export async function describeInterpreter(file: string, source: string): Promise<Interpreter | null> {
  try {
    return await fromFiles(file, source) ?? await fromStart(file, source);
  } catch {
    return null;
  }
}

interface Candidate {
  readonly path: string;
  readonly source: string;
}

async function inEnvironment(folder: string, source: string): Promise<Candidate[]> {
  const file = path.join(folder, WINDOWS ? 'Scripts/python.exe' : 'bin/python');
  return await exists(file) ? [{ path: file, source }] : [];
}

async function onPath(env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const folder of (env['PATH'] ?? '').split(path.delimiter).filter(entry => path.isAbsolute(entry))) {
    for (const name of WINDOWS ? ['python.exe'] : ['python3', 'python']) {
      const file = path.join(folder, name);
      if (await exists(file)) found.push({ path: file, source: 'PATH' });
    }
  }
  return found;
}

/** A virtual environment is read without starting Python: its pyvenv.cfg and the names of its `*.dist-info`. */
async function fromFiles(file: string, source: string): Promise<Interpreter | null> {
  const home = path.dirname(path.dirname(file));
  const configuration = await readFile(path.join(home, 'pyvenv.cfg'), 'utf8').catch(() => null);
  const version = configuration && /^version(?:_info)?\s*=\s*(\d+\.\d+\.\d+)/m.exec(configuration)?.[1];
  if (!version || !await exists(file) || /^include-system-site-packages\s*=\s*true/im.test(configuration)) return null;
  const site = WINDOWS ? path.join(home, 'Lib/site-packages') : path.join(home, 'lib', `python${version.split('.').slice(0, 2).join('.')}`, 'site-packages');
  const names = await readdir(site);
  return { path: file, version, source, ...distributions(names) };
}

function distributions(names: readonly string[]): Pick<Interpreter, 'celery' | 'kombu' | 'redis'> {
  const versionOf = (name: string): string | null => names.map(entry => new RegExp(`^${name}-([\\w.!+]+)\\.dist-info$`, 'i').exec(entry)?.[1]).find(Boolean) ?? null;
  return { celery: versionOf('celery'), kombu: versionOf('kombu'), redis: versionOf('redis') };
}

const ASK = `import sys, os, json
names = [name for folder in sys.path if os.path.isdir(folder) for name in os.listdir(folder) if name.endswith('.dist-info')]
print(json.dumps(['%d.%d.%d' % sys.version_info[:3], names]))`;

const answers = new Map<string, Promise<Interpreter | null>>();

/** Starts it once and asks; the answer is kept until the file or its folder changes. */
async function fromStart(file: string, source: string): Promise<Interpreter | null> {
  const real = await realpath(file);
  const { mtimeMs } = await stat(real);
  const key = `${file}\n${mtimeMs}`;
  const answer = answers.get(key) ?? new Promise<Interpreter | null>(resolve => {
    execFile(file, ['-I', '-c', ASK], { timeout: 5_000, windowsHide: true, maxBuffer: 4_000_000 }, (error, output) => {
      if (error) return resolve(null);
      const [version, names] = JSON.parse(output) as [string, string[]];
      resolve({ path: file, version, source, ...distributions(names) });
    });
  });
  answers.set(key, answer);
  return answer.then(found => found && { ...found, source });
}

function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}
