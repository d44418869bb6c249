import { isAtLeast } from '../../celery/versions';
import type { CallSite, Via } from '../celery/calls';
import { lastIdentifier, Meaning } from '../celery/plausible';
import type { Linked } from '../project/linked';
import type { SourceFile } from '../project/sourceFile';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Expression, FunctionDef, Span, Statement, With } from '../syntax/nodes';
import type { AnyNode } from '../syntax/walk';
import { once, type LintContext } from './context';
import { named } from './edits';
import type { Fix } from './rule';

const sending = new Set(['delay', 'apply_async', 'send_task']);

/** The calls of a file that send a message at once, by a task or an app of which nothing sends differently. */
export function *dispatches(context: LintContext): Generator<CallSite> {
  for (const site of context.calls) {
    if (!sending.has(site.via)) continue;
    if (site.via === 'send_task' ? isPlainApp(site, context) : site.task && context.linked.behaviours.of(site.task).plainSend && !site.task.wrapped) yield site;
  }
}

/** Ways of calling that put the arguments into a message, now or later; `apply` runs the task here. */
const messages = new Set<Via>(['delay', 'apply_async', 'delay_on_commit', 'apply_async_on_commit', 'send_task', 's', 'si', 'signature', 'signature()', 'partial']);

/** Whether Celery itself puts the arguments of a call into a message. */
export function isMessage(site: CallSite, context: LintContext): boolean {
  if (site.via === 'send_task') return isPlainApp(site, context);
  return site.task !== null && messages.has(site.via) && !site.task.wrapped && context.linked.behaviours.of(site.task).plainSend;
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
  if (node.func.kind !== 'Attribute') return false;
  return options(context.evaluate(node.func.value, scope)).every(value => isSymbol(value, 'celery.current_app') || (value.kind === 'call' && isSymbol(value.callee, 'celery.Celery')));
}

export function isSymbol(value: Value, path: string): boolean {
  return value.kind === 'symbol' && value.path === path;
}

/** What surrounds a call and runs with it: statements, up to the function or module that it stands in. Null inside a function that is passed on. */
export function surroundings(node: AnyNode, context: LintContext): readonly AnyNode[] | null {
  const found: AnyNode[] = [];
  for (const above of context.parents.above(node)) {
    if ('kind' in above) {
      if (above.kind === 'Lambda' || above.kind === 'ClassDef') return null;
      // `on_commit(task.delay(…))` is another mistake.
      if (above.kind === 'Call' && lastIdentifier(above.func) === 'on_commit') return null;
    }
    found.push(above);
    if ('kind' in above && above.kind === 'FunctionDef') break;
  }
  return found;
}

/** Whether an expression is Django's `atomic`, called or not, on the default database. */
export function isAtomic(node: Expression, scope: Scope, context: LintContext): boolean {
  const path = 'django.db.transaction.atomic';
  if (node.kind !== 'Call') return isSymbol(context.evaluate(node, scope), path);
  if (node.args[0] && isSymbol(context.evaluate(node.func, scope), 'django.utils.decorators.method_decorator')) return isAtomic(node.args[0], scope, context);
  if (!isSymbol(context.evaluate(node.func, scope), path)) return false;
  const using = node.args[0] ?? node.keywords.find(({ name }) => name === 'using')?.value;
  if (node.keywords.some(({ name }) => name === null)) return false;
  if (!using) return true;
  const database = context.constant(using, scope);
  // `@atomic(function)` would be a call too, but of something that is no text.
  return database === 'default' || database === null;
}

/** Whether something in a file may be Django's `atomic`, by spelling. */
const mayBeAtomic = once(({ plausible }: Linked) => {
  const pattern = new RegExp(`\\b(?:${[...plausible.names(Meaning.Atomic)].join('|')})\\b`);
  return once(({ module }: SourceFile) => pattern.test(module.text));
});

/** The body of the outermost transaction that a call stands in, with which all is committed; null outside of one. */
export function transactionAround(site: CallSite, context: LintContext): { readonly body: readonly Statement[] } | null {
  if (!mayBeAtomic(context.linked)(context.file)) return null;
  const stands = ({ start, end }: Span): boolean => start <= site.node.start && site.node.end <= end;
  return surroundings(site.node, context)?.findLast((above): above is With | FunctionDef => {
    if (!('kind' in above)) return false;
    if (above.kind === 'With') return above.body.some(stands) && above.items.some(item => isAtomic(item.context, site.scope, context));
    return above.kind === 'FunctionDef' && !above.async && !above.decorators.some(stands) && isAtomicFunction(above, site, context);
  }) ?? null;
}

function isAtomicFunction(node: FunctionDef, { scope }: CallSite, context: LintContext): boolean {
  const outer = context.analysis.inner.get(node)?.parent ?? scope;
  return node.decorators.some(({ expression }) => isAtomic(expression, outer, context));
}

/** Sends after the commit: by the task's own method where Celery gives it one, else through Django. Null where the result of the call is used. */
export function afterCommit(site: CallSite, context: LintContext, safe: boolean): Fix | null {
  const { node, scope, task, via } = site;
  if (node.func.kind !== 'Attribute' || context.parents.of(node) !== context.parents.statement(node) || context.parents.statement(node)?.kind !== 'Expr') return null;
  if (task && hasCommitMethods(site, context)) {
    const method = `${via}_on_commit`;
    return { title: `Use ${method}`, safe, edits: [{ span: node.func.attrSpan, text: method }] };
  }
  const transaction = named(context, scope, 'django.db', 'transaction');
  if (!transaction) return null;
  const title = 'Send it on commit';
  const before = { start: node.start, end: node.start };
  if (!node.args.length && !node.keywords.length) {
    return { title, safe, edits: [...transaction.edits, { span: before, text: `${transaction.text}.on_commit(` }, { span: { start: node.open, end: node.end }, text: ')' }] };
  }
  const partial = named(context, scope, 'functools', 'partial');
  if (!partial) return null;
  return {
    title, safe,
    edits: [
      ...transaction.edits, ...partial.edits,
      { span: before, text: `${transaction.text}.on_commit(${partial.text}(` },
      { span: { start: node.open, end: node.open + 1 }, text: ', ' },
      { span: { start: node.end, end: node.end }, text: ')' },
    ],
  };
}

/** Django's fix-up gives tasks `delay_on_commit` since Celery 5.4, where the project has no base class of its own. */
function hasCommitMethods({ task }: CallSite, { linked }: LintContext): boolean {
  if (!task || task.base || linked.behaviours.of(task).base || linked.behaviours.of(task).isOpen) return false;
  return isAtLeast(linked.versions.celery, 5, 4) && linked.settings.uses.some(({ django }) => django);
}
