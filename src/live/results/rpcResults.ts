import { randomUUID } from 'node:crypto';
import { isFinal } from '../../shared/run';
import { problem, ProblemError } from '../../shared/problem';
import { LazyRabbit } from '../broker/rabbit/connection';
import { LazyRedis } from '../broker/redis/connection';
import { RedisKeys } from '../broker/redis/keys';
import type { BrokerAddress, RabbitAddress, RedisAddress } from '../broker/url';
import { backOff, pause } from '../deadline';
import { readEnvelope } from '../wire/envelope';
import { idOf } from '../wire/guards';
import { readMeta, type ResultMeta } from '../wire/meta';
import { unreadableText, type Results, type WatchHandler } from './results';

/** Results of our own tasks that are kept; older finished ones go first. */
const MAX_KEPT = 10_000;
const BRPOP_SECONDS = 1;
/** Milliseconds that an answer may take on its way. */
const SLOWEST_ANSWER = 4000;

/**
 * Results that workers send back to whoever sent the task (celery.backends.rpc). Only the sender can read them: for all other ids the honest answer
 * is that they cannot be read.
 */
export class RpcResults implements Results {
  readonly pushes = true;
  readonly replyTo: string;
  private readonly inbox: RabbitInbox | RedisInbox;
  /** Ids that we sent; null until something has come back. */
  private readonly own = new Map<string, ResultMeta | null>();
  private readonly watched = new Map<string, Set<WatchHandler>>();

  /** @param oid as for the broker: on Redis our list has this name at every start, so at most one is ever left. */
  constructor(address: BrokerAddress, transportOptions: Readonly<Record<string, unknown>>, oid: string) {
    const receive = (id: string | null, body: Buffer): void => this.receive(id, body);
    this.replyTo = address.kind === 'redis' ? `${oid}.results` : randomUUID();
    this.inbox = address.kind === 'redis' ? new RedisInbox(address, transportOptions, this.replyTo, receive) : new RabbitInbox(address, this.replyTo, receive);
  }

  async expect(id: string): Promise<void> {
    this.own.set(id, null);
    for (const [oldest, meta] of this.own) {
      if (this.own.size <= MAX_KEPT) break;
      if (meta !== null && isFinal(meta.status)) this.own.delete(oldest);
      else break;
    }
    await this.inbox.open();
  }

  get(id: string): Promise<ResultMeta | null> {
    const meta = this.own.get(id);
    return meta === undefined ? Promise.reject(foreign()) : Promise.resolve(meta);
  }

  watch(id: string, handler: WatchHandler): () => void {
    const meta = this.own.get(id);
    if (meta === undefined) handler.unreadable?.(foreign().message);
    else if (meta !== null) handler.result(meta, false);
    if (meta !== undefined) handler.listening?.();
    const handlers = this.watched.get(id) ?? new Set();
    this.watched.set(id, handlers.add(handler));
    return () => {
      handlers.delete(handler);
      if (handlers.size === 0 && this.watched.get(id) === handlers) this.watched.delete(id);
    };
  }

  forget(id: string): Promise<boolean> {
    return Promise.resolve(this.own.delete(id));
  }

  group(): Promise<null> {
    return Promise.resolve(null);
  }

  chord(): Promise<null> {
    return Promise.resolve(null);
  }

  async close(): Promise<void> {
    this.watched.clear();
    await this.inbox.close();
  }

  private receive(correlation: string | null, body: Buffer): void {
    const meta = readMeta(body, correlation ?? '');
    const id = typeof meta === 'string' ? correlation : meta.id;
    if (id === null || !this.own.has(id)) return;
    if (typeof meta !== 'string') this.own.set(id, meta);
    for (const handler of this.watched.get(id) ?? []) {
      if (typeof meta === 'string') handler.unreadable?.(unreadableText(meta));
      else handler.result(meta, true);
    }
  }
}

function foreign(): ProblemError {
  return new ProblemError(problem('unsupported', 'The result backend is rpc://: a result goes to the sender of its task only, and we did not send this one', { advice: 'A shared backend (Redis, a database) can be read by everybody.' }));
}

type Receive = (correlationId: string | null, body: Buffer) => void;

class RabbitInbox {
  private readonly connection: LazyRabbit;
  private opening: Promise<void> | undefined;

  constructor(address: RabbitAddress, private readonly queue: string, private readonly receive: Receive) {
    this.connection = new LazyRabbit(address, 'results');
  }

  open(): Promise<void> {
    this.opening ??= this.listen();
    const opening = this.opening;
    opening.catch(() => { if (this.opening === opening) this.opening = undefined; });
    return opening;
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async listen(): Promise<void> {
    const channel = await (await this.connection.connection()).createChannel();
    channel.on('error', () => {});
    channel.once('close', () => { this.opening = undefined; });
    await channel.assertQueue(this.queue, { exclusive: true, autoDelete: true, durable: false, expires: 86_400_000 });
    await channel.consume(this.queue, delivery => {
      if (delivery) this.receive(idOf(delivery.properties.correlationId), delivery.content);
    }, { noAck: true });
  }
}

class RedisInbox {
  private readonly connection: LazyRedis;
  private readonly list: string;
  private readonly closing = new AbortController();
  private following = false;

  constructor(address: RedisAddress, transportOptions: Readonly<Record<string, unknown>>, name: string, private readonly receive: Receive) {
    this.connection = new LazyRedis(address, 'results');
    this.list = new RedisKeys(transportOptions, address.db).listOfStep(name, 0);
  }

  async open(): Promise<void> {
    await this.connection.client();
    if (this.following) return;
    this.following = true;
    void this.follow();
  }

  async close(): Promise<void> {
    this.closing.abort();
    if (this.following) {
      try {
        await this.connection.run('saying goodbye', redis => redis.del(this.list), BRPOP_SECONDS * 1000 + 500);
      } catch {
        // The broker is gone; the list keeps its name, and the next start takes it over.
      }
    }
    this.connection.close();
  }

  private async follow(): Promise<void> {
    for (let attempt = 0; !this.closing.signal.aborted; attempt++) {
      try {
        const taken = await this.connection.run('waiting for results', redis => redis.brpopBuffer(this.list, BRPOP_SECONDS), BRPOP_SECONDS * 1000 + SLOWEST_ANSWER);
        attempt = 0;
        const message = taken ? readEnvelope(taken[1].toString('utf8')) : null;
        if (message) this.receive(idOf(message.properties['correlation_id']), message.body);
      } catch {
        await pause(backOff(attempt), this.closing.signal);
      }
    }
  }
}
