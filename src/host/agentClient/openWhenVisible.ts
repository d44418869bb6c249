import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../lifecycle';
import type { Workbench } from '../workbench';

/** A view that shows the running system is what needs the agent first: it is opened when such a view is seen in a trusted folder with Celery. */
export function openWhenVisible(view: vscode.TreeView<unknown>, { agent, source, project, log }: Workbench): Disposable {
  const disposables = new Disposables();
  const open = (): void => {
    if (!view.visible || !vscode.workspace.isTrusted || agent.state.kind !== 'off' || !source.project.usesCelery || !project.current) return;
    agent.open().catch((error: unknown) => log.warn(`The agent could not be opened: ${String(error)}`));
  };
  disposables.add(view.onDidChangeVisibility(open));
  disposables.add(project.onDidChange(open));
  disposables.add(source.onDidChange(open));
  disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(open));
  open();
  return disposables;
}
