import type { SourceSchedule } from '../../shared/source';
import { t } from '../l10n';
import { shortName } from '../run/present';
import type { Row } from '../tree/element';

/** Beat entries in the order of the source, with the first of their next runs after `now` (epoch ms). */
export function scheduleRows(schedules: readonly SourceSchedule[], known: ReadonlySet<string>, now: number): readonly Row[] {
  return schedules.map(schedule => scheduleRow(schedule, known, now));
}

function scheduleRow(schedule: SourceSchedule, known: ReadonlySet<string>, now: number): Row {
  const next = schedule.next.filter(at => at > now);
  const words = schedule.words ?? schedule.text;
  const unknown = !known.has(schedule.task.name);
  const said = [words, ...(next[0] === undefined ? [] : [t('next {0}', moment(next[0], now))]), ...(unknown ? [t('task not found')] : [])];
  return {
    id: `schedule/${schedule.location.uri}#${schedule.key}`,
    label: schedule.key,
    description: said.join(' · '),
    icon: unknown ? { name: 'warning', color: 'list.warningForeground' } : { name: 'calendar' },
    context: `schedule.${schedule.call === null || unknown ? 'fixed' : 'runnable'}`,
    tooltip: [
      schedule.key,
      schedule.call ?? schedule.task.name,
      ...(schedule.options ? [schedule.options] : []),
      words === schedule.text ? words : `${words}: ${schedule.text}`,
      ...(schedule.timezone ? [t('Time zone of the app: {0}', schedule.timezone)] : []),
      ...next.map(at => new Date(at).toLocaleString([], { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' })),
      ...(unknown ? [t('No task of the name {0} was found in the source', schedule.task.name)] : []),
    ],
    spoken: [schedule.key, t('runs {0}', shortName(schedule.task.name)), ...said].join(', '),
    children: [],
    collapsed: true,
    subject: { kind: 'schedule', schedule },
  };
}

/** A time of today as a time, of this week with its day, later with its date; in the local time zone. */
export function moment(at: number, now: number): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === new Date(now).toDateString()) return time;
  if (at - now < 6 * 86_400_000) return `${date.toLocaleDateString([], { weekday: 'short' })} ${time}`;
  return `${date.toLocaleDateString([], { month: 'short', day: 'numeric' })} ${time}`;
}
