import type { Patch, ProjectFacts, Projection, Snapshot } from '../shared/agentProtocol';
import type { Queue, Service, Worker } from '../shared/service';
import type { Run } from '../shared/run';
import { isDeepStrictEqual } from 'node:util';

/** At most ten patches a second: no view can show more, and a flood of events must not become a flood of messages. */
const FLUSH_INTERVAL_MS = 100;

interface Members {
  services: Service;
  workers: Worker;
  queues: Queue;
  runs: Run;
  last: Run;
  facts: ProjectFacts[keyof ProjectFacts];
}

type Member = keyof Members;

/** The state that hosts see: keyed members, of which only changes are sent. */
export class ProjectionStore {
  private revision = 0;
  private readonly members: { [M in Member]: Map<string, Members[M]> } = { services: new Map(), workers: new Map(), queues: new Map(), runs: new Map(), last: new Map(), facts: new Map() };
  private readonly dirty = new Map<Member, Set<string>>();
  private timer: NodeJS.Timeout | null = null;
  private lastFlush = 0;

  /** `beforeFlush` lets a costly member (the newest runs) be brought up to date once a patch, not once a change. */
  constructor(private readonly publish: (patch: Patch) => void, private readonly beforeFlush: () => void) {}

  get<M extends Member>(member: M, key: string): Members[M] | undefined {
    return this.members[member].get(key);
  }

  values<M extends Member>(member: M): IterableIterator<Members[M]> {
    return this.members[member].values();
  }

  set<M extends Member>(member: M, key: string, value: Members[M]): void {
    const map = this.members[member];
    if (isDeepStrictEqual(map.get(key), value)) return;
    map.set(key, value);
    this.touch(member, key);
  }

  delete(member: Member, key: string): void {
    if (this.members[member].delete(key)) this.touch(member, key);
  }

  /** Makes `member` hold exactly `entries`. */
  replace<M extends Member>(member: M, entries: ReadonlyMap<string, Members[M]>): void {
    for (const key of [...this.members[member].keys()]) if (!entries.has(key)) this.delete(member, key);
    for (const [key, value] of entries) this.set(member, key, value);
  }

  setFact<K extends keyof ProjectFacts>(key: K, value: ProjectFacts[K]): void {
    this.set('facts', key, value);
  }

  /** Asks for a flush although nothing here changed yet: `beforeFlush` will bring it. */
  schedule(): void {
    if (this.timer) return;
    const wait = Math.max(0, this.lastFlush + FLUSH_INTERVAL_MS - Date.now());
    this.timer = setTimeout(() => this.flush(), wait);
  }

  snapshot(): Snapshot {
    this.flush();
    const projection = Object.fromEntries(Object.entries(this.members).map(([member, map]) => [member, Object.fromEntries(map)])) as unknown as Projection;
    return { revision: this.revision, projection };
  }

  private touch(member: Member, key: string): void {
    let keys = this.dirty.get(member);
    if (!keys) this.dirty.set(member, (keys = new Set()));
    keys.add(key);
    this.schedule();
  }

  private flush(): void {
    this.beforeFlush();
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.dirty.size === 0) return;
    this.lastFlush = Date.now();
    const changes: Record<string, Record<string, unknown>> = {};
    for (const [member, keys] of this.dirty) {
      const map: ReadonlyMap<string, unknown> = this.members[member];
      changes[member] = Object.fromEntries([...keys].map(key => [key, map.get(key) ?? null]));
    }
    this.dirty.clear();
    this.publish({ revision: ++this.revision, changes });
  }
}
