import type { Redis } from 'ioredis';
import { problem, ProblemError } from '../../shared/problem';
import { connectRedis, endWhenSilent, LazyRedis } from '../broker/redis/connection';
import { addressText, type RedisAddress } from '../broker/url';
import { backOff, pause } from '../deadline';
import { readChildren, readMeta, type ResultMeta, type UnreadableMeta } from '../wire/meta';
import { parseExactly } from '../wire/json';
import { isDict } from '../wire/meta';
import { BOUNDS } from '../wire/bounds';
import { idOf, nameOf } from '../wire/guards';
import { unreadableText, type ChordProgress, type GroupMeta, type Results, type ResultsOptions, type WatchHandler } from './results';

const PREFIX = 'celery-task-meta-';

/** Celery's result backend in Redis (celery.backends.redis): one key a task, and each write is published on a channel named like the key. */
export class RedisResults implements Results {
  readonly pushes = true;
  readonly replyTo = null;
  private readonly commands: LazyRedis;
  private readonly keyPrefix: string;
  private readonly watched = new Map<string, Set<WatchHandler>>();
  private readonly closing = new AbortController();
  private subscriber: Redis | undefined;
  private following = false;

  constructor(private readonly location: RedisAddress, options: ResultsOptions) {
    this.commands = new LazyRedis(location, 'results');
    const prefix = options.transportOptions?.['global_keyprefix'];
    this.keyPrefix = typeof prefix === 'string' && prefix !== '' ? joined(prefix, options.joinsPrefixOnce ?? true) : '';
  }

  async get(id: string): Promise<ResultMeta | null> {
    const meta = await this.read(id);
    if (typeof meta === 'string') throw new ProblemError(problem('unsupported', unreadableText(meta), { advice: 'It is read through the app where the project has one.' }));
    return meta;
  }

  watch(id: string, handler: WatchHandler): () => void {
    const handlers = this.watched.get(id) ?? new Set();
    this.watched.set(id, handlers.add(handler));
    if (!this.following) {
      this.following = true;
      void this.follow();
    } else if (handlers.size === 1 && this.subscriber?.status === 'ready') {
      void this.subscribe(this.subscriber, [id]);
    } else if (this.subscriber?.status === 'ready') {
      void this.look(id, handler);
    }
    return () => {
      handlers.delete(handler);
      if (handlers.size > 0 || this.watched.get(id) !== handlers) return;
      this.watched.delete(id);
      if (this.subscriber?.status === 'ready') this.subscriber.unsubscribe(this.channel(id)).catch(() => {});
    };
  }

  expect(): Promise<void> {
    return Promise.resolve();
  }

  async group(id: string): Promise<GroupMeta | null> {
    const bytes = await this.commands.run('reading a group', redis => redis.getBuffer(this.groupKey(id)));
    const value = bytes === null || bytes.length > BOUNDS.message ? undefined : parseExactly(bytes.toString('utf8'));
    // [[group id, parent], [[[id, parent], children], …]]
    if (!isDict(value) || !Array.isArray(value['result'])) return null;
    const [head, members] = value['result'];
    const parent = Array.isArray(head) ? head[1] : null;
    return { id, parentId: Array.isArray(parent) && Array.isArray(parent[0]) ? idOf(parent[0][0]) : null, children: readChildren(members ?? null) };
  }

  async chord(groupId: string): Promise<ChordProgress | null> {
    return this.commands.run('reading a chord', async redis => {
      const list = `${this.groupKey(groupId)}.j`;
      // A sorted set by the place in the group, or a list where result_chord_ordered is off.
      const type = await redis.type(list);
      const size = Number(await redis.get(`${this.groupKey(groupId)}.s`) ?? NaN);
      if (type !== 'zset' && type !== 'list') return Number.isInteger(size) ? { done: 0, size, members: [] } : null;
      const texts = type === 'zset' ? await redis.zrange(list, '0', String(BOUNDS.list - 1)) : await redis.lrange(list, 0, BOUNDS.list - 1);
      const done = type === 'zset' ? await redis.zcard(list) : await redis.llen(list);
      return { done, size: Number.isInteger(size) ? size : null, members: texts.flatMap(chordMember) };
    });
  }

  async forget(id: string): Promise<boolean> {
    return this.commands.run('forgetting a result', async redis => (await redis.del(this.channel(id))) > 0);
  }

  close(): Promise<void> {
    this.closing.abort();
    this.watched.clear();
    this.commands.close();
    this.subscriber?.disconnect();
    return Promise.resolve();
  }

  /** Keys and channels have the same names; channels know no database. */
  private channel(id: string): string {
    return this.keyPrefix + PREFIX + id;
  }

  private groupKey(id: string): string {
    return `${this.keyPrefix}celery-taskset-meta-${id}`;
  }

  private async read(id: string): Promise<ResultMeta | UnreadableMeta | null> {
    const bytes = await this.commands.run(`reading a result from ${addressText(this.location)}`, redis => redis.getBuffer(this.channel(id)));
    return bytes === null ? null : readMeta(bytes, id);
  }

  /** Subscribes and then looks, in this order: what is stored in between is told twice rather than never. */
  private async subscribe(redis: Redis, ids: readonly string[]): Promise<void> {
    try {
      await redis.subscribe(...ids.map(id => this.channel(id)));
      await Promise.all(ids.map(async id => {
        const meta = await this.read(id);
        if (meta !== null) this.tell(id, meta, false);
        for (const handler of this.watched.get(id) ?? []) handler.listening?.();
      }));
    } catch {
      // The connection is lost: the follower makes it again and looks again.
    }
  }

  private async look(id: string, handler: WatchHandler): Promise<void> {
    try {
      const meta = await this.read(id);
      if (meta !== null) tellOne(handler, meta, false);
      handler.listening?.();
    } catch {
      // As above.
    }
  }

  private async follow(): Promise<void> {
    const signal = this.closing.signal;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const redis = await connectRedis(this.location, 'watch', signal);
        if (signal.aborted) redis.disconnect();
        const ended = new Promise<void>(resolve => { redis.once('end', resolve); });
        redis.on('messageBuffer', (channel: Buffer, bytes: Buffer) => {
          const id = channel.toString('utf8').slice(this.channel('').length);
          this.tell(id, readMeta(bytes, id), true);
        });
        this.subscriber = redis;
        endWhenSilent(redis);
        attempt = 0;
        if (this.watched.size > 0) await this.subscribe(redis, Array.from(this.watched.keys()));
        await ended;
      } catch {
        // Tried again below; `get` says what is wrong.
      }
      this.subscriber = undefined;
      await pause(backOff(attempt), signal);
    }
  }

  private tell(id: string, meta: ResultMeta | UnreadableMeta, fresh: boolean): void {
    for (const handler of this.watched.get(id) ?? []) tellOne(handler, meta, fresh);
  }
}

function tellOne(handler: WatchHandler, meta: ResultMeta | UnreadableMeta, fresh: boolean): void {
  if (typeof meta === 'string') handler.unreadable?.(unreadableText(meta));
  else handler.result(meta, fresh);
}

function joined(prefix: string, once: boolean): string {
  return once && /[:_.-]$/.test(prefix) ? prefix : `${prefix}_`;
}

/** `[1, id, state, result]` */
function chordMember(text: string): ChordProgress['members'] {
  const value = parseExactly(text);
  if (!Array.isArray(value)) return [];
  const id = idOf(value[1]);
  const state = nameOf(value[2]);
  return id === null || state === null ? [] : [{ id, state, result: value[3] ?? null }];
}
