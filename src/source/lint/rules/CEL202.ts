import { describeType, serialize, type PythonType } from '../../../celery/serialization';
import type { CallSite } from '../../celery/calls';
import type { Expression, ParameterNode } from '../../syntax/nodes';
import { dispatches } from '../dispatch';
import type { Rule } from '../rule';
import { serializerOf } from '../serializers';

/** Types for which it matters to the task that it gets another. */
const promised: ReadonlySet<PythonType['name']> = new Set(['tuple', 'datetime', 'date', 'time', 'Decimal', 'UUID', 'str Enum', 'IntEnum']);

export const lossyArgument: Rule = {
  code: 'CEL202',
  name: 'lossy-argument',
  severity: 'hint',
  summary: 'An argument arrives as another type than the parameter is annotated with.',
  *check(context) {
    const { types, versions, behaviours } = context.linked;
    for (const site of dispatches(context)) {
      const { task } = site;
      if (!task || serializerOf(site, context) !== 'json' || task.kind === 'class' || task.node.decorators.length > 1 || !behaviours.of(task).plainCall) continue;
      // Pydantic makes the types again.
      if (task.hasMoreOptions || task.options.some(({ name }) => name === 'pydantic')) continue;
      for (const [parameter, node] of pairs(site, task.parameters ?? [])) {
        if (!parameter.annotation) continue;
        const type = types.single(node, site.scope);
        const fate = serialize(type, 'json', versions.kombu);
        if (fate.outcome !== 'changes' || fate.culprit !== type || fate.arrives === null) continue;
        if (!promised.has(type.name) || types.annotated(parameter.annotation, task.scope).name !== type.name) continue;
        yield { at: node, message: `The task is annotated to get ${describeType(type)} as ${parameter.name}, and gets ${/^[aeiou]/.test(fate.arrives) ? 'an' : 'a'} ${fate.arrives}: json does not keep the type` };
      }
    }
  },
};

/** Which argument each parameter gets. */
function *pairs({ args, kwargs }: CallSite, parameters: readonly ParameterNode[]): Generator<readonly [ParameterNode, Expression]> {
  for (const [index, node] of (args ?? []).entries()) {
    const parameter = parameters[index];
    if (!parameter || (parameter.kind !== 'positional' && parameter.kind !== 'positional-only')) break;
    yield [parameter, node];
  }
  for (const { name, value } of kwargs ?? []) {
    const parameter = parameters.find(candidate => candidate.name === name && (candidate.kind === 'positional' || candidate.kind === 'keyword-only'));
    if (parameter) yield [parameter, value];
  }
}
