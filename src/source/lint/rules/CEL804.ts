import type { FunctionDef } from '../../syntax/nodes';
import { options, type Value } from '../../semantics/values';
import type { LintContext } from '../context';
import { afterCommit, dispatches, surroundings, transactionAround, usesAny } from '../dispatch';
import type { Rule } from '../rule';

export const signalDispatch: Rule = {
  code: 'CEL804',
  name: 'signal-dispatch',
  severity: 'hint',
  summary: 'A receiver of a model\'s signal sends a task about the instance: it runs in whatever transaction saves it.',
  *check(context) {
    for (const site of dispatches(context)) {
      const around = surroundings(site.node, context)?.at(-1);
      if (!around || !('kind' in around) || around.kind !== 'FunctionDef' || transactionAround(site, context)) continue;
      const names = new Set(around.parameters.filter(({ name, kind }) => name === 'instance' && kind !== 'var-keyword').map(({ name }) => name));
      if (!names.size || !usesAny(site.node, names) || !isReceiver(around, context)) continue;
      const fix = afterCommit(site, context, false);
      yield {
        at: site.node,
        message: 'The signal comes before the transaction commits that changes the instance: the worker may not find it, or find it as it was',
        ...(fix && { fixes: [fix] }),
      };
    }
  },
};

const signals = /^django\.db\.models\.signals\.(?:pre_save|post_save|pre_delete|post_delete|m2m_changed)$/;

/** `@receiver(post_save)`, `@receiver([post_save, m2m_changed])`, `post_save.connect(function)`. */
function isReceiver(node: FunctionDef, context: LintContext): boolean {
  const scope = context.analysis.inner.get(node)?.parent;
  if (!scope) return false;
  for (const { expression } of node.decorators) {
    if (expression.kind !== 'Call' || !expression.args[0] || !context.isSymbol(expression.func, scope, 'django.dispatch.receiver', 'django.dispatch.dispatcher.receiver')) continue;
    const given = context.evaluate(expression.args[0], scope);
    const named = given.kind === 'expression' && (given.node.kind === 'List' || given.node.kind === 'Tuple') ? given.node.elements.map(element => context.evaluate(element, given.scope)) : [given];
    if (named.some(isSignal)) return true;
  }
  return context.analysis.calls.some(({ node: call, scope: at }) => {
    if (call.func.kind !== 'Attribute' || call.func.attr !== 'connect' || !call.args[0] || !isSignal(context.evaluate(call.func.value, at))) return false;
    return options(context.evaluate(call.args[0], at)).some(value => value.kind === 'function' && value.node === node);
  });
}

function isSignal(value: Value): boolean {
  return value.kind === 'symbol' && signals.test(value.path);
}
