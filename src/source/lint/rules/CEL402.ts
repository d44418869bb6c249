import { owner, type Scope } from '../../semantics/scopes';
import { options } from '../../semantics/values';
import type { Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { isExceptionClass } from '../exceptions';
import { keywordOf, retryCalls } from '../retries';
import type { Rule } from '../rule';

export const retryPositionalExc: Rule = {
  code: 'CEL402',
  name: 'retry-positional-exc',
  severity: 'error',
  summary: 'An exception is the first argument of retry(): it is taken for the arguments of the next attempt, and nothing is retried.',
  *check(context) {
    for (const { node, scope } of retryCalls(context)) {
      const [first, ...more] = node.args;
      if (!first || !isException(first, scope, context)) continue;
      yield {
        at: first,
        message: 'The first parameter of retry() is args, and an exception is no list of arguments: TypeError, and no retry. It is given as exc=',
        ...(!more.length && keywordOf(node, 'exc') === null && { fixes: [{ title: 'Pass it as exc=', safe: true, edits: [{ span: { start: first.start, end: first.start }, text: 'exc=' }] }] }),
      };
    }
  },
};

/** What an `except … as` binds, an exception's class, or what it makes. */
function isException(node: Expression, scope: Scope, context: LintContext): boolean {
  if (node.kind === 'Name') {
    const bindings = owner(scope, node.id)?.bindings.get(node.id);
    if (bindings?.every(({ kind }) => kind === 'exception')) return true;
  }
  return options(context.evaluate(node, scope)).every(value => {
    return isExceptionClass(context.linked.evaluator.classOf(value) ?? value, context);
  });
}
