import type { SourceFile } from '../../source/project/sourceFile';
import type { Span } from '../../source/syntax/nodes';
import type { Report } from '../lint';

/** Lines and columns from 1, columns in UTF-16 units, the end exclusive. */
export function place(file: SourceFile, at: Span): { line: number; column: number; endLine: number; endColumn: number } {
  const { start, end } = file.range(at);
  return { line: start.line + 1, column: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
}

export function jsonReport({ found, relative, url }: Report): string {
  return `${JSON.stringify(found.map(({ rule, file, at, severity, message, fixes = [] }) => ({
    file: relative(file.path), ...place(file, at), code: rule.code, name: rule.name, severity, message, url: url(rule.code),
    fixes: fixes.map(({ title, safe, edits }) => ({ title, safe, edits: edits.map(edit => ({ file: relative((edit.file ?? file).path), ...place(edit.file ?? file, edit.span), text: edit.text })) })),
  })), null, 2)}\n`;
}
