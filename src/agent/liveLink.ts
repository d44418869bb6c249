import type { Queue, Worker } from '../shared/service';
import { LOCAL } from '../shared/identity';
import { openBroker, type Broker, type BrokerOptions } from '../live/broker/broker';
import { openResults, type Results, type ResultsOptions } from '../live/results/results';
import type { TlsOptions } from '../live/broker/url';
import type { RunStore } from '../live/runs/store';
import type { Problem } from '../shared/problem';
import { toProblem } from './connection';
import type { OpenApp } from './importedApp';

/** Where to listen, and how. */
export interface LinkTarget {
  readonly broker: Omit<BrokerOptions, 'oid' | 'isOwn' | 'environment'>;
  readonly results: ResultsOptions;
}

export interface LinkEvents {
  workers(workers: readonly Worker[]): void;
  queues(queues: readonly Queue[]): void;
  /** The broker does not answer (in words), or does again (null). */
  away(reason: string | null): void;
}

/** Milliseconds between looks at the queues. */
const QUEUE_INTERVAL = 1_000;

/** Everything that is heard from a running system, brought to the store of runs and the projection. */
export class LiveLink {
  private broker: Broker | null = null;
  private results: Results | null = null;
  private target: LinkTarget | null = null;
  /** Why results cannot be read here, where they cannot. */
  unreadable: Problem | null = null;
  private timer: NodeJS.Timeout | null = null;
  private readonly watched = new Map<string, () => void>();
  private ends: (() => void)[] = [];
  private keepsEventsOn = false;

  constructor(private readonly runs: RunStore, private readonly oid: string, private readonly isOwn: (node: string) => boolean, private readonly queueNames: () => readonly string[], private readonly events: LinkEvents) {}

  get connected(): Broker | null {
    return this.broker;
  }

  /** Follows `target`; the same target again changes nothing. Resolves when events are heard. */
  async follow(target: LinkTarget): Promise<Broker> {
    if (this.broker && this.target && JSON.stringify(this.target) === JSON.stringify(target)) return this.broker;
    await this.close();
    const broker = await openBroker({ ...target.broker, oid: this.oid, isOwn: this.isOwn, environment: LOCAL });
    this.broker = broker;
    this.target = target;
    const listening = new Promise<void>(resolve => {
      this.ends.push(broker.events({
        event: event => {
          if (event.kind === 'task') this.runs.event(event);
        },
        up: () => {
          resolve();
          this.events.away(null);
        },
        down: reason => this.events.away(reason),
      }));
    });
    this.ends.push(broker.onWorkersChanged(() => this.events.workers(broker.workers())));
    this.results = await openResults(target.results).catch((error: unknown) => {
      this.unreadable = toProblem(error);
      return null;
    });
    await broker.ping();
    await listening;
    void this.lookAtQueues();
    return broker;
  }

  /** Turns task events on for workers that were started without them, also for those that come later: what they run would not be seen. */
  keepEventsOn(): void {
    if (!this.broker || this.keepsEventsOn) return;
    this.keepsEventsOn = true;
    this.ends.push(this.broker.keepEventsOn());
  }

  /** Hears of the result of a run, where the backend can push it. */
  watch(id: string): void {
    if (!this.results || this.watched.has(id)) return;
    this.watched.set(id, this.results.watch(id, {
      result: (meta, fresh) => {
        this.runs.result(meta, fresh);
        // A revoked task that runs already may still succeed.
        if (meta.status === 'SUCCESS' || meta.status === 'FAILURE') this.unwatch(id);
      },
    }));
  }

  /** Looks a result up. False where this backend is not one that we read ourselves. */
  async result(id: string): Promise<boolean> {
    if (!this.results) return false;
    const meta = await this.results.get(id);
    if (meta) this.runs.result(meta, false);
    return true;
  }

  async close(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    for (const end of this.ends.splice(0)) end();
    this.keepsEventsOn = false;
    for (const id of [...this.watched.keys()]) this.unwatch(id);
    const { broker, results } = this;
    this.broker = this.results = this.target = this.unreadable = null;
    await Promise.allSettled([broker?.close(), results?.close()]);
    this.events.workers([]);
    this.events.queues([]);
  }

  private unwatch(id: string): void {
    this.watched.get(id)?.();
    this.watched.delete(id);
  }

  private async lookAtQueues(): Promise<void> {
    const { broker } = this;
    if (!broker) return;
    const declared = new Set(this.queueNames());
    try {
      const facts = await broker.queues([...declared]);
      if (this.broker !== broker) return;
      this.events.queues(facts.map(({ name, ready, inFlight, consumers }) => ({ environment: LOCAL, name, ready, inFlight, consumers: consumers ?? this.consumersOf(name), declared: declared.has(name), note: broker.note })));
    } catch {
      // The broker is away; its own service says so, and the next look comes.
    }
    if (this.broker === broker) this.timer = setTimeout(() => void this.lookAtQueues(), QUEUE_INTERVAL);
  }

  private consumersOf(queue: string): number | null {
    const workers = this.broker?.workers().filter(({ alive }) => alive) ?? [];
    if (workers.some(({ queues }) => queues.length === 0)) return null;
    return workers.filter(({ queues }) => queues.includes(queue)).length;
  }
}

/** Where the app's broker and results are, with its own options. `broker` is an unmasked URL. */
export function linkTarget(broker: string, { facts: { connection, description } }: OpenApp): LinkTarget {
  const { result } = connection;
  return {
    broker: { url: broker, transportOptions: connection.transportOptions, ...tlsOf(connection.tls) },
    results: { url: result.url, transportOptions: result.transportOptions, joinsPrefixOnce: atLeast(description.celery, 5, 5), ...tlsOf(result.tls) },
  };
}

/** `broker_use_ssl` and `redis_backend_use_ssl` are a truth value or a dict. */
function tlsOf(value: unknown): { tls?: boolean | TlsOptions } {
  if (typeof value === 'boolean') return { tls: value };
  return typeof value === 'object' && value !== null ? { tls: value as TlsOptions } : {};
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [one = 0, two = 0] = version.split('.').map(Number);
  return one > major || (one === major && two >= minor);
}
