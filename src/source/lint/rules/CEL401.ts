import { fileOf } from '../../project/sourceFile';
import type { Scope } from '../../semantics/scopes';
import type { ExceptHandler } from '../../syntax/nodes';
import { walk, type AnyNode } from '../../syntax/walk';
import type { LintContext } from '../context';
import { indentationAt, named } from '../edits';
import { exceptionName, isBroad, namedExceptions, passing } from '../exceptions';
import { bodyOf, keywordOf, retryCalls } from '../retries';
import type { Finding, Fix, Rule } from '../rule';

export const retrySwallowed: Rule = {
  code: 'CEL401',
  name: 'retry-swallowed',
  severity: 'error',
  summary: 'An except around retry() catches the Retry that it raises: the task succeeds, and runs again all the same.',
  *check(context) {
    for (const { node, scope } of retryCalls(context)) {
      if (keywordOf(node, 'throw') !== null) continue;
      const handler = swallower(node, 'Retry', scope, context);
      if (handler) yield describe(handler, 'Retry', 'retry() raises Retry after it has sent the task again', scope, context);
    }
    for (const task of context.tasks) {
      const body = bodyOf(task);
      const scope = body && context.analysis.inner.get(body);
      if (!scope || fileOf(scope) !== context.file || !context.text(body).includes('raise')) continue;
      const raised: Finding[] = [];
      walk(body, node => {
        if (!('kind' in node)) return true;
        if (node !== body && (node.kind === 'FunctionDef' || node.kind === 'Lambda' || node.kind === 'ClassDef')) return false;
        if (node.kind !== 'Raise' || !node.exception) return true;
        const { exception } = node;
        const name = exceptionName(context.evaluate(exception.kind === 'Call' ? exception.func : exception, scope));
        const handler = name === 'Ignore' || name === 'Reject' ? swallower(node, name, scope, context) : null;
        if (handler && name) raised.push(describe(handler, name, `${name} tells the worker to leave the task alone`, scope, context));
        return true;
      });
      yield* raised;
    }
  },
};

function describe(handler: ExceptHandler, name: string, why: string, scope: Scope, context: LintContext): Finding {
  const word = handler.type ? `except ${context.text(handler.type)}` : 'this except';
  const end = handler.type?.end ?? handler.start + 'except'.length;
  const fix = letPass(handler, name, scope, context);
  return {
    at: { start: handler.start, end },
    message: `${why}, and ${word} catches it: the worker hears of a success`,
    ...(fix && { fixes: [fix] }),
  };
}

/** The broad handler that catches what is raised at a node and keeps it; null where it gets out, or where that is not known. */
function swallower(node: AnyNode, name: string, scope: Scope, context: LintContext): ExceptHandler | null {
  let below = node;
  for (const above of context.parents.above(node)) {
    if ('kind' in above) {
      if (above.kind === 'FunctionDef' || above.kind === 'Lambda' || above.kind === 'ClassDef') return null;
      if (above.kind === 'With' && above.body.some(statement => statement === below) && above.items.some(item => context.evaluate(item.context, scope).kind === 'unknown')) return null;
      if (above.kind === 'Try' && above.body.some(statement => statement === below)) {
        const handler = catcher(above.handlers, name, scope, context);
        if (handler === 'unknown') return null;
        if (handler) {
          const does = passing(handler.handler, scope, context);
          if (does === 'keeps') return handler.isBroad ? handler.handler : null;
          // What it raises may be another exception: only a bare `raise` surely hands this one on.
          if (does === 'unknown' || !handler.handler.body.some(statement => statement.kind === 'Raise' && !statement.exception)) return null;
        }
      }
    }
    below = above;
  }
  return null;
}

/** The first handler that catches an exception of Celery. */
function catcher(handlers: readonly ExceptHandler[], name: string, scope: Scope, context: LintContext): { readonly handler: ExceptHandler; readonly isBroad: boolean } | 'unknown' | null {
  for (const handler of handlers) {
    if (!handler.type) return { handler, isBroad: true };
    const caught = namedExceptions(handler.type, scope, context);
    if (!caught || caught.some(({ value }) => value.kind !== 'symbol' && value.kind !== 'class')) return 'unknown';
    if (caught.some(({ value }) => isBroad(value))) return { handler, isBroad: true };
    if (caught.some(({ value }) => [name, 'TaskPredicate', 'CeleryError'].includes(exceptionName(value) ?? ''))) return { handler, isBroad: false };
  }
  return null;
}

function letPass(handler: ExceptHandler, name: string, scope: Scope, context: LintContext): Fix | null {
  const found = named(context, scope, 'celery.exceptions', name);
  const first = handler.body[0];
  if (!found || !first) return null;
  const indent = indentationAt(context.file, handler.start);
  const inner = context.file.lines.position(first.start).line === context.file.lines.position(handler.start).line ? `${indent}    ` : indentationAt(context.file, first.start);
  return {
    title: `Let ${name} pass`,
    safe: false,
    edits: [...found.edits, { span: { start: handler.start, end: handler.start }, text: `except ${found.text}:\n${inner}raise\n${indent}` }],
  };
}
