import type { Problem } from './problem';

export type ServiceKind = 'broker' | 'worker' | 'beat';
export type ServiceState = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed';

/** A broker, worker or Beat that we run or use. There is one of each kind in the first release; the id is the kind. */
export interface Service {
  readonly id: string;
  readonly kind: ServiceKind;
  readonly state: ServiceState;
  /** True where somebody else started it (a Redis that was already there): we show it, and never stop it. */
  readonly foreign: boolean;
  /** What it is, short: `valkey 9.1.2`, `worker@host`, … */
  readonly label: string;
  /** What it does at the moment, short: `127.0.0.1:6379`, `celery, mail · prefork 2`, `installing the embedded broker`. Secrets masked. */
  readonly detail: string;
  /** Longer facts for the tooltip, one a line: command line, environment changes, why this broker was chosen. */
  readonly facts: readonly string[];
  /** Epoch ms of the last change of state. */
  readonly since: number;
  readonly pid: number | null;
  /** Only when `failed`, or when running with a caveat. */
  readonly problem: Problem | null;
  /** Worker and Beat: source that it loaded has changed since. */
  readonly stale: boolean;
}

/** A worker node that answers on the broker, ours or not. */
export interface Worker {
  readonly environment: string;
  /** `celery@host`. */
  readonly name: string;
  readonly own: boolean;
  readonly alive: boolean;
  /** Tasks running. */
  readonly active: number;
  readonly processed: number;
  readonly pool: string | null;
  readonly concurrency: number | null;
  readonly queues: readonly string[];
  /** Celery's version, null until it said so. */
  readonly version: string | null;
  /** Epoch ms of the last sign of life. */
  readonly seenAt: number;
}

export interface Queue {
  readonly environment: string;
  readonly name: string;
  /** Messages waiting, over all priorities; null while unknown. */
  readonly ready: number | null;
  /** Taken by a worker and not acknowledged (running, prefetched, waiting for an ETA); null where the broker does not say. */
  readonly inFlight: number | null;
  readonly consumers: number | null;
  /** True where it is in the app's settings or the source. */
  readonly declared: boolean;
  /** What the broker does not say of its queues, and why, in words; null where nothing is missing. */
  readonly note: string | null;
}
