import type { Expression, Span } from '../syntax/nodes';
import type { Folder } from './constants';
import type { Evaluator } from './evaluator';
import type { Scope } from './scopes';
import type { Value } from './values';

/** A value of a dict, and its key as written. */
export interface Field {
  readonly value: Expression;
  readonly scope: Scope;
  readonly at: Span;
}

/** Gathers the fields of a dict or of `dict(…)`; false where some may be missing. */
export function gatherFields(value: Value, fields: Map<string, Field>, known: { readonly evaluator: Evaluator; readonly folder: Folder }): boolean {
  if (value.kind === 'call' && value.callee.kind === 'symbol' && value.callee.path === 'builtins.dict') {
    for (const { name, nameSpan, value: item } of value.node.keywords) if (name !== null && nameSpan) fields.set(name, { value: item, scope: value.scope, at: nameSpan });
    return !value.node.args.length && value.node.keywords.every(({ name }) => name !== null);
  }
  if (value.kind !== 'expression' || value.node.kind !== 'Dict') return false;
  let complete = true;
  for (const { key, value: item } of value.node.items) {
    if (!key) {
      const inner = known.evaluator.evaluate(item, value.scope);
      complete = gatherFields(inner, fields, known) && complete;
      continue;
    }
    const name = known.folder.string(key, value.scope);
    if (name === null) complete = false;
    else fields.set(name, { value: item, scope: value.scope, at: key });
  }
  return complete;
}
