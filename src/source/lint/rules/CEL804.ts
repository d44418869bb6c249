import { receivesChanges } from '../../semantics/djangoSignals';
import type { ParameterNode } from '../../syntax/nodes';
import { dispatches } from '../dispatch';
import { itemPath, sendsTaken } from '../djangoWrites';
import type { Rule } from '../rule';
import { afterCommit, surroundings, transactionAround } from '../transactions';

export const signalDispatch: Rule = {
  code: 'CEL804',
  name: 'signal-dispatch',
  severity: 'hint',
  summary: 'A receiver of a model\'s signal sends a task about the instance: it runs in whatever transaction saves it.',
  *check(context) {
    if (!context.file.module.text.includes('instance')) return;
    for (const dispatch of dispatches(context)) {
      const around = surroundings(dispatch.node, context)?.at(-1);
      if (!around || !('kind' in around) || around.kind !== 'FunctionDef' || transactionAround(dispatch, context)) continue;
      const instance = pathOfInstance(around.parameters);
      const scope = context.analysis.inner.get(around)?.parent;
      if (!scope || instance === null || !sendsTaken(around.body, dispatch, instance) || !receivesChanges(around, scope, context.linked.evaluator)) continue;
      const fix = afterCommit(dispatch, context, false);
      yield {
        at: dispatch.node,
        message: 'The signal comes before the transaction commits that changes the instance: the worker may not find it, or find it as it was',
        ...(fix && { fixes: [fix] }),
      };
    }
  },
};

/** Where a receiver finds the instance: in a parameter of that name, else in its `**kwargs`. */
function pathOfInstance(parameters: readonly ParameterNode[]): string | null {
  if (parameters.some(({ name, kind }) => name === 'instance' && kind !== 'var-keyword' && kind !== 'var-positional')) return 'instance';
  const others = parameters.find(({ kind }) => kind === 'var-keyword');
  return others ? others.name + itemPath('instance') : null;
}
