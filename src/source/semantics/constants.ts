import { fileOf } from '../project/sourceFile';
import type { Expression } from '../syntax/nodes';
import type { Evaluator } from './evaluator';
import type { Scope } from './scopes';
import { options, type Value } from './values';

export type Constant = string | number | boolean | null;

/** Folds expressions to constants: names, attributes, enum members, concatenations, f-strings, `%` and `.format` without surprises. */
export class Folder {
  constructor(private readonly evaluator: Evaluator) {}

  /** The one string that an expression means, or null. */
  string(node: Expression, scope: Scope): string | null {
    const value = this.constant(node, scope);
    return typeof value === 'string' ? value : null;
  }

  number(node: Expression, scope: Scope): number | null {
    const value = this.constant(node, scope);
    return typeof value === 'number' ? value : null;
  }

  /** The one constant that an expression means; undefined where that is not known. */
  constant(node: Expression, scope: Scope): Constant | undefined {
    const all = this.constants(node, scope);
    return all?.length === 1 ? all[0] : undefined;
  }

  /** All constants that an expression may mean; null where one of them is not known. */
  constants(node: Expression, scope: Scope): Constant[] | null {
    const result: Constant[] = [];
    for (const option of options(this.evaluator.evaluate(node, scope))) {
      const value = this.fold(option, 0);
      if (value === undefined) return null;
      if (!result.includes(value)) result.push(value);
    }
    return result;
  }

  fold(value: Value, depth: number): Constant | undefined {
    if (depth > 20) return undefined;
    const sub = (node: Expression, scope: Scope): Constant | undefined => {
      const inner = this.evaluator.evaluate(node, scope);
      return inner.kind === 'union' ? undefined : this.fold(inner, depth + 1);
    };
    if (value.kind === 'member') {
      // `Enum.MEMBER.value`
      if (value.name === 'value' || value.name === '_value_') return this.fold(value.of, depth + 1);
      return undefined;
    }
    if (value.kind === 'call') {
      if (value.callee.kind === 'symbol' && (value.callee.path === 'builtins.str' || value.callee.path === 'builtins.int' || value.callee.path === 'builtins.float') && value.node.args.length === 1) {
        const argument = sub(value.node.args[0]!, value.scope);
        if (argument === undefined || argument === null || typeof argument === 'boolean') return undefined;
        if (value.callee.path === 'builtins.str') return typeof argument === 'string' ? argument : undefined;
        const number = Number(argument);
        return Number.isFinite(number) ? (value.callee.path === 'builtins.int' ? Math.trunc(number) : number) : undefined;
      }
      if (value.callee.kind === 'member' && value.callee.name === 'total_seconds') return this.seconds(value.callee.of, depth + 1);
      return undefined;
    }
    if (value.kind !== 'expression') return undefined;
    const { node, scope } = value;
    switch (node.kind) {
      case 'Str': return node.value;
      case 'Num': return node.type === 'complex' ? undefined : node.value;
      case 'Constant': return node.value;
      case 'Name': return node.id === '__name__' ? fileOf(scope).name : undefined;
      case 'JoinedStr': {
        let text = '';
        for (const part of node.parts) {
          const folded = typeof part === 'string' ? part : sub(part, scope);
          if (typeof folded !== 'string' && typeof folded !== 'number') return undefined;
          text += String(folded);
        }
        return text;
      }
      case 'UnaryOp': {
        const operand = sub(node.operand, scope);
        if (node.operator === '-' && typeof operand === 'number') return -operand;
        if (node.operator === '+' && typeof operand === 'number') return operand;
        return node.operator === 'not' && typeof operand === 'boolean' ? !operand : undefined;
      }
      case 'BinOp': {
        const left = sub(node.left, scope);
        const right = sub(node.right, scope);
        if (typeof left === 'number' && typeof right === 'number') return arithmetic(node.operator, left, right);
        if (node.operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
        if (node.operator === '%' && typeof left === 'string' && (typeof right === 'string' || typeof right === 'number') && /^[^%]*%[sd][^%]*$/.test(left)) return left.replace(/%[sd]/, () => String(right));
        return undefined;
      }
      default: return undefined;
    }
  }

  /** `timedelta(days=1) * 3`, `2 * DAY + HOUR` */
  #reckoned({ operator, left, right }: Extract<Expression, { kind: 'BinOp' }>, scope: Scope, depth: number): number | undefined {
    const [a, b] = [left, right].map(node => this.evaluator.evaluate(node, scope)) as [Value, Value];
    const [first, second] = [this.seconds(a, depth), this.seconds(b, depth)];
    if (operator === '+' || operator === '-') return first === undefined || second === undefined ? undefined : arithmetic(operator, first, second);
    const factor = this.fold(first === undefined ? a : b, depth);
    const stretch = first ?? second;
    return stretch !== undefined && typeof factor === 'number' && (operator === '*' || (operator === '/' && first !== undefined)) ? arithmetic(operator, stretch, factor) : undefined;
  }

  /** The seconds of a `timedelta(…)` call with constant arguments, and of what is reckoned with such. */
  seconds(value: Value, depth = 0): number | undefined {
    if (value.kind === 'expression' && value.node.kind === 'BinOp' && depth < 20) return this.#reckoned(value.node, value.scope, depth + 1);
    if (value.kind !== 'call' || value.callee.kind !== 'symbol' || value.callee.path !== 'datetime.timedelta') return undefined;
    const factors: Record<string, number> = { days: 86400, seconds: 1, microseconds: 1e-6, milliseconds: 1e-3, minutes: 60, hours: 3600, weeks: 604800 };
    const positional = Object.keys(factors);
    let total = 0;
    const add = (name: string | null | undefined, node: Expression): boolean => {
      const inner = this.evaluator.evaluate(node, value.scope);
      const amount = inner.kind === 'union' ? undefined : this.fold(inner, depth + 1);
      if (!name || !(name in factors) || typeof amount !== 'number') return false;
      total += amount * factors[name]!;
      return true;
    };
    return value.node.args.every((node, index) => add(positional[index], node)) && value.node.keywords.every(({ name, value: node }) => add(name, node)) ? total : undefined;
  }
}

function arithmetic(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+': return left + right;
    case '-': return left - right;
    case '*': return left * right;
    case '/': return right ? left / right : undefined;
    case '//': return right ? Math.floor(left / right) : undefined;
    case '%': return right ? left - right * Math.floor(left / right) : undefined;
    case '**': { const power = left ** right; return Number.isFinite(power) ? power : undefined; }
    case '|': return left | right;
    default: return undefined;
  }
}
