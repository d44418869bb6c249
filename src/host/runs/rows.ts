import { isFinal, type Run } from '../../shared/run';
import { t } from '../l10n';
import { describeOutcome, lookOfState, runTime, shorten, shortName } from '../run/present';
import type { Row } from '../tree/element';

/** The known runs, newest first; in groups by state where asked for. */
export function runRows(runs: readonly Run[], byState: boolean): readonly Row[] {
  const ordered = [...runs].sort((a, b) => runTime(b) - runTime(a) || b.id.localeCompare(a.id));
  if (!byState) return ordered.map(run => runRow(run, true));
  const states = [...new Set(ordered.map(run => run.state))].sort((a, b) => Number(isFinal(a)) - Number(isFinal(b)) || a.localeCompare(b));
  return states.map(state => {
    const look = lookOfState(state);
    const children = ordered.filter(run => run.state === state).map(run => runRow(run, false));
    return {
      id: `state/${state}`,
      label: state,
      description: String(children.length),
      icon: { name: look.icon, ...(look.color ? { color: look.color } : {}) },
      context: 'group',
      tooltip: [state, look.words],
      spoken: t('{0}, {1} runs', look.words, children.length),
      children,
      collapsed: false,
      subject: { kind: 'group' as const, name: state },
    };
  });
}

function runRow(run: Run, withState: boolean): Row {
  const look = lookOfState(run.state);
  const name = run.identity.name ? shortName(run.identity.name) : run.id;
  const label = run.call === null ? name : shorten(run.call, 60);
  const time = runTime(run);
  const said = [withState ? run.state : '', describeOutcome(run, 60), time === 0 ? '' : clock(time)].filter(Boolean);
  return {
    id: `run/${run.id}`,
    label,
    description: said.join(' · '),
    icon: { name: look.icon, ...(look.color ? { color: look.color } : {}) },
    context: `run.${isFinal(run.state) ? 'done' : 'going'}${run.identity.name ? '.named' : ''}`,
    tooltip: [
      run.identity.name || run.id,
      [run.call ?? '', run.state, describeOutcome(run, 300)].filter(Boolean).join(' '),
      ...(run.worker ? [t('Worker: {0}', run.worker)] : []),
      ...(run.queue ? [t('Queue: {0}', run.queue)] : []),
      ...(run.sentAt ? [t('Sent: {0}', new Date(run.sentAt).toLocaleString())] : []),
      t('Id: {0}', run.id),
    ],
    spoken: [label, look.words, describeOutcome(run, 60)].filter(Boolean).join(', '),
    children: [],
    collapsed: true,
    subject: { kind: 'run', run },
  };
}

/** Time of the day as a log writes it. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}
