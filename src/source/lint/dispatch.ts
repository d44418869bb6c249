import type { CallSite, Via } from '../celery/calls';
import type { Canvas } from '../celery/canvas';
import type { Task } from '../celery/model';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Call, Expression } from '../syntax/nodes';
import { combinations, makesPlainSignatures } from './canvases';
import { once, type LintContext } from './context';

const sending = new Set(['delay', 'apply_async', 'send_task']);

/** A call that sends messages at once. */
export interface Dispatch {
  readonly node: Call;
  readonly scope: Scope;
  /** The call of a task's or an app's own method; null where it sends a canvas. */
  readonly site: CallSite | null;
  /** What holds the arguments that travel. */
  readonly sent: readonly Expression[];
}

/** The calls of a file that send messages at once, by tasks or an app of which nothing sends differently. */
export const dispatches = once((context: LintContext): readonly Dispatch[] => {
  const found: Dispatch[] = [];
  for (const site of context.calls) {
    if (!sending.has(site.via)) continue;
    const isPlain = site.via === 'send_task' ? isPlainApp(site, context) : site.task && sendsPlainly(site.task, context);
    if (isPlain) found.push({ node: site.node, scope: site.scope, site, sent: valuesOf(site.node) });
  }
  for (const { node, scope } of context.analysis.calls) {
    const canvas = sentBy(node, scope, context);
    if (canvas && isPlainCanvas(canvas, context)) found.push({ node, scope, site: null, sent: [canvas.node, ...valuesOf(node)] });
  }
  return found;
});

function valuesOf({ args, keywords }: Call): readonly Expression[] {
  return [...args, ...keywords.map(({ value }) => value)];
}

/** The canvas that a call sends: `task.s(1).delay()`, `chain(…)()`. Called by itself, a signature runs here. */
function sentBy(node: Call, scope: Scope, context: LintContext): Canvas | null {
  const { canvases, calls } = context.linked;
  const { func } = node;
  if (func.kind === 'Attribute') return (func.attr === 'delay' || func.attr === 'apply_async') && !calls.at(node, scope) ? canvases.follow(func.value, scope) : null;
  const mayBeCanvas = func.kind === 'Call' || func.kind === 'BinOp' || (func.kind === 'Name' && combinations(context).length > 0);
  const called = mayBeCanvas ? canvases.follow(func, scope) : null;
  return called && 'members' in called ? called : null;
}

/** Whether a canvas is made of nothing but tasks that send their messages as Celery does. */
function isPlainCanvas(canvas: Canvas, context: LintContext): boolean {
  if (canvas.kind === 'mapping') return false;
  if (canvas.kind === 'signature') {
    const { task, name } = canvas.site;
    return task ? sendsPlainly(task, context) && makesPlainSignatures(canvas, context) : name !== null;
  }
  const members = [...canvas.members ?? [], ...canvas.body ? [canvas.body] : []];
  return canvas.members !== null && members.every(member => {
    const inner = context.linked.canvases.follow(member.node, member.scope);
    return inner !== null && isPlainCanvas(inner, context);
  });
}

function sendsPlainly(task: Task, { linked }: LintContext): boolean {
  return linked.behaviours.of(task).plainSend && !task.wrapped;
}

/** Ways of calling that put the arguments into a message, now or later; `apply` runs the task here. */
const messages = new Set<Via>(['delay', 'apply_async', 'delay_on_commit', 'apply_async_on_commit', 'send_task', 's', 'si', 'signature', 'signature()', 'partial']);

/** Whether Celery itself puts the arguments of a call into a message. */
export function isMessage(site: CallSite, context: LintContext): boolean {
  if (site.via === 'send_task') return isPlainApp(site, context);
  return site.task !== null && messages.has(site.via) && sendsPlainly(site.task, context);
}

/** The method of the task that a place calls: of a partial the one that it holds. */
export function methodOf({ via, node }: CallSite): string {
  const method = via === 'partial' ? node.args[0] : undefined;
  return method?.kind === 'Attribute' ? method.attr : via;
}

const spread = new Set(['delay', 's', 'si', 'delay_on_commit']);

/** Whether all keywords of a call go to the task, none to Celery. */
export function passesAll(site: CallSite): boolean {
  return spread.has(methodOf(site));
}

export function isPlainApp({ node, scope }: CallSite, context: LintContext): boolean {
  return node.func.kind === 'Attribute' && isCelerysApp(node.func.value, scope, context);
}

/** `app.tasks` of an app of Celery's own class. */
export function isPlainRegistry(node: Expression, scope: Scope, context: LintContext): boolean {
  return node.kind === 'Attribute' && node.attr === 'tasks' && isCelerysApp(node.value, scope, context);
}

function isCelerysApp(node: Expression, scope: Scope, context: LintContext): boolean {
  return options(context.evaluate(node, scope)).every(value => isSymbol(value, 'celery.current_app') || (value.kind === 'call' && isSymbol(value.callee, 'celery.Celery')));
}

export function isSymbol(value: Value, path: string): boolean {
  return value.kind === 'symbol' && value.path === path;
}
