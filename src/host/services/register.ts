import * as vscode from 'vscode';
import type { Consent } from '../../shared/agentProtocol';
import { problem, ProblemError } from '../../shared/problem';
import type { Service, ServiceKind } from '../../shared/service';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { registerCommand } from '../manifest';
import { guarded } from '../problems';
import { withConsent } from '../run/consent';
import { saveChangedSources } from '../run/saveSources';
import { RowTree } from '../tree/rowTree';
import type { TreeElement } from '../tree/element';
import { openWhenVisible } from '../agentClient/openWhenVisible';
import type { Workbench } from '../workbench';
import { kindName, lookOfService, serviceRows } from './rows';

const KINDS: readonly ServiceKind[] = ['broker', 'worker', 'beat'];

export function register(workbench: Workbench): Disposable {
  const { agent, project, log } = workbench;
  const disposables = new Disposables();
  const tree = disposables.add(new RowTree(() => serviceRows(agent.projection, []), () => undefined));
  const view = disposables.add(vscode.window.createTreeView('celery.services', { treeDataProvider: tree }));
  disposables.add(openWhenVisible(view, workbench));
  disposables.add(agent.onDidChange(({ services, workers, facts }) => {
    if (services || workers || facts) tree.refresh();
  }));

  const choose = async (element: TreeElement | undefined, placeholder: string, fits: (service: Service | undefined) => boolean): Promise<string | undefined> => {
    const subject = element?.row.subject;
    if (subject?.kind === 'service') return subject.service.id;
    await project.ready();
    await agent.open();
    const { services } = agent.projection;
    const items = KINDS.filter(kind => fits(services[kind])).map(kind => ({ id: kind, label: kindName(kind), description: lookOfService(kind, services[kind]?.state ?? 'stopped').words }));
    if (items.length === 0) {
      void vscode.window.showInformationMessage(t('No service is in a state for that'));
      return undefined;
    }
    return (await vscode.window.showQuickPick(items, { placeHolder: placeholder }))?.id;
  };
  const start = async (id: string): Promise<void> => {
    await saveChangedSources(names => log.info(`Saved ${names}`));
    await project.ready();
    await withConsent(kindName(id as ServiceKind), (consent: Consent) => agent.request('service/start', { id, consent }));
  };

  disposables.add(registerCommand('celery.service.start', guarded(log, async element => {
    const id = await choose(element, t('Service to start'), service => !service || service.state === 'stopped' || service.state === 'failed');
    if (id) await start(id);
  })));
  disposables.add(registerCommand('celery.service.stop', guarded(log, async element => {
    const id = await choose(element, t('Service to stop'), service => service !== undefined && !service.foreign && (service.state === 'running' || service.state === 'starting'));
    if (id) await stop(workbench, id);
  })));
  disposables.add(registerCommand('celery.service.restart', guarded(log, async element => {
    const id = await choose(element, t('Service to restart'), service => service !== undefined && !service.foreign && service.state === 'running');
    if (!id) return;
    await saveChangedSources(names => log.info(`Saved ${names}`));
    await project.ready();
    await withConsent(kindName(id as ServiceKind), consent => agent.request('service/restart', { id, consent }));
  })));
  return disposables;
}

/** Stops a service; a worker that runs something is stopped for good only when the user says so. */
async function stop({ agent }: Workbench, id: string): Promise<void> {
  const busy = Object.values(agent.projection.workers).filter(worker => worker.own && worker.active > 0).reduce((sum, worker) => sum + worker.active, 0);
  if (id !== 'worker' || busy === 0) {
    await agent.request('service/stop', { id, force: false });
    return;
  }
  const wait = t('Wait for Them');
  const now = t('Stop Now');
  const answer = await vscode.window.showWarningMessage(t('The worker is running {0} tasks', busy), { modal: true, detail: t('Stopping it now ends them in the middle.') }, wait, now);
  if (!answer) throw new ProblemError(problem('cancelled', t('Cancelled')));
  await agent.request('service/stop', { id, force: answer === now });
}
