import type { Projection } from '../../shared/agentProtocol';
import type { Service, ServiceKind, ServiceState, Worker } from '../../shared/service';
import { t } from '../l10n';
import type { Row } from '../tree/element';

const ORDER: readonly ServiceKind[] = ['broker', 'worker', 'beat'];
const KIND_ICON: Record<ServiceKind, string> = { broker: 'database', worker: 'server-process', beat: 'watch' };

/** Icon, colour and words of a service's state; menus match on the state itself. */
export function lookOfService(kind: ServiceKind, state: ServiceState): { readonly icon: string; readonly color?: string; readonly words: string } {
  switch (state) {
    case 'stopped':
      return { icon: KIND_ICON[kind], color: 'disabledForeground', words: t('stopped') };
    case 'starting':
      return { icon: 'loading~spin', words: t('starting') };
    case 'running':
      return { icon: KIND_ICON[kind], color: 'charts.green', words: t('running') };
    case 'stopping':
      return { icon: 'loading~spin', words: t('stopping') };
    case 'failed':
      return { icon: 'error', color: 'charts.red', words: t('failed') };
  }
}

export function kindName(kind: ServiceKind): string {
  switch (kind) {
    case 'broker':
      return t('Broker');
    case 'worker':
      return t('Worker');
    case 'beat':
      return t('Beat');
  }
}

/** Broker, worker and Beat, then the workers of others. */
export function serviceRows(projection: Projection, settings: readonly Row[]): readonly Row[] {
  const services = Object.values(projection.services).sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const others = Object.values(projection.workers).filter(worker => !worker.own).sort((a, b) => a.name.localeCompare(b.name));
  return [...services.map(service => serviceRow(service, service.kind === 'worker' ? settings : [])), ...others.map(workerRow)];
}

function serviceRow(service: Service, children: readonly Row[]): Row {
  const look = lookOfService(service.kind, service.state);
  const name = kindName(service.kind);
  const problem = service.problem?.message ?? null;
  const said = [look.words, service.foreign ? t('not ours') : '', service.stale ? t('source has changed') : '', service.state === 'failed' && problem ? problem : service.detail].filter(Boolean);
  const caveat = service.problem && service.state === 'running';
  return {
    id: `service/${service.id}`,
    label: name,
    description: said.join(' · '),
    icon: caveat ? { name: 'warning', color: 'list.warningForeground' } : { name: look.icon, ...(look.color ? { color: look.color } : {}) },
    context: `service.${service.kind}.${service.state}${service.foreign ? '.foreign' : ''}`,
    tooltip: [`${name}: ${look.words}`, ...[service.label, service.detail].filter(Boolean), ...service.facts, ...(service.pid === null ? [] : [t('process {0}', service.pid)]), ...(problem ? [problem] : []), ...(service.problem?.advice ? [service.problem.advice] : [])],
    spoken: [name, ...said].join(', '),
    children,
    collapsed: true,
    subject: { kind: 'service', service },
  };
}

function workerRow(worker: Worker): Row {
  const said = [worker.alive ? t('running') : t('silent'), t('not ours'), ...(worker.active > 0 ? [t('{0} active', worker.active)] : []), ...(worker.queues.length > 0 ? [worker.queues.join(', ')] : [])];
  return {
    id: `worker/${worker.environment}/${worker.name}`,
    label: worker.name,
    description: said.join(' · '),
    icon: worker.alive ? { name: 'vm-active', color: 'charts.blue' } : { name: 'vm-outline', color: 'disabledForeground' },
    context: `worker.${worker.alive ? 'alive' : 'silent'}`,
    tooltip: [worker.name, t('A worker that was started elsewhere'), ...(worker.version ? [`Celery ${worker.version}`] : []), ...(worker.pool ? [t('pool {0}', worker.pool) + (worker.concurrency === null ? '' : ` × ${worker.concurrency}`)] : []), t('{0} tasks done', worker.processed)],
    spoken: [worker.name, ...said].join(', '),
    children: [],
    collapsed: true,
    subject: { kind: 'worker', worker },
  };
}
