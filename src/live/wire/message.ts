import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { deflateSync } from 'node:zlib';
import { problem, ProblemError } from '../../shared/problem';
import { BOUNDS } from './bounds';
import { plainBody, type Message } from './envelope';
import { countOf, idOf, isFields, isoOf, nameOf, type Fields } from './guards';
import { parseExactly, PythonFloat, writePythonJson, type PythonJson } from './json';
import { isDict } from './meta';
import { saferepr } from './saferepr';
import { decodeValue, encodeValue, PythonTuple, type PythonValue } from './values';

/** What the workers that will get a message run. Null where nobody has said it. */
export interface WireVersions {
  /** `5.6.3` */
  readonly celery: string | null;
  /** kombu's is independent of Celery's. Null is taken for the oldest that this Celery runs with. */
  readonly kombu: string | null;
}

/** A call to be sent without Python, with the options of `apply_async`. */
export interface TaskCall {
  /** Registered name. */
  readonly name: string;
  readonly args?: readonly PythonValue[];
  readonly kwargs?: Readonly<Record<string, PythonValue>>;
  /** A new uuid4 by default. */
  readonly id?: string;
  /** Seconds from now. */
  readonly countdown?: number;
  /** Epoch ms. */
  readonly eta?: number;
  /** Epoch ms. */
  readonly expires?: number;
  /** 0 to 9: 0 runs first on Redis, 9 on RabbitMQ. */
  readonly priority?: number;
  /** Seconds. The worker kills the task at the hard limit and raises in it at the soft one. */
  readonly timeLimit?: number;
  readonly softTimeLimit?: number;
  readonly headers?: Readonly<Record<string, PythonJson>>;
  readonly shadow?: string;
  /** `gzip`, which is zlib in kombu. */
  readonly compression?: 'gzip';
  /** Left out: the task's own setting. */
  readonly ignoreResult?: boolean;
  /** Queue that `rpc://` answers to. */
  readonly replyTo?: string;
  /** 1: not written to disk. */
  readonly deliveryMode?: 1 | 2;
  readonly retries?: number;
  readonly rootId?: string;
  readonly parentId?: string;
}

export interface MessageProperties {
  readonly correlation_id: string;
  readonly reply_to: string;
  readonly delivery_mode: 1 | 2;
  readonly priority: number;
  /** Milliseconds, as text. RabbitMQ drops the message after them; Redis does not look at it. */
  readonly expiration?: string;
}

/** Names that custom headers must not take: each means something to the worker. */
const RESERVED = new Set([
  'lang', 'task', 'id', 'shadow', 'eta', 'expires', 'group', 'group_index', 'retries', 'timelimit', 'root_id', 'parent_id', 'argsrepr', 'kwargsrepr', 'origin', 'ignore_result',
  'replaced_task_nesting', 'stamped_headers', 'stamps', 'compression', 'clock', 'ticket', 'redelivered',
]);
const JSON_TYPE = 'application/json';
const ZLIB_TYPE = 'application/x-gzip';
/** Kombu's brokers refuse or choke on far less; a worker must be able to read it in one go. */
const MAX_BODY = 16 * 1024 * 1024;

/**
 * A task message of protocol 2 that no worker can be harmed by. There are two ways to one, and both end in the same check: {@link buildTask} from
 * a call and {@link resendTask} from a message that was read. (A body that is not three parts, no id, or another time limit than two parts ends
 * every worker that gets it, one after the other.)
 */
export class TaskMessage {
  private constructor(
    readonly id: string,
    readonly name: string,
    readonly headers: Readonly<Record<string, PythonJson>>,
    readonly properties: MessageProperties,
    readonly contentType: string,
    readonly contentEncoding: string,
    /** As it travels: compressed, not in base64. */
    readonly body: Buffer,
    /** Display text of the call's arguments. */
    readonly argsText: string,
    readonly kwargsText: string,
  ) {
    Object.freeze(this);
  }

