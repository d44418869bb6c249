import { describeType, remedyFor, serialize, type PythonType, type Serializer } from '../../../celery/serialization';
import { isAtLeast } from '../../../celery/versions';
import type { CallSite, Via } from '../../celery/calls';
import type { Task } from '../../celery/model';
import type { Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { optionOf } from '../retries';
import type { Fix, Rule } from '../rule';
import { serializerOf } from '../serializers';
import { mentions } from '../usage';

/** Ways of calling that put the arguments into a message; `apply` runs the task here. */
const now = new Set<Via>(['delay', 'apply_async', 'delay_on_commit', 'apply_async_on_commit']);
const later = new Set<Via>(['s', 'si', 'signature', 'signature()', 'partial']);
/** What yaml and msgpack take differs by their version and what is registered: only what none can take is told. */
const hopeless = new Set(['lambda', 'function', 'file', 'request', 'generator', 'task']);
/** Types of one's own that kombu is taught. */
const registered = /\bregister_type\b/;

export const nonSerializableArgument: Rule = {
  code: 'CEL201',
  name: 'non-serializable-argument',
  severity: 'error',
  summary: 'An argument that the serializer of the task cannot encode: an EncodeError when it is sent.',
  *check(context) {
    const { linked } = context;
    for (const site of context.calls) {
      if (!site.task || !(now.has(site.via) || later.has(site.via)) || site.task.wrapped || !linked.behaviours.of(site.task).plainSend) continue;
      const given = [...site.args ?? [], ...(site.kwargs ?? []).map(({ value }) => value)];
      if (!given.length || mentions(linked, registered)) continue;
      const serializer = serializerOf(site, context);
      // Pickle takes most of it.
      if (!serializer || serializer === 'pickle') continue;
      for (const node of given) {
        const culprits = linked.types.of(node, site.scope).map(type => refused(type, serializer, site.task!, context));
        const [first] = culprits;
        if (!first || culprits.some(culprit => !culprit)) continue;
        yield {
          at: node,
          message: `${first.inside ? `${describeType(first.type)} in ${describeType(first.whole)}` : describeType(first.type)} cannot be encoded as ${serializer}${first.asKey ? ' where it is a key' : ''}: EncodeError ${now.has(site.via) ? 'at this call' : 'when this is sent'}`.replace(/^./, letter => letter.toUpperCase()),
          ...(!first.inside && { fixes: fixes(node, first.type, site, context) }),
        };
      }
    }
  },
};

interface Refused {
  readonly type: PythonType;
  readonly whole: PythonType;
  readonly inside: boolean;
  readonly asKey: boolean;
}

function refused(type: PythonType, serializer: Serializer, task: Task, { linked }: LintContext): Refused | null {
  const verdict = serialize(type, serializer, linked.versions.kombu);
  if (verdict.outcome !== 'refused') return null;
  const { culprit } = verdict;
  if (serializer !== 'json' && !hopeless.has(culprit.name)) return null;
  // Since Celery 5.7 the caller dumps models for such tasks.
  if (culprit.name === 'pydantic model' && optionOf(task, 'pydantic') && isAtLeast(linked.versions.celery, 5, 7)) return null;
  return { type: culprit, whole: type, inside: culprit !== type, asKey: verdict.asKey };
}

function fixes(node: Expression, type: PythonType, { node: call }: CallSite, context: LintContext): Fix[] {
  const remedy = remedyFor(type);
  if (!remedy) return [];
  const { before, after, safe } = remedy;
  const title = before ? `Wrap it in ${before.slice(0, -1)}()` : `Pass ${after}`;
  const insert = (at: number, text: string): { span: { start: number; end: number }; text: string } => ({ span: { start: at, end: at }, text });
  if (node.kind === 'Comprehension' && node.type === 'generator' && before) {
    // The brackets of the call are those of the generator, or it has its own.
    const edits = node.start === call.open ? [insert(node.start + 1, before), insert(node.end - 1, after)] : [insert(node.start, before.slice(0, -1))];
    return [{ title, safe, edits }];
  }
  const isPrimary = ['Name', 'Attribute', 'Call', 'Subscript'].includes(node.kind);
  const brackets = before || isPrimary ? ['', ''] as const : ['(', ')'] as const;
  const outer = context.file.module.parenthesized.get(node) ?? node;
  return [{ title, safe, edits: [insert(outer.start, before + brackets[0]), insert(outer.end, brackets[1] + after)] }];
}
