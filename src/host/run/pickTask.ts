import * as vscode from 'vscode';
import { identityKey } from '../../shared/identity';
import { t } from '../l10n';
import type { Workbench } from '../workbench';
import { describeOutcome, lookOfState, shortName } from './present';
import { targetOfTask, type RunTarget } from './target';

/** Lets the user choose a task of the project; the one at the cursor comes first. */
export async function pickTask({ source, agent }: Workbench, placeholder: string): Promise<RunTarget | undefined> {
  const editor = vscode.window.activeTextEditor;
  const { tasks } = source.project;
  if (tasks.length === 0) {
    void vscode.window.showInformationMessage(source.project.indexing ? t('The source is still being read') : t('No Celery task was found in this folder'));
    return undefined;
  }
  const here = editor && tasks.find(task => task.location.uri === editor.document.uri.toString() && task.location.range.start.line <= editor.selection.active.line && editor.selection.active.line <= task.location.range.end.line);
  const ordered = here ? [here, ...tasks.filter(task => task !== here)] : tasks;
  const items = ordered.map(task => {
    const last = agent.projection.last[identityKey(task.identity)];
    const state = last ? ` · $(${lookOfState(last.state).icon}) ${[last.state, describeOutcome(last, 30)].filter(Boolean).join(' ')}` : '';
    return { task, label: `$(symbol-method) ${shortName(task.identity.name)}`, description: `${task.module} · ${task.sample.text}${state}` };
  });
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: placeholder, matchOnDescription: true });
  return chosen && targetOfTask(chosen.task);
}
