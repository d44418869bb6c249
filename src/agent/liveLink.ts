import type { Queue, Worker } from '../shared/service';
import { LOCAL } from '../shared/identity';
import { openBroker, type Broker } from '../live/broker/broker';
import { openResults, type Results } from '../live/results/results';
import type { RunStore } from '../live/runs/store';

export interface LinkTarget {
  readonly broker: string;
  /** Null where results cannot be read natively, or there are none. */
  readonly backend: string | null;
  /** `broker_transport_options` and `result_backend_transport_options`. */
  readonly transportOptions: Readonly<Record<string, unknown>>;
  readonly backendOptions: Readonly<Record<string, unknown>>;
  readonly joinsPrefixOnce: boolean;
}

export interface LinkEvents {
  workers(workers: readonly Worker[]): void;
  queues(queues: readonly Queue[]): void;
}

/** Milliseconds between looks at the queues. */
const QUEUE_INTERVAL = 1_000;

/** Everything that is heard from a running system, brought to the store of runs and the projection. */
export class LiveLink {
  private broker: Broker | null = null;
  private results: Results | null = null;
  private target: LinkTarget | null = null;
  private timer: NodeJS.Timeout | null = null;
  private readonly watched = new Map<string, () => void>();
  private ends: (() => void)[] = [];

  constructor(private readonly runs: RunStore, private readonly oid: string, private readonly isOwn: (node: string) => boolean, private readonly queueNames: () => readonly string[], private readonly events: LinkEvents) {}

  get connected(): Broker | null {
    return this.broker;
  }

  /** Follows `target`; the same target again changes nothing. Resolves when events are heard. */
  async follow(target: LinkTarget): Promise<Broker> {
    if (this.broker && this.target && JSON.stringify(this.target) === JSON.stringify(target)) return this.broker;
    await this.close();
    const broker = await openBroker({ url: target.broker, transportOptions: target.transportOptions, oid: this.oid, isOwn: this.isOwn, environment: LOCAL });
    this.broker = broker;
    this.target = target;
    const listening = new Promise<void>(resolve => {
      this.ends.push(broker.events({
        event: event => {
          if (event.kind === 'task') this.runs.event(event);
        },
        up: resolve,
      }));
    });
    this.ends.push(broker.onWorkersChanged(() => this.events.workers(broker.workers())));
    if (target.backend) this.results = await openResults({ url: target.backend, transportOptions: target.backendOptions, joinsPrefixOnce: target.joinsPrefixOnce });
    await broker.ping();
    await listening;
    void this.lookAtQueues();
    return broker;
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

  async result(id: string): Promise<void> {
    const meta = await this.results?.get(id);
    if (meta) this.runs.result(meta, false);
  }

  async close(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    for (const end of this.ends.splice(0)) end();
    for (const id of [...this.watched.keys()]) this.unwatch(id);
    const { broker, results } = this;
    this.broker = this.results = this.target = null;
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
      this.events.queues(facts.map(({ name, ready, inFlight, consumers }) => ({ environment: LOCAL, name, ready, inFlight, consumers: consumers ?? this.consumersOf(name), declared: declared.has(name) })));
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
