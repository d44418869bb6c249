import type { Canvas } from '../celery/canvas';
import type { Task } from '../celery/model';
import type { Scope } from '../semantics/scopes';
import type { Call, Expression, Keyword } from '../syntax/nodes';
import { combinationAt, makesPlainSignatures } from './canvases';
import type { LintContext } from './context';
import { isMessage } from './dispatch';
import { retryCalls } from './retries';

/** A call whose options say how a task is sent: `apply_async`, `send_task`, `signature`, `retry`, and `set` of a signature. */
export interface OptionCall {
  readonly node: Call;
  readonly scope: Scope;
  /** Null where that is not known, and for a group or a chain. */
  readonly task: Task | null;
  /** Those that are written out, with the names of those given by position. */
  readonly options: readonly Keyword[];
  /** When what is wrong with them fails. */
  readonly when: 'at this call' | 'when this is sent';
}

/** What each takes by position. */
const positions: Readonly<Record<string, readonly string[]>> = {
  apply_async: ['args', 'kwargs', 'task_id'],
  apply_async_on_commit: ['args', 'kwargs', 'task_id'],
  send_task: ['name', 'args', 'kwargs', 'countdown', 'eta', 'task_id'],
  retry: ['args', 'kwargs', 'exc', 'throw', 'eta', 'countdown', 'max_retries'],
};
const ofTask = new Set(['args', 'kwargs', 'name', 'exc', 'throw']);
const now = new Set(['apply_async', 'apply_async_on_commit', 'send_task']);
const ofSignature = new Set(['set', 'apply_async']);

/** The calls of a file that give options to tasks of which nothing sends differently. */
export function *optionCalls(context: LintContext): Generator<OptionCall> {
  for (const site of context.calls) {
    if (!isMessage(site, context)) continue;
    const options = [...byPosition(site.via, site.node), ...site.options];
    if (options.length) yield { node: site.node, scope: site.scope, task: site.task, options, when: now.has(site.via) ? 'at this call' : 'when this is sent' };
  }
  for (const { node, scope, task } of retryCalls(context)) yield { node, scope, task, options: [...byPosition('retry', node), ...named(node.keywords)], when: 'at this call' };
  yield* onSignatures(context);
}

/** `task.s(1).set(countdown=3)`, `chain(…).apply_async(countdown=3)`, `chain(…, countdown=3)`. A chord's own countdown is how often it looks for results. */
export function *onSignatures(context: LintContext): Generator<OptionCall> {
  for (const { node, scope } of context.analysis.calls) {
    const { func, keywords } = node;
    if (!keywords.length || context.linked.calls.at(node, scope)) continue;
    const method = func.kind === 'Attribute' && ofSignature.has(func.attr) ? func : null;
    const canvas = method ? context.linked.canvases.follow(method.value, scope) : combinationAt(node, scope, context);
    if (!canvas || canvas.kind === 'chord' || canvas.kind === 'mapping' || !sendsPlainly(canvas, context)) continue;
    const task = canvas.kind === 'signature' ? canvas.site.task : null;
    yield { node, scope, task, options: named(keywords), when: method?.attr === 'apply_async' ? 'at this call' : 'when this is sent' };
  }
}

/** Whether Celery itself sends all that a canvas is known to hold. */
export function sendsPlainly(canvas: Canvas, context: LintContext): boolean {
  if (canvas.kind === 'signature') return canvas.site.task !== null && isPlainSignature(canvas.site.task, context) && makesPlainSignatures(canvas, context);
  if (canvas.kind === 'mapping' || !canvas.members?.length) return false;
  return canvas.members.every(({ node, scope }) => {
    const member = context.linked.canvases.read(node, scope);
    return member !== null && sendsPlainly(member, context);
  });
}

function isPlainSignature(task: Task, { linked }: LintContext): boolean {
  return !task.wrapped && linked.behaviours.of(task).plainSend;
}

function byPosition(method: string, { args }: Call): Keyword[] {
  const names = positions[method] ?? [];
  const end = args.findIndex(({ kind }) => kind === 'Starred');
  return args.slice(0, end < 0 ? undefined : end).flatMap((value: Expression, index): Keyword[] => {
    const name = names[index];
    return name === undefined || ofTask.has(name) ? [] : [{ name, nameSpan: null, value, start: value.start, end: value.end }];
  });
}

function named(keywords: readonly Keyword[]): readonly Keyword[] {
  return keywords.filter(({ name }) => name !== null && !ofTask.has(name));
}
