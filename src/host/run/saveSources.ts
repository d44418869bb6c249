import path from 'node:path';
import * as vscode from 'vscode';
import { problem, ProblemError } from '../../shared/problem';
import { t } from '../l10n';

/** Saves the changed Python files of the workspace after naming them: a worker reads files, not editors. */
export async function saveChangedSources(tell: (names: string) => void): Promise<void> {
  const changed = vscode.workspace.textDocuments.filter(document => document.isDirty && document.languageId === 'python' && document.uri.scheme === 'file' && vscode.workspace.getWorkspaceFolder(document.uri));
  if (changed.length === 0) return;
  tell(changed.map(document => path.basename(document.fileName)).join(', '));
  for (const document of changed) {
    if (!(await document.save())) throw new ProblemError(problem('cancelled', t('{0} could not be saved', path.basename(document.fileName)), { advice: t('Save it and run again') }));
  }
}
