import { fileOf } from '../project/sourceFile';
import type { Comprehension, Expression } from '../syntax/nodes';
import type { Folder } from './constants';
import { returns, type Evaluator } from './evaluator';
import type { Scope } from './scopes';
import { options, type Value } from './values';

/** The texts of a list, as far as they are written out. */
export interface Texts {
  readonly texts: readonly string[];
  /** Whether there are surely no others. */
  readonly isComplete: boolean;
}

/** Reads lists of texts, also where they are put together: `BASE + ["x"]`, `[*BASE, "x"]`, `tuple(BASE)`, `lambda: BASE`. */
export class TextLists {
  /** @param read what expressions mean of which more is known; null for all others */
  constructor(private readonly evaluator: Evaluator, private readonly folder: Folder, private readonly read: (node: Expression, scope: Scope) => Texts | null) {}

  of(node: Expression, scope: Scope, depth = 0): Texts {
    const sub = (inner: Expression, at = scope): Texts => this.of(inner, at, depth + 1);
    if (depth > 20) return unknownTexts;
    const known = this.read(node, scope);
    if (known) return known;
    switch (node.kind) {
      case 'Str': return { texts: [node.value], isComplete: true };
      case 'List': case 'Tuple': case 'Set': return joined(node.elements.map(element => element.kind === 'Starred' ? sub(element.value) : this.#element(element, scope)));
      case 'BinOp': return node.operator === '+' ? joined([sub(node.left), sub(node.right)]) : unknownTexts;
      case 'BoolOp': return joined([sub(node.left), sub(node.right)]);
      case 'IfExp': return joined([sub(node.body), sub(node.otherwise)]);
      case 'Lambda': return sub(node.body, this.evaluator.inner({ node, scope }) ?? scope);
      case 'Comprehension': return isFilter(node) ? sub(node.loops[0]!.iterable) : unknownTexts;
      default: return joined(options(this.evaluator.evaluate(node, scope)).map(value => this.#value(value, depth + 1)));
    }
  }

  #value(value: Value, depth: number): Texts {
    if (value.kind === 'expression') return readable.has(value.node.kind) ? this.of(value.node, value.scope, depth) : unknownTexts;
    if (value.kind === 'function') {
      const scope = this.evaluator.inner(value);
      const results = returns(value.node.body);
      return scope && results.length ? joined(results.map(result => this.of(result, scope, depth))) : unknownTexts;
    }
    if (value.kind === 'call' && value.callee.kind === 'symbol' && copying.has(value.callee.path)) {
      const [argument] = value.node.args;
      return argument ? this.of(argument, value.scope, depth) : { texts: [], isComplete: true };
    }
    return unknownTexts;
  }

  #element(node: Expression, scope: Scope): Texts {
    if (node.kind === 'Name' && node.id === '__name__') return { texts: [fileOf(scope).name], isComplete: true };
    const constants = this.folder.constants(node, scope);
    const texts = constants?.filter(constant => typeof constant === 'string');
    return texts && texts.length === constants!.length ? { texts, isComplete: true } : unknownTexts;
  }
}

const unknownTexts: Texts = { texts: [], isComplete: false };
const readable: ReadonlySet<Expression['kind']> = new Set(['Str', 'List', 'Tuple', 'Set', 'BinOp', 'BoolOp', 'IfExp', 'Lambda', 'Comprehension']);

/** `x for x in list if …` */
function isFilter({ element, value, loops }: Comprehension): boolean {
  const [loop] = loops;
  return loop !== undefined && loops.length === 1 && !value && element.kind === 'Name' && loop.target.kind === 'Name' && element.id === loop.target.id;
}

const copying = new Set(['builtins.list', 'builtins.tuple', 'builtins.set', 'builtins.sorted']);

export function joined(parts: readonly Texts[]): Texts {
  return { texts: parts.flatMap(({ texts }) => texts), isComplete: parts.every(({ isComplete }) => isComplete) };
}