  /** Throws a ProblemError (`call-serialization` or `call-arguments`) for what must not be sent. */
  static of(headers: Readonly<Record<string, PythonJson>>, properties: MessageProperties, plain: string, contentEncoding: string, compressed: boolean): TaskMessage {
    const shown = wholeDisplayTexts(headers);
    const fault = headerFault(shown) ?? bodyFault(plain);
    if (fault !== null) throw new ProblemError(problem('call-arguments', `This message is not sent: ${fault}`, { advice: 'A worker could end on it, or lose it.' }));
    const body = Buffer.from(plain, 'utf8');
    if (body.length > MAX_BODY) throw new ProblemError(problem('call-serialization', 'The arguments are larger than 16 MB', { advice: 'Send a reference (a key, a path) instead of the data.' }));
    return new TaskMessage(shown['id'] as string, shown['task'] as string, shown, properties, JSON_TYPE, contentEncoding, compressed ? deflateSync(body) : body, (shown['argsrepr'] as string | null | undefined) ?? '', (shown['kwargsrepr'] as string | null | undefined) ?? '');
  }
}

/** Why a worker could be harmed by these headers, or null. */
export function headerFault(headers: Readonly<Record<string, PythonJson>>): string | null {
  if (nameOf(headers['task']) === null) return 'the header "task" is not a name';
  if (idOf(headers['id']) === null) return 'the header "id" is missing';
  const limits = headers['timelimit'] ?? null;
  if (limits !== null && !(Array.isArray(limits) && limits.length === 2 && limits.every(isLimit))) return 'the header "timelimit" is not a pair of numbers';
  for (const name of ['eta', 'expires']) {
    const time = headers[name] ?? null;
    if (time !== null && isoOf(time) === null) return `the header "${name}" is no time in ISO 8601`;
  }
  for (const name of ['retries', 'replaced_task_nesting']) {
    if ((headers[name] ?? null) !== null && countOf(headers[name]) === null) return `the header "${name}" is no count`;
  }
  if ((headers['group_index'] ?? null) !== null && countOf(headers['group_index']) === null) return 'the header "group_index" is no count';
  for (const name of ['group', 'root_id', 'parent_id', 'shadow', 'argsrepr', 'kwargsrepr', 'origin', 'lang']) {
    const text = headers[name] ?? null;
    if (text !== null && typeof text !== 'string') return `the header "${name}" is no text`;
  }
  const ignored = headers['ignore_result'] ?? null;
  if (ignored !== null && typeof ignored !== 'boolean') return 'the header "ignore_result" is neither true nor false';
  if (hasLoneSurrogate(headers, 0)) return 'a header holds half a character, which cannot be written as UTF-8';
  return stampFault(headers) ?? (sizeFits(headers, 0) ? null : 'a header nests too deep or holds a number that AMQP cannot carry');
}

/** Why a worker could be harmed by this body, or null: exactly `[args, kwargs, embed]`, and no typed value that kombu does not know. */
export function bodyFault(plain: string): string | null {
  const body = parseExactly(plain);
  if (body === undefined) return 'its body is not JSON';
  if (!Array.isArray(body) || body.length !== 3) return 'its body has not exactly three parts';
  const [args, kwargs, embed] = body;
  if (!Array.isArray(args)) return 'its positional arguments are no list';
  if (!isDict(kwargs)) return 'its keyword arguments are no dict';
  if (embed !== null && !isDict(embed)) return 'its embedded workflow is no dict';
  if (decodeValue(body) === undefined) return 'it holds a typed value that kombu does not know';
  return isDict(embed) ? embedFault(embed) : null;
}

function embedFault(embed: Record<string, PythonJson>): string | null {
  for (const name of ['callbacks', 'errbacks', 'chain']) {
    const signatures = embed[name] ?? null;
    if (signatures !== null && !(Array.isArray(signatures) && signatures.every(signature => isSignature(signature, 0)))) return `the embedded "${name}" is no list of signatures`;
  }
  const chord = embed['chord'] ?? null;
  return chord === null || isSignature(chord, 0) ? null : 'the embedded "chord" is no signature';
}

/** Options that a worker uses as keys and names without looking: with a task unknown to it, it ends on one that is no text. */
const TEXT_OPTIONS = ['task_id', 'root_id', 'parent_id', 'group_id', 'reply_to', 'queue', 'exchange', 'routing_key', 'serializer', 'compression', 'shadow'];
const MAX_SIGNATURES_DEEP = 50;

