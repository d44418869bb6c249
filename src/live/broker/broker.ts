import type { Worker } from '../../shared/service';
import type { ArgumentsOf, Command, CommandTarget, Reply } from '../wire/control';
import type { CeleryEvent } from '../wire/events';
import type { TaskMessage } from '../wire/message';
import type { WaitingMessage } from './waiting';
import { problem, ProblemError } from '../../shared/problem';
import { parseBrokerUrl, type TlsOptions } from './url';

/** Ends a subscription. Calling it twice does nothing. */
export type Unsubscribe = () => void;

export interface EventHandler {
  /** Each event, in the order of arrival. Must not throw. */
  event(event: CeleryEvent): void;
  /** We listen from now on: after the start, and after each reconnect. What happened in between is not known. */
  up?(): void;
  /** The connection is gone; we keep trying. */
  down?(reason: string): void;
}

export interface ControlAnswer {
  /** In the order of arrival. */
  readonly replies: readonly Reply[];
  /** How many were listening when we asked (Redis: PUBLISH says it), null where the broker does not say. Beat ≥ 5.7 and other tools count. */
  readonly listeners: number | null;
  /** Nodes that we know to be connected or asked by name, and that did not answer in time: busy (a solo pool answers nothing while a task runs), or gone. */
  readonly silent: readonly string[];
}

export interface ControlOptions extends CommandTarget {
  /** Milliseconds to wait for replies, 1,000 by default. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** What the broker says of one queue; null where it does not say. */
export interface QueueFact {
  readonly name: string;
  /** Waiting, over all priorities. */
  readonly ready: number | null;
  /** Taken by a worker and not acknowledged. */
  readonly inFlight: number | null;
  readonly consumers: number | null;
  /** RabbitMQ: `classic`, `quorum`, …; null on Redis. */
  readonly type: string | null;
}

export interface Purged {
  readonly removed: number;
  /** What a purge does not reach, in words; null where nothing stays. */
  readonly stays: string | null;
}

/** Where a message goes: to a queue by its name, whatever its exchange, or to an exchange (RabbitMQ: topic and fanout). */
export type Route = { readonly queue: string } | { readonly exchange: string; readonly routingKey: string; readonly delayed?: boolean };

/** The broker has the message. */
export interface Receipt {
  /** Messages in that list after the push; null where the broker does not say. */
  readonly depth: number | null;
  /** What is worth knowing before one wonders: nobody consumes the queue, it waits longer than the visibility timeout. */
  readonly notes: readonly string[];
}

/**
 * A broker as one environment sees it. Everything loads and connects on first need. Every request ends: with its answer, or with a
 * ProblemError that says what happened. Nothing that it sends can harm a worker, since messages and commands come from `live/wire` only.
 */
export interface Broker {
  readonly kind: 'redis' | 'rabbitmq';
  /** Host, port and database, without credentials. */
  readonly address: string;
  /** What cannot be seen of the queues, and why, in words; null where nothing is missing. As of the last {@link queues}. */
  readonly note: string | null;

  /** Follows all events; feeds {@link workers} too. */
  events(handler: EventHandler): Unsubscribe;
  control<C extends Command>(method: C, args: ArgumentsOf<C>, options?: ControlOptions): Promise<ControlAnswer>;
  /** Nodes that have been heard of, alive ones and those that went in this session, by name. */
  workers(): readonly Worker[];
  /**
   * Turns task events on for every worker, also those that come later or come again: the setting is a worker's own, and lost when it restarts.
   * @param refused told of workers that cannot send any, with their reason.
   */
  keepEventsOn(refused?: (node: string, reason: string) => void): Unsubscribe;
  onWorkersChanged(listener: () => void): Unsubscribe;

  /** All queues that can be found, beside the ones that are asked for by name. */
  queues(names: readonly string[]): Promise<QueueFact[]>;
  depth(queue: string): Promise<number>;
  /**
   * The first messages in the order in which they will run, without taking them. Throws a ProblemError where looking could lose them. Never on
   * a timer: on RabbitMQ it takes messages from the workers for a moment.
   */
  peek(queue: string, limit: number): Promise<WaitingMessage[]>;
  /** Removes one message that was peeked; false where it is gone already. RabbitMQ cannot (ProblemError). */
  remove(message: WaitingMessage): Promise<boolean>;
  purge(queue: string): Promise<Purged>;
  send(message: TaskMessage, route: Route): Promise<Receipt>;
  /** Answers within `timeout` ms, or throws a ProblemError. */
  ping(timeout?: number): Promise<void>;
  /** Says goodbye and takes our reply binding along. */
  close(): Promise<void>;
}

export interface BrokerOptions {
  readonly environment?: string;
  readonly url: string;
  /** `broker_use_ssl`. */
  readonly tls?: boolean | TlsOptions;
  /** `broker_transport_options`. */
  readonly transportOptions?: Readonly<Record<string, unknown>>;
  /** `control_exchange`; `celery` by default. */
  readonly controlExchange?: string;
  /** `event_exchange`; `celeryev` by default. */
  readonly eventExchange?: string;
  /** Id of our reply queue. Kept by the caller over restarts, so that at most one binding of ours is ever left in Redis. */
  readonly oid: string;
  /** Base URL of RabbitMQ's management API with credentials, where it is not at the default place. */
  readonly management?: string;
  /** Only events and inspect commands: nothing that changes a worker, a queue or a message. */
  readonly readOnly?: boolean;
  /** Whether a node name is one of the workers that we started. */
  readonly isOwn?: (node: string) => boolean;
}

/** Opens a broker by its URL. Nothing is sent yet: the first request connects. Throws a ProblemError for a URL that we cannot speak to. */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const address = parseBrokerUrl(options.url, options.tls);
  if (address.kind === 'redis') {
    const { RedisBroker } = await import('./redis/redisBroker');
    return new RedisBroker(address, options);
  }
  const { RabbitBroker } = await import('./rabbit/rabbitBroker');
  return new RabbitBroker(address, options);
}

export function readOnlyProblem(environment: string, what: string): ProblemError {
  return new ProblemError(problem('confirm-remote', `The environment "${environment}" is read-only: ${what} is not done there`, { advice: 'Allow writing for this environment first.' }));
}
