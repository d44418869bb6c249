import type { RunState } from '../src/shared/run';
import { lookOf, STATE_LOOKS } from '../src/shared/stateLook';
import { icon } from './dom';
import { t } from './text';

const meanings: Readonly<Record<string, string>> = {
  SENT: t('Sent; no worker has taken it yet'),
  PENDING: t('Waiting in its queue'),
  RECEIVED: t('Taken by a worker, waiting for its turn'),
  STARTED: t('Running'),
  RETRY: t('Failed; it will be tried again'),
  SUCCESS: t('Done'),
  FAILURE: t('Ended with an exception'),
  REVOKED: t('Taken back before it ended'),
  REJECTED: t('Refused by the worker'),
  LOST: t('The broker that held it is gone'),
};

/** From first to last in the life of a run; the states that a running task has set stand beside STARTED. */
const order = [...STATE_LOOKS.keys()];
const customPlace = order.indexOf('STARTED') + 0.5;

/** What a state means, for the tooltip. */
export function meaningOf(state: RunState): string {
  return Object.hasOwn(meanings, state) ? meanings[state]! : t('Running; the task reports this state itself');
}

export function stateIcon(state: RunState): HTMLElement {
  return icon(lookOf(state).icon, toneOf(state));
}

/** Class of the colour. */
export function toneOf(state: RunState): string {
  return `tone-${lookOf(state).tone}`;
}

export function compareStates(a: RunState, b: RunState): number {
  return place(a) - place(b) || a.localeCompare(b);
}

function place(state: RunState): number {
  const index = order.indexOf(state);
  return index < 0 ? customPlace : index;
}
