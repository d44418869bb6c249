import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic, type TextEdit } from 'vscode-languageserver/node';
import type { SourceFile } from '../source/project/sourceFile';
import type { Diagnosis } from '../source/lint/engine';
import type { FixEdit, Severity } from '../source/lint/rule';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, info: DiagnosticSeverity.Information, hint: DiagnosticSeverity.Hint,
};

export const diagnosticSource = 'celery';

export function toDiagnostic({ rule, file, at, message, severity, related = [] }: Diagnosis): Diagnostic {
  return {
    range: file.range(at),
    message,
    severity: severities[severity],
    source: diagnosticSource,
    code: rule.code,
    codeDescription: { href: documentation(rule.code) },
    ...(rule.deprecates ? { tags: [DiagnosticTag.Deprecated] } : {}),
    ...(related.length ? { relatedInformation: related.map(place => ({ location: place.file.location(place.at), message: place.message })) } : {}),
  };
}

/** The page of a rule, as it is installed beside this program. */
export function documentation(code: string): string {
  return pathToFileURL(path.join(__dirname, '..', 'docs', 'rules', `${code}.md`)).href;
}

export function toTextEdit(file: SourceFile, { span, text }: FixEdit): TextEdit {
  return { range: file.range(span), newText: text };
}

/** The path of a file, or the URI itself for documents that are none. */
export function keyOf(uri: string): string {
  if (!uri.startsWith('file:')) return uri;
  try {
    return fileURLToPath(uri);
  } catch {
    return uri;
  }
}
