import * as vscode from 'vscode';
import { problem, ProblemError } from '../../shared/problem';
import type { ServiceKind } from '../../shared/service';
import { t } from '../l10n';
import { withConsent } from '../run/consent';
import { saveChangedSources } from '../run/saveSources';
import type { Workbench } from '../workbench';
import { kindName } from './rows';

/** Starts a service of ours; what it needs (a broker for the worker) is started with it. Asks what only the user can decide. */
export async function startService(workbench: Workbench, id: ServiceKind): Promise<void> {
  await prepare(workbench);
  await withConsent(t('Start {0}', kindName(id)), consent => workbench.agent.request('service/start', { id, consent }), workbench);
}

export async function restartService(workbench: Workbench, id: ServiceKind): Promise<void> {
  const force = await mayStop(workbench, id);
  await prepare(workbench);
  await withConsent(t('Restart {0}', kindName(id)), consent => workbench.agent.request('service/restart', { id, consent: force ? { ...consent, busy: 'stop' } : consent }), workbench);
}

/** Stops a service; running tasks are ended in the middle only when the user says so. */
export async function stopService(workbench: Workbench, id: ServiceKind): Promise<void> {
  const force = await mayStop(workbench, id);
  await workbench.agent.request('service/stop', { id, force });
}

async function prepare({ log, project }: Workbench): Promise<void> {
  await saveChangedSources(names => {
    log.info(`Saved ${names}`);
    vscode.window.setStatusBarMessage(t('Saved {0}', names), 4_000);
  });
  await project.ready();
}

/** True where running tasks shall be ended; rejects with `cancelled` when the user lets them run. */
async function mayStop({ agent }: Workbench, id: ServiceKind): Promise<boolean> {
  const active = Object.values(agent.projection.workers).reduce((sum, worker) => sum + (worker.own ? worker.active : 0), 0);
  if (id !== 'worker' || active === 0) return false;
  const wait = t('Let Them Finish');
  const now = t('Stop Now');
  const message = active === 1 ? t('The worker is running a task') : t('The worker is running {0} tasks', active);
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail: t('Stopping it now ends what it runs in the middle.') }, wait, now);
  if (!answer) throw new ProblemError(problem('cancelled', t('Cancelled')));
  return answer === now;
}
