import type { Queue } from '../../shared/service';
import { t } from '../l10n';
import type { Row } from '../tree/element';

/** Queues by name, those with waiting messages marked. */
export function queueRows(queues: readonly Queue[]): readonly Row[] {
  return [...queues].sort((a, b) => a.name.localeCompare(b.name)).map(queueRow);
}

function queueRow(queue: Queue): Row {
  const { name, ready, inFlight, consumers } = queue;
  const unattended = consumers === 0 && (ready ?? 0) > 0;
  const said = [
    ready === null ? t('depth unknown') : t('{0} waiting', ready),
    ...(inFlight ? [t('{0} in flight', inFlight)] : []),
    ...(consumers === null ? [] : [consumers === 0 ? t('no consumer') : consumers === 1 ? t('1 consumer') : t('{0} consumers', consumers)]),
  ];
  return {
    id: `queue/${queue.environment}/${name}`,
    label: name,
    description: said.join(' · '),
    icon: unattended ? { name: 'warning', color: 'list.warningForeground' } : { name: 'list-ordered', ...((ready ?? 0) > 0 ? { color: 'charts.blue' } : {}) },
    context: (ready ?? 0) > 0 ? 'queue.filled' : 'queue.empty',
    tooltip: [name, ...said, ...(unattended ? [t('Messages wait here, and no worker consumes this queue')] : []), ...(queue.declared ? [] : [t('Neither the app nor the source names this queue')]), ...(queue.note === null ? [] : [queue.note])],
    spoken: [name, ...said].join(', '),
    children: [],
    collapsed: true,
    subject: { kind: 'queue', queue },
  };
}
