import type { Projection } from '../../shared/agentProtocol';
import { t } from '../l10n';
import { lookOfService } from '../services/rows';

export interface StatusText {
  readonly text: string;
  readonly tooltip: readonly string[];
  /** Without icons, for a screen reader. */
  readonly spoken: string;
}

/** What the status bar says: what is being prepared, else the worker's state and how much waits. */
export function statusText({ services, queues }: Projection, preparing: readonly { readonly title: string; readonly text: string }[]): StatusText {
  const worker = services['worker'];
  const state = worker?.state ?? 'stopped';
  const look = lookOfService('worker', state);
  const waiting = Object.values(queues).reduce((sum, queue) => sum + (queue.ready ?? 0), 0);
  const broker = services['broker'];
  const tooltip = [
    t('Environment: local'),
    t('Worker: {0}', [look.words, worker?.detail].filter(Boolean).join(' · ')),
    ...(broker ? [t('Broker: {0}', [lookOfService('broker', broker.state).words, broker.detail].filter(Boolean).join(' · '))] : []),
    ...(waiting > 0 ? [t('{0} messages wait', waiting)] : []),
  ];
  const [first] = preparing;
  if (first) return { text: `$(loading~spin) Celery: ${first.text}`, tooltip: [`${first.title}: ${first.text}`, ...tooltip], spoken: `Celery, ${first.title}, ${first.text}` };
  const said = [t('worker {0}', look.words), ...(waiting > 0 ? [t('{0} waiting', waiting)] : [])];
  const icon = state === 'failed' ? 'error' : worker?.stale ? 'history' : look.icon;
  return { text: `$(${icon}) Celery: ${said.join(' · ')}`, tooltip: worker?.stale ? [...tooltip, t('The worker is restarted before the next run: source has changed')] : tooltip, spoken: `Celery, ${said.join(', ')}` };
}
