import type { Task } from '../celery/model';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Decorator, Expression, FunctionDef, ParameterNode } from '../syntax/nodes';
import type { LintContext } from './context';
import { appendArgument } from './edits';
import type { Fix } from './rule';

/** A task made of a function by Celery's own decorator, so that what its options do not say has Celery's default. */
export interface PlainTask extends Task {
  readonly node: FunctionDef;
  readonly decorator: Decorator;
}

/** Tasks of the file of which all options are seen: no project's decorator, no `**options`, no app class of the project that may add some. */
export function plainTasks(context: LintContext): PlainTask[] {
  return context.tasks.filter((task): task is PlainTask => isPlainTask(task, context));
}

function isPlainTask(task: Task, context: LintContext): task is PlainTask {
  return task.node.kind === 'FunctionDef' && task.decorator !== null && !task.wrapped && isPlain(task.decorator.expression, task.scope, context);
}

/** The `self` of a task that is given none, for it lacks `bind=True`. */
export function unboundSelf(task: Task, context: LintContext): ParameterNode | null {
  if (task.bound || task.parameters === null || task.scope.kind === 'class' || !isPlainTask(task, context) || !context.linked.behaviours.of(task).plainCall) return null;
  const [first] = task.node.parameters;
  return first?.name === 'self' && first.default === null && (first.kind === 'positional' || first.kind === 'positional-only') ? first : null;
}

function isPlain(node: Expression, scope: Scope, context: LintContext): boolean {
  if (node.kind === 'Call' && (node.args.length > 0 || node.keywords.some(({ name }) => name === null))) return false;
  return options(context.evaluate(node.kind === 'Call' ? node.func : node, scope)).every(value => isCelerys(value, context));
}

function isCelerys(value: Value, context: LintContext): boolean {
  if (value.kind === 'symbol') return value.path.startsWith('celery.');
  if (value.kind === 'call') return isPlain(value.node, value.scope, context);
  return value.kind === 'member' && options(value.of).every(app => app.kind !== 'call' || app.callee.kind === 'symbol');
}

/** The decorators between the one that makes the task and the function. */
export function decoratorsBelow({ node, decorator }: PlainTask): readonly Decorator[] {
  return node.decorators.slice(node.decorators.indexOf(decorator) + 1);
}

/** Where the parameters of a function begin: after its opening parenthesis. */
export function parametersStart(node: FunctionDef, { file }: LintContext): number {
  const { text } = file.module;
  let depth = 0;
  for (let at = node.nameSpan.end; at < node.end; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ']') depth--;
    else if (text[at] === '(' && depth === 0) return at + 1;
  }
  return node.nameSpan.end;
}

/** Gives a task a name of its own in its decorator; nothing where that name is taken or the task has no decorator of Celery's. */
export function addName({ decorator, call, wrapped, file, name: current }: Task, name: string, { taken }: { readonly taken: (name: string) => boolean }): Fix[] {
  if (!decorator || wrapped || name === current || taken(name)) return [];
  const { end } = decorator.expression;
  const text = `name='${name}'`;
  return [{ title: `Name it ${name}`, safe: false, edits: [call ? appendArgument(file, call, text) : { span: { start: end, end }, text: `(${text})` }] }];
}
