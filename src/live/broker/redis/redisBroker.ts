import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Redis } from 'ioredis';
import { LOCAL } from '../../../shared/identity';
import { problem, ProblemError } from '../../../shared/problem';
import type { Worker } from '../../../shared/service';
import { backOff, pause, withDeadline } from '../../deadline';
import { WorkerRegistry } from '../../runs/workers';
import { commandRequest, isInspection, readReply, type ArgumentsOf, type Command } from '../../wire/control';
import { plainBody, readEnvelope, writeEnvelope, type Message } from '../../wire/envelope';
import { readEvents } from '../../wire/events';
import type { TaskMessage } from '../../wire/message';
import { readOnlyProblem, type Broker, type BrokerOptions, type ControlAnswer, type ControlOptions, type EventHandler, type Purged, type QueueFact, type Receipt, type Route, type Unsubscribe } from '../broker';
import { sending } from '../lost';
import { sendNotes } from '../notes';
import { PendingCommand } from '../pending';
import { addressText, type RedisAddress } from '../url';
import { waitingMessage, type WaitingMessage } from '../waiting';
import { WorkerWatch } from '../workerWatch';
import { connectionProblem, connectRedis, endWhenSilent, LazyRedis } from './connection';
import { RedisKeys } from './keys';
import { Bindings } from './bindings';
import { Unacknowledged } from './unacked';

const REPLY_EXCHANGE_SUFFIX = 'pidbox';
const DEFAULT_TIMEOUT = 1000;
/** Seconds that one BRPOP waits. Short, so that a connection whose other end vanished is noticed. */
const BRPOP_SECONDS = 1;
/** Milliseconds that an answer may take on its way. */
const SLOWEST_ANSWER = 4000;
const PEEK_PAGE = 20;
const MAX_PEEKED = 32 * 1024 * 1024;

/** Celery's broker in Redis or Valkey: three connections at most, each made on first need (commands, replies, events). */
export class RedisBroker implements Broker {
  readonly kind = 'redis';
  readonly address: string;
  readonly note = null;
  private readonly keys: RedisKeys;
  private readonly commands: LazyRedis;
  private readonly waiting: LazyRedis;
  private readonly bindings: Bindings;
  private readonly unacknowledged: Unacknowledged;
  private readonly registry: WorkerRegistry;
  private readonly watch: WorkerWatch;
  private readonly handlers = new Set<EventHandler>();
  private readonly pending = new Map<string, PendingCommand>();
  private readonly closing = new AbortController();
  private readonly controlExchange: string;
  private readonly replyExchange: string;
  private readonly replyQueue: string;
  private readonly eventExchange: string;
  private collecting = false;
  private following = false;
  private isUp = false;
  private bound = false;

  constructor(private readonly location: RedisAddress, private readonly options: BrokerOptions) {
    // Everything that waits, waits for this too.
    setMaxListeners(0, this.closing.signal);
    this.address = addressText(location);
    this.keys = new RedisKeys(options.transportOptions ?? {}, location.db);
    this.commands = new LazyRedis(location, 'commands');
    this.waiting = new LazyRedis(location, 'replies');
    this.controlExchange = `${options.controlExchange ?? 'celery'}.${REPLY_EXCHANGE_SUFFIX}`;
    this.replyExchange = `reply.${this.controlExchange}`;
    this.replyQueue = `${options.oid}.${this.replyExchange}`;
    this.eventExchange = options.eventExchange ?? 'celeryev';
    this.bindings = new Bindings(this.keys, this.eventExchange);
    this.unacknowledged = new Unacknowledged(this.keys);
    this.registry = new WorkerRegistry(options.environment ?? LOCAL, options.isOwn ?? (() => false));
    this.watch = new WorkerWatch(this.registry, (method, args, more) => this.control(method, args, more), answer => Promise.resolve(this.connected(answer)), this.closing.signal);
  }

