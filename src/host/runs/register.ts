import * as vscode from 'vscode';
import { openWhenVisible } from '../agentClient/openWhenVisible';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { command, registerCommand, setContext } from '../manifest';
import { guarded } from '../problems';
import { runAgain } from '../run/again';
import type { TreeElement } from '../tree/element';
import { RowTree } from '../tree/rowTree';
import type { Workbench } from '../workbench';
import { runRows } from './rows';

const BY_STATE = 'celery.runsByState';

export function register(workbench: Workbench): Disposable {
  const { agent, log, context } = workbench;
  const disposables = new Disposables();
  let byState = context.workspaceState.get(BY_STATE, false);
  setContext('celery.runsByState', byState);
  const tree = disposables.add(new RowTree(
    () => runRows(Object.values(agent.projection.runs), byState),
    row => (row.subject.kind === 'run' ? command('celery.monitor.open', t('Open in the Monitor'), { run: row.subject.run.id }) : undefined),
  ));
  const view = disposables.add(vscode.window.createTreeView('celery.runs', { treeDataProvider: tree }));
  disposables.add(openWhenVisible(view, workbench));
  disposables.add(agent.onDidChange(({ runs }) => {
    if (runs) tree.refresh();
  }));

  const group = async (state: boolean): Promise<void> => {
    byState = state;
    setContext('celery.runsByState', state);
    await context.workspaceState.update(BY_STATE, state);
    tree.refresh();
  };
  disposables.add(registerCommand('celery.run.groupByState', () => group(true)));
  disposables.add(registerCommand('celery.run.listByTime', () => group(false)));
  disposables.add(registerCommand('celery.run.clear', guarded(log, () => agent.request('run/clear', null))));
  disposables.add(registerCommand('celery.run.again', guarded(log, async element => {
    const id = runId(element);
    if (id !== undefined) await runAgain(workbench, id);
  })));
  const revoke = async (element: TreeElement | undefined, terminate: boolean): Promise<void> => {
    const id = runId(element);
    if (id === undefined) return;
    const { text } = await agent.request('run/revoke', { id, terminate });
    vscode.window.setStatusBarMessage(text, 6_000);
  };
  disposables.add(registerCommand('celery.run.revoke', guarded(log, element => revoke(element, false))));
  disposables.add(registerCommand('celery.run.terminate', guarded(log, element => revoke(element, true))));
  return disposables;
}

function runId(element: TreeElement | undefined): string | undefined {
  const subject = element?.row.subject;
  return subject?.kind === 'run' ? subject.run.id : undefined;
}
