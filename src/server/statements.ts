import type { SourceFile } from '../source/project/sourceFile';
import type { Scope } from '../source/semantics/scopes';
import type { ClassDef, Module, Span } from '../source/syntax/nodes';
import { wordAt } from './keywords';

/** A place in the body of a module or class where a name is, or can be, given a value. */
export interface StatementPlace {
  readonly scope: Scope;
  readonly word: Span;
  /** Names that the body binds already. */
  readonly taken: ReadonlySet<string>;
}

export function statementAt(file: SourceFile, offset: number): StatementPlace | null {
  const scope = scopeAt(file, offset);
  if (scope.kind !== 'module' && scope.kind !== 'class') return null;
  const word = wordAt(file.module.text, offset);
  const before = file.module.text.slice(file.lines.lineStart(file.lines.position(offset).line), word.start);
  const { body } = scope.node as Module | ClassDef;
  const here = body.find(({ start, end }) => start < offset && offset <= end);
  const begins = !here || (here.kind === 'Expr' && here.value.kind === 'Name' && here.start === word.start);
  return before.trim() || !begins ? null : { scope, word, taken: new Set(scope.bindings.keys()) };
}

/** The innermost scope that an offset lies in. */
export function scopeAt({ analysis }: SourceFile, offset: number): Scope {
  let found = analysis.scope;
  let size = Infinity;
  for (const [node, scope] of analysis.inner) {
    if (!('start' in node) || offset <= node.start || node.end < offset || node.end - node.start >= size) continue;
    found = scope;
    size = node.end - node.start;
  }
  return found;
}
