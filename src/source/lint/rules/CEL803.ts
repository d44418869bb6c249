import type { CallSite } from '../../celery/calls';
import type { Linked } from '../../project/linked';
import type { SourceFile } from '../../project/sourceFile';
import type { Scope } from '../../semantics/scopes';
import { options } from '../../semantics/values';
import type { Expression, FunctionDef } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { afterCommit, dispatches, isSymbol, surroundings, transactionAround } from '../dispatch';
import { classAround, sendsWritten, viewClass } from '../djangoWrites';
import type { Rule } from '../rule';
import { dictItem } from '../settingValues';

export const atomicRequests: Rule = {
  code: 'CEL803',
  name: 'atomic-requests',
  severity: 'hint',
  summary: 'With ATOMIC_REQUESTS every view is a transaction, and a task that it sends may run before the commit.',
  *check(context) {
    let isOn: boolean | null = null;
    for (const site of dispatches(context)) {
      isOn ??= hasAtomicRequests(context.linked);
      if (!isOn) return;
      const view = viewAround(site, context);
      if (!view || transactionAround(site, context) || !sendsWritten(view.body, site, context)) continue;
      const fix = afterCommit(site, context, false);
      yield {
        at: site.node,
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

/** The view whose code a call is: a method of a class-based one, or a function that Django's types or decorators tell. */
function viewAround(site: CallSite, context: LintContext): FunctionDef | null {
  const around = surroundings(site.node, context)?.at(-1);
  if (!around || !('kind' in around) || around.kind !== 'FunctionDef' || around.async) return null;
  const inner = context.analysis.inner.get(around);
  const scope = inner?.parent;
  // What a decorator of the project makes of a view is not known, nor whether it is in a transaction then.
  if (!scope || !around.decorators.every(({ expression }) => isHarmless(expression, scope, context))) return null;
  const type = classAround(inner);
  if (type) return type.node.decorators.every(({ expression }) => isHarmless(expression, type.scope, context)) && context.linked.evaluator.derives(type, path => viewClass.test(path)) ? around : null;
  const isDecorated = around.decorators.some(({ expression }) => viewDecorator.test(pathOf(expression, scope, context) ?? ''));
  const annotation = around.parameters[0]?.annotation;
  const isTyped = annotation ? options(context.evaluate(annotation, scope)).some(value => isSymbol(value, 'django.http.HttpRequest') || isSymbol(value, 'rest_framework.request.Request')) : false;
  return isDecorated || isTyped ? around : null;
}

const viewDecorator = /^(?:rest_framework\.decorators\.api_view$|django\.views\.decorators\.|django\.contrib\.auth\.decorators\.)/;

/** Whether a decorator is of a package that leaves the transaction of a view alone. */
function isHarmless(decorator: Expression, scope: Scope, context: LintContext): boolean {
  const path = pathOf(decorator, scope, context);
  // `@method_decorator(non_atomic_requests, name='dispatch')`
  if (path === 'django.utils.decorators.method_decorator') return decorator.kind === 'Call' && decorator.args[0] !== undefined && isHarmless(decorator.args[0], scope, context);
  return path !== null && path !== 'django.db.transaction.non_atomic_requests' && /^(?:django|rest_framework|drf_spectacular|drf_yasg)\./.test(path);
}

function pathOf(decorator: Expression, scope: Scope, context: LintContext): string | null {
  const value = context.evaluate(decorator.kind === 'Call' ? decorator.func : decorator, scope);
  return value.kind === 'symbol' ? value.path : null;
}
