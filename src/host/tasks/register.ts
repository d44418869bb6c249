import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { command, registerCommand } from '../manifest';
import { guarded } from '../problems';
import { RowTree } from '../tree/rowTree';
import type { Workbench } from '../workbench';
import { openTask } from './openTask';
import { taskRows } from './rows';

export function register(workbench: Workbench): Disposable {
  const { agent, source, log } = workbench;
  const disposables = new Disposables();
  const tree = disposables.add(new RowTree(
    () => taskRows(source.project.tasks, agent.projection),
    row => (row.subject.kind === 'task' ? command('celery.task.open', t('Open'), { id: row.id, row }) : undefined),
  ));
  disposables.add(vscode.window.createTreeView('celery.tasks', { treeDataProvider: tree, showCollapseAll: true }));
  disposables.add(source.onDidChange(() => tree.refresh()));
  disposables.add(agent.onDidChange(({ last, facts }) => {
    if (last || facts?.has('app')) tree.refresh();
  }));

  disposables.add(registerCommand('celery.task.open', guarded(log, async element => {
    const subject = element?.row.subject;
    const name = subject?.kind === 'run' ? subject.run.identity.name : subject?.kind === 'schedule' ? subject.schedule.task.name : subject?.kind === 'task' ? subject.name : null;
    if (name === null) return;
    await openTask(workbench, name, subject?.kind === 'task' ? (subject.source ?? undefined) : undefined);
  })));
  return disposables;
}
