import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LintOptions } from '../source/lint/config';
import { Configuration } from '../source/lint/configuration';
import { Project } from '../source/project/project';
import { maxBytes, reasonOf } from '../source/project/scan';
import { PythonParser } from '../source/syntax/parser';
import { UsageError, type Environment } from './environment';
import { Progress } from './progress';

export interface Opened {
  readonly project: Project;
  readonly configuration: Configuration;
  /** Whether a file is one that was asked about. */
  readonly isAsked: (file: string) => boolean;
  /** What was asked about and could not be read. */
  readonly problems: readonly string[];
}

/** Files that stand at the top of a project. */
const tops = ['.git', '.hg', 'pyproject.toml', 'setup.py', 'setup.cfg', 'manage.py'];

/** Reads the projects that hold the paths: what is asked of one file depends on the others. */
export async function openProject(paths: readonly string[], base: LintOptions, { cwd, assets, error, progressAfter }: Environment): Promise<Opened> {
  const { asked, problems } = resolved(paths.length ? paths : ['.'], cwd);
  if (!asked.length) throw new UsageError(problems.join('\n'));
  const folders = [...new Set(asked.map(file => within(file, cwd) ? cwd : topOf(file)))];
  const configuration = new Configuration(base);
  const project = new Project(await PythonParser.load(assets));
  project.setWrappers(folders.flatMap(folder => configuration.configFor(path.join(folder, 'pyproject.toml')).options.taskDecorators));
  const progress = new Progress(progressAfter, error);
  const shown = progressAfter === null ? null : setTimeout(() => progress.show('Reading…'), progressAfter);
  await project.open(folders);
  if (shown) clearTimeout(shown);
  progress.end();
  const isAsked = (file: string): boolean => asked.some(top => within(file, top));
  for (const { path: file, error: failure } of project.unreadable) if (isAsked(file) && !configuration.policyFor(file).isExcluded(file)) problems.push(`${path.relative(cwd, file)} cannot be read: ${reasonOf(failure)}`);
  for (const file of asked) if (statSync(file).isFile() && !project.names.files.has(file) && !project.unreadable.some(({ path: unread }) => unread === file)) error(`celery-workbench: ${path.relative(cwd, file)} is passed over: ${reasonToPass(file)}\n`);
  return { project, configuration, isAsked, problems };
}

function reasonToPass(file: string): string {
  if (!file.endsWith('.py')) return 'its name does not end with .py';
  return statSync(file).size > maxBytes ? `it is larger than ${maxBytes / 1e6} MB` : 'it lies in a directory that is not of the project, as environments and builds are';
}

/** The files and directories that paths lead to, and why the others lead to none. */
function resolved(paths: readonly string[], cwd: string): { readonly asked: readonly string[]; readonly problems: string[] } {
  const problems: string[] = [];
  const asked = paths.flatMap(given => {
    try {
      const file = realpathSync(path.resolve(cwd, given));
      const stats = statSync(file);
      if (stats.isFile() || stats.isDirectory()) return [file];
      problems.push(`${given} is neither a file nor a directory`);
    } catch (error) {
      problems.push(error instanceof Error && 'code' in error && error.code === 'ENOENT' ? `${given} is not there` : `${given} cannot be read: ${reasonOf(error)}`);
    }
    return [];
  });
  return { asked, problems };
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
