import type { SourceFile } from '../project/sourceFile';
import type { Diagnosis } from './engine';
import type { Fix, FixEdit } from './rule';

/** Edits by file, in the order of the source, none over another. */
export type EditsByFile = ReadonlyMap<SourceFile, readonly FixEdit[]>;

/** The edits of fixes of one file's findings; a fix that would change what another one has changed already is left for the next round. */
export function collectEdits(fixes: readonly { readonly file: SourceFile; readonly fix: Fix }[]): { readonly edits: EditsByFile; readonly applied: number } {
  const edits = new Map<SourceFile, FixEdit[]>();
  let applied = 0;
  for (const { file, fix } of fixes) {
    const clash = fix.edits.some(edit => edits.get(edit.file ?? file)?.some(other => overlap(edit, other) && !same(edit, other)));
    if (clash) continue;
    applied++;
    for (const edit of fix.edits) {
      const target = edit.file ?? file;
      const known = edits.get(target) ?? [];
      if (!known.some(other => same(edit, other))) known.push(edit);
      edits.set(target, known);
    }
  }
  for (const list of edits.values()) list.sort((a, b) => a.span.start - b.span.start);
  return { edits, applied };
}

/** The safe fixes of findings, one each. */
export function safeFixes(found: readonly Diagnosis[]): { file: SourceFile; fix: Fix }[] {
  return found.flatMap(({ file, fixes }) => {
    const fix = fixes?.find(({ safe }) => safe);
    return fix ? [{ file, fix }] : [];
  });
}

export function applyEdits(text: string, edits: readonly FixEdit[]): string {
  let result = '';
  let at = 0;
  for (const { span, text: replacement } of edits) {
    result += text.slice(at, span.start) + replacement;
    at = span.end;
  }
  return result + text.slice(at);
}

function overlap({ span: a }: FixEdit, { span: b }: FixEdit): boolean {
  return a.start < b.end && b.start < a.end || (a.start === b.start && a.end === b.end);
}

function same(a: FixEdit, b: FixEdit): boolean {
  return a.span.start === b.span.start && a.span.end === b.span.end && a.text === b.text;
}
