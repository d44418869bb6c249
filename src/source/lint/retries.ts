import { isSpread } from '../celery/decorators';
import type { Option, Task } from '../celery/model';
import type { Linked } from '../project/linked';
import { fileOf, type SourceFile } from '../project/sourceFile';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Call, Expression, FunctionDef } from '../syntax/nodes';
import { walk } from '../syntax/walk';
import { once, type LintContext } from './context';

/** A call of a task's own `retry`. */
export interface RetryCall {
  readonly node: Call;
  readonly scope: Scope;
  /** The task that is retried; null where only that it is some task is known. */
  readonly task: Task | null;
}

/** `self.retry(…)` of a bound task or of a class-based one, `task.retry(…)`, `current_task.retry(…)`. */
export const retryCalls = once((context: LintContext): readonly RetryCall[] => {
  const found: RetryCall[] = [];
  for (const { node, scope } of context.analysis.calls) {
    if (node.func.kind !== 'Attribute' || node.func.attr !== 'retry') continue;
    const on = context.evaluate(node.func.value, scope);
    const task = taskMeant(on, context);
    if (task ? !overridesRetry(task, context) : on.kind === 'symbol' && on.path === 'celery.current_task') found.push({ node, scope, task });
  }
  return found;
});

/** The task that a value is while one runs: the task itself, the first parameter of a bound one, `self` in a class. */
function taskMeant(value: Value, context: LintContext): Task | null {
  const { registry, evaluator } = context.linked;
  if (value.kind === 'parameter') {
    const task = value.scope.kind === 'function' && value.scope.parent ? registry.taskOf({ kind: 'function', node: value.scope.node as FunctionDef, scope: value.scope.parent, owner: null }) : null;
    return task?.bound && task.declared[0] === value.node ? task : null;
  }
  const type = evaluator.classOf(value);
  return registry.taskOf(type?.kind === 'class' ? type : value);
}

function overridesRetry(task: Task, { linked }: LintContext): boolean {
  return linked.behaviours.mayInherit(task, 'retry');
}

/** An option that a task is defined with; the nearest to the function counts. */
export function optionOf(task: Task, name: string): Option | null {
  return task.options.find(option => option.name === name) ?? null;
}

/** Whether an option may be given by something that is not written at the task: a base class, `**`, a wrapper, annotations. */
export function maybeGiven(task: Task, name: string, { linked }: LintContext): boolean {
  return task.wrapped || task.hasMoreOptions || linked.settings.all.some(({ key }) => key === 'task_annotations') || linked.behaviours.mayInherit(task, name);
}

/** The tasks whose option is written in the file, with it. */
export function optionsInFile({ linked, file }: LintContext, name: string): readonly TaskOption[] {
  return optionsByFile(linked).get(file)?.filter(({ option }) => option.name === name) ?? [];
}

interface TaskOption {
  readonly task: Task;
  readonly option: Option;
}

const optionsByFile = once(({ registry }: Linked): ReadonlyMap<SourceFile, readonly TaskOption[]> => {
  const files = new Map<SourceFile, TaskOption[]>();
  for (const task of registry.tasks) {
    if (task.wrapped) continue;
    for (const option of task.options) {
      if (optionOf(task, option.name) !== option) continue;
      const file = fileOf(option.scope);
      const known = files.get(file);
      if (known) known.push({ task, option });
      else files.set(file, [{ task, option }]);
    }
  }
  return files;
});

/** The function that a worker runs. */
export function bodyOf(task: Task): FunctionDef | null {
  if (task.node.kind === 'FunctionDef') return task.node;
  const run = task.node.body.find(statement => statement.kind === 'FunctionDef' && statement.name === 'run');
  return run?.kind === 'FunctionDef' ? run : null;
}

/** Whether the task hands itself to other code, which may then retry it or read its options. */
export function passesItselfOn(task: Task): boolean {
  const functions = task.node.kind === 'FunctionDef' ? task.bound ? [task.node] : [] : task.node.body.filter(statement => statement.kind === 'FunctionDef');
  return functions.some(({ parameters, body }) => {
    const self = parameters[0]?.name;
    return body.some(statement => {
      let found = false;
      walk(statement, node => {
        if (!('kind' in node)) return !found;
        // `self.request`: what is below the dot is not looked at; `super().run()` hands on what cannot be seen.
        if (node.kind === 'Attribute' && node.value.kind === 'Name' && node.value.id === self) return false;
        if (node.kind === 'Name' && (node.id === self || node.id === 'super')) found = true;
        return !found;
      });
      return found;
    });
  });
}

/** What a keyword of a call is given: an expression, null without it, undefined where `**` may give it. */
export function keywordOf(node: Call, name: string): Expression | null | undefined {
  return node.keywords.find(keyword => keyword.name === name)?.value ?? (isSpread(node) ? undefined : null);
}

/** Whether an option is a tuple or list without anything in it. */
export function isEmpty(option: Option, context: LintContext): boolean {
  return options(context.evaluate(option.value, option.scope)).every(value => value.kind === 'expression' && (value.node.kind === 'Tuple' || value.node.kind === 'List') && !value.node.elements.length);
}
