import * as vscode from 'vscode';
import type { Service, ServiceKind } from '../../shared/service';
import { openWhenVisible } from '../agentClient/openWhenVisible';
import { availability } from '../availability';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { command, registerCommand } from '../manifest';
import { guarded } from '../problems';
import { settingRows } from '../settings/rows';
import { RowTree } from '../tree/rowTree';
import type { TreeElement } from '../tree/element';
import type { Workbench } from '../workbench';
import { restartService, startService, stopService } from './actions';
import { kindName, lookOfService, serviceRows } from './rows';

const KINDS: readonly ServiceKind[] = ['broker', 'worker', 'beat'];

export function register(workbench: Workbench): Disposable {
  const { agent, project, interpreter, log, logs } = workbench;
  const disposables = new Disposables();
  const tree = disposables.add(new RowTree(
    // Where nothing can be started, the view says why instead.
    () => (availability(workbench) === 'ready' ? serviceRows(agent.projection, settingRows(project.current, project.configured(), agent.projection, interpreter.current)) : []),
    row => (row.subject.kind === 'setting' ? command('celery.settings.edit', t('Change'), { id: row.id, row }) : undefined),
  ));
  const view = disposables.add(vscode.window.createTreeView('celery.services', { treeDataProvider: tree }));
  disposables.add(openWhenVisible(view, workbench));
  for (const event of [project.onDidChange, interpreter.onDidChange, workbench.source.onDidChangeState, agent.onDidChangeState]) disposables.add(event(() => tree.refresh()));
  disposables.add(agent.onDidChange(({ services, workers, facts }) => {
    if (services || workers || facts) tree.refresh();
  }));

  const choose = async (element: TreeElement | undefined, placeholder: string, fits: (service: Service | undefined) => boolean): Promise<ServiceKind | undefined> => {
    const subject = element?.row.subject;
    if (subject?.kind === 'service') return subject.service.kind;
    await project.ready();
    await agent.open();
    const { services } = agent.projection;
    const items = KINDS.filter(kind => fits(services[kind])).map(kind => ({ service: kind, label: kindName(kind), description: lookOfService(kind, services[kind]?.state ?? 'stopped').words }));
    if (items.length === 0) void vscode.window.showInformationMessage(t('There is no service that this could be done to now'));
    return items.length <= 1 ? items[0]?.service : (await vscode.window.showQuickPick(items, { placeHolder: placeholder }))?.service;
  };
  const onService = (placeholder: string, fits: (service: Service | undefined) => boolean, act: (kind: ServiceKind) => unknown) =>
    guarded(log, async (element?: TreeElement) => {
      const kind = await choose(element, placeholder, fits);
      if (kind) await act(kind);
    });
  const ours = (service: Service | undefined, ...states: readonly Service['state'][]): boolean => service !== undefined && !service.foreign && states.includes(service.state);

  disposables.add(registerCommand('celery.service.start', onService(t('Service to start'), service => !service || service.state === 'stopped' || service.state === 'failed', kind => startService(workbench, kind))));
  disposables.add(registerCommand('celery.service.stop', onService(t('Service to stop'), service => ours(service, 'running', 'starting'), kind => stopService(workbench, kind))));
  disposables.add(registerCommand('celery.service.restart', onService(t('Service to restart'), service => ours(service, 'running'), kind => restartService(workbench, kind))));
  disposables.add(registerCommand('celery.service.log', onService(t('Service whose log to show'), service => service !== undefined && !service.foreign, kind => logs.show(kind))));
  return disposables;
}
