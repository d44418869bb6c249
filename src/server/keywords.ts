import { CompletionItemKind, CompletionItemTag, MarkupKind, type CompletionItem } from 'vscode-languageserver/node';
import type { SourceFile } from '../source/project/sourceFile';
import type { ScopedCall } from '../source/semantics/scopes';
import type { Span } from '../source/syntax/nodes';

/** A place in the arguments of a call where the name of one is, or can be, written. */
export interface KeywordPlace extends ScopedCall {
  readonly word: Span;
  /** Names that are given already, but for the one that is being written. */
  readonly given: ReadonlySet<string>;
}

export function keywordAt(file: SourceFile, offset: number): KeywordPlace | null {
  const { text } = file.module;
  const around = file.analysis.calls.filter(({ node }) => node.open < offset && offset < node.end);
  const inner = around.sort((a, b) => b.node.open - a.node.open)[0];
  if (!inner) return null;
  const { node } = inner;
  const word = wordAt(text, offset);
  if (!/[(,]\s*$/.test(text.slice(node.open, word.start))) return null;
  // In an argument only where that is the beginning of a name.
  const touched = (span: Span): boolean => span.start < offset && offset <= span.end;
  if (node.args.some(argument => touched(argument) && (argument.kind !== 'Name' || argument.start !== word.start))) return null;
  if (node.keywords.some(keyword => touched(keyword) && !(keyword.nameSpan && touched(keyword.nameSpan)))) return null;
  const given = new Set(node.keywords.flatMap(({ name, nameSpan }) => name === null || nameSpan?.start === word.start ? [] : [name]));
  return { ...inner, word, given };
}

/** The identifier that ends or goes on at an offset. */
export function wordAt(text: string, offset: number): Span {
  const before = /\w*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0];
  const after = /^\w*/.exec(text.slice(offset, offset + 200))![0];
  return { start: offset - before.length, end: offset + after.length };
}

/** What is offered of an option or a setting. */
export interface Offered {
  readonly name: string;
  /** Beside the name: its default. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation: string;
  readonly deprecated?: boolean;
}

/** Items that write a name over a word, with what follows it (`=`) where that does not stand there yet. */
export function items(file: SourceFile, word: Span, offered: readonly Offered[], follows = ''): CompletionItem[] {
  const range = file.range(word);
  const rest = /^[ \t]*=/.test(file.module.text.slice(word.end)) ? '' : follows;
  return offered.map(({ name, detail, documentation, deprecated }) => ({
    label: name, kind: CompletionItemKind.Property, textEdit: { range, newText: name + rest },
    documentation: { kind: MarkupKind.Markdown, value: documentation },
    ...(detail === undefined ? {} : { detail }),
    ...(deprecated ? { tags: [CompletionItemTag.Deprecated] } : {}),
  }));
}