  events(handler: EventHandler): Unsubscribe {
    this.handlers.add(handler);
    if (this.isUp) handler.up?.();
    if (!this.following) {
      this.following = true;
      void this.follow();
    }
    return () => { this.handlers.delete(handler); };
  }

  async control<C extends Command>(method: C, args: ArgumentsOf<C>, options: ControlOptions = {}): Promise<ControlAnswer> {
    if (!isInspection(method)) this.mayWrite(`the command ${method}`);
    const timeout = options.timeout ?? DEFAULT_TIMEOUT;
    const ticket = randomUUID();
    const request = commandRequest(method, args, options, { ticket, exchange: this.replyExchange, oid: this.options.oid, expires: Date.now() / 1000 + timeout / 1000 });
    const text = writeEnvelope({ headers: { ...request.headers }, properties: {}, contentType: 'application/json', contentEncoding: 'utf-8', body: Buffer.from(JSON.stringify(request.body)) }, { exchange: this.controlExchange, routingKey: '', deliveryMode: 2 });
    const pending = new PendingCommand({ destination: options.destination ?? null, alive: this.registry.alive(), pattern: options.pattern ?? null }, timeout);
    const abort = (): void => pending.end();
    options.signal?.addEventListener('abort', abort, { once: true });
    this.pending.set(ticket, pending);
    try {
      this.bound = true;
      // The binding goes with every command: workers of kombu ≥ 5.7 sweep bindings away.
      const answers = await this.commands.run(`sending the command ${method}`, redis => redis.multi()
        .sadd(this.keys.bindings(this.replyExchange), this.keys.bindingMember(this.options.oid, this.replyQueue))
        .publish(this.keys.channel(this.controlExchange), text)
        .exec(), Math.max(timeout, 2000), options.signal);
      const [error, listeners] = answers?.[1] ?? [];
      if (error) throw connectionProblem(this.location, error);
      void this.collect();
      pending.sent(typeof listeners === 'number' ? listeners : null);
      const answer = await pending.answer;
      this.watch.answered(method, answer);
      return answer;
    } finally {
      pending.end();
      options.signal?.removeEventListener('abort', abort);
      this.pending.delete(ticket);
    }
  }

  workers(): readonly Worker[] {
    return this.registry.list();
  }

  keepEventsOn(refused?: (node: string, reason: string) => void): Unsubscribe {
    this.mayWrite('enabling events');
    return this.watch.keepEventsOn(refused);
  }

  onWorkersChanged(listener: () => void): Unsubscribe {
    return this.registry.onChanged(listener);
  }

  async queues(names: readonly string[]): Promise<QueueFact[]> {
    return this.commands.run('listing the queues', async redis => {
      await this.bindings.look(redis);
      const found = new Set([...names, ...this.bindings.queues, ...this.registry.list().flatMap(worker => (worker.alive ? worker.queues : []))]);
      const queues = Array.from(found).sort();
      const lengths = await this.lengths(redis, queues);
      const taken = await this.unacknowledged.counts(redis, this.bindings.routes);
      return queues.map((name, index) => ({ name, ready: lengths[index]!, inFlight: taken === null ? null : taken.get(name) ?? 0, consumers: this.consumers(name), type: null }));
    }, 10_000);
  }

  async depth(queue: string): Promise<number> {
    return this.commands.run(`looking at the queue ${queue}`, async redis => (await this.lengths(redis, [queue]))[0]!);
  }

  async peek(queue: string, limit: number): Promise<WaitingMessage[]> {
    return this.commands.run(`looking into the queue ${queue}`, async redis => {
      const found: WaitingMessage[] = [];
      let bytes = 0;
      // Priority 0 is taken first, and from each list its last element.
      for (const list of this.keys.lists(queue)) {
        for (let end = -1; found.length < limit && bytes < MAX_PEEKED; end -= PEEK_PAGE) {
          const page = await redis.lrangeBuffer(list, end - Math.min(PEEK_PAGE, limit - found.length) + 1, end);
          for (const raw of page.reverse()) {
            found.push(waitingMessage(queue, list, raw, readEnvelope(raw.toString('utf8'), true)));
            bytes += raw.length;
          }
          if (page.length < PEEK_PAGE) break;
        }
      }
      return found;
    }, 10_000);
  }

