import type { Redis } from 'ioredis';
import type { RedisKeys } from './keys';

/** Beyond these many, the question is too dear to be asked every second. */
const MAX_TAGS = 10_000;
/** Whole messages travel to learn their queues, so only so many at a time; the others are known at the next look. */
const MAX_LOOKED_UP = 500;
const MAX_BYTES = 4 * 1024 * 1024;
/** The end of a value of the hash: `[message, "exchange", "routing key"]`. */
const TAIL = /, ?("(?:[^"\\]|\\.)*"), ?("(?:[^"\\]|\\.)*")\]\s*$/;

/**
 * How many messages of each queue workers have taken and not acknowledged. Kombu keeps them for all queues together: a hash with the messages and a
 * sorted set with their tags. The tags are cheap; a message is fetched once.
 */
export class Unacknowledged {
  private known = new Map<string, { exchange: string; routingKey: string } | null>();

  constructor(private readonly keys: RedisKeys) {}

  /**
   * @param routes queue by `exchange\nrouting key`.
   * @returns null where there are too many to look at.
   */
  async counts(redis: Redis, routes: ReadonlyMap<string, string>): Promise<Map<string, number> | null> {
    if ((await redis.zcard(this.keys.unackedIndex)) > MAX_TAGS) return null;
    const tags = await redis.zrange(this.keys.unackedIndex, '0', '-1');
    const kept = new Map(tags.filter(tag => this.known.has(tag)).map(tag => [tag, this.known.get(tag) ?? null]));
    this.known = kept;
    let bytes = 0;
    for (const tag of tags.filter(unknown => !kept.has(unknown)).slice(0, MAX_LOOKED_UP)) {
      if (bytes > MAX_BYTES) break;
      const entry = await redis.hget(this.keys.unacked, tag);
      bytes += entry?.length ?? 0;
      kept.set(tag, entry === null ? null : addressOf(entry));
    }
    const counts = new Map<string, number>();
    for (const address of kept.values()) {
      if (address === null) continue;
      const queue = address.exchange === '' ? address.routingKey : routes.get(`${address.exchange}\n${address.routingKey}`) ?? address.routingKey;
      counts.set(queue, (counts.get(queue) ?? 0) + 1);
    }
    return counts;
  }
}

function addressOf(entry: string): { exchange: string; routingKey: string } | null {
  const match = TAIL.exec(entry.slice(-2048));
  if (!match) return null;
  try {
    return { exchange: JSON.parse(match[1]!) as string, routingKey: JSON.parse(match[2]!) as string };
  } catch {
    return null;
  }
}
