import { fileOf } from '../../project/sourceFile';
import type { Field } from '../../semantics/dicts';
import type { Scope } from '../../semantics/scopes';
import type { Call, Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import type { Finding, Fix, Rule } from '../rule';
import { dictItem } from '../settingValues';
import { unknownName } from '../unknownNames';

export const beatUnknownTask: Rule = {
  code: 'CEL601',
  name: 'beat-unknown-task',
  severity: 'warning',
  summary: 'A Beat entry names a task that does not exist: Beat sends it, the worker logs "unregistered task" and drops it.',
  *check(context) {
    for (const { task, fields, signature, scope } of context.entries) {
      const field = fields.get('task');
      if (task !== null && field && fileOf(field.scope) === context.file) yield* check(task, field.value, context);
      const named = signature && context.linked.calls.at(signature, scope)?.name;
      if (named) yield* check(named.text, named.node, context);
    }
    for (const { node, scope } of context.analysis.calls) {
      const field = savedTask(node, scope, context);
      const task = field && context.linked.folder.string(field.value, field.scope);
      if (field && typeof task === 'string' && fileOf(field.scope) === context.file) yield* check(task, field.value, context);
    }
  },
};

function* check(name: string, at: Expression, context: LintContext): Generator<Finding> {
  const found = unknownName(name, context);
  if (found) yield { at, severity: found.severity, message: `No task is named ${name}: Beat sends it and the worker drops it${found.meant[0] ? `; ${found.meant[0]} is meant?` : ''}`, fixes: fixes(at, found.meant, context) };
}

/** The task of an entry that is kept in the database by django-celery-beat. */
function savedTask(node: Call, scope: Scope, context: LintContext): Omit<Field, 'at'> | null | undefined {
  const own = node.keywords.find(({ name }) => name === 'task')?.value;
  const defaults = node.keywords.find(({ name }) => name === 'defaults')?.value;
  if ((!own && !defaults) || !context.isSymbol(node.func, scope, ...saving)) return null;
  return own ? { value: own, scope } : dictItem(context.linked, defaults!, scope, 'task');
}

const model = 'django_celery_beat.models.PeriodicTask';
const saving = [model, ...['create', 'get_or_create', 'update_or_create'].map(method => `${model}.objects.${method}`)];

function fixes(at: Expression, meant: readonly string[], context: LintContext): Fix[] {
  const quotes = /^["']/.exec(context.text(at))?.[0];
  return quotes ? meant.slice(0, 3).map(name => ({ title: `Change to ${name}`, safe: false, edits: [{ span: at, text: quotes + name + quotes }] })) : [];
}
