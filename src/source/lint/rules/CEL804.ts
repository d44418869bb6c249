import type { Expression, FunctionDef } from '../../syntax/nodes';
import type { Scope } from '../../semantics/scopes';
import { options, type Value } from '../../semantics/values';
import type { LintContext } from '../context';
import { afterCommit, dispatches, surroundings, transactionAround } from '../dispatch';
import { sendsTaken } from '../djangoWrites';
import type { Rule } from '../rule';

export const signalDispatch: Rule = {
  code: 'CEL804',
  name: 'signal-dispatch',
  severity: 'hint',
  summary: 'A receiver of a model\'s signal sends a task about the instance: it runs in whatever transaction saves it.',
  *check(context) {
    if (!context.file.module.text.includes('instance')) return;
    for (const site of dispatches(context)) {
      const around = surroundings(site.node, context)?.at(-1);
      if (!around || !('kind' in around) || around.kind !== 'FunctionDef' || transactionAround(site, context)) continue;
      const takesInstance = around.parameters.some(({ name, kind }) => name === 'instance' && kind !== 'var-keyword');
      if (!takesInstance || !sendsTaken(around.body, site, 'instance') || !isReceiver(around, context)) continue;
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

/** `@receiver(post_save)`, `@receiver([post_save, m2m_changed])`, `post_save.connect(function)`. Another decorator may call the function after the commit. */
function isReceiver(node: FunctionDef, context: LintContext): boolean {
  const scope = context.analysis.inner.get(node)?.parent;
  if (!scope || !node.decorators.every(({ expression }) => expression.kind === 'Call' && context.isSymbol(expression.func, scope, ...receivers))) return false;
  if (node.decorators.some(({ expression }) => expression.kind === 'Call' && expression.args[0] && namesSignal(expression.args[0], scope, context))) return true;
  return context.analysis.calls.some(({ node: call, scope: at }) => {
    if (call.func.kind !== 'Attribute' || call.func.attr !== 'connect' || !call.args[0] || !isSignal(context.evaluate(call.func.value, at))) return false;
    return options(context.evaluate(call.args[0], at)).some(value => value.kind === 'function' && value.node === node);
  });
}

const receivers = ['django.dispatch.receiver', 'django.dispatch.dispatcher.receiver'];

function namesSignal(given: Expression, scope: Scope, context: LintContext): boolean {
  const value = context.evaluate(given, scope);
  if (value.kind !== 'expression' || (value.node.kind !== 'List' && value.node.kind !== 'Tuple')) return isSignal(value);
  return value.node.elements.some(element => isSignal(context.evaluate(element, value.scope)));
}

function isSignal(value: Value): boolean {
  return value.kind === 'symbol' && signals.test(value.path);
}
