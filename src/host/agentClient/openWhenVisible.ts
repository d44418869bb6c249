import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import type { Workbench } from '../workbench';

/**
 * A view that shows the running system is what needs the agent first: it is opened when such a view is seen in a trusted folder with Celery.
 * While it is not there, the view says so.
 */
export function openWhenVisible(view: vscode.TreeView<unknown>, { agent, source, project, log }: Workbench): Disposable {
  const disposables = new Disposables();
  let wasReady = false;
  const open = (): void => {
    if (!view.visible || !vscode.workspace.isTrusted || agent.state.kind !== 'off' || !source.project.usesCelery || !project.current) return;
    agent.open().catch((error: unknown) => log.warn(`The agent could not be opened: ${String(error)}`));
  };
  const tell = (): void => {
    const { kind } = agent.state;
    if (kind === 'ready') wasReady = true;
    if (kind !== 'connecting') view.message = '';
    else view.message = wasReady ? t('The background process ended and is being started again…') : t('Starting the background process…');
  };
  disposables.add(agent.onDidChangeState(tell));
  disposables.add(view.onDidChangeVisibility(open));
  disposables.add(project.onDidChange(open));
  disposables.add(source.onDidChange(open));
  disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(open));
  open();
  tell();
  return disposables;
}
