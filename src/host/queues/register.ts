import * as vscode from 'vscode';
import { openWhenVisible } from '../agentClient/openWhenVisible';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { registerCommand } from '../manifest';
import { guarded } from '../problems';
import { RowTree } from '../tree/rowTree';
import type { Workbench } from '../workbench';
import { showMessages } from './messages';
import { queueRows } from './rows';

export function register(workbench: Workbench): Disposable {
  const { agent, log } = workbench;
  const disposables = new Disposables();
  const tree = disposables.add(new RowTree(() => queueRows(Object.values(agent.projection.queues)), () => undefined));
  const view = disposables.add(vscode.window.createTreeView('celery.queues', { treeDataProvider: tree }));
  disposables.add(openWhenVisible(view, workbench));
  disposables.add(agent.onDidChange(({ queues }) => {
    if (queues) tree.refresh();
  }));

  disposables.add(registerCommand('celery.queue.messages', guarded(log, async element => {
    const subject = element?.row.subject;
    if (subject?.kind === 'queue') await showMessages(workbench, subject.queue.name);
  })));
  disposables.add(registerCommand('celery.queue.purge', guarded(log, async element => {
    const subject = element?.row.subject;
    if (subject?.kind !== 'queue') return;
    const { name, ready } = subject.queue;
    const purge = t('Purge');
    const detail = t('The waiting messages are deleted and their tasks never run. This cannot be undone.');
    if ((await vscode.window.showWarningMessage(ready === null ? t('Purge {0}?', name) : t('Purge {0} messages from {1}?', ready, name), { modal: true, detail }, purge)) !== purge) return;
    const { removed, stays } = await agent.request('queue/purge', { name });
    void vscode.window.showInformationMessage([t('Removed {0} messages from {1}.', removed, name), stays].filter(Boolean).join(' '));
  })));
  return disposables;
}
