import type { AppDescription } from '../../shared/agentProtocol';
import { isFinal, type Run } from '../../shared/run';
import { t } from '../l10n';
import { describeOutcome, lookOfState, shorten } from '../run/present';

const CALL_LIMIT = 70;
const OUTCOME_LIMIT = 60;
/** A plain space behind an icon is swallowed in a lens. */
const SPACE = '\u00a0';

/** `▶ add(2, 3)`. */
export function runTitle(call: string): string {
  return `$(play)${SPACE}${escapeIcons(shorten(call, CALL_LIMIT))}`;
}

/** `SUCCESS 12 ms → 3` with the icon of the state; `part` says how much of a canvas it is: `2 of 3`. */
export function stateTitle(run: Run, part = ''): string {
  const look = lookOfState(run.state);
  const icon = run.state === 'SUCCESS' ? 'check' : look.icon === 'play-circle' ? 'loading~spin' : look.icon;
  return `$(${icon})${SPACE}${escapeIcons([run.state, part, describeOutcome(run, OUTCOME_LIMIT)].filter(Boolean).join(' '))}`;
}

/** One state for all runs of what was sent: what failed, else what is still going on, else the last one. */
export function canvasTitle(ids: readonly string[], runs: Readonly<Record<string, Run>>): string {
  const known = ids.map(id => runs[id]).filter(run => run !== undefined);
  const shown = known.find(run => isFinal(run.state) && run.state !== 'SUCCESS') ?? known.findLast(run => !isFinal(run.state)) ?? known.at(-1);
  if (!shown) return sentTitle();
  return stateTitle(shown, ids.length > 1 ? t('{0} of {1}', known.filter(run => run.state === 'SUCCESS').length, ids.length) : '');
}

/** `$(…)` in a result is text, not an icon. */
export function escapeIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}

/** Whether the app was imported and does not know the task. */
export function isUnregistered(name: string, app: AppDescription | null | undefined): boolean {
  return app !== null && app !== undefined && !app.tasks.some(task => task.name === name);
}

export function unregisteredTitle(): string {
  return `$(warning)${SPACE}${t('not registered')}`;
}

export function sentTitle(): string {
  return `$(arrow-up)${SPACE}SENT`;
}

export function preparingTitle(text: string): string {
  return `$(loading~spin)${SPACE}${escapeIcons(shorten(text, OUTCOME_LIMIT))}`;
}

export function refusedTitle(message: string): string {
  return `$(error)${SPACE}${escapeIcons(shorten(t('not sent: {0}', message), CALL_LIMIT + OUTCOME_LIMIT))}`;
}
