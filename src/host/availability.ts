import * as vscode from 'vscode';
import { Disposables, type Disposable } from './lifecycle';
import { registerCommand, setContext, type Availability } from './manifest';
import { guarded } from './problems';
import type { Workbench } from './workbench';

/** Keeps the context keys by which welcome views tell why a view is empty. */
export function register(workbench: Workbench): Disposable {
  const { agent, source, log } = workbench;
  const disposables = new Disposables();
  const update = (): void => {
    setContext('celery.found', source.project.usesCelery);
    setContext('celery.availability', availability(workbench));
  };
  disposables.add(source.onDidChange(update));
  disposables.add(source.onDidChangeState(update));
  disposables.add(agent.onDidChangeState(update));
  disposables.add(agent.onDidChange(({ facts, services }) => {
    if (facts || services) update();
  }));
  disposables.add(workbench.interpreter.onDidChange(update));
  disposables.add(vscode.window.onDidChangeWindowState(({ focused }) => {
    if (focused) workbench.interpreter.lookAgain();
  }));
  disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(update));
  disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(update));
  disposables.add(registerCommand('celery.server.restart', guarded(log, () => source.restart())));
  disposables.add(registerCommand('celery.agent.restart', guarded(log, () => agent.open())));
  update();
  return disposables;
}

/** Why the views of the running system are empty, or `ready`. */
export function availability({ agent, source, interpreter }: Workbench): Availability {
  if (!vscode.workspace.workspaceFolders?.length) return 'no-folder';
  if (source.state === 'failed') return 'server-down';
  if (source.project.indexing) return 'indexing';
  if (!source.project.usesCelery) return 'no-celery';
  if (!vscode.workspace.isTrusted) return 'untrusted';
  if (agent.state.kind === 'failed') return 'agent-down';
  if (Object.values(agent.projection.services).some(service => service.state !== 'stopped' && service.state !== 'failed')) return 'ready';
  if (interpreter.current === null) return 'no-python';
  if (interpreter.current?.celery === null) return 'no-celery-installed';
  return 'ready';
}
