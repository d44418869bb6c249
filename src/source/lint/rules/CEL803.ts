import type { Linked } from '../../project/linked';
import type { SourceFile } from '../../project/sourceFile';
import { decoratorPath, isOfFramework, isView, isViewFunction } from '../../semantics/djangoViews';
import type { Scope } from '../../semantics/scopes';
import { classAround, options } from '../../semantics/values';
import type { Expression, FunctionDef } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { dispatches, type Dispatch } from '../dispatch';
import { sendsWritten } from '../djangoWrites';
import type { Rule } from '../rule';
import { dictItem } from '../settingValues';
import { afterCommit, surroundings, transactionAround } from '../transactions';

export const atomicRequests: Rule = {
  code: 'CEL803',
  name: 'atomic-requests',
  severity: 'hint',
  summary: 'With ATOMIC_REQUESTS every view is a transaction, and a task that it sends may run before the commit.',
  *check(context) {
    let isOn: boolean | null = null;
    for (const dispatch of dispatches(context)) {
      isOn ??= hasAtomicRequests(context.linked);
      if (!isOn) return;
      const view = viewAround(dispatch, context);
      if (!view || transactionAround(dispatch, context) || !sendsWritten(view.body, dispatch, context)) continue;
      const fix = afterCommit(dispatch, context, false);
      yield {
        at: dispatch.node,
        message: 'ATOMIC_REQUESTS makes this view a transaction, and the task is sent before it commits what it is about',
        ...(fix && { fixes: [fix] }),
      };
    }
  },
};

/** Whether the settings of the project's Django switch it on for the default database. */
function hasAtomicRequests(linked: Linked): boolean {
  const files = new Set(linked.settings.uses.flatMap(({ target, django }) => django && target && 'path' in target ? [target] : []));
  return [...files].some(file => inDatabases(file, linked) || inStores(file, linked));
}

/** `DATABASES = {"default": {…, "ATOMIC_REQUESTS": True}}` */
function inDatabases(file: SourceFile, linked: Linked): boolean {
  const databases = linked.evaluator.attributeOf(file, 'DATABASES');
  const [only, ...more] = databases ? options(databases) : [];
  if (more.length || only?.kind !== 'expression') return false;
  const database = dictItem(linked, only.node, only.scope, 'default');
  const item = database && dictItem(linked, database.value, database.scope, 'ATOMIC_REQUESTS');
  return item ? linked.folder.constant(item.value, item.scope) === true : false;
}

/** `DATABASES["default"]["ATOMIC_REQUESTS"] = True` */
function inStores({ analysis }: SourceFile, { folder }: Linked): boolean {
  return analysis.stores.some(({ target, value, scope }) => {
    if (scope !== analysis.scope || target.kind !== 'Subscript' || target.value.kind !== 'Subscript' || target.value.value.kind !== 'Name' || target.value.value.id !== 'DATABASES') return false;
    const [key] = target.indices;
    const [database] = target.value.indices;
    return key?.kind === 'Str' && key.value === 'ATOMIC_REQUESTS' && database?.kind === 'Str' && database.value === 'default' && folder.constant(value, scope) === true;
  });
}

/** The view whose code a call is: a method of a class-based one, or a function that is one. */
function viewAround({ node }: Dispatch, context: LintContext): FunctionDef | null {
  const around = surroundings(node, context)?.at(-1);
  if (!around || !('kind' in around) || around.kind !== 'FunctionDef' || around.async) return null;
  const inner = context.analysis.inner.get(around);
  const scope = inner?.parent;
  // What a decorator of the project makes of a view is not known, nor whether it is in a transaction then.
  if (!scope || !around.decorators.every(({ expression }) => isHarmless(expression, scope, context))) return null;
  const { evaluator } = context.linked;
  const type = classAround(inner);
  const isOfView = type ? type.node.decorators.every(({ expression }) => isHarmless(expression, type.scope, context)) && isView(type, evaluator) : isViewFunction(around, scope, evaluator);
  return isOfView ? around : null;
}

/** Whether a decorator is of a package that leaves the transaction of a view alone. */
function isHarmless(decorator: Expression, scope: Scope, { linked }: LintContext): boolean {
  const path = decoratorPath(decorator, scope, linked.evaluator);
  return isOfFramework(path) && path !== 'django.db.transaction.non_atomic_requests';
}
