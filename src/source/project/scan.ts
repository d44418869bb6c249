import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isSampleFile } from '../celery/sampleFile';

/** Directories that never hold the user's own code. */
const skipped = new Set(['node_modules', '__pycache__', 'site-packages', 'dist-packages', 'bower_components', '__pypackages__', 'venv', 'virtualenv', 'env', 'ENV']);
/** Larger Python files are generated or data. */
export const maxBytes = 1_500_000;
const maxFiles = 100_000;
const markers = new Set(['pyproject.toml', 'setup.py', 'setup.cfg', 'manage.py', 'requirements.txt', 'Pipfile', 'tox.ini', 'pytest.ini']);
/** Scripts, units, compose files and the like, which may start a worker or Beat; a file without an extension is often a script. */
const commandFile = /^(?:[^.]+|procfile.*|dockerfile.*)$|\.(?:sh|bash|zsh|ksh|service|conf|ini|toml|ya?ml|dockerfile)$/i;

/** What may matter to us in a text; the rest of the files is parsed only when an import leads to it. */
const interesting = /celery|shared_task|apply_async|\.delay(?![\w."'])|delay_on_commit|\.(?:si?|signature|subtask|chunks|starmap)\(|link_error|crontab|beat_schedule|send_task|periodic_task|register_task|autoretry_for|kombu|@[\w.]*task\b|\.task\(|\b(?:BROKER_URL|INSTALLED_APPS)\b|\btask_routes\b|(?:^|\n)(?:task|worker|result|accept)_\w+ *=/i;

export interface ScannedFile {
  readonly path: string;
  /** Whether its text mentions something of Celery. */
  readonly interesting: boolean;
  /** The text where it is interesting, else null. */
  readonly text: string | null;
  /** Where it is not: the last names of its decorators. One of them may be the project's own that makes tasks. */
  readonly decorators: readonly string[];
}

/** A directory or a Python file that the system does not let us read. */
export interface Unreadable {
  readonly path: string;
  readonly error: unknown;
}

export interface Scan {
  readonly files: readonly ScannedFile[];
  /** Directories with a file that marks the root of a Python project. */
  readonly marked: ReadonlySet<string>;
  /** Files of other kinds that may start a worker or Beat. */
  readonly commandFiles: readonly string[];
  readonly unreadable: readonly Unreadable[];
  /** True where a limit ended the scan early. */
  readonly truncated: boolean;
}

/** Reads all Python files below the folders, without their environments and builds. Gives way to other work every few milliseconds. @param found is told each at once */
export async function scan(folders: readonly string[], cancelled: () => boolean, found: (file: ScannedFile) => void = () => {}): Promise<Scan> {
  const files: ScannedFile[] = [];
  const marked = new Set<string>(folders);
  const commandFiles: string[] = [];
  const unreadable: Unreadable[] = [];
  const pending = [...folders].reverse();
  const seen = new Set<string>();
  let slice = performance.now();
  while (pending.length && files.length < maxFiles) {
    const directory = pending.pop()!;
    if (seen.has(directory)) continue;
    seen.add(directory);
    const entries = attempt(directory, () => list(directory), unreadable) ?? [];
    if (entries.some(({ name }) => name === 'pyvenv.cfg' || name === 'conda-meta')) continue;
    const below: string[] = [];
    for (const entry of entries) {
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) {
        if (!ignored(entry.name) && !(folders.includes(directory) && (entry.name === 'build' || entry.name === 'dist'))) below.push(file);
        continue;
      }
      if (!(entry.isFile() || entry.isSymbolicLink())) continue;
      if (markers.has(entry.name)) marked.add(directory);
      if (commandFile.test(entry.name)) commandFiles.push(file);
      if (!entry.name.endsWith('.py')) continue;
      // Editors lock files by links that lead nowhere.
      const scanned = entry.name.startsWith('.#') ? null : attempt(file, () => entry.isFile() || statSync(file).isFile() ? look(file) : null, unreadable);
      if (scanned) {
        files.push(scanned);
        found(scanned);
      }
      if (performance.now() - slice > 15) {
        await setImmediate();
        if (cancelled()) return { files, marked, commandFiles, unreadable, truncated: true };
        slice = performance.now();
      }
    }
    pending.push(...below.reverse());
  }
  return { files, marked, commandFiles, unreadable, truncated: pending.length > 0 };
}

/** Whether a path below a folder is one that {@link scan} would read. */
export function isScanned(folder: string, file: string): boolean {
  if (!file.endsWith('.py')) return false;
  const parts = path.relative(folder, file).split(path.sep);
  if (parts[0] === '..' || path.isAbsolute(parts[0]!)) return false;
  return parts.slice(0, -1).every((part, index) => !ignored(part) && !(index === 0 && (part === 'build' || part === 'dist')));
}

/** `.vscode` holds the samples; other hidden directories hold tools' own files. */
function ignored(name: string): boolean {
  return skipped.has(name) || name.endsWith('.egg-info') || (name.startsWith('.') && name !== '.vscode');
}

export function scanFile(file: string): ScannedFile | null {
  return attempt(file, () => look(file));
}

function look(file: string): ScannedFile | null {
  const text = read(file);
  if (text === null) return null;
  return isInteresting(file, text) ? { path: file, interesting: true, text, decorators: [] } : { path: file, interesting: false, text: null, decorators: decoratorsIn(text) };
}

export function decoratorsIn(text: string): string[] {
  const names = new Set<string>();
  for (const [, name] of text.matchAll(/@(?:\w+\.)*(\w+)/g)) names.add(name!);
  // Copied: a slice of a text keeps the whole text alive.
  return names.size ? JSON.parse(JSON.stringify([...names])) as string[] : [];
}

/** The text of a file as an editor shows it, or null where it cannot or should not be read. */
export function readText(file: string): string | null {
  return attempt(file, () => read(file));
}

function read(file: string): string | null {
  const buffer = readFileSync(file);
  if (buffer.length > maxBytes) return null;
  const text = buffer.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** What reading gives; null where that fails, which is noted. */
export function attempt<T>(file: string, reading: () => T, unreadable?: Unreadable[]): T | null {
  try {
    return reading();
  } catch (error) {
    unreadable?.push({ path: file, error });
    return null;
  }
}

/** What the system says of a path that it does not give: `permission denied`. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^E[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}

export function isInteresting(file: string, text: string): boolean {
  return isSampleFile(file) || interesting.test(text);
}

export function isDirectory(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

function list(directory: string): Dirent[] {
  return readdirSync(directory, { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1);
}
