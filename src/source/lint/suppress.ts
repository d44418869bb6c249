import type { SourceFile } from '../project/sourceFile';
import type { Span } from '../syntax/nodes';
import { walk } from '../syntax/walk';
import type { FixEdit } from './rule';

/** The edit that silences one rule at a finding: a comment on its first line, or on its last where the first ends inside a text. */
export function suppressionEdit(file: SourceFile, at: Span, code: string): FixEdit | null {
  const { lines, module } = file;
  const first = lines.position(at.start).line;
  const last = lines.position(at.end).line;
  for (const line of [...new Set([first, last])]) {
    const end = lines.lineEnd(line);
    const text = module.text.slice(lines.lineStart(line), end);
    const known = /#\s*celery:\s*ignore\[([\w\s,-]*)\]/.exec(text);
    if (known) {
      const offset = lines.lineStart(line) + known.index + known[0].length - 1;
      return { span: { start: offset, end: offset }, text: known[1]!.trim() ? `, ${code}` : code };
    }
    if (/\\\s*$/.test(text) || endsInText(file, end)) continue;
    return { span: { start: end, end }, text: `${text.endsWith(' ') ? '' : '  '}# celery: ignore[${code}]` };
  }
  return null;
}

function endsInText({ module }: SourceFile, offset: number): boolean {
  let inside = false;
  walk(module, node => {
    if (inside || ('start' in node && (node.start >= offset || node.end <= offset))) return false;
    if ('kind' in node && (node.kind === 'Str' || node.kind === 'JoinedStr' || node.kind === 'Bytes')) {
      // Texts side by side in brackets may be on lines of their own; then a comment is fine, but it is hard to tell.
      inside = true;
    }
    return true;
  });
  return inside;
}
