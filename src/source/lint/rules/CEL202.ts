import { describeType, serialize, type PythonType } from '../../../celery/serialization';
import type { Version } from '../../../celery/versions';
import type { CallSite, Via } from '../../celery/calls';
import type { Expression, ParameterNode } from '../../syntax/nodes';
import type { Rule } from '../rule';
import { serializerOf } from '../serializers';

/** Types for which it matters to the task that it gets another. */
const promised: ReadonlySet<PythonType['name']> = new Set(['tuple', 'namedtuple', 'datetime', 'date', 'time', 'Decimal', 'UUID', 'str Enum', 'IntEnum', 'lazy string', 'SafeString', 'defaultdict', 'Counter', 'OrderedDict']);
/** A signature made by `s` may get more arguments before its own. */
const whole = new Set<Via>(['delay', 'apply_async', 'send_task', 'delay_on_commit', 'apply_async_on_commit', 'si']);

export const lossyArgument: Rule = {
  code: 'CEL202',
  name: 'lossy-argument',
  severity: 'hint',
  summary: 'An argument arrives as another type than the parameter is annotated with.',
  *check(context) {
    const { types, versions, behaviours } = context.linked;
    for (const site of context.calls) {
      const { task } = site;
      if (!task || !whole.has(site.via) || serializerOf(site, context) !== 'json' || task.wrapped) continue;
      if (!behaviours.of(task).plainCall || !behaviours.of(task).plainSend) continue;
      // Pydantic makes the types again.
      if (task.hasMoreOptions || task.options.some(({ name }) => name === 'pydantic')) continue;
      for (const [parameter, node] of pairs(site, task.parameters ?? [])) {
        if (!parameter.annotation) continue;
        const type = types.single(node, site.scope);
        if (serialize(type, 'json', versions.kombu).outcome === 'refused') continue;
        const loss = lossOf(type, types.promises(parameter.annotation, task.scope), versions.kombu);
        if (loss) yield { at: node, message: `The task is annotated to get ${loss.what} as ${parameter.name}, and gets ${/^[aeiou]/.test(loss.arrives) ? 'an' : 'a'} ${loss.arrives}${loss.where}: json does not keep the type` };
      }
    }
  },
};

interface Loss {
  readonly what: string;
  readonly arrives: string;
  readonly where: string;
}

/** What a value loses on its way of all that is promised; null where nothing is, or what arrives is promised as well. */
function lossOf(type: PythonType, alternatives: readonly PythonType[], kombu: Version): Loss | null {
  const own = alternatives.find(({ name }) => name === type.name);
  if (!own || alternatives.some(({ name }) => name === 'unknown')) return null;
  const fate = serialize(alone(type), 'json', kombu);
  if (promised.has(type.name)) {
    if (fate.outcome !== 'changes' || fate.arrives === null || alternatives.some(({ name }) => name === fate.arrives)) return null;
    return { what: describeType(type), arrives: fate.arrives, where: '' };
  }
  if ('elements' in type && 'elements' in own) {
    const [promise, ...others] = own.elements;
    return promise && !others.length ? first(type.elements, element => within(lossOf(element, [promise], kombu), type)) : null;
  }
  if (!('keys' in type) || !('keys' in own)) return null;
  const [key, value] = [own.keys[0], own.values[0]];
  if (key && numbers.has(key.name) && type.keys.some(({ name }) => name === key.name)) return { what: `${describeType(type)} whose keys are numbers`, arrives: 'text', where: ' for each' };
  return value ? first(type.values, inner => within(lossOf(inner, [value], kombu), type)) : null;
}

const numbers: ReadonlySet<PythonType['name']> = new Set(['int', 'float']);

/** A container as if it were empty: what it holds is not known as often as not. */
function alone(type: PythonType): PythonType {
  if ('elements' in type) return { ...type, elements: [] };
  return 'keys' in type ? { ...type, keys: [], values: [] } : type;
}

function within(loss: Loss | null, container: PythonType): Loss | null {
  return loss && { ...loss, what: `${loss.what} in ${describeType(container)}` };
}

function first(types: readonly PythonType[], find: (type: PythonType) => Loss | null): Loss | null {
  for (const type of types) {
    const found = find(type);
    if (found) return found;
  }
  return null;
}

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
