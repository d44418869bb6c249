import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'smol-toml';
import { NEWEST_CELERY, NEWEST_KOMBU, parseVersion, type Version } from '../../celery/versions';
import { readText } from './scan';

/** The releases that the code is for. */
export interface Versions {
  readonly celery: Version;
  readonly kombu: Version;
}

export const newest: Versions = { celery: NEWEST_CELERY, kombu: NEWEST_KOMBU };

type Package = keyof Versions;
type Found = Partial<Record<Package, Version>>;

/**
 * What the directories say of the releases that they use: an environment in them says most, then what a lock file or a requirement pins exactly.
 * The first directory that says something of a package counts. A range says nothing: which release it leads to depends on the day.
 */
export function versionsIn(directories: Iterable<string>): Partial<Versions> {
  let found: Found = {};
  for (const directory of directories) {
    for (const read of [installed, locked, required]) {
      found = { ...read(directory), ...found };
      if (found.celery && found.kombu) return found;
    }
  }
  return found;
}

const environments = ['.venv', 'venv', 'env', '.env'];

/** The packages of an environment that lies in the directory. */
function installed(directory: string): Found {
  for (const name of environments) {
    const root = path.join(directory, name);
    const libraries = [path.join(root, 'Lib', 'site-packages'), ...names(path.join(root, 'lib')).filter(entry => entry.startsWith('python')).map(entry => path.join(root, 'lib', entry, 'site-packages'))];
    for (const library of libraries) {
      const found: Found = {};
      for (const entry of names(library)) {
        const match = /^(celery|kombu)-([^-]+)\.dist-info$/.exec(entry);
        keep(found, match?.[1], match?.[2]);
      }
      if (found.celery) return found;
    }
  }
  return {};
}

/** What uv, Poetry, PDM and Pipenv have resolved. */
function locked(directory: string): Found {
  const found: Found = {};
  for (const name of ['uv.lock', 'poetry.lock', 'pdm.lock']) {
    const packages = table(readText(path.join(directory, name)))['package'];
    for (const entry of Array.isArray(packages) ? packages as unknown[] : []) {
      const { name: given, version } = record(entry);
      keep(found, given, version);
    }
  }
  const { default: main } = record(json(readText(path.join(directory, 'Pipfile.lock'))));
  for (const [name, entry] of Object.entries(record(main))) {
    const { version } = record(entry);
    if (typeof version === 'string' && version.startsWith('==')) keep(found, name, version.slice(2));
  }
  return found;
}

/** `celery==5.4.0` and `celery[redis]==5.4.*`, in requirements and in pyproject.toml. */
function required(directory: string): Found {
  const inFolder = names(path.join(directory, 'requirements')).map(name => path.join('requirements', name));
  const files = [...names(directory), ...inFolder].filter(name => /^requirements.*\.(?:txt|in)$/.test(name) || /^requirements[\\/].*\.(?:txt|in)$/.test(name)).sort();
  const found: Found = {};
  for (const file of [...files, 'pyproject.toml', 'setup.cfg']) {
    for (const match of (readText(path.join(directory, file)) ?? '').matchAll(/(?<![\w.-])(celery|kombu)\s*(?:\[[\w\s,-]*\])?\s*={2,3}\s*(\d[\w.]*)/gi)) keep(found, match[1]?.toLowerCase(), match[2]);
  }
  return found;
}

function keep(found: Found, name: unknown, version: unknown): void {
  if ((name !== 'celery' && name !== 'kombu') || typeof version !== 'string') return;
  const parsed = parseVersion(version);
  if (parsed) found[name] ??= parsed;
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}

/** A lock file that cannot be read says nothing: those who wrote it are told by the tool that reads it. */
function table(text: string | null): Readonly<Record<string, unknown>> {
  try {
    return text === null ? {} : parse(text);
  } catch {
    return {};
  }
}

function json(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
