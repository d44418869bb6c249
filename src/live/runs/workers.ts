import type { Worker } from '../../shared/service';
import { isFields, nameOf, countOf, type Fields } from '../wire/guards';
import type { WorkerEvent } from '../wire/events';

interface Node {
  name: string;
  alive: boolean;
  /** Heartbeats have been heard: without them a node only answers when asked. */
  beats: boolean;
  /** Seconds between heartbeats. */
  freq: number;
  active: number;
  processed: number;
  pool: string | null;
  concurrency: number | null;
  queues: string[];
  /** RabbitMQ: `x-queue-type` of each queue that has one. */
  queueTypes: Map<string, string>;
  version: string | null;
  pid: number | null;
  seenAt: number;
}

/** Beyond this many dead ones the longest gone are forgotten; names with a host in them are new with every container. */
const MAX_NODES = 2000;

/** The workers of one environment, from heartbeats and from what they answer. Dead after twice the interval of their heartbeats, as in Celery. */
export class WorkerRegistry {
  private readonly nodes = new Map<string, Node>();
  private readonly listeners = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly environment: string, private readonly isOwn: (node: string) => boolean) {}

  list(): Worker[] {
    return Array.from(this.nodes.values(), node => ({
      environment: this.environment,
      name: node.name,
      own: this.isOwn(node.name),
      alive: node.alive,
      active: node.active,
      processed: node.processed,
      pool: node.pool,
      concurrency: node.concurrency,
      queues: node.queues,
      version: node.version,
      seenAt: node.seenAt,
    })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  alive(): string[] {
    return Array.from(this.nodes.values()).filter(node => node.alive).map(node => node.name);
  }

  isAlive(name: string): boolean {
    return this.nodes.get(name)?.alive === true;
  }

  /** Process id of a node, for telling our own ones. */
  pidOf(name: string): number | null {
    return this.nodes.get(name)?.pid ?? null;
  }

  onChanged(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  /** Returns true for a node that was not known to be alive. */
  event(event: WorkerEvent): boolean {
    const known = this.nodes.get(event.hostname);
    // Another process under the same name knows nothing of what its predecessor was told.
    const isNew = known?.alive !== true || (event.pid !== null && known.pid !== null && known.pid !== event.pid);
    const node = this.node(event.hostname);
    node.seenAt = Date.now();
    node.alive = event.type !== 'worker-offline';
    node.beats = true;
    node.freq = event.freq;
    node.active = event.active ?? (node.alive ? node.active : 0);
    node.processed = event.processed ?? node.processed;
    node.version = event.version ?? node.version;
    if (event.pid !== null && node.pid !== event.pid) node.pid = event.pid;
    this.changed();
    return isNew && node.alive;
  }

  /** It answered something, so it lives. Returns true for a node that was not known to be alive. */
  answered(name: string): boolean {
    const isNew = !this.isAlive(name);
    const node = this.node(name);
    node.alive = true;
    node.seenAt = Date.now();
    this.changed();
    return isNew;
  }

  /** What `stats` said. */
  stats(name: string, value: unknown): void {
    if (!isFields(value)) return;
    const node = this.node(name);
    const pool: Fields = isFields(value['pool']) ? value['pool'] : {};
    node.pool = poolName(nameOf(pool['implementation']), pool) ?? node.pool;
    // A pool that grew has more processes than it was started with.
    node.concurrency = (Array.isArray(pool['processes']) ? pool['processes'].length : countOf(pool['max-concurrency'])) ?? node.concurrency;
    node.pid = countOf(value['pid']) ?? node.pid;
    if (isFields(value['total'])) node.processed = Object.values(value['total']).reduce<number>((sum, count) => sum + (countOf(count) ?? 0), 0);
    this.changed();
  }

  /** What `active_queues` said. */
  queues(name: string, value: unknown): void {
    if (!Array.isArray(value)) return;
    const queues = value.slice(0, 1000).filter(isFields).filter(queue => nameOf(queue['name']) !== null);
    const node = this.node(name);
    node.queues = queues.map(queue => nameOf(queue['name'])!);
    node.queueTypes = new Map(queues.flatMap(queue => {
      const type = isFields(queue['queue_arguments']) ? nameOf(queue['queue_arguments']['x-queue-type']) : null;
      return type === null ? [] : [[nameOf(queue['name'])!, type]];
    }));
    this.changed();
  }

  /** What a worker says of a queue's type; null where none says it. */
  queueType(queue: string): string | null {
    for (const node of this.nodes.values()) {
      const type = node.queueTypes.get(queue);
      if (type !== undefined) return type;
    }
    return null;
  }

  /** It is known to be gone, though it said no goodbye. */
  gone(name: string): void {
    const node = this.nodes.get(name);
    if (!node?.alive) return;
    node.alive = false;
    node.active = 0;
    this.changed();
  }

  /** Nothing is known any more: the connection is lost. */
  allGone(): void {
    for (const node of this.nodes.values()) {
      node.alive = false;
      node.active = 0;
    }
    this.changed();
  }

  /** Living nodes that have not been heard of for twice their interval (or 10 s where they send no heartbeats): they should be asked. */
  overdue(now: number): string[] {
    return Array.from(this.nodes.values()).filter(node => node.alive && now - node.seenAt > (node.beats ? Math.max(4000, node.freq * 2000) : 10_000)).map(node => node.name);
  }

  close(): void {
    clearTimeout(this.timer);
    this.listeners.clear();
  }

  private node(name: string): Node {
    let node = this.nodes.get(name);
    if (!node) {
      if (this.nodes.size >= MAX_NODES) this.forgetOne();
      node = { name, alive: false, beats: false, freq: 2, active: 0, processed: 0, pool: null, concurrency: null, queues: [], queueTypes: new Map(), version: null, pid: null, seenAt: 0 };
      this.nodes.set(name, node);
    }
    return node;
  }

  private forgetOne(): void {
    const oldest = Array.from(this.nodes.values()).reduce((a, b) => (Number(a.alive) - Number(b.alive) || a.seenAt - b.seenAt) <= 0 ? a : b);
    this.nodes.delete(oldest.name);
  }

  private changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const listener of this.listeners) listener();
    }, 25);
  }
}

/** `celery.concurrency.thread:TaskPool` → `threads`, as `-P` has it. Celery 5.2 does not say; then the shape of the answer does. */
function poolName(implementation: string | null, pool: Fields): string | null {
  if (implementation !== null) return (/([a-z]+):TaskPool$/.exec(implementation)?.[1] ?? implementation).replace(/^thread$/, 'threads');
  if ('threads' in pool) return 'threads';
  return 'processes' in pool ? 'prefork' : null;
}
