import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LintOptions } from '../source/lint/config';
import { Configuration } from '../source/lint/configuration';
import { Project } from '../source/project/project';
import { PythonParser } from '../source/syntax/parser';
import { UsageError, type Environment } from './environment';

export interface Opened {
  readonly project: Project;
  readonly configuration: Configuration;
  /** Whether a file is one that was asked about. */
  readonly isAsked: (file: string) => boolean;
}

/** Files that stand at the top of a project. */
const tops = ['.git', '.hg', 'pyproject.toml', 'setup.py', 'setup.cfg', 'manage.py'];

/** Reads the projects that hold the paths: what is asked of one file depends on the others. */
export async function openProject(paths: readonly string[], base: LintOptions, { cwd, assets, error, progress }: Environment): Promise<Opened> {
  const asked = (paths.length ? paths : ['.']).map(given => path.resolve(cwd, given));
  for (const [index, file] of asked.entries()) if (!existsSync(file)) throw new UsageError(`${paths[index]} is not there`);
  const folders = [...new Set(asked.map(file => within(file, cwd) ? cwd : topOf(file)))];
  const configuration = new Configuration(base);
  const project = new Project(await PythonParser.load(assets));
  project.setWrappers(folders.flatMap(folder => configuration.configFor(path.join(folder, 'pyproject.toml')).options.taskDecorators));
  const shown = progress ? setTimeout(() => error('Reading…\r'), 1000) : null;
  await project.open(folders);
  if (shown) clearTimeout(shown);
  return { project, configuration, isAsked: file => asked.some(top => within(file, top)) };
}

function within(file: string, directory: string): boolean {
  const relative = path.relative(directory, file);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}

function topOf(file: string): string {
  const start = statSync(file).isDirectory() ? file : path.dirname(file);
  for (let current = start; current !== path.dirname(current); current = path.dirname(current)) if (tops.some(name => existsSync(path.join(current, name)))) return current;
  return start;
}
