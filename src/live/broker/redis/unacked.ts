import type { Redis } from 'ioredis';
import type { RedisKeys } from './keys';

/** Whole messages travel for this, so not for more than these many. */
const MAX_ENTRIES = 2000;
const MAX_BYTES = 8 * 1024 * 1024;
/** The end of a value of the hash: `[message, "exchange", "routing key"]`. */
const TAIL = /, ?("(?:[^"\\]|\\.)*"), ?("(?:[^"\\]|\\.)*")\]\s*$/;

/**
 * How many messages of each queue workers have taken and not acknowledged. Kombu keeps them for all queues in one hash.
 * @param routes queue by `exchange\nrouting key`.
 * @returns null where there are too many to look at.
 */
export async function inFlight(redis: Redis, keys: RedisKeys, routes: ReadonlyMap<string, string>): Promise<Map<string, number> | null> {
  if ((await redis.hlen(keys.unacked)) > MAX_ENTRIES) return null;
  const counts = new Map<string, number>();
  let cursor = '0';
  let bytes = 0;
  do {
    const [next, page] = await redis.hscan(keys.unacked, cursor, 'COUNT', 100);
    for (let index = 1; index < page.length; index += 2) {
      bytes += page[index]!.length;
      const queue = queueOf(page[index]!, routes);
      if (queue !== null) counts.set(queue, (counts.get(queue) ?? 0) + 1);
    }
    if (bytes > MAX_BYTES) return null;
    cursor = next;
  } while (cursor !== '0');
  return counts;
}

function queueOf(entry: string, routes: ReadonlyMap<string, string>): string | null {
  const match = TAIL.exec(entry.slice(-2048));
  if (!match) return null;
  try {
    const exchange = JSON.parse(match[1]!) as string;
    const routingKey = JSON.parse(match[2]!) as string;
    return exchange === '' ? routingKey : routes.get(`${exchange}\n${routingKey}`) ?? routingKey;
  } catch {
    return null;
  }
}
