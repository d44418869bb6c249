import { isAtLeast } from '../../celery/versions';
import type { Task } from '../celery/model';
import { lastIdentifier, Meaning } from '../celery/plausible';
import type { Linked } from '../project/linked';
import type { SourceFile } from '../project/sourceFile';
import { writtenByAdmin } from '../semantics/djangoAdmin';
import { decoratorPath, isOfFramework } from '../semantics/djangoViews';
import type { Scope } from '../semantics/scopes';
import type { Expression, FunctionDef, Span, Statement, With } from '../syntax/nodes';
import type { AnyNode } from '../syntax/walk';
import { once, type LintContext } from './context';
import { isSymbol, type Dispatch } from './dispatch';
import { named } from './edits';
import type { Fix } from './rule';

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
function isAtomic(node: Expression, scope: Scope, context: LintContext): boolean {
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
export function transactionAround({ node, scope }: Dispatch, context: LintContext): { readonly body: readonly Statement[] } | null {
  if (!mayBeAtomic(context.linked)(context.file)) return null;
  const stands = ({ start, end }: Span): boolean => start <= node.start && node.end <= end;
  return surroundings(node, context)?.findLast((above): above is With | FunctionDef => {
    if (!('kind' in above)) return false;
    if (above.kind === 'With') return above.body.some(stands) && above.items.some(item => isAtomic(item.context, scope, context));
    return above.kind === 'FunctionDef' && !above.async && !above.decorators.some(stands) && isAtomicFunction(above, scope, context);
  }) ?? null;
}

/** The body of a method that Django's admin calls within a transaction, and what it has written there before. Null elsewhere. */
export function transactionOfAdmin({ node, scope: at }: Dispatch, context: LintContext): { readonly body: readonly Statement[]; readonly written: readonly string[] } | null {
  const { evaluator } = context.linked;
  if (!isInClass(at)) return null;
  const around = surroundings(node, context)?.at(-1);
  const scope = around && 'kind' in around && around.kind === 'FunctionDef' ? context.analysis.inner.get(around) : null;
  if (!scope?.parent) return null;
  const { body, decorators } = scope.node as FunctionDef;
  const outer = scope.parent;
  // What a decorator of the project calls later is not known.
  if (!decorators.every(({ expression }) => isOfFramework(decoratorPath(expression, outer, evaluator)))) return null;
  const written = writtenByAdmin(scope, evaluator);
  return written && { body, written };
}

function isInClass(scope: Scope): boolean {
  for (let current: Scope | null = scope; current; current = current.parent) if (current.kind === 'class') return true;
  return false;
}

function isAtomicFunction(node: FunctionDef, scope: Scope, context: LintContext): boolean {
  const outer = context.analysis.inner.get(node)?.parent ?? scope;
  return node.decorators.some(({ expression }) => isAtomic(expression, outer, context));
}

/** Sends after the commit: by the task's own method where Celery gives it one, else through Django. Null where the result of the call is used. */
export function afterCommit({ node, scope, site }: Dispatch, context: LintContext, safe: boolean): Fix | null {
  const { args, keywords, func } = node;
  const statement = context.parents.statement(node);
  if (context.parents.of(node) !== statement || statement?.kind !== 'Expr') return null;
  if (site?.task && site.via !== 'send_task' && func.kind === 'Attribute' && hasCommitMethods(site.task, context)) {
    const method = `${site.via}_on_commit`;
    return { title: `Use ${method}`, safe, edits: [{ span: func.attrSpan, text: method }] };
  }
  const transaction = named(context, scope, 'django.db', 'transaction');
  if (!transaction) return null;
  const title = 'Send it on commit';
  const before = { start: node.start, end: node.start };
  // A canvas may be called by itself: `chain(…)()`.
  const method = func.kind === 'Attribute' ? '' : '.delay';
  if (!args.length && !keywords.length) {
    return { title, safe, edits: [...transaction.edits, { span: before, text: `${transaction.text}.on_commit(` }, { span: { start: node.open, end: node.end }, text: `${method})` }] };
  }
  const partial = method ? null : named(context, scope, 'functools', 'partial');
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
function hasCommitMethods(task: Task, { linked }: LintContext): boolean {
  if (task.base || linked.behaviours.of(task).base || linked.behaviours.of(task).isOpen) return false;
  return isAtLeast(linked.versions.celery, 5, 4) && linked.settings.uses.some(({ django }) => django);
}
