import type { RunMoment } from '../src/shared/run';
import { h } from './dom';
import { formatDuration, formatExactTime, formatMoment } from './format';
import { meaningOf, stateIcon } from './states';
import { t } from './text';

/** What happened, oldest first; from the second attempt on each attempt is headed by its number. */
export function createTimeline(moments: readonly RunMoment[]): HTMLElement {
  const list = h('ol', { class: 'timeline' });
  const attempts = new Set(moments.map(({ retries }) => retries)).size;
  moments.forEach((moment, index) => {
    const before = moments[index - 1];
    if (attempts > 1 && moment.retries !== before?.retries) list.append(h('li', { class: 'timeline-attempt' }, t('Attempt {0}', moment.retries + 1)));
    list.append(
      h(
        'li',
        { class: 'timeline-moment' },
        stateIcon(moment.state),
        h('span', { class: 'timeline-state', title: meaningOf(moment.state) }, moment.state),
        h('time', { title: formatMoment(moment.at), datetime: new Date(moment.at).toISOString() }, formatExactTime(moment.at)),
        h('span', { class: 'dim' }, before ? `+${formatDuration(moment.at - before.at)}` : ''),
        moment.note !== null && h('span', { class: 'timeline-note' }, moment.note),
      ),
    );
  });
  return list;
}
