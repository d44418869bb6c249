import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage, Message as Delivery } from 'amqplib';
import { LOCAL } from '../../../shared/identity';
import { problem, ProblemError } from '../../../shared/problem';
import type { Worker } from '../../../shared/service';
import { backOff, pause, withDeadline } from '../../deadline';
import { WorkerRegistry } from '../../runs/workers';
import { commandRequest, isInspection, readReply, type ArgumentsOf, type Command } from '../../wire/control';
import { plainBody, type Message } from '../../wire/envelope';
import { readEvents } from '../../wire/events';
import { isoOf, nameOf } from '../../wire/guards';
import type { TaskMessage } from '../../wire/message';
import { readOnlyProblem, type Broker, type BrokerOptions, type ControlAnswer, type ControlOptions, type EventHandler, type Purged, type QueueFact, type Receipt, type Route, type Unsubscribe } from '../broker';
import { lostProblem, sending } from '../lost';
import { sendNotes } from '../notes';
import { PendingCommand } from '../pending';
import { addressText, type RabbitAddress } from '../url';
import { waitingMessage, type WaitingMessage } from '../waiting';
import { WorkerWatch } from '../workerWatch';
import { connectRabbit, hasCode, LazyRabbit, rabbitProblem } from './connection';
import { delayedRoutingKey } from './delayed';
import { Management, type ManagedQueue } from './management';
import { amqpTable } from './table';

const DEFAULT_TIMEOUT = 1000;
const CONFIRM_TIMEOUT = 5000;
/** Queues that belong to workers and clients, not to tasks. */
const INTERNAL_QUEUE = /\.pidbox$|^celeryev\.|^bcast\.|^celery_delayed_\d+$|^amq\.gen-/;

interface ReplyChannel {
  readonly channel: Channel;
  /** Our queue's routing key. */
  readonly oid: string;
}

/** Celery's broker in RabbitMQ: one connection for commands and sends, one for events, each made on first need. What we declare is exclusive and goes with us. */
export class RabbitBroker implements Broker {
  readonly kind = 'rabbitmq';
  readonly address: string;
  note: string | null = null;
  private readonly commands: LazyRabbit;
  private readonly management: Management;
  private readonly registry: WorkerRegistry;
  private readonly watch: WorkerWatch;
  private readonly handlers = new Set<EventHandler>();
  private readonly pending = new Map<string, PendingCommand>();
  private readonly closing = new AbortController();
  private readonly controlExchange: string;
  private readonly eventExchange: string;
  private publisher: Promise<ConfirmChannel> | undefined;
  private replies: Promise<ReplyChannel> | undefined;
  private following = false;
  private isUp = false;

