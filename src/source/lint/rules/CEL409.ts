import type { ExceptHandler, FunctionDef, Statement, Try } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { isBroad, namedExceptions, passing, raisesAnywhere } from '../exceptions';
import { bodyOf, isEmpty, optionOf } from '../retries';
import type { Rule } from '../rule';

export const autoretrySwallowed: Rule = {
  code: 'CEL409',
  name: 'autoretry-swallowed',
  severity: 'info',
  summary: 'autoretry_for on a task whose whole body is in a try that keeps every exception: it is never retried.',
  *check(context) {
    for (const task of context.tasks) {
      const option = optionOf(task, 'autoretry_for');
      const body = bodyOf(task);
      if (!option || isEmpty(option, context) || !body || task.wrapped || task.parameters === null) continue;
      const handler = keeper(body, context);
      if (handler) yield {
        at: { start: handler.start, end: handler.type?.end ?? handler.start + 'except'.length },
        message: `Nothing that goes wrong gets out of ${task.node.name}, so autoretry_for never sees it: the task succeeds`,
      };
    }
  },
};

/** The handler that keeps everything that the body of a function may raise. */
function keeper(node: FunctionDef, context: LintContext): ExceptHandler | null {
  const scope = context.analysis.inner.get(node);
  const whole = onlyTry(node.body);
  if (!scope || !whole) return null;
  for (const handler of whole.handlers) {
    const isLast = !handler.type || (namedExceptions(handler.type, scope, context)?.some(({ value }) => isBroad(value)) ?? false);
    if (passing(handler, scope, context) !== 'keeps' || handler.body.some(raisesAnywhere)) return null;
    if (isLast) return handler;
  }
  return null;
}

/** The one `try` of a body, with nothing beside it that may raise. */
function onlyTry(body: readonly Statement[]): Try | null {
  const rest = body.filter(statement => !isHarmless(statement));
  const [only] = rest;
  return rest.length === 1 && only?.kind === 'Try' && !only.otherwise.length ? only : null;
}

/** A docstring, `x = 0`, `return x`. */
function isHarmless(statement: Statement): boolean {
  const isPlain = (kind: string): boolean => ['Str', 'Num', 'Constant', 'Name'].includes(kind);
  switch (statement.kind) {
    case 'Simple': case 'Declare': return true;
    case 'Expr': return statement.value.kind === 'Str' || statement.value.kind === 'Ellipsis';
    case 'Assign': return isPlain(statement.value.kind) && statement.targets.every(({ kind }) => kind === 'Name');
    case 'Return': return statement.value === null || isPlain(statement.value.kind);
    default: return false;
  }
}
