import * as vscode from 'vscode';
import type { ServiceKind } from '../../shared/service';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { registerCommand, runCommand } from '../manifest';
import { guarded } from '../problems';
import { restartService, startService, stopService } from '../services/actions';
import { kindName, lookOfService } from '../services/rows';
import type { Workbench } from '../workbench';
import { statusText } from './text';

export function register(workbench: Workbench): Disposable {
  const { agent, source, runner, log } = workbench;
  const disposables = new Disposables();
  const item = disposables.add(vscode.window.createStatusBarItem('celery.status', vscode.StatusBarAlignment.Left, 0));
  item.name = 'Celery';
  item.command = 'celery.status.menu';
  const update = (): void => {
    const { services } = agent.projection;
    const alive = Object.values(services).some(service => service.state !== 'stopped' && !service.foreign);
    const relevant = vscode.window.activeTextEditor?.document.languageId === 'python' && source.project.usesCelery;
    if (!vscode.workspace.isTrusted || !(alive || relevant || runner.preparing().length > 0)) {
      item.hide();
      return;
    }
    const { text, tooltip, spoken } = statusText(agent.projection, runner.preparing().map(attempt => ({ title: attempt.target.title, text: attempt.text })));
    item.text = text;
    item.tooltip = tooltip.join('\n');
    item.accessibilityInformation = { label: spoken, role: 'button' };
    item.show();
  };
  disposables.add(agent.onDidChange(({ services, queues }) => {
    if (services || queues) update();
  }));
  disposables.add(runner.onDidChange(update));
  disposables.add(source.onDidChange(update));
  disposables.add(vscode.window.onDidChangeActiveTextEditor(update));
  disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(update));
  update();
  disposables.add(registerCommand('celery.status.menu', guarded(log, () => showMenu(workbench))));
  return disposables;
}

interface Action extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

/** What can be done now, most likely first. */
async function showMenu(workbench: Workbench): Promise<void> {
  const { runner } = workbench;
  const last = runner.last();
  const actions: Action[] = [
    ...runner.preparing().map(({ target, text, token }) => ({ label: `$(close) ${t('Cancel {0}', target.title)}`, description: text, run: () => runner.cancel(token) })),
    { label: `$(play) ${t('Run Task…')}`, run: () => runCommand('celery.run.task') },
    ...(last ? [{ label: `$(debug-rerun) ${t('Repeat Last Run')}`, description: last.title, run: () => runCommand('celery.run.repeat') }] : []),
    { label: `$(pulse) ${t('Open Monitor')}`, run: () => runCommand('celery.monitor.open') },
    ...(['worker', 'beat', 'broker'] as const).flatMap(kind => serviceActions(workbench, kind)),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: `$(settings-gear) ${t('Worker Settings…')}`, run: () => runCommand('celery.settings.edit') },
  ];
  const answer = await vscode.window.showQuickPick(actions, { title: 'Celery', placeHolder: t('What to do') });
  await answer?.run?.();
}

function serviceActions(workbench: Workbench, kind: ServiceKind): Action[] {
  const service = workbench.agent.projection.services[kind];
  const name = kindName(kind);
  const state = service?.state ?? 'stopped';
  if (service?.foreign) return [];
  const separator = { label: [name, lookOfService(kind, state).words, service?.detail].filter(Boolean).join(' · '), kind: vscode.QuickPickItemKind.Separator };
  const start = { label: `$(play-circle) ${t('Start {0}', name)}`, run: () => startService(workbench, kind) };
  const restart = { label: `$(debug-restart) ${t('Restart {0}', name)}`, run: () => restartService(workbench, kind) };
  const stop = { label: `$(debug-stop) ${t('Stop {0}', name)}`, run: () => stopService(workbench, kind) };
  const showLog = { label: `$(output) ${t('Show Log of {0}', name)}`, run: () => workbench.logs.show(kind) };
  switch (state) {
    case 'stopped':
      return [separator, start];
    case 'failed':
      return [separator, start, showLog];
    case 'starting':
      return [separator, stop, showLog];
    case 'running':
      return [separator, restart, stop, showLog];
    case 'stopping':
      return [separator, showLog];
  }
}
