import type { Redis } from 'ioredis';
import type { RedisKeys } from './keys';

const SCAN_COUNT = 1000;
/** Pages of one look. A database may hold millions of results; what does not fit is scanned at the next looks. */
const PAGES = 10;
const MAX_MEMBERS = 10_000;
/** Milliseconds until a finished scan is begun again. */
const RESCAN_AFTER = 5000;
/** Queues that belong to workers and clients, not to tasks. */
const INTERNAL_QUEUE = /\.pidbox$|^celeryev\.|^bcast\./;

/**
 * The queues that have ever been declared. A queue's list exists only while it holds something; the binding sets are the only record of the
 * others, and only a scan of all keys finds those.
 */
export class Bindings {
  /** Queue by `exchange\nrouting key`. */
  readonly routes = new Map<string, string>();
  private found = new Set<string>();
  private cursor = '0';
  private finishedAt = -Infinity;

  constructor(private readonly keys: RedisKeys, private readonly eventExchange: string) {}

  get queues(): ReadonlySet<string> {
    return new Set(this.routes.values());
  }

  async look(redis: Redis): Promise<void> {
    if (this.cursor === '0' && Date.now() - this.finishedAt < RESCAN_AFTER) return;
    const pattern = `${this.keys.bindings('').replace(/[\\*?[\]]/g, character => `\\${character}`)}*`;
    for (let page = 0; page < PAGES; page++) {
      const [next, keys] = await redis.scan(this.cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
      this.cursor = next;
      for (const key of keys) {
        if (key.endsWith('.pidbox') || key === this.keys.bindings(this.eventExchange)) continue;
        this.found.add(key);
        await this.read(redis, key);
      }
      if (next !== '0') continue;
      this.finishedAt = Date.now();
      this.forgetAllBut(this.found);
      this.found = new Set();
      return;
    }
  }

  private async read(redis: Redis, key: string): Promise<void> {
    const exchange = key.slice(this.keys.bindings('').length);
    let cursor = '0';
    let seen = 0;
    do {
      const [next, members] = await redis.sscan(key, cursor, 'COUNT', SCAN_COUNT);
      for (const member of members) {
        const binding = this.keys.queueOfBinding(member);
        if (binding && !INTERNAL_QUEUE.test(binding.queue)) this.routes.set(`${exchange}\n${binding.routingKey}`, binding.queue);
      }
      cursor = next;
      seen += members.length;
    } while (cursor !== '0' && seen < MAX_MEMBERS);
  }

  private forgetAllBut(keys: ReadonlySet<string>): void {
    for (const route of this.routes.keys()) if (!keys.has(this.keys.bindings(route.slice(0, route.indexOf('\n'))))) this.routes.delete(route);
  }
}
