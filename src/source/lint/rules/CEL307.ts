import { readRate } from '../../../celery/rateLimit';
import { BUILTIN_TASKS } from '../../../celery/tables';
import { fileOf } from '../../project/sourceFile';
import type { Scope } from '../../semantics/scopes';
import { options } from '../../semantics/values';
import type { Call, Expression } from '../../syntax/nodes';
import { annotations } from '../annotations';
import type { LintContext } from '../context';
import { quoted } from '../edits';
import type { Finding, Rule } from '../rule';

export const rateLimitFormat: Rule = {
  code: 'CEL307',
  name: 'rate-limit-format',
  severity: 'error',
  summary: 'A rate limit that Celery cannot read: the worker fails with it when it starts.',
  *check(context) {
    for (const task of context.tasks) {
      const limit = task.wrapped ? undefined : task.options.find(({ name }) => name === 'rate_limit');
      if (limit && limit.scope.file === context.file) yield* unreadable(limit.value, limit.scope, fails, context);
    }
    for (const { key, value, scope, adds } of context.settings) {
      if (key === 'task_default_rate_limit' && !adds) yield* unreadable(value, scope, fails, context);
    }
    yield* inAnnotations(context);
    for (const { node, scope } of context.analysis.calls) {
      const limit = controlled(node, scope, context);
      if (limit) yield* unreadable(limit, scope, refuse, context);
    }
  },
};

/** What comes of a rate that cannot be read. */
type Outcome = (error: string) => string;
const fails: Outcome = error => `the worker ends with ${error} when it starts`;
const refuse: Outcome = error => `workers answer with ${error} and go on as before`;

/** `task_annotations`: of a task's own and that of all by `*`, the latter wins. */
function *inAnnotations(context: LintContext): Generator<Finding> {
  const all = annotations(context.linked);
  const forAll = all.some(({ name, options: given }) => name === '*' && given.has('rate_limit'));
  for (const { name, tasks, options: given } of all) {
    const limit = given.get('rate_limit');
    if (!limit || fileOf(limit.scope) !== context.file) continue;
    if (name === '*' || !forAll && (tasks.length > 0 || BUILTIN_TASKS.includes(name))) yield* unreadable(limit.value, limit.scope, fails, context);
  }
}

/** The rate that `app.control.rate_limit(name, rate)` sends to workers. */
function controlled({ func, args, keywords }: Call, scope: Scope, context: LintContext): Expression | null {
  if (func.kind !== 'Attribute' || func.attr !== 'rate_limit' || args.slice(0, 2).some(({ kind }) => kind === 'Starred')) return null;
  const isControl = options(context.evaluate(func.value, scope)).every(value => value.kind === 'symbol'
    ? value.path === 'celery.current_app.control'
    : value.kind === 'member' && value.name === 'control' && context.linked.recognizer.isApp(value.of));
  return isControl ? args[1] ?? keywords.find(({ name }) => name === 'rate_limit')?.value ?? null : null;
}

function *unreadable(node: Expression, scope: Scope, outcome: Outcome, context: LintContext): Generator<Finding> {
  const text = context.linked.folder.string(node, scope);
  const reading = text === null ? null : readRate(text);
  if (reading?.kind !== 'error') return;
  const { message, code, fix } = reading;
  yield {
    at: node,
    message: `${message}; ${outcome(code === 'unit' ? 'a KeyError' : 'a ValueError')}`,
    fixes: fix !== null && node.kind === 'Str' ? [{ title: `Use ${fix}`, safe: true, edits: [{ span: node, text: quoted(fix, context.text(node)) }] }] : [],
  };
}
