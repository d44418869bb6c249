import { fileOf } from '../project/sourceFile';
import type { Evaluator } from '../semantics/evaluator';
import type { Scope } from '../semantics/scopes';
import type { Expression } from '../syntax/nodes';
import { quote } from '../syntax/strings';

/** Classes whose calls with literal arguments are as plain as a literal, and the name by which they are written. */
const constructors = new Map([
  ['decimal.Decimal', 'Decimal'], ['datetime.datetime', 'datetime'], ['datetime.date', 'date'], ['datetime.time', 'time'], ['datetime.timedelta', 'timedelta'],
  ['uuid.UUID', 'UUID'], ['fractions.Fraction', 'Fraction'],
]);
const longest = 120;

/** Python text of a value that means the same everywhere, on one line; null where it depends on its place or is too long to show. */
export function literalText(node: Expression, scope: Scope, evaluator: Evaluator): string | null {
  const text = render(node, scope, evaluator, 0);
  return text !== null && text.length <= longest ? text : null;
}

function render(node: Expression, scope: Scope, evaluator: Evaluator, depth: number): string | null {
  if (depth > 6) return null;
  const all = (nodes: readonly Expression[]): string[] | null => {
    const texts: string[] = [];
    for (const inner of nodes) {
      const text = render(inner, scope, evaluator, depth + 1);
      if (text === null) return null;
      texts.push(text);
    }
    return texts;
  };
  switch (node.kind) {
    case 'Num': return node.text;
    case 'Constant': return node.value === null ? 'None' : node.value ? 'True' : 'False';
    case 'Str': {
      const written = fileOf(scope).text(node);
      return /^(['"])(?!\1\1)[^\n]*\1$/.test(written) && !written.slice(1, -1).includes(written[0]!) ? written : quote(node.value);
    }
    case 'Bytes': {
      const written = fileOf(scope).text(node);
      return written.includes('\n') ? null : written;
    }
    case 'UnaryOp': {
      const operand = node.operator === '-' && node.operand.kind === 'Num' ? node.operand.text : null;
      return operand === null ? null : `-${operand}`;
    }
    case 'List': {
      const elements = all(node.elements);
      return elements && `[${elements.join(', ')}]`;
    }
    case 'Tuple': {
      const elements = all(node.elements);
      return elements && (elements.length === 1 ? `(${elements[0]},)` : `(${elements.join(', ')})`);
    }
    case 'Dict': {
      const keys = all(node.items.map(({ key }) => key ?? node));
      const values = keys && node.items.every(({ key }) => key) ? all(node.items.map(({ value }) => value)) : null;
      return keys && values && `{${keys.map((key, index) => `${key}: ${values[index]}`).join(', ')}}`;
    }
    case 'Call': {
      const callee = evaluator.evaluate(node.func, scope);
      const name = callee.kind === 'symbol' ? constructors.get(callee.path) : undefined;
      const args = name ? all(node.args) : null;
      const values = args && node.keywords.every(keyword => keyword.name !== null) ? all(node.keywords.map(({ value }) => value)) : null;
      return name && args && values ? `${name}(${[...args, ...node.keywords.map((keyword, index) => `${keyword.name}=${values[index]}`)].join(', ')})` : null;
    }
    default: return null;
  }
}
