import { grouped } from '../../../shared/grouped';
import { isAtLeast } from '../../../celery/versions';
import type { Task } from '../../celery/model';
import type { Linked } from '../../project/linked';
import { options } from '../../semantics/values';
import type { ClassDef, Span, Statement } from '../../syntax/nodes';
import { once, type LintContext } from '../context';
import { addName, decoratorsBelow, plainTasks } from '../definitions';
import type { Finding, Rule } from '../rule';
import { unwrapped } from './CEL304';
import { isTestModule } from '../../project/testModules';

export const duplicateTaskName: Rule = {
  code: 'CEL303',
  name: 'duplicate-task-name',
  severity: 'error',
  summary: 'Two tasks have the same name: one of the two functions is registered, and calls of the other run it too.',
  *check(context) {
    // Those that a decorator names are CEL304's.
    const misnamed = new Set<Task>(plainTasks(context).filter(task => !task.nameIsExplicit && unwrapped(task, context)));
    for (const task of context.tasks) {
      if (misnamed.has(task)) continue;
      const other = earlierOfThatName(task, context);
      if (other) yield duplicate(task, other, context);
    }
    if (isAtLeast(context.linked.versions.celery, 5, 7)) yield* sharedTwice(context);
  },
};

function duplicate(task: Task, other: Task, context: LintContext): Finding {
  const { linked } = context;
  const warned = isAtLeast(linked.versions.celery, 5, 7) ? '; the worker says so in a DuplicateTaskNameWarning' : '';
  return {
    at: nameSpan(task),
    message: `The name ${task.name!} is that of another task: only one of the two functions is registered, and calls of either run that one${warned}`,
    related: [{ file: other.file, at: nameSpan(other), message: `${task.name!} is also this task` }],
    fixes: task.nameIsExplicit ? [] : addName(task, `${task.file.name}.${qualified(task)}`, { context, taken: name => linked.registry.byName(name) !== null }),
  };
}

/** Of two, the one that is read later is found. */
function earlierOfThatName(task: Task, context: LintContext): Task | null {
  const named = task.name === null ? undefined : tasksByName(context.linked).get(task.name);
  if (!named || named[0] === task || !isUnconditional(task)) return null;
  return named.slice(0, named.indexOf(task)).find(other => other.node !== task.node && isUnconditional(other) && meet(task, other, context)) ?? null;
}

/** Whether both are surely registered with one app in one process. */
function meet(a: Task, b: Task, context: LintContext): boolean {
  const { names } = context.linked.project;
  if (a.file !== b.file && (names.of(a.file.path).root !== names.of(b.file.path).root || isTestModule(a.file.name) || isTestModule(b.file.name))) return false;
  if (a.app && b.app) return a.app === b.app;
  if (a.file !== b.file && context.linked.registry.apps.length > 1) return false;
  return [a, b].every(task => task.app !== null || isShared(task, context));
}

function isShared({ decorator, scope }: Task, context: LintContext): boolean {
  if (!decorator) return false;
  const value = options(context.evaluate(decorator.expression.kind === 'Call' ? decorator.expression.func : decorator.expression, scope));
  return value.every(option => (option.kind === 'symbol' && option.path === 'celery.shared_task') || (option.kind === 'call' && option.callee.kind === 'symbol' && option.callee.path === 'celery.shared_task'));
}

const tasksByName = once(({ registry }: Linked) => grouped(registry.tasks, ({ name }) => name));

/** Whether it is defined when its module is imported, whatever holds then. */
function isUnconditional({ file, node }: Task): boolean {
  const visit = (body: readonly Statement[]): boolean => body.some(statement => statement === node || (statement.kind === 'ClassDef' && visit(statement.body)));
  return visit(file.module.body);
}

function nameSpan(task: Task): Span {
  const explicit = task.nameIsExplicit ? task.options.find(({ name }) => name === 'name') : undefined;
  return explicit && explicit.scope.file === task.file ? explicit.value : task.node.nameSpan;
}

/** With the class that it is defined in. */
function qualified({ node, scope }: Task): string {
  return scope.kind === 'class' ? `${(scope.node as ClassDef).name}.${node.name}` : node.name;
}

function *sharedTwice(context: LintContext): Generator<Finding> {
  for (const task of plainTasks(context)) {
    if (!isShared(task, context)) continue;
    const again = decoratorsBelow(task)[0];
    if (again && isShared({ ...task, decorator: again }, context)) {
      yield { at: again.expression, message: `shared_task is applied twice to ${task.node.name}: Celery raises a TypeError when the module is imported` };
    }
  }
}
