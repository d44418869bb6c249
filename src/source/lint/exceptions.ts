import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import { walk, type AnyNode } from '../syntax/walk';
import type { ExceptHandler, Expression, Statement } from '../syntax/nodes';
import type { LintContext } from './context';

/** Everything in these modules that is written with a capital letter is an exception. */
const modules = /^(?:celery|billiard|kombu|requests|urllib3|django\.core)\.exceptions\.[A-Z]\w*$/;
const libraries = /^(?:requests\.(?:RequestException|HTTPError|ConnectionError|Timeout|ConnectTimeout|ReadTimeout|TooManyRedirects)|httpx\.(?:HTTPError|HTTPStatusError|RequestError|TransportError|TimeoutException|ConnectError|ConnectTimeout|ReadTimeout))$/;
const builtin = /^builtins\.(?:(?:[A-Z]\w*)?(?:Error|Exception|Warning)|ExceptionGroup|BaseExceptionGroup|KeyboardInterrupt|SystemExit|StopIteration|StopAsyncIteration|GeneratorExit)$/;
const broad = new Set(['builtins.Exception', 'builtins.BaseException']);

/** Where celery.exceptions takes its time limits from. */
export function exceptionName(value: Value): string | null {
  if (value.kind !== 'symbol') return null;
  return /^(?:celery\.exceptions|billiard\.exceptions|billiard)\.(\w+)$/.exec(value.path)?.[1] ?? null;
}

export function isBroad(value: Value): boolean {
  return value.kind === 'symbol' && broad.has(value.path);
}

/** Whether a value is surely one class of exceptions, and no tuple of them. */
export function isExceptionClass(value: Value, { linked }: LintContext): boolean {
  const isKnown = (path: string): boolean => builtin.test(path) || modules.test(path) || libraries.test(path);
  return value.kind === 'symbol' ? isKnown(value.path) : linked.evaluator.derives(value, isKnown);
}

/** The classes that an `except` or an option names, as written; null where it is no tuple, list or class that we can read. */
export function namedExceptions(node: Expression, scope: Scope, { linked }: LintContext): { readonly node: Expression; readonly value: Value }[] | null {
  const value = linked.evaluator.evaluate(node, scope);
  if (value.kind !== 'expression') return value.kind === 'symbol' || value.kind === 'class' ? [{ node, value }] : null;
  const display = value.node;
  if (display.kind !== 'Tuple' && display.kind !== 'List' && display.kind !== 'Set') return null;
  return display.elements.map(element => ({ node: element, value: linked.evaluator.evaluate(element, value.scope) }));
}

/** Whether a handler lets the exception pass: surely, surely not, or one cannot say. */
export type Passing = 'raises' | 'keeps' | 'unknown';

/** What a handler does with what it caught. */
export function passing(handler: ExceptHandler, scope: Scope, context: LintContext): Passing {
  if (alwaysRaises(handler.body)) return 'raises';
  return maybeRaises(handler, scope, context) ? 'unknown' : 'keeps';
}

/** Whether a body ends in `raise` whatever happens. */
function alwaysRaises(body: readonly Statement[]): boolean {
  return body.some(statement => {
    switch (statement.kind) {
      case 'Raise': return true;
      case 'If': return statement.otherwise.length > 0 && alwaysRaises(statement.body) && alwaysRaises(statement.otherwise);
      case 'With': return alwaysRaises(statement.body);
      case 'Try': return alwaysRaises(statement.final) || (alwaysRaises(statement.body) && statement.handlers.every(handler => alwaysRaises(handler.body)));
      default: return false;
    }
  });
}

/** Whether the handler asks what it caught and raises then, retries, or calls a function of the project that raises. */
function maybeRaises(handler: ExceptHandler, scope: Scope, context: LintContext): boolean {
  let found = false;
  for (const statement of handler.body) {
    walk(statement, node => {
      if (found || !('kind' in node)) return !found;
      if (node.kind === 'FunctionDef' || node.kind === 'Lambda' || node.kind === 'ClassDef') return false;
      if (node.kind === 'If' || node.kind === 'Match') found = raisesAnywhere(node) && asks(node.kind === 'If' ? [node.test] : node.subject, handler.name);
      else if (node.kind === 'Call') {
        if (node.func.kind === 'Attribute' && node.func.attr === 'retry') found = true;
        else for (const option of options(context.evaluate(node.func, scope))) if (option.kind === 'function' && option.node.body.some(raisesAnywhere)) found = true;
      }
      return !found;
    });
  }
  return found;
}

function asks(tests: readonly Expression[], name: string | null): boolean {
  let found = false;
  for (const test of tests) walk(test, node => {
    if ('kind' in node && ((node.kind === 'Name' && (node.id === name || node.id === 'isinstance')) || (node.kind === 'Attribute' && node.attr === 'exc_info'))) found = true;
    return !found;
  });
  return found;
}

export function raisesAnywhere(node: AnyNode): boolean {
  let found = false;
  walk(node, inner => {
    if ('kind' in inner && inner.kind === 'Raise') found = true;
    return !found;
  });
  return found;
}
