import { isSpread } from '../celery/decorators';
import type { Task } from '../celery/model';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Call, Decorator, Expression, FunctionDef, ParameterNode } from '../syntax/nodes';
import type { LintContext } from './context';
import { appendArgument } from './edits';
import type { Fix, FixEdit } from './rule';

/** A task made of a function by Celery's own decorator, so that what its options do not say has Celery's default. */
export interface PlainTask extends Task {
  readonly node: FunctionDef;
  readonly decorator: Decorator;
}

/** Tasks of the file of which all options are seen: no project's decorator, no `**options`, no app class of the project that may add some. */
export function plainTasks(context: LintContext): PlainTask[] {
  return context.tasks.filter((task): task is PlainTask => isPlainTask(task, context));
}

export function isPlainTask(task: Task, context: LintContext): task is PlainTask {
  return task.node.kind === 'FunctionDef' && task.decorator !== null && !task.wrapped && isPlain(task.decorator.expression, task.scope, context);
}

/** The `self` of a task that is given none, for it lacks `bind=True`. */
export function unboundSelf(task: Task, context: LintContext): ParameterNode | null {
  if (task.bound || task.parameters === null || task.scope.kind === 'class' || !isPlainTask(task, context) || !context.linked.behaviours.of(task).plainCall) return null;
  const [first] = task.node.parameters;
  return first?.name === 'self' && first.default === null && (first.kind === 'positional' || first.kind === 'positional-only') ? first : null;
}

function isPlain(node: Expression, scope: Scope, context: LintContext): boolean {
  if (node.kind === 'Call' && isPartial(node, scope, context)) return node.args.length === 1 && !isSpread(node) && isPlain(node.args[0]!, scope, context);
  if (node.kind === 'Call' && (node.args.length > 0 || isSpread(node))) return false;
  return options(context.evaluate(node.kind === 'Call' ? node.func : node, scope)).every(value => isCelerys(value, context));
}

function isCelerys(value: Value, context: LintContext): boolean {
  if (value.kind === 'symbol') return value.path.startsWith('celery.');
  if (value.kind === 'call') return isPlain(value.node, value.scope, context);
  return value.kind === 'member' && options(value.of).every(app => app.kind !== 'call' || options(app.callee).every(type => makesPlainTasks(type, context)));
}

function isPartial({ func }: Call, scope: Scope, context: LintContext): boolean {
  return context.isSymbol(func, scope, 'functools.partial');
}

/** Whether an app's class makes tasks as Celery does: it is Celery's own, or a project's that is wholly seen and leaves that alone. */
function makesPlainTasks(type: Value, { linked: { evaluator } }: LintContext): boolean {
  if (type.kind !== 'class') return type.kind === 'symbol';
  return evaluator.mro(type).every(current => current.kind === 'class'
    ? !current.node.keywords.length && !current.node.decorators.length && !making.some(name => evaluator.inner(current)?.bindings.has(name))
    : current.kind === 'symbol' && current.path === 'celery.Celery');
}

const making = ['task', '_task_from_fun', 'gen_task_name', '__getattr__', '__getattribute__'];

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

/** Adds an option to a task's decorator; null where it has none of Celery's, or one prepared with its options, which takes no more. */
export function addOption({ decorator, call, wrapped, file, scope }: Task, text: string, context: LintContext): FixEdit | null {
  if (!decorator || wrapped) return null;
  const { expression } = decorator;
  const callee = expression.kind === 'Call' ? expression.func : expression;
  if (options(context.evaluate(callee, scope)).some(value => value.kind === 'call' && !isPartial(value.node, value.scope, context))) return null;
  return call ? appendArgument(file, call, text) : { span: { start: expression.end, end: expression.end }, text: `(${text})` };
}

/** Gives a task a name of its own in its decorator; nothing where that name is taken or the decorator takes none. */
export function addName(task: Task, name: string, { context, taken }: { readonly context: LintContext; readonly taken: (name: string) => boolean }): Fix[] {
  const edit = name === task.name || taken(name) ? null : addOption(task, `name='${name}'`, context);
  return edit ? [{ title: `Name it ${name}`, safe: false, edits: [edit] }] : [];
}
