import type { RunState } from './run';

export interface StateLook {
  /** A codicon. */
  readonly icon: string;
  readonly tone: 'waiting' | 'busy' | 'good' | 'bad' | 'warning' | 'off';
}

/** How a state looks wherever it is shown. Colour and icon only repeat the state, which always stands beside them. */
export const STATE_LOOKS: ReadonlyMap<RunState, StateLook> = new Map<RunState, StateLook>([
  ['SENT', { icon: 'arrow-up', tone: 'waiting' }],
  ['PENDING', { icon: 'clock', tone: 'waiting' }],
  ['RECEIVED', { icon: 'inbox', tone: 'busy' }],
  ['STARTED', { icon: 'play-circle', tone: 'busy' }],
  ['RETRY', { icon: 'debug-restart', tone: 'warning' }],
  ['SUCCESS', { icon: 'pass', tone: 'good' }],
  ['FAILURE', { icon: 'error', tone: 'bad' }],
  ['REVOKED', { icon: 'circle-slash', tone: 'off' }],
  ['REJECTED', { icon: 'circle-slash', tone: 'bad' }],
  ['LOST', { icon: 'question', tone: 'off' }],
]);

/** A state that is not Celery's own is one that a running task has set. */
export function lookOf(state: RunState): StateLook {
  return STATE_LOOKS.get(state) ?? STATE_LOOKS.get('STARTED')!;
}
