import { receivesChanges } from '../../semantics/djangoSignals';
import type { ParameterNode } from '../../syntax/nodes';
import { afterCommit, dispatches, surroundings, transactionAround } from '../dispatch';
import { itemPath, sendsTaken } from '../djangoWrites';
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
      const instance = pathOfInstance(around.parameters);
      const scope = context.analysis.inner.get(around)?.parent;
      if (!scope || instance === null || !sendsTaken(around.body, site, instance) || !receivesChanges(around, scope, context.linked.evaluator)) continue;
      const fix = afterCommit(site, context, false);
      yield {
        at: site.node,
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
