import type { CallSite } from '../celery/calls';
import type { Canvas } from '../celery/canvas';
import type { Task } from '../celery/model';
import type { Linked } from '../project/linked';
import { fileOf } from '../project/sourceFile';
import type { Scope } from '../semantics/scopes';
import { options, type CallValue, type Value } from '../semantics/values';
import type { Call } from '../syntax/nodes';
import type { LintContext } from './context';
import { optionOf } from './retries';
import { only } from './settingValues';

/** What a result is the result of. */
export type Result =
  | { readonly kind: 'task'; readonly site: CallSite }
  /** A canvas that is sent, and the call that sends it. */
  | { readonly kind: 'canvas'; readonly canvas: Canvas; readonly call: Call; readonly scope: Scope }
  /** `AsyncResult(id)`: of a task that some other code has sent. */
  | { readonly kind: 'named' };

/** A call of a method of results: `get`, `join`. */
export interface ResultCall {
  readonly node: Call;
  readonly scope: Scope;
  /** What its result may be the result of; never empty. */
  readonly results: readonly Result[];
}

/** Calls of such methods on what is a result for sure. */
export function *resultCalls(context: LintContext, methods: ReadonlySet<string>): Generator<ResultCall> {
  for (const { node, scope } of context.analysis.calls) {
    if (node.func.kind !== 'Attribute' || !methods.has(node.func.attr)) continue;
    const results = options(context.evaluate(node.func.value, scope)).map(value => resultOf(value, context));
    if (results.every(result => result !== null)) yield { node, scope, results };
  }
}

const sending = new Set(['delay', 'apply_async', 'apply', 'send_task']);

function resultOf(value: Value, context: LintContext): Result | null {
  if (value.kind === 'derived' && value.by === 'element') return elementOf(value.from, context);
  if (value.kind !== 'call') return null;
  const { node, scope } = value;
  const { calls, canvases, behaviours } = context.linked;
  const site = calls.at(node, scope);
  if (site) return sending.has(site.via) && !(site.task && (site.task.wrapped || !behaviours.of(site.task).plainSend)) ? { kind: 'task', site } : null;
  const { func } = node;
  if (isAsyncResult(value, context)) return { kind: 'named' };
  // `canvas.delay()`, `canvas()`, `chord(header)(body)`
  const sent = func.kind === 'Attribute' && (func.attr === 'delay' || func.attr === 'apply_async') ? func.value : func.kind === 'Call' || func.kind === 'BinOp' ? func : null;
  const canvas = sent && canvases.follow(sent, scope);
  return canvas && !(sent === func && canvas.kind === 'signature') ? { kind: 'canvas', canvas, call: node, scope } : null;
}

/** An item of `[task.delay(x) for x in …]`, or of a list that is written out. */
function elementOf(from: Value, context: LintContext): Result | null {
  if (from.kind !== 'expression') return null;
  const { node, scope } = from;
  if (node.kind === 'Comprehension' && node.type !== 'dict') {
    const inner = fileOf(scope).analysis.inner.get(node);
    const element = inner && context.evaluate(node.element, inner);
    return element && element.kind !== 'union' ? resultOf(element, context) : null;
  }
  if (node.kind !== 'List' && node.kind !== 'Tuple') return null;
  const results = node.elements.map(element => resultOf(context.evaluate(element, scope), context));
  return results.every(result => result !== null) ? results[0] ?? null : null;
}

/** `AsyncResult(id)`, `task.AsyncResult(id)`, `app.AsyncResult(id)`, `GroupResult.restore(id)`. */
function isAsyncResult({ callee }: CallValue, { linked }: LintContext): boolean {
  if (callee.kind === 'symbol') return ['celery.result.AsyncResult', 'celery.result.GroupResult.restore', 'celery.current_app.AsyncResult'].includes(callee.path);
  return callee.kind === 'member' && callee.name === 'AsyncResult' && (linked.registry.taskOf(callee.of) !== null || linked.recognizer.isApp(callee.of));
}

/** Whether nothing of that call is stored; false where that is not known. */
export function ignoresResult({ task, via, node, scope }: Pick<CallSite, 'task' | 'via' | 'node' | 'scope'>, context: LintContext): boolean {
  const { linked } = context;
  if (node.keywords.some(({ name }) => name === null) && via !== 'delay' && via !== 's' && via !== 'si') return false;
  const given = via === 'delay' || via === 's' || via === 'si' ? undefined : node.keywords.find(({ name }) => name === 'ignore_result');
  if (given) return context.constant(given.value, scope) === true;
  return via !== 'send_task' && via !== 'signature()' && task !== null && tasksIgnore(task, linked);
}

function tasksIgnore(task: Task, linked: Linked): boolean {
  if (linked.settings.all.some(({ key }) => key === 'task_annotations')) return false;
  const option = optionOf(task, 'ignore_result');
  if (option) return linked.folder.constant(option.value, option.scope) === true;
  return !task.wrapped && !task.hasMoreOptions && !linked.behaviours.mayInherit(task, 'ignore_result') && only(linked, 'task_ignore_result', task.app, false) === true;
}