  constructor(private readonly location: RabbitAddress, private readonly options: BrokerOptions) {
    // Everything that waits, waits for this too.
    setMaxListeners(0, this.closing.signal);
    this.address = addressText(location);
    this.commands = new LazyRabbit(location, 'commands');
    this.management = new Management(location, options.management);
    this.controlExchange = `${options.controlExchange ?? 'celery'}.pidbox`;
    this.eventExchange = options.eventExchange ?? 'celeryev';
    this.registry = new WorkerRegistry(options.environment ?? LOCAL, options.isOwn ?? (() => false));
    this.watch = new WorkerWatch(this.registry, (method, args, more) => this.control(method, args, more), answer => this.connected(answer.silent), this.closing.signal);
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
    const what = `sending the command ${method}`;
    try {
      const { channel, oid } = await withDeadline(this.replyChannel(), Math.max(timeout, 5000), what, options.signal);
      const ticket = randomUUID();
      const request = commandRequest(method, args, options, { ticket, exchange: `reply.${this.controlExchange}`, oid, expires: (Date.now() + timeout) / 1000 });
      const pending = new PendingCommand({ destination: options.destination ?? null, alive: this.registry.alive(), pattern: options.pattern ?? null }, timeout);
      const abort = (): void => pending.end();
      options.signal?.addEventListener('abort', abort, { once: true });
      this.pending.set(ticket, pending);
      try {
        channel.publish(this.controlExchange, '', Buffer.from(JSON.stringify(request.body)), { contentType: 'application/json', contentEncoding: 'utf-8', deliveryMode: 2, headers: amqpTable(request.headers), expiration: String(timeout) });
        pending.sent(null);
        const answer = await pending.answer;
        this.watch.answered(method, answer);
        return answer;
      } finally {
        pending.end();
        options.signal?.removeEventListener('abort', abort);
        this.pending.delete(ticket);
      }
    } catch (error) {
      throw rabbitProblem(this.location, error);
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
    const wanted = new Set([...names, ...this.registry.list().flatMap(worker => (worker.alive ? worker.queues : []))]);
    const listed = await this.listed();
    for (const queue of listed ?? []) if (!INTERNAL_QUEUE.test(queue.name)) wanted.add(queue.name);
    const byName = new Map(listed?.map(queue => [queue.name, queue]));
    // The management API's counts lag; a passive declaration knows.
    return Promise.all(Array.from(wanted).sort().map(async name => {
      const exact = await this.check(name);
      const managed = byName.get(name);
      return { name, ready: exact?.messageCount ?? null, inFlight: managed?.unacknowledged ?? null, consumers: exact?.consumerCount ?? null, type: managed?.type ?? this.registry.queueType(name) };
    }));
  }

  async depth(queue: string): Promise<number> {
    const found = await this.check(queue);
    if (!found) throw this.noQueue(queue);
    return found.messageCount;
  }

  async peek(queue: string, limit: number): Promise<WaitingMessage[]> {
    this.mayWrite('looking into a queue (it takes the messages for a moment)');
    const type = (await this.listed())?.find(other => other.name === queue)?.type ?? this.registry.queueType(queue);
    if (type !== 'classic') {
      throw new ProblemError(problem('unsupported', type === null ? `The type of the queue "${queue}" is not known` : `"${queue}" is a ${type} queue`, { advice: 'Looking into a quorum queue counts as a delivery, and after some deliveries RabbitMQ drops the message. So only classic queues are looked into.' }));
    }
    return this.commands.run(`looking into the queue ${queue}`, async channel => {
      const found: WaitingMessage[] = [];
      try {
        while (found.length < limit) {
          const delivery = await channel.get(queue, { noAck: false });
          if (!delivery) break;
          found.push(waitingMessage(queue, queue, delivery.content, messageOf(delivery)));
        }
      } finally {
        // Back to where they were, all at once, so that they keep their order.
        channel.nackAll(true);
      }
      // The answer to this comes after the messages are back.
      await channel.checkQueue(queue);
      return found;
    }, 10_000);
  }

  remove(): Promise<boolean> {
    return Promise.reject(new ProblemError(problem('unsupported', 'RabbitMQ cannot remove one message from a queue', { advice: 'Purge the queue, or revoke the task: workers then drop it.' })));
  }

  async purge(queue: string): Promise<Purged> {
    this.mayWrite('purging a queue');
    const taken = (await this.listed())?.find(other => other.name === queue)?.unacknowledged;
    const { messageCount } = await this.commands.run(`purging the queue ${queue}`, channel => channel.purgeQueue(queue));
    const stays = taken === 0 ? null : `${taken === undefined || taken === null ? 'What workers have' : `${taken} that workers have`} taken already (running, prefetched, or waiting for their time) stays.`;
    return { removed: messageCount, stays };
  }

  async send(message: TaskMessage, route: Route): Promise<Receipt> {
    this.mayWrite('sending a task');
    const { exchange, routingKey } = address(message, route);
    const queue = 'queue' in route ? route.queue : null;
    try {
      await withDeadline(this.publish(exchange, routingKey, message), CONFIRM_TIMEOUT, sending(message));
    } catch (error) {
      if (error instanceof ChannelClosed) throw lostProblem(addressText(this.location), sending(message));
      if (error instanceof ProblemError && error.problem.reason === 'timeout' && this.commands.blocked !== null) {
        throw new ProblemError(problem('broker-refused', `RabbitMQ takes no messages at the moment: ${this.commands.blocked}`, { advice: 'Free memory or disk on the broker. The task is sent when it takes messages again, unless the connection ends before.' }));
      }
      throw rabbitProblem(this.location, error);
    }
    const consumers = queue === null ? null : (await this.check(queue))?.consumerCount ?? null;
    return { depth: null, notes: sendNotes(message, { queue, consumers, visibilityTimeout: null, now: Date.now() }) };
  }

  async ping(timeout = 2000): Promise<void> {
    // Opening a channel is a question and an answer.
    await this.commands.run('asking the broker', () => Promise.resolve(), timeout);
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    for (const pending of this.pending.values()) pending.end();
    this.registry.close();
    await this.commands.close();
  }

  private mayWrite(what: string): void {
    if (this.options.readOnly === true) throw readOnlyProblem(this.options.environment ?? LOCAL, what);
  }

  /** Listens to all events until the broker is closed; a lost connection is made again with back-off. */
  private async follow(): Promise<void> {
    const signal = this.closing.signal;
    for (let attempt = 0; !signal.aborted; attempt++) {
      let connection: ChannelModel | undefined;
      try {
        const opened = connection = await connectRabbit(this.location, 'events', signal);
        const ended = new Promise<void>(resolve => {
          const end = (): void => {
            signal.removeEventListener('abort', end);
            resolve();
          };
          opened.once('close', end);
          signal.addEventListener('abort', end, { once: true });
          if (signal.aborted) end();
        });
        await this.listen(opened);
        attempt = 0;
        this.isUp = true;
        for (const handler of this.handlers) handler.up?.();
        void this.watch.lookAround();
        await ended;
        this.lost('the connection to the broker was lost');
      } catch (error) {
        if (attempt === 0) for (const handler of this.handlers) handler.down?.(rabbitProblem(this.location, error).message);
      }
      connection?.close().catch(() => {});
      await pause(backOff(attempt), signal);
    }
  }

  /** A queue of our own for all events: exclusive, so it goes with the connection, and allowed where transient shared queues are not. */
  private async listen(connection: ChannelModel): Promise<void> {
    await ensureExchange(connection, this.eventExchange, 'topic', true);
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    // A channel that ends alone (the queue was deleted) would leave us deaf on a living connection.
    channel.once('close', () => { connection.close().catch(() => {}); });
    const { queue } = await channel.assertQueue(`${this.eventExchange}.${randomUUID()}`, { exclusive: true, autoDelete: true, durable: false, messageTtl: 5000, expires: 60_000 });
    await channel.bindQueue(queue, this.eventExchange, '#');
    await channel.consume(queue, delivery => {
      if (delivery === null) channel.close().catch(() => {});
      else this.heard(delivery);
    }, { noAck: true });
  }

  private lost(reason: string): void {
    this.isUp = false;
    if (this.closing.signal.aborted) return;
    this.registry.allGone();
    for (const handler of this.handlers) handler.down?.(reason);
  }

  private heard(delivery: ConsumeMessage): void {
    const body = plainBody(messageOf(delivery));
    if (!body) return;
    for (const event of readEvents(body.toString('utf8'))) {
      if (event.kind === 'worker') this.watch.event(event);
      for (const handler of this.handlers) handler.event(event);
    }
  }

  /** The channel on which replies arrive; made on first need, and again after it was lost. */
  private replyChannel(): Promise<ReplyChannel> {
    this.replies ??= (async () => {
      const connection = await this.commands.connection();
      await ensureExchange(connection, this.controlExchange, 'fanout', false);
      await ensureExchange(connection, `reply.${this.controlExchange}`, 'direct', false);
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      channel.once('close', () => { this.replies = undefined; });
      const oid = randomUUID();
      const { queue } = await channel.assertQueue(`${oid}.reply.${this.controlExchange}`, { exclusive: true, autoDelete: true, durable: false });
      await channel.bindQueue(queue, `reply.${this.controlExchange}`, oid);
      await channel.consume(queue, delivery => { if (delivery) this.replied(delivery); }, { noAck: true });
      return { channel, oid };
    })();
    const replies = this.replies;
    replies.catch(() => { if (this.replies === replies) this.replies = undefined; });
    return replies;
  }

  private replied(delivery: ConsumeMessage): void {
    const message = messageOf(delivery);
    const ticket = message.headers['ticket'];
    const pending = typeof ticket === 'string' ? this.pending.get(ticket) : undefined;
    const body = pending && plainBody(message);
    const reply = body && readReply(body.toString('utf8'));
    if (pending && reply) pending.reply(reply);
  }

  private async publish(exchange: string, routingKey: string, message: TaskMessage): Promise<void> {
    const channel = await this.publishChannel();
    const { properties } = message;
    const mark = randomUUID();
    let returned!: (delivery: Delivery) => void;
    let closed!: () => void;
    try {
      await new Promise<void>((resolve, reject) => {
        // A message that fits no queue comes back before it is confirmed.
        returned = delivery => { if (delivery.properties.messageId === mark) reject(this.noQueue(routingKey)); };
        closed = () => reject(new ChannelClosed());
        channel.on('return', returned);
        channel.once('close', closed);
        channel.publish(exchange, routingKey, message.body, {
          mandatory: true, messageId: mark, contentType: message.contentType, contentEncoding: message.contentEncoding, headers: amqpTable(message.headers), correlationId: properties.correlation_id,
          replyTo: properties.reply_to, deliveryMode: properties.delivery_mode, priority: properties.priority, ...(properties.expiration === undefined ? {} : { expiration: properties.expiration }),
        }, (error: Error | null) => {
          // The same is called where the channel breaks with messages under way.
          if (error && error.message !== 'message nacked') reject(new ChannelClosed());
          else if (error) reject(new ProblemError(problem('broker-refused', 'RabbitMQ did not take the message', { advice: 'The queue may be full (x-max-length with reject-publish).' })));
          else resolve();
        });
      });
    } catch (error) {
      throw error instanceof RangeError ? new ProblemError(problem('call-arguments', 'The headers are larger than AMQP can carry', { advice: 'Send less in headers.' })) : error;
    } finally {
      channel.removeListener('return', returned);
      channel.removeListener('close', closed);
    }
  }

  private publishChannel(): Promise<ConfirmChannel> {
    this.publisher ??= (async () => {
      const channel = await (await this.commands.connection()).createConfirmChannel();
      channel.on('error', () => {});
      channel.setMaxListeners(0);
      channel.once('close', () => { this.publisher = undefined; });
      return channel;
    })();
    const publisher = this.publisher;
    publisher.catch(() => { if (this.publisher === publisher) this.publisher = undefined; });
    return publisher;
  }

  /** Exact and immediate; null where there is no such queue. */
  private async check(queue: string): Promise<{ messageCount: number; consumerCount: number } | null> {
    return this.commands.run(`looking at the queue ${queue}`, async channel => {
      try {
        return await channel.checkQueue(queue);
      } catch (error) {
        if (hasCode(error, 404)) return null;
        throw error;
      }
    });
  }

  /** Nodes whose control queue has its consumer: they are connected, though they do not answer. */
  private async connected(nodes: readonly string[]): Promise<readonly string[]> {
    const answers = await Promise.all(nodes.map(node => this.commands.run(`looking for ${node}`, async channel => {
      try {
        return (await channel.checkQueue(`${node}.${this.controlExchange}`)).consumerCount > 0;
      } catch (error) {
        // Exclusive since Celery 5.7: that it is locked says that its connection is there.
        return hasCode(error, 405);
      }
    })));
    return nodes.filter((_, index) => answers[index]);
  }

  private async listed(): Promise<ManagedQueue[] | null> {
    try {
      const queues = await this.management.queues();
      this.note = null;
      return queues;
    } catch (error) {
      this.note = `${(error as Error).message}. So only queues are shown that the app or a worker names, and not what workers have taken from them.`;
      return null;
    }
  }

  private noQueue(queue: string): ProblemError {
    return new ProblemError(problem('broker-refused', `The queue "${queue}" does not exist on ${this.address}`, { advice: 'Start a worker that consumes it: workers declare their queues.' }));
  }
}

/**
 * Declares an exchange as Celery does, unless it is there: declaring it with other arguments than it has would be an error, and a user who may
 * only read may not declare at all.
 */
async function ensureExchange(connection: ChannelModel, name: string, type: 'topic' | 'fanout' | 'direct', durable: boolean): Promise<void> {
  for (const action of [(channel: Channel) => channel.checkExchange(name), (channel: Channel) => channel.assertExchange(name, type, { durable, autoDelete: false })]) {
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    try {
      await action(channel);
      await channel.close();
      return;
    } catch (error) {
      if (!hasCode(error, 404)) throw error;
    }
  }
}

function address(message: TaskMessage, route: Route): { exchange: string; routingKey: string } {
  if ('queue' in route) return { exchange: '', routingKey: route.queue };
  const seconds = Math.floor(((isoOf(message.headers['eta']) ?? 0) - Date.now()) / 1000);
  if (route.delayed === true && seconds > 0) return { exchange: 'celery_delayed_27', routingKey: delayedRoutingKey(seconds, route.routingKey) };
  return route;
}

function messageOf(delivery: Pick<Delivery, 'properties' | 'content'>): Message {
  const { properties } = delivery;
  return {
    headers: properties.headers ?? {},
    properties: { correlation_id: properties.correlationId as unknown, reply_to: properties.replyTo as unknown, priority: properties.priority as unknown, delivery_mode: properties.deliveryMode as unknown },
    contentType: nameOf(properties.contentType) ?? 'application/data',
    contentEncoding: nameOf(properties.contentEncoding) ?? 'utf-8',
    body: delivery.content,
  };
}

/** The channel broke before a message on it was confirmed. */
class ChannelClosed extends Error {}
