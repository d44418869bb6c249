import { isFinal, type Run, type RunState } from '../../shared/run';
import { lookOf, type StateLook } from '../../shared/stateLook';
import { t } from '../l10n';

export interface StateAppearance {
  /** Codicon. */
  readonly icon: string;
  readonly color?: string;
  /** The state in words, for a screen reader. */
  readonly words: string;
}

const COLORS: Readonly<Record<StateLook['tone'], string | null>> = { waiting: null, busy: 'charts.blue', good: 'charts.green', bad: 'charts.red', warning: 'charts.yellow', off: 'descriptionForeground' };

/** How a state looks in lenses, rows and quick picks. Custom states (`PROGRESS`, …) look like a running task. */
export function lookOfState(state: RunState): StateAppearance {
  const { icon, tone } = lookOf(state);
  const color = COLORS[tone];
  return { icon, ...(color === null ? {} : { color }), words: wordsOf(state) };
}

function wordsOf(state: RunState): string {
  switch (state) {
    case 'SENT':
      return t('sent, not confirmed yet');
    case 'PENDING':
      return t('waiting in the queue');
    case 'RECEIVED':
      return t('received by a worker');
    case 'STARTED':
      return t('running');
    case 'SUCCESS':
      return t('succeeded');
    case 'FAILURE':
      return t('failed');
    case 'RETRY':
      return t('waiting for a retry');
    case 'REVOKED':
      return t('revoked');
    case 'REJECTED':
      return t('rejected');
    case 'LOST':
      return t('lost: its broker is gone');
    default:
      return t('reported {0}', state);
  }
}

/** `12 ms`, `3.4 s`, `2 min 5 s`, `1 h 4 min`. */
export function formatDuration(seconds: number): string {
  const milliseconds = seconds * 1000;
  if (milliseconds < 0.95) return t('< 1 ms');
  if (milliseconds < 999.5) return t('{0} ms', Math.round(milliseconds));
  if (seconds < 59.95) return t('{0} s', seconds.toFixed(1));
  const whole = Math.round(seconds);
  if (whole < 3600) return t('{0} min {1} s', Math.floor(whole / 60), whole % 60);
  return t('{0} h {1} min', Math.floor(whole / 3600), Math.floor((whole % 3600) / 60));
}

/** Seconds that the run took: the worker's own measure, else from its times; null while it is unknown. */
export function runSeconds(run: Run): number | null {
  if (run.runtime !== null) return run.runtime;
  if (run.finishedAt !== null && run.startedAt !== null) return Math.max(0, run.finishedAt - run.startedAt) / 1000;
  return null;
}

/** One line of at most `limit` characters. */
export function shorten(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}

/** `12 ms → 3`, `attempt 2 failed: ConnectionError()`, `40 %`: what there is to say beside the state; may be empty. */
export function describeOutcome(run: Run, limit: number): string {
  const seconds = runSeconds(run);
  const parts: string[] = [];
  if (seconds !== null) parts.push(formatDuration(seconds));
  if (run.state === 'RETRY') parts.push(t('attempt {0} failed', Math.max(1, run.retries)));
  else if (run.retries > 0) parts.push(t('attempt {0}', run.retries + 1));
  if (run.progress !== null && !isFinal(run.state)) parts.push(t('{0} %', Math.round(run.progress * 100)));
  const text = parts.join(' · ');
  if (run.outcome === null || (run.progress !== null && !isFinal(run.state))) return text;
  const outcome = shorten(run.outcome, limit);
  if (run.state === 'SUCCESS') return text ? `${text} → ${outcome}` : `→ ${outcome}`;
  return text ? `${text}: ${outcome}` : outcome;
}

/** The task's own name without its module: `add` of `shop.tasks.add`. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1) || name;
}

/** The newest time that is known of a run, epoch ms. */
export function runTime(run: Run): number {
  return run.sentAt ?? run.receivedAt ?? run.startedAt ?? run.finishedAt ?? 0;
}