/** A signature as Celery freezes it (celery.canvas.Signature), and those within it. */
function isSignature(value: PythonJson, depth: number): boolean {
  if (depth > MAX_SIGNATURES_DEEP || !isDict(value) || nameOf(value['task']) === null || !isTextOrNull(value['task']) || !Array.isArray(value['args'] ?? []) || !isDict(value['kwargs'] ?? {})) return false;
  const options = value['options'] ?? {};
  if (!isDict(options) || !TEXT_OPTIONS.every(name => isTextOrNull(options[name]))) return false;
  if (!isTextOrNull(value['subtask_type']) || typeof (value['immutable'] ?? false) !== 'boolean') return false;
  if ((value['chord_size'] ?? null) !== null && countOf(value['chord_size']) === null) return false;
  if ((options['chord'] ?? null) !== null && !isSignature(options['chord']!, depth + 1)) return false;
  return ['link', 'link_error', 'chain'].every(name => {
    const inner = options[name] ?? null;
    return inner === null || (Array.isArray(inner) ? inner.every(signature => isSignature(signature, depth + 1)) : isSignature(inner, depth + 1));
  });
}

function isTextOrNull(value: PythonJson | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.length <= BOUNDS.name && !LONE_SURROGATE.test(value));
}

/** A worker ends on an id that it cannot encode for its result backend. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Half a character may be an argument: the body carries it escaped, and Python takes it. The text that shows the arguments travels as UTF-8 on
 * RabbitMQ, which has no place for it, so there it is shown as the sign for what cannot be shown.
 */
function wholeDisplayTexts(headers: Readonly<Record<string, PythonJson>>): Readonly<Record<string, PythonJson>> {
  const broken = ['argsrepr', 'kwargsrepr'].flatMap(name => {
    const text = headers[name];
    return typeof text === 'string' && LONE_SURROGATE.test(text) ? [[name, text.replace(/\p{Surrogate}/gu, '\ufffd')] as const] : [];
  });
  return broken.length === 0 ? headers : { ...headers, ...Object.fromEntries(broken) };
}

function hasLoneSurrogate(value: PythonJson, depth: number): boolean {
  if (typeof value === 'string') return LONE_SURROGATE.test(value);
  if (typeof value !== 'object' || value === null || value instanceof PythonFloat || depth > BOUNDS.depth) return false;
  return Object.entries(value).some(([key, item]) => LONE_SURROGATE.test(key) || hasLoneSurrogate(item, depth + 1));
}

function isLimit(limit: PythonJson): boolean {
  const seconds = limit instanceof PythonFloat ? limit.value : limit;
  return seconds === null || (typeof seconds === 'number' && seconds >= 0 && seconds <= 0x7fff_ffff);
}

function stampFault(headers: Readonly<Record<string, PythonJson>>): string | null {
  const names = headers['stamped_headers'] ?? null;
  const stamps = headers['stamps'] ?? null;
  if (names !== null && !(Array.isArray(names) && names.every(name => nameOf(name) !== null))) return 'the header "stamped_headers" is no list of names';
  if (stamps !== null && !isDict(stamps)) return 'the header "stamps" is no dict';
  return names === null || names.length === 0 || stamps !== null ? null : 'the header "stamps" is missing';
}

