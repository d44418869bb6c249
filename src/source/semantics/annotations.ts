import type { Expression } from '../syntax/nodes';
import type { Evaluator } from './evaluator';
import type { Scope } from './scopes';

/** Generic types that say something beside the type itself. */
const qualifiers = new Set(['Annotated', 'Final', 'ClassVar', 'Required', 'NotRequired', 'ReadOnly']);

/** The alternatives that an annotation names, without quotes: `Optional["Order"]` and `"Order | None"` are an `Order` or `None`. */
export function alternatives(annotation: Expression, scope: Scope, evaluator: Evaluator): readonly Expression[] {
  const node = evaluator.unquoted(annotation);
  const all = (nodes: readonly Expression[]): Expression[] => nodes.flatMap(inner => alternatives(inner, scope, evaluator));
  if (node.kind === 'BinOp' && node.operator === '|') return all([node.left, node.right]);
  if (node.kind !== 'Subscript') return [node];
  const name = typingName(node.value, scope, evaluator);
  if (name === 'Union') return all(node.indices);
  if (name === 'Optional') return [...all(node.indices.slice(0, 1)), { kind: 'Constant', start: node.end, end: node.end, value: null }];
  return name !== null && qualifiers.has(name) ? all(node.indices.slice(0, 1)) : [node];
}

function typingName(node: Expression, scope: Scope, evaluator: Evaluator): string | null {
  const value = evaluator.evaluate(node, scope);
  return value.kind === 'symbol' ? /^typing(?:_extensions)?\.(\w+)$/.exec(value.path)?.[1] ?? null : null;
}
