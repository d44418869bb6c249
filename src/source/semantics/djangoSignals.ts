import { fileOf } from '../project/sourceFile';
import type { Call, Expression, FunctionDef } from '../syntax/nodes';
import type { Evaluator } from './evaluator';
import type { Scope } from './scopes';
import { itemOf, options, type Value } from './values';

/** Signals of models that come with the instance; `pre_init` is sent before there is one. */
const ofInstances = /^django\.db\.models\.signals\.(?:(?:pre|post)_(?:save|delete)|post_init|m2m_changed)$/;
/** Those that are sent within the transaction that changes it. */
const ofChanges = /^django\.db\.models\.signals\.(?:(?:pre|post)_(?:save|delete)|m2m_changed)$/;
const receivers = new Set(['django.dispatch.receiver', 'django.dispatch.dispatcher.receiver']);

/** A signal that a function receives. */
interface Reception {
  readonly signal: Value;
  /** The class of whose instances alone it wants to hear; null where that is not said. */
  readonly sender: Value | null;
}

/** Whether a function receives a signal of a model that changes. */
export function receivesChanges(node: FunctionDef, scope: Scope, evaluator: Evaluator): boolean {
  return receptions(node, scope, evaluator).some(({ signal }) => isSignal(signal, ofChanges));
}

/** What a receiver gets as `instance`, by name or of its `**kwargs`: the classes of the senders, null for any model. Null where the value is none such. */
export function sendersOf(value: Value, evaluator: Evaluator): readonly (Value | null)[] | null {
  const parameter = instanceOf(value);
  if (!parameter?.scope.parent || parameter.scope.kind !== 'function') return null;
  const received = receptions(parameter.scope.node as FunctionDef, parameter.scope.parent, evaluator);
  return received.length && received.every(({ signal }) => isSignal(signal, ofInstances)) ? received.map(({ sender }) => sender) : null;
}

/** The parameter through which a value may be the `instance` of a signal. */
function instanceOf(value: Value): Extract<Value, { kind: 'parameter' }> | null {
  if (value.kind === 'parameter') return value.node.name === 'instance' && value.node.kind !== 'var-keyword' && value.node.kind !== 'var-positional' ? value : null;
  const item = itemOf(value);
  const all = item?.of;
  if (item?.key !== 'instance' || all?.kind !== 'parameter' || all.node.kind !== 'var-keyword') return null;
  // It may be put there, or taken out, before.
  return fileOf(all.scope).analysis.stores.some(({ target, scope }) => scope === all.scope && target.kind === 'Subscript' && target.value.kind === 'Name' && target.value.id === all.node.name) ? null : all;
}

/** `@receiver(post_save)`, `@receiver([post_save, m2m_changed])`, `post_save.connect(function)`. Under another decorator a function may get something else, or be called later. */
function receptions(node: FunctionDef, scope: Scope, evaluator: Evaluator): Reception[] {
  const found: Reception[] = [];
  const add = (signal: Expression, sender: Expression | undefined, at: Scope): void => {
    for (const one of listed(signal, at, evaluator)) found.push({ signal: one, sender: sender ? evaluator.evaluate(sender, at) : null });
  };
  for (const { expression } of node.decorators) {
    const signal = expression.kind === 'Call' ? argument(expression, 0, 'signal') : undefined;
    if (expression.kind !== 'Call' || !signal) return [];
    const decorator = evaluator.evaluate(expression.func, scope);
    if (decorator.kind !== 'symbol' || !receivers.has(decorator.path)) return [];
    add(signal, argument(expression, 1, 'sender'), scope);
  }
  for (const { node: call, scope: at } of fileOf(scope).analysis.calls) {
    if (call.func.kind !== 'Attribute' || call.func.attr !== 'connect') continue;
    const receiver = argument(call, 0, 'receiver');
    const connects = receiver && options(evaluator.evaluate(receiver, at)).some(value => value.kind === 'function' && value.node === node);
    if (connects) add(call.func.value, argument(call, 1, 'sender'), at);
  }
  return found;
}

function argument({ args, keywords }: Call, position: number, name: string): Expression | undefined {
  return args[position] ?? keywords.find(keyword => keyword.name === name)?.value;
}

function listed(signal: Expression, scope: Scope, evaluator: Evaluator): Value[] {
  const value = evaluator.evaluate(signal, scope);
  if (value.kind !== 'expression' || (value.node.kind !== 'List' && value.node.kind !== 'Tuple')) return [value];
  return value.node.elements.map(element => evaluator.evaluate(element, value.scope));
}

function isSignal(value: Value, signals: RegExp): boolean {
  return value.kind === 'symbol' && signals.test(value.path);
}