/** Whether every number fits into an AMQP table, and nothing nests beyond reason. */
function sizeFits(value: PythonJson, depth: number): boolean {
  if (depth > 20) return false;
  if (typeof value === 'bigint') return value >= -(2n ** 63n) && value < 2n ** 63n;
  if (typeof value === 'number') return Number.isFinite(value);
  if (value instanceof PythonFloat || typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(item => sizeFits(item, depth + 1));
}

/** Builds the message that `apply_async` of this version would send. Throws a ProblemError that says what is wrong with the call. */
export function buildTask(call: TaskCall, versions: WireVersions, now = Date.now()): TaskMessage {
  checkOptions(call);
  const id = call.id ?? randomUUID();
  const args = new PythonTuple(call.args ?? []);
  const kwargs = call.kwargs ?? {};
  const closesWell = isAtLeast(versions.celery, 5, 7);
  const eta = call.countdown !== undefined && call.countdown !== 0 ? now + call.countdown * 1000 : call.eta ?? null;
  const headers: Record<string, PythonJson> = {
    lang: 'py',
    task: call.name,
    id,
    shadow: call.shadow ?? null,
    eta: eta === null ? null : isoText(eta),
    expires: call.expires === undefined ? null : isoText(call.expires),
    group: null,
    group_index: null,
    retries: call.retries ?? 0,
    timelimit: [call.timeLimit ?? null, call.softTimeLimit ?? null],
    root_id: call.rootId ?? id,
    parent_id: call.parentId ?? null,
    argsrepr: saferepr(args, closesWell),
    kwargsrepr: saferepr(kwargs, closesWell),
    origin: `gen${process.pid}@${hostname()}`,
    // Null leaves it to the task; `false` would overrule the task's own ignore_result=True from 5.6.3 on.
    ignore_result: call.ignoreResult ?? null,
    ...(isAtLeast(versions.celery, 5, 3) ? { replaced_task_nesting: 0, stamped_headers: null, stamps: {} } : {}),
    ...(call.compression === undefined ? {} : { compression: ZLIB_TYPE }),
    ...call.headers,
  };
  const properties: MessageProperties = {
    correlation_id: id,
    reply_to: call.replyTo ?? '',
    ...(call.expires === undefined ? {} : { expiration: String(Math.max(0, Math.trunc(call.expires - now))) }),
    delivery_mode: call.deliveryMode ?? 2,
    priority: call.priority ?? 0,
  };
  return TaskMessage.of(headers, properties, encodeBody(args, kwargs, versions), 'utf-8', call.compression !== undefined);
}

function encodeBody(args: PythonTuple, kwargs: Readonly<Record<string, PythonValue>>, versions: WireVersions): string {
  try {
    return writePythonJson([encodeValue(args, knowsTypes(versions)), encodeValue(kwargs, knowsTypes(versions)), { callbacks: null, errbacks: null, chain: null, chord: null }]);
  } catch (error) {
    throw new ProblemError(problem('call-serialization', `An argument cannot be sent: ${(error as Error).message}`, { advice: 'Send a plain value (a number, text, list or dict) instead.' }));
  }
}

function checkOptions(call: TaskCall): void {
  const wrong = (what: string): ProblemError => new ProblemError(problem('call-arguments', `This call is not sent: ${what}`, { advice: 'Correct the option and send again.' }));
  const seconds = (value: number | undefined): boolean => value === undefined || (Number.isFinite(value) && value >= 0 && value <= 0x7fff_ffff);
  if (nameOf(call.name) === null) throw wrong('the task has no name');
  if (call.id !== undefined && idOf(call.id) === null) throw wrong('the id is empty or longer than 255 characters');
  if (call.priority !== undefined && !(Number.isInteger(call.priority) && call.priority >= 0 && call.priority <= 9)) throw wrong('the priority is no integer from 0 to 9');
  if (!seconds(call.countdown)) throw wrong('the countdown is no number of seconds');
  if (!seconds(call.timeLimit) || !seconds(call.softTimeLimit)) throw wrong('a time limit is no number of seconds');
  if (call.eta !== undefined && !isMoment(call.eta)) throw wrong('the eta is no time');
  if (call.expires !== undefined && !isMoment(call.expires)) throw wrong('the time at which it expires is no time');
  for (const name of Object.keys(call.headers ?? {})) if (RESERVED.has(name)) throw wrong(`"${name}" is a header of Celery itself`);
}

/** Between 1970 and 9999, where ISO 8601 has four digits for the year. */
function isMoment(at: number): boolean {
  return Number.isFinite(at) && at >= 0 && at < 253_402_300_800_000;
}

function isoText(at: number): string {
  return new Date(at).toISOString();
}

/** Typed values travel from kombu 5.3 on, which Celery 5.3 requires. */
export function knowsTypes(versions: WireVersions): boolean {
  return isAtLeast(versions.kombu ?? versions.celery, 5, 3);
}

export function isAtLeast(version: string | null, major: number, minor: number): boolean {
  const match = /^(\d+)\.(\d+)/.exec(version ?? '');
  return match !== null && (Number(match[1]) > major || (Number(match[1]) === major && Number(match[2]) >= minor));
}

/** What a message says, read for people: nothing in it is trusted. */
export interface TaskSummary {
  readonly protocol: 1 | 2;
  readonly id: string;
  readonly name: string;
  /** The values themselves, where the body could be read. */
  readonly args: PythonJson | null;
  readonly kwargs: PythonJson | null;
  readonly argsRepr: string | null;
  readonly kwargsRepr: string | null;
  readonly eta: number | null;
  readonly expires: number | null;
  readonly retries: number;
  readonly rootId: string | null;
  readonly parentId: string | null;
  readonly groupId: string | null;
  readonly origin: string | null;
  readonly priority: number | null;
  /** `[hard, soft]` seconds. */
  readonly timeLimits: readonly [number | null, number | null];
  /** Tasks that follow, in the order in which they will run. */
  readonly next: readonly string[];
  /** Beat sent it (since Celery 5.7 it says so, django-celery-beat always). */
  readonly fromBeat: boolean;
  readonly contentType: string;
}

/** Reads a task message of protocol 1 or 2; null where it is neither ("unknown message" to a worker). */
export function readTask(message: Message): TaskSummary | null {
  const { headers } = message;
  const plain = message.contentType === JSON_TYPE ? plainBody(message)?.toString('utf8') : undefined;
  const body = plain === undefined ? undefined : parseExactly(plain);
  if (nameOf(headers['task']) !== null && idOf(headers['id']) !== null) {
    return isDict(body) && 'args' in body ? summary(2, headers, body['args'] ?? null, body['kwargs'] ?? null, null, message) : summaryOfV2(headers, body, message);
  }
  if (!isDict(body) || nameOf(body['task']) === null || idOf(body['id']) === null) return null;
  return summary(1, body, body['args'] ?? null, body['kwargs'] ?? null, body, message);
}

function summaryOfV2(headers: Fields, body: PythonJson | undefined, message: Message): TaskSummary {
  const [args = null, kwargs = null, embed = null] = Array.isArray(body) ? body : [];
  return summary(2, headers, args, kwargs, isDict(embed) ? embed : null, message);
}

function summary(protocol: 1 | 2, fields: Fields, args: PythonJson | null, kwargs: PythonJson | null, embed: Record<string, PythonJson> | null, message: Message): TaskSummary {
  const limits = Array.isArray(fields['timelimit']) ? fields['timelimit'] : [];
  const limit = (value: unknown): number | null => (typeof value === 'number' ? value : value instanceof PythonFloat ? value.value : null);
  return {
    protocol,
    id: idOf(fields['id'])!,
    name: nameOf(fields['task'])!,
    args,
    kwargs,
    argsRepr: nameOf(fields['argsrepr'], 8192),
    kwargsRepr: nameOf(fields['kwargsrepr'], 8192),
    eta: isoOf(fields['eta']),
    expires: isoOf(fields['expires']),
    retries: countOf(fields['retries']) ?? 0,
    rootId: idOf(fields['root_id']),
    parentId: idOf(fields['parent_id']),
    groupId: idOf(fields['group']) ?? idOf(fields['taskset']),
    origin: nameOf(fields['origin']),
    priority: countOf(message.properties['priority']),
    timeLimits: [limit(limits[0]), limit(limits[1])],
    next: embed === null ? [] : followers(embed),
    fromBeat: fields['celery_beat_task'] === true || nameOf(fields['periodic_task_name']) !== null,
    contentType: message.contentType,
  };
}

/** `chain` is stored reversed: the next step is its last element. */
function followers(embed: Record<string, PythonJson>): string[] {
  const nameOfSignature = (value: PythonJson): string[] => (isDict(value) ? nameOf(value['task']) ?? [] : []) as string[];
  const list = (value: PythonJson | undefined): PythonJson[] => (Array.isArray(value) ? value.slice(0, BOUNDS.list) : []);
  return [...list(embed['chain']).reverse(), ...(embed['chord'] === undefined || embed['chord'] === null ? [] : [embed['chord']]), ...list(embed['callbacks'])].flatMap(nameOfSignature);
}

export interface ResendOptions {
  /**
   * `same`: it takes the place of the one that was read. `new`: it runs beside it, so it and the rest of its chain get new ids. Refused for members of
   * a chord, which are counted by id.
   */
  readonly ids: 'same' | 'new';
}

/**
 * The same message once more, with all that it carries: options, headers, the rest of the workflow. Throws a ProblemError where it cannot be checked
 * (another serializer than JSON) or could harm a worker.
 */
export function resendTask(message: Message, { ids }: ResendOptions): TaskMessage {
  const refuse = (what: string): ProblemError => new ProblemError(problem('unsupported', `This message cannot be sent again: ${what}`, { advice: 'Call the task through the app instead.' }));
  if (message.contentType !== JSON_TYPE) throw refuse(`its body is ${message.contentType}, and only JSON can be checked here`);
  const compression = message.headers['compression'] ?? null;
  const plain = plainBody(message)?.toString('utf8');
  if (plain === undefined) throw refuse('its body cannot be decompressed here');
  const headers = headersOf(message);
  if (headers === null) throw refuse('its headers hold what only AMQP can carry');
  if (typeof headers['task'] !== 'string') throw refuse('it is not of protocol 2');
  const { properties } = message;
  const expires = isoOf(headers['expires']);
  const kept: MessageProperties = {
    correlation_id: idOf(properties['correlation_id']) ?? idOf(headers['id']) ?? '',
    reply_to: nameOf(properties['reply_to']) ?? '',
    ...(expires === null ? {} : { expiration: String(Math.max(0, Math.trunc(expires - Date.now()))) }),
    delivery_mode: properties['delivery_mode'] === 1 ? 1 : 2,
    priority: Math.min(9, countOf(properties['priority']) ?? 0),
  };
  if (ids === 'same') return TaskMessage.of(headers, kept, plain, message.contentEncoding, compression !== null);
  const body = parseExactly(plain);
  const embed = Array.isArray(body) && isDict(body[2]) ? body[2] : {};
  if ((embed['chord'] ?? null) !== null) throw refuse('it is one of a chord, which counts its members by their ids');
  const own = idOf(headers['id']) ?? '';
  const replaced = new Map([[own, randomUUID()]]);
  collectTaskIds(embed, replaced, 0);
  const swap = (text: string): string => replaced.get(text) ?? text;
  const text = Array.isArray(body) ? writePythonJson([...body.slice(0, 2), swapTexts(embed, swap, 0)]) : plain;
  return TaskMessage.of({ ...headers, id: swap(own), root_id: swap(own), parent_id: null }, { ...kept, correlation_id: swap(own) }, text, message.contentEncoding, compression !== null);
}

/** What the message's own sender wrote; what brokers and workers add on a second delivery is left out. Null where it cannot be written again. */
function headersOf(message: Message): Record<string, PythonJson> | null {
  const headers: Record<string, PythonJson> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (name === 'redelivered' || /^x-(delivery-count|death|first-death-|last-death-)/.test(name)) continue;
    const json = jsonOf(value, 0);
    if (json === undefined) return null;
    headers[name] = json;
  }
  return headers;
}

