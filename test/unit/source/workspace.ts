import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Project } from '../../../src/source/project/project';
import { PythonParser } from '../../../src/source/syntax/parser';

let loaded: Promise<PythonParser> | null = null;

/** The parser, loaded once for all tests from the files that ship. */
export function parser(): Promise<PythonParser> {
  return loaded ??= PythonParser.load(path.join(process.env.REPOSITORY!, 'dist'));
}

/** Writes files below a new directory, and removes it after the tests of the current block. */
export function directory(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'celery-source-'));
  write(root, files);
  return root;
}

export function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
}

/** A project over files on disk, scanned. Call `remove` at the end. */
export async function workspace(files: Readonly<Record<string, string>>): Promise<{ root: string; project: Project; remove: () => void }> {
  const root = directory(files);
  const project = new Project(await parser());
  await project.open([root]);
  return { root, project, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Runs `use` over a project of the files and cleans up. */
export async function withWorkspace<T>(files: Readonly<Record<string, string>>, use: (project: Project, root: string) => T | Promise<T>): Promise<T> {
  const { root, project, remove } = await workspace(files);
  try {
    return await use(project, root);
  } finally {
    remove();
  }
}
