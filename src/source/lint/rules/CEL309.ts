import { isAtLeast } from '../../../celery/versions';
import type { Scope } from '../../semantics/scopes';
import type { Import, ImportFrom, Statement } from '../../syntax/nodes';
import type { LintContext } from '../context';
import type { Finding, Fix, Rule } from '../rule';

export const removedApi: Rule = {
  code: 'CEL309',
  name: 'removed-api',
  severity: 'error',
  summary: 'A module, decorator or backend that was removed in Celery 5.0: the import, or the start of the worker, fails.',
  *check(context) {
    if (!isAtLeast(context.linked.versions.celery, 5, 0)) return;
    for (const statement of new Set(context.analysis.imports.map(({ statement }) => statement))) {
      for (const finding of imported(statement, context)) if (!isAlternative(statement, context)) yield finding;
    }
    yield* decorators(context);
    for (const { key, value, scope, adds } of context.settings) {
      const text = key === 'result_backend' && !adds ? context.linked.folder.string(value, scope) : null;
      if (text !== null && /^(?:amqps?|pyamqp)(?::|$)/.test(text)) {
        yield { at: value, message: 'Celery 5.0 removed the result backend amqp: the app fails when it first needs its backend; rpc:// took its place' };
      }
    }
  },
};

const modules = new Map([
  ['celery.task', 'the module celery.task'], ['celery.decorators', 'the module celery.decorators'], ['celery.contrib.batches', 'celery.contrib.batches'],
  ['celery.five', 'celery.five'], ['celery.utils.encoding', 'celery.utils.encoding, of which kombu.utils.encoding is left'], ['celery.backends.amqp', 'celery.backends.amqp'],
  ['djcelery', 'django-celery, which needs Celery 3'],
]);
const names = new Set(['task', 'periodic_task', 'PeriodicTask', 'TaskSet', 'decorators']);

function *imported(statement: Import | ImportFrom, context: LintContext): Generator<Finding> {
  if (statement.kind === 'Import') {
    for (const { name, nameSpan } of statement.names) {
      const gone = removedModule(name, context);
      if (gone) yield { at: nameSpan, message: message(gone) };
    }
    return;
  }
  if (statement.level) return;
  const gone = removedModule(statement.module, context);
  if (gone) yield { at: statement.moduleSpan, message: message(gone), fixes: shareInstead(statement) };
  else if (statement.module === 'celery') {
    for (const { name, nameSpan, alias } of statement.names ?? []) {
      if (!names.has(name)) continue;
      yield { at: nameSpan, message: message(`celery.${name}`), fixes: name === 'task' ? [{ title: 'Use shared_task', safe: true, edits: [{ span: nameSpan, text: alias === null ? 'shared_task as task' : 'shared_task' }] }] : [] };
    }
  }
}

/** `from celery.decorators import task`: only where nothing else is imported with it. */
function shareInstead({ module, moduleSpan, names: given }: ImportFrom): Fix[] {
  const [only] = given ?? [];
  if ((module !== 'celery.task' && module !== 'celery.decorators') || given?.length !== 1 || only?.name !== 'task') return [];
  return [{ title: 'Use shared_task', safe: true, edits: [{ span: moduleSpan, text: 'celery' }, { span: only.nameSpan, text: only.alias === null ? 'shared_task as task' : 'shared_task' }] }];
}

function removedModule(name: string, { linked, file }: LintContext): string | null {
  // A project may have a module of such a name.
  if (linked.find(name.split('.', 1)[0]!, file)) return null;
  for (const [module, what] of modules) if (name === module || name.startsWith(`${module}.`)) return what;
  return null;
}

function message(what: string): string {
  return `Celery 5.0 removed ${what}: the import fails`;
}

/** `@celery.task` */
function *decorators(context: LintContext): Generator<Finding> {
  const uses = [...context.analysis.functions, ...context.analysis.classes].flatMap(({ node, scope }) => node.decorators.map(({ expression }) => ({ expression: expression.kind === 'Call' ? expression.func : expression, scope })));
  for (const { expression, scope } of uses) {
    if (expression.kind !== 'Attribute' || !isPackage(expression.value.kind === 'Name' ? expression.value.id : '', scope, context)) continue;
    if (expression.attr === 'task') yield { at: expression, message: 'Celery 5.0 removed celery.task: the module fails with an AttributeError when it is imported', fixes: [{ title: 'Use shared_task', safe: true, edits: [{ span: expression.attrSpan, text: 'shared_task' }] }] };
    else if (expression.attr === 'periodic_task') yield { at: expression, message: 'Celery 5.0 removed celery.periodic_task: the module fails with an AttributeError when it is imported' };
  }
}

/** Whether a name is the package celery itself, by `import celery` and nothing else. */
function isPackage(name: string, scope: Scope, { linked, analysis }: LintContext): boolean {
  const bindings = analysis.scope.bindings.get(name);
  const value = linked.evaluator.name(name, scope);
  return value.kind === 'symbol' && value.path === 'celery' && bindings !== undefined && bindings.every(binding => binding.kind === 'import' && binding.name === null);
}

/** Whether an import is tried, or depends on something such as a version. */
function isAlternative(statement: Statement, { parents }: LintContext): boolean {
  return [...parents.above(statement)].some(node => 'kind' in node && (node.kind === 'Try' || node.kind === 'If'));
}