function jsonOf(value: unknown, depth: number): PythonJson | undefined {
  if (depth > BOUNDS.depth) return undefined;
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string' || value instanceof PythonFloat) return value;
  if (Array.isArray(value)) {
    const items = value.map(item => jsonOf(item, depth + 1));
    return items.includes(undefined) ? undefined : items as PythonJson[];
  }
  // Timestamps, decimals and byte arrays of AMQP come as objects of their own kind.
  if (!isFields(value) || Object.getPrototypeOf(value) !== Object.prototype || '!' in value) return undefined;
  const entries = Object.entries(value).map(([key, item]) => [key, jsonOf(item, depth + 1)] as const);
  return entries.some(([, item]) => item === undefined) ? undefined : Object.fromEntries(entries as [string, PythonJson][]);
}

function collectTaskIds(value: PythonJson, ids: Map<string, string>, depth: number): void {
  if (depth > BOUNDS.depth || typeof value !== 'object' || value === null || value instanceof PythonFloat) return;
  if (isDict(value) && isDict(value['options'])) {
    const id = idOf(value['options']['task_id']);
    if (id !== null && !ids.has(id)) ids.set(id, randomUUID());
  }
  for (const item of Object.values(value)) collectTaskIds(item, ids, depth + 1);
}

function swapTexts(value: PythonJson, swap: (text: string) => string, depth: number): PythonJson {
  if (typeof value === 'string') return swap(value);
  if (depth > BOUNDS.depth || typeof value !== 'object' || value === null || value instanceof PythonFloat) return value;
  if (Array.isArray(value)) return value.map(item => swapTexts(item, swap, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, swapTexts(item, swap, depth + 1)]));
}