  async remove(message: WaitingMessage): Promise<boolean> {
    this.mayWrite('removing a message');
    // From the end where workers take from, since that is where people look.
    return this.commands.run('removing a message', async redis => (await redis.lrem(message.list, -1, message.raw)) > 0);
  }

  async purge(queue: string): Promise<Purged> {
    this.mayWrite('purging a queue');
    return this.commands.run(`purging the queue ${queue}`, async redis => {
      const transaction = redis.multi();
      for (const list of this.keys.lists(queue)) transaction.llen(list).del(list);
      const answers = (await transaction.exec()) ?? [];
      const removed = answers.reduce((sum, [, answer], index) => sum + (index % 2 === 0 && typeof answer === 'number' ? answer : 0), 0);
      const taken = (await this.unacknowledged.counts(redis, this.bindings.routes))?.get(queue) ?? 0;
      const stays = taken === 0 ? null : `${taken} ${taken === 1 ? 'message that a worker has' : 'messages that workers have'} taken already (running, prefetched, or waiting for their time) ${taken === 1 ? 'stays' : 'stay'}.`;
      return { removed, stays };
    });
  }

  async send(message: TaskMessage, route: Route): Promise<Receipt> {
    this.mayWrite('sending a task');
    if (!('queue' in route)) throw new ProblemError(problem('unsupported', 'On Redis a message is sent to a queue by its name', { advice: 'Name the queue.' }));
    const { queue } = route;
    const { priority, delivery_mode: deliveryMode, ...properties } = message.properties;
    const text = writeEnvelope({ ...message, properties }, { exchange: '', routingKey: queue, deliveryMode, priority });
    const consumers = this.consumers(queue);
    const answers = await this.commands.run(sending(message), redis => {
      const transaction = redis.multi();
      // Where no worker has declared the queue, this is what other tools find it by; kombu's own senders leave the same.
      if (consumers === null || consumers === 0) {
        transaction.sadd(this.keys.bindings(queue), this.keys.bindingMember(queue, queue)).sadd(this.keys.permanentBindings(queue), this.keys.bindingMember(queue, queue));
      }
      return transaction.lpush(this.keys.list(queue, priority), text).exec();
    });
    const [error, depth] = answers?.at(-1) ?? [];
    if (error) throw connectionProblem(this.location, error);
    return { depth: typeof depth === 'number' ? depth : null, notes: sendNotes(message, { queue, consumers, visibilityTimeout: this.keys.visibilityTimeout, now: Date.now() }) };
  }

  async ping(timeout = 2000): Promise<void> {
    await this.commands.run('asking the broker', redis => redis.ping(), timeout);
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    for (const pending of this.pending.values()) pending.end();
    this.registry.close();
    if (this.bound) {
      try {
        await this.commands.run('saying goodbye to the broker', redis => redis.multi()
          .srem(this.keys.bindings(this.replyExchange), this.keys.bindingMember(this.options.oid, this.replyQueue))
          .del(this.keys.prefix + this.replyQueue)
          .exec(), 1000);
      } catch {
        // The broker is gone or slow; the binding keeps its id, and the next start takes it over.
      }
    }
    this.waiting.close();
    this.commands.close();
  }

  private mayWrite(what: string): void {
    if (this.options.readOnly === true) throw readOnlyProblem(this.options.environment ?? LOCAL, what);
  }

