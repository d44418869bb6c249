import type { RunState } from '../src/shared/run';
import { t } from './text';

/** How a state looks. The word beside it is always the state itself, so colour and icon only repeat it. */
export interface StateLook {
  readonly icon: string;
  /** Class of the colour. */
  readonly tone: 'waiting' | 'busy' | 'good' | 'bad' | 'warning' | 'off';
  /** What it means, for the tooltip. */
  readonly meaning: string;
}

/** From first to last in the life of a run; the filter shows them in this order, custom states among the running ones. */
const looks: ReadonlyMap<RunState, StateLook> = new Map<RunState, StateLook>([
  ['SENT', { icon: 'arrow-up', tone: 'waiting', meaning: t('Sent; no worker has taken it yet') }],
  ['PENDING', { icon: 'circle-large-outline', tone: 'waiting', meaning: t('Waiting in its queue') }],
  ['RECEIVED', { icon: 'inbox', tone: 'waiting', meaning: t('Taken by a worker, waiting for its turn') }],
  ['STARTED', { icon: 'sync', tone: 'busy', meaning: t('Running') }],
  ['RETRY', { icon: 'history', tone: 'warning', meaning: t('Failed; it will be tried again') }],
  ['SUCCESS', { icon: 'pass', tone: 'good', meaning: t('Done') }],
  ['FAILURE', { icon: 'error', tone: 'bad', meaning: t('Ended with an exception') }],
  ['REVOKED', { icon: 'circle-slash', tone: 'off', meaning: t('Taken back before it ended') }],
  ['REJECTED', { icon: 'stop-circle', tone: 'bad', meaning: t('Refused by the worker') }],
  ['LOST', { icon: 'question', tone: 'off', meaning: t('The broker that held it is gone') }],
]);

const custom: StateLook = { icon: 'sync', tone: 'busy', meaning: t('Running, in a state of its own') };
const order = [...looks.keys()];
const customPlace = order.indexOf('STARTED') + 0.5;

export function stateLook(state: RunState): StateLook {
  return looks.get(state) ?? custom;
}

export function compareStates(a: RunState, b: RunState): number {
  return place(a) - place(b) || a.localeCompare(b);
}

function place(state: RunState): number {
  const index = order.indexOf(state);
  return index < 0 ? customPlace : index;
}
