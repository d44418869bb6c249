import type { Scope } from '../semantics/scopes';
import { fileOf, type SourceFile } from '../project/sourceFile';
import type { Call, Expression, Span } from '../syntax/nodes';
import type { LintContext } from './context';
import type { Fix, FixEdit } from './rule';

/** What stands between the quotes of a text literal; null where its value is not written as it is: escapes, prefixes, concatenation. */
export function contentSpan(file: SourceFile, node: Expression): Span | null {
  if (node.kind !== 'Str') return null;
  const written = file.text(node);
  const quotes = written.endsWith(`${node.value}"""`) || written.endsWith(`${node.value}'''`) ? 3 : 1;
  const quote = written.slice(0, quotes);
  if (written !== quote + node.value + quote || !/^['"]/.test(quote)) return null;
  return { start: node.start + quotes, end: node.end - quotes };
}

/** The place of a part of a text literal; the whole literal where its value is not written as it is. */
export function inText(file: SourceFile, node: Expression, start: number, end: number): Span {
  const content = end <= start ? null : contentSpan(file, node);
  return content ? { start: content.start + start, end: content.start + end } : node;
}

/** A text as a Python literal, with the quotes that a literal beside it has. */
export function quoted(text: string, like: string): string {
  const quote = like.includes("'") && !like.startsWith('"') ? "'" : '"';
  return quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote;
}

/** An argument of a call with the comma and the space that go with it. */
export function argumentWithComma(file: SourceFile, call: Call, { start, end }: Span): Span {
  const { text } = file.module;
  const before = /,\s*$/.exec(text.slice(call.open + 1, start));
  if (before) return { start: call.open + 1 + before.index, end };
  const after = /^\s*,\s*/.exec(text.slice(end, call.end));
  return { start, end: end + (after?.[0].length ?? 0) };
}

/** Adds an argument at the end of a call. */
export function appendArgument(file: SourceFile, call: Call, text: string): FixEdit {
  const inside = file.module.text.slice(call.open + 1, call.end - 1);
  const trailing = /,(\s*)$/.exec(inside);
  if (trailing) {
    // The comma stays the last character where the call is spread over lines.
    const at = call.open + 1 + trailing.index + 1;
    const last = [...call.args, ...call.keywords].map(({ start }) => start).sort((a, b) => b - a)[0];
    const newline = trailing[1]?.includes('\n') ? `\n${last === undefined ? '' : indentationAt(file, last)}` : ' ';
    return { span: { start: at, end: at }, text: `${newline}${text}${newline === ' ' ? '' : ','}` };
  }
  const at = call.open + 1 + inside.trimEnd().length;
  return { span: { start: at, end: at }, text: inside.trim() ? `, ${text}` : text };
}

/** Adds an argument before all others of a call. */
export function prependArgument(file: SourceFile, call: Call, text: string): FixEdit {
  const inside = file.module.text.slice(call.open + 1, call.end - 1);
  const first = /^\s*/.exec(inside)![0];
  const at = call.open + 1 + (inside.trim() ? first.length : 0);
  const separator = !inside.trim() ? '' : first.includes('\n') ? `,${first}` : ', ';
  return { span: { start: at, end: at }, text: text + separator };
}

/** The blanks at the beginning of the line in which an offset lies. */
export function indentationAt(file: SourceFile, offset: number): string {
  const { text } = file.module;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start))![0];
}

/** How a file names a symbol, and the edit that imports it where it does not yet; null where the name means something else there. */
export function named({ file }: Pick<LintContext, 'file'>, scope: Scope, module: string, name: string): { readonly text: string; readonly edits: readonly FixEdit[] } | null {
  for (let current: Scope | null = scope; current; current = current.parent) {
    const bindings = current.bindings.get(name);
    if (!bindings) continue;
    return bindings.every(binding => binding.kind === 'import' && binding.module === module && binding.name === name) ? { text: name, edits: [] } : null;
  }
  if (fileOf(scope) !== file) return null;
  const at = importPlace(file);
  return { text: name, edits: [{ span: { start: at, end: at }, text: `from ${module} import ${name}\n` }] };
}

/** Before the first import; after the docstring and `from __future__` where there is none. */
export function importPlace(file: SourceFile): number {
  const { body, text } = file.module;
  const first = body.find(statement => statement.kind === 'Import' || (statement.kind === 'ImportFrom' && statement.module !== '__future__'));
  if (first) return first.start;
  const head = body.findLast(({ kind, start }, index) => (kind === 'ImportFrom') || (index === 0 && kind === 'Expr' && /^[rRuU]?['"]/.test(text.slice(start))));
  if (!head) return body[0]?.start ?? 0;
  const line = text.indexOf('\n', head.end);
  return line < 0 ? text.length : line + 1;
}

/** Makes a tuple or list of what stands where one is needed; nothing for a dict, which is meant as something else. */
export function sequenceFixes(node: Expression, { file }: Pick<LintContext, 'file'>): Fix[] {
  if (node.kind === 'Dict' || node.kind === 'Comprehension') return [];
  if (node.kind === 'Set') return [{ title: 'Make it a list', safe: false, edits: [{ span: node, text: `[${node.elements.map(element => file.text(element)).join(', ')}]` }] }];
  const outer = file.module.parenthesized.get(node) ?? node;
  return [{ title: 'Make it a tuple', safe: true, edits: [{ span: outer, text: `(${file.text(node)},)` }] }];
}

/** What can be followed by a dot without brackets. */
const primary = new Set<Expression['kind']>(['Name', 'Attribute', 'Call', 'Subscript']);

/** Puts text before and after an expression, in brackets where what comes after would else take only a part of it. */
export function around(node: Expression, before: string, after: string, { module }: SourceFile): FixEdit[] {
  const brackets = module.parenthesized.get(node);
  const { start, end } = brackets ?? node;
  const isOpen = !brackets && !primary.has(node.kind) && after.startsWith('.');
  const insert = (at: number, text: string): FixEdit => ({ span: { start: at, end: at }, text });
  return [insert(start, before + (isOpen ? '(' : '')), insert(end, (isOpen ? ')' : '') + after)].filter(({ text }) => text);
}
