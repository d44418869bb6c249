import { isFinal, type RunState } from '../../shared/run';

/** Strength of each state, the weakest first (celery.states.PRECEDENCE); custom states lie between REVOKED and FAILURE. `SENT` and `LOST` are ours. */
const STRENGTH: Readonly<Record<RunState, number>> = { LOST: 0, SENT: 1, PENDING: 1, RETRY: 2, REJECTED: 3, RECEIVED: 4, STARTED: 5, REVOKED: 6, FAILURE: 8, SUCCESS: 9 };
const CUSTOM = 7;

export function strength(state: RunState): number {
  return STRENGTH[state] ?? CUSTOM;
}

export function isCustom(state: RunState): boolean {
  return STRENGTH[state] === undefined;
}

const STATE_OF_EVENT: Readonly<Record<string, RunState>> = {
  'task-sent': 'PENDING',
  'task-received': 'RECEIVED',
  'task-started': 'STARTED',
  'task-succeeded': 'SUCCESS',
  'task-failed': 'FAILURE',
  'task-retried': 'RETRY',
  'task-rejected': 'REJECTED',
  'task-revoked': 'REVOKED',
};

/** The state that an event tells (celery.events.state): `task-progress` is `PROGRESS`. */
export function stateOfEvent(type: string): RunState {
  return STATE_OF_EVENT[type] ?? type.slice('task-'.length).toUpperCase();
}

/**
 * Whether a report of `next` replaces `current` (§5.5 of Celery's state machine, with corrections that were measured). A weaker state is
 * an older one that came late, except:
 * - around RETRY, where the next attempt's `received` comes before this one's `retried`: there the later report counts;
 * - REJECTED, which Celery itself counts as weaker than the STARTED that it ends;
 * - a failed, rejected, revoked or custom state followed by a new delivery of the same message (acks_late, a lost worker): the task runs again.
 * @param older the report is known to be older than what `current` was told by (same node, earlier time).
 */
export function replaces(current: RunState, next: RunState, older: boolean): boolean {
  if (current === 'SENT' || current === 'PENDING' || current === 'LOST') return true;
  if (next === 'SENT' || next === 'PENDING' || current === 'SUCCESS') return next === 'SUCCESS';
  if (next === 'RETRY' || current === 'RETRY') return !older && (!isFinal(current) || current === 'REJECTED');
  if (strength(next) >= strength(current)) return !older || strength(next) > strength(current);
  if (next === 'REJECTED') return !older && !isFinal(current);
  return !older && (next === 'STARTED' || next === 'RECEIVED') && (isFinal(current) || isCustom(current));
}
