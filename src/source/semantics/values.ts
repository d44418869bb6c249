import type { SourceFile } from '../project/sourceFile';
import type { Call, ClassDef, Expression, FunctionDef, ParameterNode } from '../syntax/nodes';
import type { Scope } from './scopes';

/** What an expression means, as far as the source says. Everything that is not known is `unknown`. */
export type Value =
  | { readonly kind: 'unknown' }
  /** A display, a literal, a lambda, an operation: what it looks like, with the scope in which its parts mean something. */
  | { readonly kind: 'expression'; readonly node: Expression; readonly scope: Scope }
  /** A module of the project. */
  | { readonly kind: 'module'; readonly file: SourceFile }
  /** Something that is not in the project, by its dotted path: `celery.shared_task`, `builtins.set`. */
  | { readonly kind: 'symbol'; readonly path: string }
  | { readonly kind: 'function'; readonly node: FunctionDef; readonly scope: Scope; /** The class whose attribute it is. */ readonly owner: ClassValue | null }
  | ClassValue
  /** The result of calling something: an instance where that is a class. */
  | CallValue
  /** An attribute of a value that has none such in the source. */
  | { readonly kind: 'member'; readonly of: Value; readonly name: string }
  | { readonly kind: 'parameter'; readonly node: ParameterNode; readonly scope: Scope }
  /** An instance of which only the class is known: from an annotation, `self`. */
  | { readonly kind: 'instance'; readonly of: Value }
  /** An element of iterating over the value, or what entering it as a context gives. */
  | { readonly kind: 'derived'; readonly from: Value; readonly by: 'element' | 'enter' }
  /** Alternatives: an `if`, a `try`, several assignments. */
  | { readonly kind: 'union'; readonly options: readonly Value[] };

export interface ClassValue { readonly kind: 'class'; readonly node: ClassDef; readonly scope: Scope }
export interface CallValue { readonly kind: 'call'; readonly callee: Value; readonly node: Call; readonly scope: Scope }

export const unknown: Value = { kind: 'unknown' };

/** The alternatives of a value; itself where it has none. */
export function options(value: Value): readonly Value[] {
  return value.kind === 'union' ? value.options : [value];
}

/** A union without repetitions. */
export function union(values: readonly Value[]): Value {
  const flat: Value[] = [];
  for (const value of values) {
    for (const option of options(value)) if (!flat.some(other => same(other, option))) flat.push(option);
  }
  if (!flat.length) return unknown;
  return flat.length === 1 ? flat[0]! : { kind: 'union', options: flat };
}

export function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'unknown': return true;
    case 'symbol': return a.path === (b as typeof a).path;
    case 'module': return a.file === (b as typeof a).file;
    case 'expression': case 'function': case 'class': case 'call': case 'parameter': return a.node === (b as typeof a).node;
    case 'member': return a.name === (b as typeof a).name && same(a.of, (b as typeof a).of);
    case 'instance': return same(a.of, (b as typeof a).of);
    case 'derived': return a.by === (b as typeof a).by && same(a.from, (b as typeof a).from);
    case 'union': return false;
  }
}

/** What a value is an item of: `kwargs['instance']`, `kwargs.get('instance')`. The key is empty where it is not written out. */
export function itemOf(value: Value): { readonly of: Value; readonly key: string } | null {
  if (value.kind === 'member') return value.name.startsWith('[') && value.name !== '[:]' ? { of: value.of, key: value.name.slice(1, -1) } : null;
  if (value.kind !== 'call' || value.callee.kind !== 'member' || (value.callee.name !== 'get' && value.callee.name !== 'pop')) return null;
  const [key, ...others] = value.node.args;
  // Another default than None may be of another type.
  if (!key || others.some(({ kind }) => kind !== 'Constant') || value.node.keywords.length) return null;
  return { of: value.callee.of, key: key.kind === 'Str' ? key.value : '' };
}

/** The class whose method a scope is. */
export function classAround({ parent }: Scope): ClassValue | null {
  return parent?.kind === 'class' && parent.parent ? { kind: 'class', node: parent.node as ClassDef, scope: parent.parent } : null;
}
