import type { Evaluator } from '../semantics/evaluator';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Expression, FunctionDef, ParameterNode } from '../syntax/nodes';
import { walk } from '../syntax/walk';

type FunctionValue = Extract<Value, { kind: 'function' }>;

/** A decorator of the project that puts a function of its own in place of the one that it gets. */
export interface Wrapper {
  /** Gets the function. */
  readonly outer: FunctionValue;
  /** Takes its place. */
  readonly inner: FunctionValue;
}

/** The wrapper that a decorator is, bare or called; null for any other, and where more happens to the inner function than being returned. */
export function wrapperOf(expression: Expression, scope: Scope, evaluator: Evaluator): Wrapper | null {
  const called = expression.kind === 'Call';
  const decorator = single(evaluator.evaluate(called ? expression.func : expression, scope));
  if (!decorator) return null;
  if (!called) return applied(decorator, evaluator);
  const made = single(evaluator.returned(decorator));
  if (made) return applied(made, evaluator);
  // `@timed()` of a decorator that may do without the parentheses.
  return expression.args.length || !isOptional(decorator.node.parameters[0]) ? null : applied(decorator, evaluator);
}

/** What a decorator makes of the function that it gets, apart from what it returns where it gets none yet. */
function applied(outer: FunctionValue, evaluator: Evaluator): Wrapper | null {
  const values = options(evaluator.returned(outer)).filter(value => !isRepeated(value, outer, evaluator));
  const [inner, ...more] = values.filter((value, _index, all) => !all.some(other => isWithin(other, value)));
  if (inner?.kind !== 'function' || more.length) return null;
  // `return decorate if function is None else decorate(function)`
  const around = values.find(value => isWithin(inner, value));
  return checked({ outer: around?.kind === 'function' ? around : outer, inner });
}

function checked({ outer, inner }: Wrapper): Wrapper | null {
  if (outer.node.decorators.length || outer.node.async || !outer.node.parameters.length) return null;
  return inner.scope.node === outer.node && isOnlyReturned(outer.node, inner.node) ? { outer, inner } : null;
}

function isWithin(inner: Value, outer: Value): boolean {
  return inner.kind === 'function' && outer.kind === 'function' && inner.scope.node === outer.node;
}

function isOptional(parameter: ParameterNode | undefined): boolean {
  return parameter?.default?.kind === 'Constant' && parameter.default.value === null;
}

/** `partial(timed, **options)` or `lambda function: timed(function, **options)` in `timed` itself. */
function isRepeated(value: Value, outer: FunctionValue, evaluator: Evaluator): boolean {
  const again = value.kind === 'call' && value.callee.kind === 'symbol' && value.callee.path === 'functools.partial' ? value.node.args[0]
    : value.kind === 'expression' && value.node.kind === 'Lambda' && value.node.body.kind === 'Call' ? value.node.body.func : undefined;
  if (!again || !('scope' in value)) return false;
  return single(evaluator.evaluate(again, value.scope))?.node === outer.node;
}

function single(value: Value): FunctionValue | null {
  const [only, ...more] = options(value);
  return only?.kind === 'function' && !more.length ? only : null;
}

/** Whether the inner function is returned as it is: `wrapper.__name__ = …` and `update_wrapper(wrapper, f)` use it beside. */
function isOnlyReturned(outer: FunctionDef, inner: FunctionDef): boolean {
  let uses = 0;
  let returned = 0;
  for (const statement of outer.body) {
    walk(statement, node => {
      if (!('kind' in node)) return true;
      if (node.kind === 'Name' && node.id === inner.name) uses++;
      if (node.kind === 'Return' && node.value?.kind === 'Name' && node.value.id === inner.name) returned++;
      return true;
    });
  }
  return returned > 0 && uses === returned;
}