  /** Listens to all events until the broker is closed; a lost connection is made again with back-off. */
  private async follow(): Promise<void> {
    const signal = this.closing.signal;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const redis = await connectRedis(this.location, 'events', signal);
        const disconnect = (): void => redis.disconnect();
        signal.addEventListener('abort', disconnect, { once: true });
        if (signal.aborted) disconnect();
        const ended = new Promise<void>(resolve => {
          redis.once('end', () => {
            signal.removeEventListener('abort', disconnect);
            resolve();
          });
        });
        redis.on('pmessageBuffer', (_pattern: string, _channel: Buffer, text: Buffer) => this.heard(text));
        await withDeadline(redis.psubscribe(...this.keys.channelPatterns(this.eventExchange)), SLOWEST_ANSWER, 'subscribing to the events');
        endWhenSilent(redis);
        attempt = 0;
        this.isUp = true;
        for (const handler of this.handlers) handler.up?.();
        void this.watch.lookAround();
        await ended;
        this.lost('the connection to the broker was lost');
      } catch (error) {
        if (attempt === 0) for (const handler of this.handlers) handler.down?.(connectionProblem(this.location, error).message);
      }
      await pause(backOff(attempt), signal);
    }
  }

  private lost(reason: string): void {
    this.isUp = false;
    if (this.closing.signal.aborted) return;
    this.registry.allGone();
    for (const handler of this.handlers) handler.down?.(reason);
  }

  private heard(text: Buffer): void {
    const message = readEnvelope(text.toString('utf8'));
    const body = message && plainBody(message);
    if (!body) return;
    for (const event of readEvents(body.toString('utf8'))) {
      if (event.kind === 'worker') this.watch.event(event);
      for (const handler of this.handlers) handler.event(event);
    }
  }

  /** Takes replies from our list as long as a command waits for some. What comes late for another is dropped. */
  private async collect(): Promise<void> {
    if (this.collecting) return;
    this.collecting = true;
    try {
      for (let attempt = 0; this.pending.size > 0 && !this.closing.signal.aborted; attempt++) {
        try {
          const taken = await this.waiting.run('waiting for replies', redis => redis.brpopBuffer(this.keys.prefix + this.replyQueue, BRPOP_SECONDS), BRPOP_SECONDS * 1000 + SLOWEST_ANSWER);
          if (taken) this.replied(readEnvelope(taken[1].toString('utf8')));
          attempt = 0;
        } catch {
          // The connection broke; the list keeps the replies. The commands' own deadlines end this.
          await pause(backOff(attempt), this.closing.signal);
        }
      }
    } finally {
      this.collecting = false;
    }
  }

  private replied(message: Message | null): void {
    const ticket = message?.headers['ticket'];
    const pending = typeof ticket === 'string' ? this.pending.get(ticket) : undefined;
    const body = pending && message && plainBody(message);
    const reply = body && readReply(body.toString('utf8'));
    if (pending && reply) pending.reply(reply);
  }

  /** Messages waiting in each queue, over its priorities. */
  private async lengths(redis: Redis, queues: readonly string[]): Promise<number[]> {
    const pipeline = redis.pipeline();
    for (const queue of queues) for (const list of this.keys.lists(queue)) pipeline.llen(list);
    const answers = (await pipeline.exec()) ?? [];
    // What has the name of a queue and is no list holds no messages. Anything else that went wrong is no length.
    const error = answers.find(([other]) => other !== null && !other.message.startsWith('WRONGTYPE'))?.[0];
    if (error) throw error;
    const steps = this.keys.steps.length;
    return queues.map((_, index) => answers.slice(index * steps, (index + 1) * steps).reduce((sum, [, length]) => sum + (typeof length === 'number' ? length : 0), 0));
  }

  /**
   * Silent nodes that are connected. PUBLISH only counts: where more listen than have answered or were not asked, none of the silent is called gone.
   */
  private connected({ listeners, silent }: ControlAnswer): readonly string[] {
    const others = this.registry.alive().length - silent.length;
    return listeners !== null && listeners - others >= silent.length ? silent : [];
  }

  /** Workers that said they consume it; null as long as one has not said what it consumes. */
  private consumers(queue: string): number | null {
    const alive = this.registry.list().filter(worker => worker.alive);
    if (alive.some(worker => worker.queues.length === 0)) return null;
    return alive.filter(worker => worker.queues.includes(queue)).length;
  }
}
