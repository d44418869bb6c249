import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultOptions } from '../source/lint/config';
import { openProject } from './open';
import { UsageError, type Environment, type ExitCode } from './environment';

/** Lists the tasks that the source defines, with the place of each; one whose name is not known is `?`, or null in JSON. */
export async function tasksCommand(format: string, paths: readonly string[], environment: Environment): Promise<ExitCode> {
  if (format !== 'human' && format !== 'json') throw new UsageError('--format is human or json');
  const { project, isAsked, problems } = await openProject(paths, defaultOptions, environment);
  const tasks = project.definitions().map(({ name, app, location, parameters, module, qualname, options, summary }) => ({
    name, app, module, qualname,
    file: path.relative(environment.cwd, fileURLToPath(location.uri)).split(path.sep).join('/'), line: location.range.start.line + 1,
    parameters, options, summary, asked: isAsked(fileURLToPath(location.uri)),
  })).filter(({ asked }) => asked).map(({ asked: _asked, ...task }) => task);
  environment.out(format === 'json' ? `${JSON.stringify(tasks, null, 2)}\n` : tasks.map(({ name, parameters, file, line, app }) => {
    const signature = parameters ? parameters.map(parameter => ({ 'var-positional': '*', 'var-keyword': '**', positional: '', 'positional-only': '', 'keyword-only': '' })[parameter.kind] + parameter.name + (parameter.default === null ? '' : `=${parameter.default}`)).join(', ') : '…';
    return `${name ?? '?'}(${signature})  ${file}:${line}${app ? `  ${app}` : ''}\n`;
  }).join(''));
  for (const problem of problems) environment.error(`celery-workbench: ${problem}\n`);
  return problems.length ? 2 : 0;
}
