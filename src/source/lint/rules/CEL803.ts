import type { CallSite } from '../../celery/calls';
import type { Linked } from '../../project/linked';
import type { SourceFile } from '../../project/sourceFile';
import { options, type Value } from '../../semantics/values';
import type { FunctionDef } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { afterCommit, dispatches, isSymbol, surroundings, transactionAround, usesAny, written } from '../dispatch';
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
      if (!view || transactionAround(site, context) || !usesAny(site.node, written(view.body, site.node.start, site.scope, context))) continue;
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
  const scope = context.analysis.inner.get(around)?.parent;
  if (!scope) return null;
  const decorators = around.decorators.map(({ expression }) => context.evaluate(expression.kind === 'Call' ? expression.func : expression, scope));
  if (decorators.some(value => isSymbol(value, 'django.db.transaction.non_atomic_requests'))) return null;
  if (scope.kind === 'class' && scope.parent) {
    const type: Value = { kind: 'class', node: scope.node as Extract<Value, { kind: 'class' }>['node'], scope: scope.parent };
    // `dispatch` may be decorated where it stands.
    const isExcepted = type.node.decorators.length > 0;
    return !isExcepted && context.linked.evaluator.derives(type, path => /^(?:django\.views|rest_framework\.(?:views|viewsets|generics|mixins))\./.test(path)) ? around : null;
  }
  const isDecorated = decorators.some(value => value.kind === 'symbol' && /^(?:rest_framework\.decorators\.api_view$|django\.views\.decorators\.|django\.contrib\.auth\.decorators\.)/.test(value.path));
  const annotation = around.parameters[0]?.annotation;
  const isTyped = annotation ? options(context.evaluate(annotation, scope)).some(value => isSymbol(value, 'django.http.HttpRequest') || isSymbol(value, 'rest_framework.request.Request')) : false;
  return isDecorated || isTyped ? around : null;
}
