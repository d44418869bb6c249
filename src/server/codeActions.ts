import { CodeActionKind, type CodeAction, type CodeActionParams, type TextDocumentEdit } from 'vscode-languageserver/node';
import { collectEdits, safeFixes, type EditsByFile } from '../source/lint/applyFixes';
import type { Diagnosis } from '../source/lint/engine';
import type { Fix } from '../source/lint/rule';
import { suppressionEdit } from '../source/lint/suppress';
import type { SourceFile } from '../source/project/sourceFile';
import { toDiagnostic, toTextEdit } from './convert';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.celery`;

/** What can be done about the findings in a range, and about all of the file. */
export function codeActions(found: readonly Diagnosis[], { range, context }: CodeActionParams): CodeAction[] {
  const wants = (kind: string): boolean => !context.only || context.only.some(only => kind === only || kind.startsWith(`${only}.`));
  const actions: CodeAction[] = [];
  const here = found.filter(({ file, at }) => {
    const own = file.range(at);
    return !(before(own.end, range.start) || before(range.end, own.start));
  });
  if (wants(CodeActionKind.QuickFix)) {
    for (const diagnosis of here) actions.push(...quickFixes(diagnosis, found));
    for (const diagnosis of here) actions.push(...ignoring(diagnosis));
  }
  if (wants(fixAllKind)) {
    const all = safeFixes(found);
    if (all.length) actions.push({ title: 'Fix all Celery problems in this file', kind: fixAllKind, edit: workspaceEdit(all) });
  }
  return actions;
}

function quickFixes(diagnosis: Diagnosis, found: readonly Diagnosis[]): CodeAction[] {
  const { rule, file, fixes = [] } = diagnosis;
  const diagnostics = [toDiagnostic(diagnosis)];
  const actions: CodeAction[] = fixes.map((fix, index) => ({ title: fix.title, kind: CodeActionKind.QuickFix, diagnostics, isPreferred: index === 0 && fix.safe, edit: workspaceEdit([{ file, fix }]) }));
  const alike = safeFixes(found.filter(other => other.rule === rule));
  if (alike.length > 1 && fixes.some(({ safe }) => safe)) {
    actions.push({ title: `Fix all ${alike.length} of ${rule.code} (${rule.name}) in this file`, kind: CodeActionKind.QuickFix, diagnostics, edit: workspaceEdit(alike) });
  }
  return actions;
}

function ignoring(diagnosis: Diagnosis): CodeAction[] {
  const { rule, file, at } = diagnosis;
  const edit = suppressionEdit(file, at, rule.code);
  return edit ? [{ title: `Ignore ${rule.code} (${rule.name}) here`, kind: CodeActionKind.QuickFix, diagnostics: [toDiagnostic(diagnosis)], edit: workspaceEdit([{ file, fix: { title: '', safe: false, edits: [edit] } }]) }] : [];
}

function workspaceEdit(fixes: readonly { readonly file: SourceFile; readonly fix: Fix }[]): NonNullable<CodeAction['edit']> {
  return { documentChanges: documentEdits(collectEdits(fixes).edits) };
}

export function documentEdits(edits: EditsByFile): TextDocumentEdit[] {
  return [...edits].map(([file, list]) => ({ textDocument: { uri: file.uri, version: null }, edits: list.map(edit => toTextEdit(file, edit)) }));
}

function before(a: { line: number; character: number }, b: { line: number; character: number }): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
