import { includesModules } from '../../../celery/commandLine';
import type { Task } from '../../celery/model';
import { once, type LintContext } from '../context';
import type { CommandFiles } from '../../project/commandFiles';
import type { Rule } from '../rule';
import { isDevelopmentModule, mentions } from '../usage';

export const taskNotImported: Rule = {
  code: 'CEL312',
  name: 'task-not-imported',
  severity: 'info',
  summary: 'A module with tasks that no worker imports: its tasks are not registered there, and messages for them are dropped.',
  *check(context) {
    const { file, linked } = context;
    const [task] = context.tasks.filter(isRegisteredByImport);
    if (!task || isDevelopmentModule(file) || !isBesideApp(context)) return;
    const { workerImports } = linked;
    if (workerImports.has(file) || !workerImports.isKnown || mentions(linked, inPython) || isNamedIn(linked.project.commandFiles)) return;
    yield {
      at: task.node.nameSpan,
      message: `No worker imports ${file.name}: neither imports or include, nor autodiscover_tasks, nor any module that workers import leads to it, so they drop messages for its tasks as unregistered`,
      ...(workerImports.isLazy && { severity: 'hint' }),
    };
  },
};

/** A worker's command line that is written in Python. */
const inPython = /["'\s]--include(?:["'\s=]|$)|(["'])-I\1/;

/** Whether some worker is started with `--include`. */
const isNamedIn = once(({ files }: CommandFiles): boolean => files.some(({ text }) => includesModules(text)));

/** Whether importing the module registers it. */
function isRegisteredByImport({ scope, wrapped, decorator, kind }: Task): boolean {
  return scope.kind === 'module' && !wrapped && (kind === 'class' || decorator !== null);
}

/** Whether an app of the project is imported from where the module is: other directories may hold another program, or none. */
function isBesideApp({ file, linked }: LintContext): boolean {
  const { names } = linked.project;
  const { root } = names.of(file.path);
  return linked.registry.apps.some(app => names.of(app.file.path).root === root);
}
