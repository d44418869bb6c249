import { BOUNDS, cut } from './bounds';
import { booleanOf, countOf, epochOf, finiteOf, idOf, isFields, isoOf, nameOf, type Fields } from './guards';
import { parseLoosely } from './json';
import { pythonString } from './pythonText';

/**
 * An event of one task, read from the wire and bounded (celery.events). Members that an event type does not carry are null: `task-started`
 * has neither name nor arguments. Times are epoch ms, by the sender's clock.
 */
export interface TaskEvent {
  readonly kind: 'task';
  /** `task-received`, …, or a custom one. */
  readonly type: string;
  readonly id: string;
  /** The node name; for `task-sent` the publisher, `gen<pid>@<host>`. */
  readonly hostname: string | null;
  readonly at: number;
  /** Lamport clock, 0 where it says nothing. */
  readonly clock: number;
  readonly name: string | null;
  /** Repr text, possibly cut by the sender. Never to be parsed. */
  readonly args: string | null;
  readonly kwargs: string | null;
  readonly rootId: string | null;
  readonly parentId: string | null;
  readonly retries: number | null;
  readonly eta: number | null;
  readonly expires: number | null;
  /** `task-sent` only. */
  readonly queue: string | null;
  /** Repr text of the result. */
  readonly result: string | null;
  /** Seconds. */
  readonly runtime: number | null;
  /** Repr text of the exception. */
  readonly exception: string | null;
  readonly traceback: string | null;
  /** `task-revoked`. */
  readonly terminated: boolean | null;
  readonly expired: boolean | null;
  readonly signum: string | null;
  /** `task-rejected`. */
  readonly requeue: boolean | null;
  /** What a custom event carries beside the common fields, null for Celery's own. */
  readonly extra: Fields | null;
}

/** `worker-online`, `worker-heartbeat`, `worker-offline`. */
export interface WorkerEvent {
  readonly kind: 'worker';
  readonly type: string;
  readonly hostname: string;
  readonly at: number;
  /** Seconds between heartbeats. */
  readonly freq: number;
  readonly pid: number | null;
  readonly active: number | null;
  readonly processed: number | null;
  readonly loadavg: readonly number[] | null;
  /** Celery's version. */
  readonly version: string | null;
  readonly system: string | null;
}

export type CeleryEvent = TaskEvent | WorkerEvent;

/** Fields that every event has (celery.events.Event); the rest of a custom event is its own. */
const COMMON = new Set(['type', 'timestamp', 'hostname', 'pid', 'clock', 'utcoffset', 'uuid', 'local_received']);
const OWN_TASK_EVENTS = new Set(['sent', 'received', 'started', 'succeeded', 'failed', 'retried', 'rejected', 'revoked', 'cancelled'].map(name => `task-${name}`));
/** Longest repr text that is kept of a row; details are asked from the result backend. */
const REPR = 8 * 1024;

/**
 * Reads the body of one message of the event exchange: a single event, or a list (`task.multi`). Events that make no sense are left out;
 * nothing is thrown.
 */
export function readEvents(body: string): CeleryEvent[] {
  const value = parseLoosely(body);
  if (!Array.isArray(value)) {
    const event = readEvent(value);
    return event ? [event] : [];
  }
  const events: CeleryEvent[] = [];
  for (let index = 0; index < value.length && index < BOUNDS.list; index++) {
    const event = readEvent(value[index]);
    if (event) events.push(event);
  }
  return events;
}

/** Null where it is no event that we know how to place: no type, no time, no id, no node name, or of another kind (`worker-elect`). */
export function readEvent(value: unknown): CeleryEvent | null {
  if (!isFields(value)) return null;
  const type = nameOf(value['type']);
  const at = epochOf(value['timestamp']);
  if (type === null || at === null) return null;
  if (type.startsWith('worker-')) return readWorkerEvent(type, at, value);
  return readTaskEvent(type, at, value);
}

function readTaskEvent(type: string, at: number, value: Fields): TaskEvent | null {
  const id = idOf(value['uuid']);
  if (id === null || !type.startsWith('task-')) return null;
  return {
    kind: 'task',
    type,
    id,
    hostname: nameOf(value['hostname']),
    at,
    clock: countOf(value['clock']) ?? 0,
    name: nameOf(value['name']),
    args: reprOf(value['args']),
    kwargs: reprOf(value['kwargs']),
    rootId: idOf(value['root_id']),
    parentId: idOf(value['parent_id']),
    retries: countOf(value['retries']),
    eta: isoOf(value['eta']),
    expires: isoOf(value['expires']),
    queue: nameOf(value['queue']),
    result: reprOf(value['result']),
    runtime: finiteOf(value['runtime']),
    exception: exceptionOf(value['exception'], value['traceback']),
    traceback: typeof value['traceback'] === 'string' ? cut(value['traceback'], BOUNDS.text) : null,
    terminated: booleanOf(value['terminated']),
    expired: booleanOf(value['expired']),
    signum: signumOf(value['signum']),
    requeue: booleanOf(value['requeue']),
    extra: OWN_TASK_EVENTS.has(type) ? null : extraOf(value),
  };
}

function readWorkerEvent(type: string, at: number, value: Fields): WorkerEvent | null {
  const hostname = nameOf(value['hostname']);
  if (hostname === null || (type !== 'worker-online' && type !== 'worker-heartbeat' && type !== 'worker-offline')) return null;
  const freq = finiteOf(value['freq']);
  const loadavg = value['loadavg'];
  return {
    kind: 'worker',
    type,
    hostname,
    at,
    freq: freq !== null && freq > 0 && freq < 3600 ? freq : 2,
    pid: countOf(value['pid']),
    active: countOf(value['active']),
    processed: countOf(value['processed']),
    loadavg: Array.isArray(loadavg) ? loadavg.slice(0, 3).map(load => finiteOf(load) ?? 0) : null,
    version: nameOf(value['sw_ver'], 64),
    system: nameOf(value['sw_sys'], 64),
  };
}

function reprOf(value: unknown): string | null {
  return typeof value === 'string' ? cut(value, REPR) : null;
}

/** Where the pool itself ended the task (a hard time limit), the event names billiard's wrapper; the traceback's last line names the exception. */
function exceptionOf(exception: unknown, traceback: unknown): string | null {
  const text = reprOf(exception);
  if (text === null || !text.startsWith('ExceptionWithTraceback(') || typeof traceback !== 'string') return text;
  const [, type, message] = /([A-Za-z_]\w*): ([^\n]*)\s*$/.exec(traceback.slice(-REPR)) ?? [];
  if (type === undefined || message === undefined) return text;
  return cut(message.startsWith(`${type}(`) ? message : `${type}(${pythonString(message)})`, REPR);
}

/** A number, or a text where the pool process died first. */
function signumOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return nameOf(value, 64);
}

function extraOf(value: Fields): Fields {
  // fromEntries defines, it does not assign: a key `__proto__` stays a key.
  return Object.fromEntries(Object.keys(value).filter(key => !COMMON.has(key)).slice(0, 50).map(key => [key, value[key]]));
}
