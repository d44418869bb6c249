import { grouped } from '../../shared/grouped';
import { isSpread } from '../celery/decorators';
import type { Option, Task } from '../celery/model';
import { retryCall, type RetryCall } from '../celery/retry';
import type { Linked } from '../project/linked';
import { fileOf, type SourceFile } from '../project/sourceFile';
import { options } from '../semantics/values';
import type { Call, Expression, FunctionDef } from '../syntax/nodes';
import { walk } from '../syntax/walk';
import { once, type LintContext } from './context';

/** The retries of tasks that the file asks for. */
export const retryCalls = once(({ analysis, linked }: LintContext): readonly RetryCall[] => {
  const found: RetryCall[] = [];
  for (const { node, scope } of analysis.calls) {
    const call = retryCall(node, scope, linked);
    if (call) found.push(call);
  }
  return found;
});

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
  return writtenOptions(linked, file).filter(({ task, option }) => option.name === name && optionOf(task, name) === option);
}

/** All options of tasks that are written in the file, those too over which others count. */
export function writtenOptions(linked: Linked, file: SourceFile): readonly TaskOption[] {
  return optionsByFile(linked).get(file) ?? [];
}

interface TaskOption {
  readonly task: Task;
  readonly option: Option;
}

const optionsByFile = once(({ registry }: Linked): ReadonlyMap<SourceFile, readonly TaskOption[]> =>
  // What a decorator of the project does with its options is not known.
  grouped(registry.tasks.flatMap(task => task.wrapped ? [] : task.options.map(option => ({ task, option }))), ({ option }) => fileOf(option.scope)));

/** The function that a worker runs. */
export function bodyOf(task: Task): FunctionDef | null {
  if (task.node.kind === 'FunctionDef') return task.node;
  const run = task.node.body.find(statement => statement.kind === 'FunctionDef' && statement.name === 'run');
  return run?.kind === 'FunctionDef' ? run : null;
}

/** Whether the task hands itself to other code, which may then retry it or read its options. */
export function passesItselfOn(task: Task): boolean {
  const functions = task.node.kind === 'FunctionDef' ? task.bound ? [task.node] : [] : task.node.body.filter(statement => statement.kind === 'FunctionDef');
  return functions.some(namesItself);
}

const namesItself = once(({ parameters, body }: FunctionDef): boolean => {
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

/** What a keyword of a call is given: an expression, null without it, undefined where `**` may give it. */
export function keywordOf(node: Call, name: string): Expression | null | undefined {
  return node.keywords.find(keyword => keyword.name === name)?.value ?? (isSpread(node) ? undefined : null);
}

/** Whether an option is a tuple or list without anything in it. */
export function isEmpty(option: Option, context: LintContext): boolean {
  return options(context.evaluate(option.value, option.scope)).every(value => value.kind === 'expression' && (value.node.kind === 'Tuple' || value.node.kind === 'List') && !value.node.elements.length);
}
