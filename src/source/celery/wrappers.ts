import type { Evaluator } from '../semantics/evaluator';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Expression, FunctionDef } from '../syntax/nodes';
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
  const outer = decorator && called ? single(evaluator.returned(decorator)) : decorator;
  const inner = outer && single(evaluator.returned(outer));
  if (!outer || !inner || outer.node.decorators.length || outer.node.async || !outer.node.parameters.length) return null;
  return inner.scope.node === outer.node && isOnlyReturned(outer.node, inner.node) ? { outer, inner } : null;
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
