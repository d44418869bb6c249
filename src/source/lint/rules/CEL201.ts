import { describeType, remedyFor, serialize, type PythonType, type Serializer } from '../../../celery/serialization';
import { isAtLeast } from '../../../celery/versions';
import type { CallSite, Via } from '../../celery/calls';
import type { Task } from '../../celery/model';
import { isTestModule } from '../../project/testModules';
import type { Scope } from '../../semantics/scopes';
import type { Expression } from '../../syntax/nodes';
import { walk } from '../../syntax/walk';
import type { LintContext } from '../context';
import { isMessage } from '../dispatch';
import { around } from '../edits';
import { isRegistered } from '../registeredTypes';
import { optionOf } from '../retries';
import type { Fix, FixEdit, Rule } from '../rule';
import { serializerOf } from '../serializers';

/** Ways of calling that send at once. */
const now = new Set<Via>(['delay', 'apply_async', 'delay_on_commit', 'apply_async_on_commit', 'send_task']);
/** What yaml and msgpack take differs by their version and what is registered: only what none can take is told. */
const hopeless = new Set(['lambda', 'function', 'file', 'uploaded file', 'request', 'generator', 'task']);

export const nonSerializableArgument: Rule = {
  code: 'CEL201',
  name: 'non-serializable-argument',
  severity: 'error',
  summary: 'An argument that the serializer of the task cannot encode: an EncodeError when it is sent.',
  *check(context) {
    const { linked, file } = context;
    const inTest = isTestModule(file.name);
    for (const site of context.calls) {
      if (!isMessage(site, context)) continue;
      // A test looks at a signature, or calls it, as often as it sends it.
      if (inTest && !now.has(site.via)) continue;
      const given = [...site.args ?? [], ...(site.kwargs ?? []).map(({ value }) => value)];
      if (!given.length) continue;
      const serializer = serializerOf(site, context);
      // Pickle takes most of it.
      if (!serializer || serializer === 'pickle') continue;
      for (const node of given) {
        const culprits = linked.types.of(node, site.scope).map(type => refused(type, serializer, site.task, context));
        const [first] = culprits;
        if (!first || culprits.some(culprit => !culprit) || isNarrowed(node, site)) continue;
        yield {
          at: node,
          message: `${first.inside ? `${describeType(first.type)} in ${describeType(first.whole)}` : describeType(first.type)} cannot be encoded as ${serializer}${first.asKey ? ' where it is a key' : ''}: EncodeError ${now.has(site.via) ? 'at this call' : 'when this is sent'}`.replace(/^./, letter => letter.toUpperCase()),
          ...(!first.inside && { fixes: fixes(node, first.type, site, context) }),
        };
      }
    }
  },
};

/** Whether the function around a call asks what a name holds: it may know better than the annotation. */
function isNarrowed(node: Expression, { scope }: CallSite): boolean {
  if (node.kind !== 'Name') return false;
  let around: Scope | null = scope;
  while (around && around.kind !== 'function') around = around.parent;
  let found = false;
  if (around) walk(around.node, part => {
    if (!('kind' in part) || part.kind !== 'Call' || part.func.kind !== 'Name' || part.func.id !== 'isinstance') return !found;
    const [asked] = part.args;
    if (asked?.kind === 'Name' && asked.id === node.id) found = true;
    return !found;
  });
  return found;
}

interface Refused {
  readonly type: PythonType;
  readonly whole: PythonType;
  readonly inside: boolean;
  readonly asKey: boolean;
}

function refused(type: PythonType, serializer: Serializer, task: Task | null, { linked }: LintContext): Refused | null {
  const verdict = serialize(type, serializer, linked.versions.kombu);
  if (verdict.outcome !== 'refused') return null;
  const { culprit } = verdict;
  if (serializer === 'json' ? isRegistered(culprit, linked) : !hopeless.has(culprit.name)) return null;
  // Since Celery 5.7 the caller dumps models for such tasks.
  if (culprit.name === 'pydantic model' && task && optionOf(task, 'pydantic') && isAtLeast(linked.versions.celery, 5, 7)) return null;
  return { type: culprit, whole: type, inside: culprit !== type, asKey: verdict.asKey };
}

function fixes(node: Expression, type: PythonType, { node: call }: CallSite, context: LintContext): Fix[] {
  const remedy = remedyFor(type);
  if (!remedy) return [];
  const { title, before, after, safe } = remedy;
  const insert = (at: number, text: string): FixEdit => ({ span: { start: at, end: at }, text });
  if (node.kind === 'Comprehension' && node.type === 'generator' && before) {
    // The brackets of the call are those of the generator, or it has its own.
    const edits = node.start === call.open ? [insert(node.start + 1, before), insert(node.end - 1, after)] : [insert(node.start, before.slice(0, -1))];
    return [{ title, safe, edits }];
  }
  return [{ title, safe, edits: around(node, before, after, context.file) }];
}
