import { isAtLeast } from '../../../celery/versions';
import { fits, signatureText } from '../../celery/arity';
import { immutably, isKnownSignature, links, type KnownSignature } from '../canvases';
import type { LintContext } from '../context';
import type { Rule } from '../rule';

export const errbackSignature: Rule = {
  code: 'CEL502',
  name: 'errback-signature',
  severity: 'error',
  summary: 'An error callback cannot take what Celery passes it: it fails when it is needed.',
  *check(context) {
    for (const { node, scope, on } of links(context)) {
      if (on !== 'error') continue;
      const errback = context.linked.canvases.read(node, scope);
      if (errback?.kind !== 'signature' || errback.immutable !== false || !isKnownSignature(errback, context)) continue;
      const { task, args, kwargs } = errback.site;
      if (task.parameters.some(({ kind }) => kind === 'positional-only')) continue;
      const isCalled = takesFailure(errback, context);
      if (fits({ args, kwargs, prepended: isCalled ? 3 : 1 }, task.parameters)) continue;
      const takes = `${task.node.name}(${signatureText(task.parameters, span => task.file.text(span))})`;
      yield {
        at: node,
        related: [{ file: task.file, at: task.node.nameSpan, message: `${task.node.name} is defined here` }],
        message: isCalled
          ? `When the task fails Celery calls ${task.node.name} with request, exc and traceback first: TypeError, for it is ${takes}`
          : `When the task fails Celery sends ${task.node.name} the id of the failed task first${task.bound ? ', as it does with bound tasks' : ''}: TypeError, for it is ${takes}`,
        fixes: fits({ args, kwargs }, task.parameters) ? immutably(errback) : [],
      };
    }
  },
};

/**
 * Whether the worker calls the errback in place with `(request, exc, traceback)`, and does not send it with the id of the failed task alone:
 * tasks that are not bound, made by a decorator, with room for more than one argument (`Backend._call_task_errbacks`).
 */
function takesFailure({ site: { task, args, kwargs } }: KnownSignature, { linked }: LintContext): boolean {
  if (task.bound || task.kind === 'class') return false;
  const takesAny = task.parameters.some(({ kind }) => kind === 'var-positional');
  const positional = task.parameters.filter(({ kind }) => kind === 'positional');
  if (!isAtLeast(linked.versions.celery, 5, 7) || !fits({ args, kwargs, partial: true }, task.parameters)) return takesAny || positional.length > 1;
  // Since 5.7 only what the signature itself leaves open is counted; a parameter given by name closes all after it, `*args` too.
  const rest = positional.slice(args.length);
  const named = rest.findIndex(({ name }) => kwargs.some(given => given.name === name));
  return named < 0 ? takesAny || rest.length > 1 : named > 1;
}
