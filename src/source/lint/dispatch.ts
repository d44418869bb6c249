import { isAtLeast } from '../../celery/versions';
import type { CallSite, Via } from '../celery/calls';
import { lastIdentifier } from '../celery/plausible';
import { owner, type Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Call, Expression, FunctionDef, Statement } from '../syntax/nodes';
import { walk, type AnyNode } from '../syntax/walk';
import type { LintContext } from './context';
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
  if (!isSymbol(context.evaluate(node.func, scope), path)) return false;
  const using = node.args[0] ?? node.keywords.find(({ name }) => name === 'using')?.value;
  if (node.keywords.some(({ name }) => name === null)) return false;
  if (!using) return true;
  const database = context.constant(using, scope);
  // `@atomic(function)` would be a call too, but of something that is no text.
  return database === 'default' || database === null;
}

/** The body of the innermost transaction that a call stands in; null outside of one. */
export function transactionAround(site: CallSite, context: LintContext): { readonly body: readonly Statement[] } | null {
  for (const above of surroundings(site.node, context) ?? []) {
    if (!('kind' in above)) continue;
    if (above.kind === 'With' && above.items.some(item => isAtomic(item.context, site.scope, context)) && above.body.some(({ start, end }) => start <= site.node.start && site.node.end <= end)) return above;
    if (above.kind === 'FunctionDef' && !above.async && !above.decorators.some(({ start, end }) => start <= site.node.start && site.node.end <= end) && isAtomicFunction(above, site, context)) return above;
  }
  return null;
}

function isAtomicFunction(node: FunctionDef, { scope }: CallSite, context: LintContext): boolean {
  const outer = context.analysis.inner.get(node)?.parent ?? scope;
  return node.decorators.some(({ expression }) => isAtomic(expression, outer, context));
}

/** Methods that write the object that they are called on. */
const writes = new Set(['save', 'delete']);
/** Methods of managers and forms that give what they wrote. */
const makes = new Set(['create', 'get_or_create', 'update_or_create', 'bulk_create', 'save']);
/** Methods of related managers, which a set or a list has as well: only on an attribute. */
const relates = new Set(['add', 'set', 'remove', 'clear', 'create', 'update']);

/** Names of objects that a body writes before an offset, in the scope of a call. */
export function written(body: readonly Statement[], before: number, scope: Scope, context: LintContext): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of body) walk(statement, node => {
    if (!('kind' in node)) return true;
    if (node.start >= before || node.kind === 'FunctionDef' || node.kind === 'Lambda' || node.kind === 'ClassDef') return false;
    if (node.kind === 'Assign' && node.value.end <= before) {
      const [target] = node.targets;
      const made = target?.kind === 'Tuple' ? target.elements[0] : target;
      if (made?.kind === 'Name' && node.value.kind === 'Call' && node.value.func.kind === 'Attribute' && makes.has(node.value.func.attr) && isManager(node.value.func.value, node.value.func.attr, scope, context)) names.add(made.id);
    }
    if (node.kind === 'Call' && node.end <= before && node.func.kind === 'Attribute') {
      const { attr, value } = node.func;
      if (writes.has(attr) && value.kind === 'Name' && !node.args.length && mayBeModel(value, scope, context)) names.add(value.id);
      if (relates.has(attr) && value.kind === 'Attribute' && value.value.kind === 'Name' && value.value.id !== 'self' && mayBeModel(value.value, scope, context)) names.add(value.value.id);
    }
    return true;
  });
  return names;
}

/** `Model.objects`, a related manager, `serializer.save()`; not a class's own `create`, of which nothing is known. */
function isManager(node: Expression, method: string, scope: Scope, context: LintContext): boolean {
  if (method === 'save') return node.kind === 'Name' && mayBeModel(node, scope, context);
  return node.kind === 'Attribute' || node.kind === 'Call';
}

/** False where the name surely holds something that is not of Django. */
function mayBeModel(node: Extract<Expression, { kind: 'Name' }>, scope: Scope, context: LintContext): boolean {
  if (!owner(scope, node.id)) return false;
  const { evaluator } = context.linked;
  return options(context.evaluate(node, scope)).every(value => {
    const type = evaluator.classOf(value);
    if (type?.kind !== 'class') return value.kind !== 'expression' && value.kind !== 'module' && !(value.kind === 'symbol');
    return evaluator.mro(type).some(base => base.kind === 'unknown' || (base.kind === 'symbol' && !base.path.startsWith('builtins.')) || base.kind === 'member');
  });
}

/** Whether an argument of a call is made from one of the names. */
export function usesAny(node: Call, names: ReadonlySet<string>): boolean {
  let found = false;
  for (const argument of [...node.args, ...node.keywords.map(({ value }) => value)]) walk(argument, inner => {
    if ('kind' in inner && inner.kind === 'Name' && names.has(inner.id)) found = true;
    return !found;
  });
  return found;
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
