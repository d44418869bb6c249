import { describeType, type PythonType } from '../../../celery/serialization';
import type { CallSite, Via } from '../../celery/calls';
import type { Scope } from '../../semantics/scopes';
import { options, type Value } from '../../semantics/values';
import type { Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { isMessage } from '../dispatch';
import { sequenceFixes } from '../edits';
import type { Fix, Rule } from '../rule';

export const argsNotSequence: Rule = {
  code: 'CEL103',
  name: 'args-not-sequence',
  severity: 'error',
  summary: 'The arguments of apply_async or send_task are no list or tuple, or the keyword arguments no dict: TypeError at the call.',
  *check(context) {
    for (const site of context.calls) {
      if (!packed.has(site.via) || !isMessage(site, context)) continue;
      const args = argument(site, 'args');
      const kind = args && unfit(args, site.scope, sequences, context);
      if (kind) yield { at: args, message: `args must be a list or a tuple, not ${kind}: TypeError at this call`, fixes: fixes(args, site, context) };
      const kwargs = argument(site, 'kwargs');
      const other = kwargs && unfit(kwargs, site.scope, mappings, context);
      if (other) yield { at: kwargs, message: `kwargs must be a dict, not ${other}: TypeError at this call` };
    }
  },
};

const packed = new Set<Via>(['apply_async', 'apply_async_on_commit', 'send_task']);

function argument({ via, node }: CallSite, name: 'args' | 'kwargs'): Expression | null {
  const index = (via === 'send_task' ? 1 : 0) + (name === 'kwargs' ? 1 : 0);
  if (node.args.slice(0, index + 1).some(({ kind }) => kind === 'Starred')) return null;
  return node.args[index] ?? node.keywords.find(keyword => keyword.name === name)?.value ?? null;
}

const sequences = new Set(['list', 'tuple']);
const mappings = new Set(['dict']);
/** Objects that are never empty. */
const objects: ReadonlySet<PythonType['name']> = new Set(['model', 'request', 'pydantic model']);

/** What Celery does not take there, in words; null where it fits, may fit, or is nothing, which Celery takes for no arguments. */
function unfit(node: Expression, scope: Scope, fitting: ReadonlySet<string>, context: LintContext): string | null {
  const kinds = options(context.evaluate(node, scope)).map(value => typeOf(value, context));
  const [kind] = kinds;
  const type = fitting === sequences ? context.linked.types.single(node, scope) : null;
  if (type && objects.has(type.name)) return describeType(type);
  if (!kind || kinds.some(other => other === null || fitting.has(other))) return null;
  return words[kind] ?? `an instance of ${kind.slice(kind.lastIndexOf('.') + 1)}`;
}

const words: Readonly<Record<string, string>> = {
  str: 'a text', bytes: 'bytes', int: 'a number', float: 'a number', bool: 'a boolean', set: 'a set', frozenset: 'a set', dict: 'a dict', list: 'a list', tuple: 'a tuple',
  generator: 'a generator', map: 'a map', filter: 'a filter', zip: 'a zip', range: 'a range', function: 'a function',
};
/** Classes whose instances are neither; of others nothing is known. */
const known = new Set(['str', 'bytes', 'int', 'float', 'bool', 'set', 'frozenset', 'dict', 'list', 'tuple', 'map', 'filter', 'zip', 'range'].map(name => `builtins.${name}`).concat('uuid.UUID', 'datetime.datetime', 'datetime.date', 'datetime.timedelta', 'decimal.Decimal'));

/** The type of a value that surely has one and is not empty. */
function typeOf(value: Value, { linked }: LintContext): string | null {
  if (value.kind === 'expression') return typeOfExpression(value.node, linked.folder.fold(value, 0));
  const type = value.kind === 'parameter' && value.node.annotation && value.node.kind !== 'var-positional' && value.node.kind !== 'var-keyword' && !value.node.default
    ? linked.evaluator.annotated(value.node.annotation, value.scope.parent ?? value.scope) : value;
  const symbol = linked.evaluator.classOf(type);
  if (symbol?.kind !== 'symbol' || !known.has(symbol.path)) return null;
  // `set()` is empty, and Celery takes what is empty for nothing at all.
  if (type.kind === 'call' && !type.node.args.length && !type.node.keywords.length) return null;
  return symbol.path.replace('builtins.', '');
}

function typeOfExpression(node: Expression, constant: string | number | boolean | null | undefined): string | null {
  if (typeof constant === 'string') return constant ? 'str' : null;
  if (typeof constant === 'number') return constant ? 'int' : null;
  if (typeof constant === 'boolean') return constant ? 'bool' : null;
  switch (node.kind) {
    case 'Bytes': return node.value ? 'bytes' : null;
    case 'JoinedStr': return node.parts.some(part => typeof part === 'string' && part) ? 'str' : null;
    case 'Set': return 'set';
    case 'Dict': return node.items.length ? 'dict' : null;
    case 'List': return node.elements.length ? 'list' : null;
    case 'Tuple': return node.elements.length ? 'tuple' : null;
    case 'Lambda': return 'function';
    case 'Comprehension': return node.type;
    default: return null;
  }
}

function fixes(args: Expression, site: CallSite, context: LintContext): Fix[] {
  // A dict in the first place is meant to be the keyword arguments.
  if (args.kind === 'Dict') {
    const keyword = site.node.keywords.find(({ value }) => value === args);
    const isFree = argument(site, 'kwargs') === null && !site.node.keywords.some(({ name }) => name === null);
    if (!isFree || (!keyword && site.node.args.at(-1) !== args)) return [];
    const span = keyword?.nameSpan ?? { start: args.start, end: args.start };
    return [{ title: 'Pass it as kwargs', safe: false, edits: [{ span, text: keyword ? 'kwargs' : 'kwargs=' }] }];
  }
  const [value] = options(context.evaluate(args, site.scope));
  const type = value && typeOf(value, context);
  // Of what holds several values each may be an argument, or all of them one.
  return type && ['set', 'frozenset', 'generator', 'map', 'filter', 'zip', 'range', 'dict'].includes(type) && args.kind !== 'Set' ? [] : sequenceFixes(args, context);
}
