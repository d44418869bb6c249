import * as vscode from 'vscode';
import { problem, ProblemError } from '../../shared/problem';
import { t } from '../l10n';
import type { Workbench } from '../workbench';
import { sampleText } from './sampleText';
import type { RunTarget } from './target';

const HEADER = '"""Sample calls of Celery tasks. Each signature has a Run lens; importing this file sends nothing."""\n';

/** Appends the call to `.vscode/celery_samples.py` as a signature and shows it; the file is made where there is none. */
export async function keepSample(workbench: Workbench, target: RunTarget): Promise<void> {
  const folder = workbench.project.folder;
  if (!folder) throw new ProblemError(problem('unsupported', t('Samples are kept in a folder, and none is open')));
  if (target.call === null) throw new ProblemError(problem('unsupported', t('This is a sample already')));
  const uri = vscode.Uri.joinPath(folder.uri, '.vscode', 'celery_samples.py');
  const exists = await vscode.workspace.fs.stat(uri).then(() => true, () => false);
  if (!exists) await vscode.workspace.fs.writeFile(uri, Buffer.from(HEADER));
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  const { text, importLine } = sampleText(document.getText(), target.call, target.options, target.module);
  if (importLine) edit.insert(uri, document.positionAt(importLine.offset), importLine.text);
  edit.insert(uri, document.positionAt(document.getText().length), text);
  await vscode.workspace.applyEdit(edit);
  await document.save();
  const last = document.lineCount - 1;
  await vscode.window.showTextDocument(document, { preview: false, selection: new vscode.Range(last, 0, last, 0) });
}
