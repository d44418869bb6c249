import { CALL_OPTION_DOCUMENTATION, RETRY_OPTION_DOCUMENTATION, SIGNAL_DOCUMENTATION, TASK_OPTION_DOCUMENTATION } from './documentation';
import { factsAt, firstMinor, minorIndex } from './history';
import { CALL_OPTIONS, SIGNALS, TASK_METHODS, TASK_OPTIONS } from './tables';
import { isAtLeast, type Version } from './versions';

/** An option of the task decorator, or the attribute of a task class of the same name. */
export interface TaskOption {
  readonly name: string;
  /** As Python text. */
  readonly default: string;
  /** The setting that applies where the task does not say it. */
  readonly setting: string | null;
  /** `decorator`: means nothing on a class; `call`: travels with every call; `attribute`: read from the task. */
  readonly reader: 'decorator' | 'attribute' | 'call';
  /** The minor version that brought it; null where it is older than 5.0. */
  readonly since: string | null;
  readonly documentation: string;
}

/** A keyword of `apply_async` and its kin. */
export interface CallOption {
  readonly name: string;
  readonly since: string | null;
  readonly documentation: string;
}

export interface Signal {
  readonly name: string;
  /** Keywords that its receivers are given besides `sender`. */
  readonly arguments: readonly string[];
  readonly since: string | null;
  readonly documentation: string;
}

/** All options of the task decorator that this version reads, by name. */
export function taskOptionsOf(version: Version): ReadonlyMap<string, TaskOption> {
  return cached('task', version, () => entries(TASK_OPTIONS, version).map(([name, [fallback, setting, reader], since]) => ({
    name, default: fallback, setting, reader: reader === 'decorator' || reader === 'call' ? reader : 'attribute', since, documentation: TASK_OPTION_DOCUMENTATION[name] ?? '',
  })));
}

/** Methods and properties of a task, which a class overrides and a decorator replaces (`on_failure=…`). */
export function isTaskMethod(name: string, version: Version): boolean {
  return factsAt(TASK_METHODS[name] ?? [], minorIndex(version)) ?? false;
}

/** The keywords of `apply_async` that are offered while typing. */
export function callOptionsOf(version: Version): ReadonlyMap<string, CallOption> {
  return cached('call', version, () => entries(CALL_OPTIONS, version)
    .filter(([name]) => name in CALL_OPTION_DOCUMENTATION)
    .map(([name, , since]) => ({ name, since, documentation: CALL_OPTION_DOCUMENTATION[name] ?? '' })));
}

/** The keywords of `Task.retry` that are offered while typing: its own, and those of a call, of which the next attempt is one with the same id. */
export function retryOptionsOf(version: Version): ReadonlyMap<string, CallOption> {
  return cached('retry', version, () => {
    const own = Object.entries(RETRY_OPTION_DOCUMENTATION).map(([name, documentation]) => ({ name, since: null, documentation }));
    const handedOn = [...callOptionsOf(version).values()].filter(({ name }) => !(name in RETRY_OPTION_DOCUMENTATION) && name !== 'task_id' && isCallOption(name, 'apply_async', version));
    return [...own, ...handedOn];
  });
}

/** Properties of an AMQP message, which pass through `apply_async` to the broker. */
const MESSAGE_PROPERTIES = new Set(['correlation_id', 'message_id', 'timestamp', 'type', 'user_id', 'app_id', 'cluster_id']);
const NO_CALL_OPTIONS = new Set(['self', 'body', 'message', 'name']);

/** Whether any part of Celery or kombu takes this keyword of a call; what none takes becomes a property of the message, which nobody reads. */
export function isCallOption(name: string, method: 'apply_async' | 'send_task' | 'apply' | 'retry', version: Version): boolean {
  const takers = factsAt(CALL_OPTIONS[name] ?? [], minorIndex(version));
  if (MESSAGE_PROPERTIES.has(name)) return true;
  if (!takers || (NO_CALL_OPTIONS.has(name) && !(name === 'name' && method === 'send_task'))) return false;
  if (method === 'apply') return takers.includes('apply') || name in CALL_OPTION_DOCUMENTATION;
  if (method === 'retry') return true; // what it does not take itself it hands to apply_async
  return takers.some(taker => taker !== 'retry' && taker !== 'apply');
}

export function signalsOf(version: Version): ReadonlyMap<string, Signal> {
  return cached('signal', version, () => entries(SIGNALS, version).map(([name, facts, since]) => ({ name, arguments: facts, since, documentation: SIGNAL_DOCUMENTATION[name] ?? '' })));
}

/** Task attributes whose use 5.7 warns about and 6.0 drops; routes take their place (`celery.app.task`). */
export function isDeprecatedTaskOption(name: string, version: Version): boolean {
  return isAtLeast(version, 5, 7) && ['queue', 'exchange', 'exchange_type', 'routing_key', 'delivery_mode', 'priority'].includes(name);
}

/**
 * Names that people write for an option that has another one. Only those that no edit distance finds, and that mean nothing else:
 * a rule adds that nobody reads the attribute.
 */
export const TASK_OPTION_ALIASES: ReadonlyMap<string, string> = new Map([
  ['bound', 'bind'],
  ['task_name', 'name'],
  ['retries', 'max_retries'],
  ['retry_max', 'max_retries'],
  ['retry_times', 'max_retries'],
  ['max_retry', 'max_retries'],
  ['retry_delay', 'default_retry_delay'],
  ['retry_countdown', 'default_retry_delay'],
  ['ack_late', 'acks_late'],
  ['late_acks', 'acks_late'],
  ['timeout', 'time_limit'],
  ['hard_time_limit', 'time_limit'],
  ['task_time_limit', 'time_limit'],
  ['hard_limit', 'time_limit'],
  ['soft_limit', 'soft_time_limit'],
  ['soft_timeout', 'soft_time_limit'],
  ['task_soft_time_limit', 'soft_time_limit'],
  ['exponential_backoff', 'retry_backoff'],
  ['retry_exponential_backoff', 'retry_backoff'],
  ['backoff', 'retry_backoff'],
  ['retry_max_backoff', 'retry_backoff_max'],
  ['max_retry_backoff', 'retry_backoff_max'],
  ['backoff_max', 'retry_backoff_max'],
  ['retry_backoff_max_delay', 'retry_backoff_max'],
  ['jitter', 'retry_jitter'],
  ['autoretry', 'autoretry_for'],
  ['auto_retry_for', 'autoretry_for'],
  ['auto_retry', 'autoretry_for'],
  ['retry_for', 'autoretry_for'],
  ['retry_on', 'autoretry_for'],
  ['reject_on_lost', 'reject_on_worker_lost'],
  ['ratelimit', 'rate_limit'],
  ['queue_name', 'queue'],
  ['routing_queue', 'queue'],
]);

type Entry<T> = readonly [name: string, facts: T, since: string | null];

function entries<T>(table: Readonly<Record<string, readonly (readonly [number, T | null])[]>>, version: Version): Entry<T>[] {
  const minor = minorIndex(version);
  return Object.entries(table).flatMap(([name, history]) => {
    const facts = factsAt(history, minor);
    return facts === null ? [] : [[name, facts, firstMinor(history)] as const];
  });
}

const maps = new Map<string, ReadonlyMap<string, unknown>>();

function cached<T extends { readonly name: string }>(table: string, version: Version, make: () => T[]): ReadonlyMap<string, T> {
  const key = `${table} ${minorIndex(version)}`;
  let map = maps.get(key);
  if (!map) maps.set(key, map = new Map(make().map(item => [item.name, item])));
  return map as ReadonlyMap<string, T>;
}
