import { LOCAL } from '../../shared/identity';
import { isFinal, type Run, type RunCounts, type RunDetails, type RunMoment, type RunOrigin, type RunPage, type RunQuery, type RunState } from '../../shared/run';
import { cut, detach } from '../wire/bounds';
import type { TaskEvent } from '../wire/events';
import type { PythonJson } from '../wire/json';
import type { ResultMeta } from '../wire/meta';
import { isDict } from '../wire/meta';
import { pythonLines, pythonText } from '../wire/pythonText';
import { callText } from './callText';
import { Payloads, type Payload } from './payloads';
import { progressOf } from './progress';
import { RunTable } from './table';
import { replaces, stateOfEvent } from './states';
import { tracebackLines } from './traceback';

/** A run that we sent. */
export interface SentRun {
  readonly id: string;
  /** Registered task name. */
  readonly name: string;
  /** `module:attribute` of the app, where it is known. */
  readonly app: string | null;
  readonly queue: string | null;
  /** Epoch ms. */
  readonly at: number;
  /** The call as the user wrote it. */
  readonly call: string | null;
  readonly eta?: number | null;
  readonly rootId?: string | null;
  readonly parentId?: string | null;
  /** Python text of what was sent. */
  readonly args?: string;
  readonly kwargs?: string;
}

export interface RunChange {
  /** Runs that are new, changed or gone. */
  readonly ids: ReadonlySet<string>;
}

export interface RunStoreOptions {
  readonly environment?: string;
  /** Runs that are kept; the oldest go first. */
  readonly limit?: number;
  /** Bytes for arguments, results and tracebacks. */
  readonly payloadBudget?: number;
  /** Milliseconds over which changes are collected before listeners hear of them. */
  readonly coalesce?: number;
}

/** Rows show this much of a call that an event told, and of an outcome; details show more. */
const ROW_TEXT = 256;
const OWN_CALL = 4096;
const DETAIL_TEXT = 128 * 1024;
const MAX_MOMENTS = 100;
/** Beyond these many, the columns tell the oldest ones' story. */
const MAX_TIMELINES = 5000;
/** A sender may tell the same moment twice (a hard time limit sends `task-failed` twice). Milliseconds. */
const SAME_MOMENT = 1000;

/**
 * All runs of one environment, at most `limit`, reduced from three sources to one state each: what we sent, events, and results. Rows are columns
 * (numbers in typed arrays, names interned), so that 100,000 cost tens of megabytes and are filtered and sorted in milliseconds.
 */
export class RunStore {
  private readonly environment: string;
  private readonly table: RunTable;
  private readonly payloads: Payloads;
  /** Timelines of the runs whose columns do not tell the whole story (retries, custom states), by sequence number. */
  private readonly moments = new Map<number, RunMoment[]>();
  /** The newest run of each task, by interned name. */
  private readonly lastByName = new Map<string, number>();
  private readonly listeners = new Set<(change: RunChange) => void>();
  private readonly coalesce: number;
  private changed = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private revision = 0;

  constructor({ environment = LOCAL, limit = 100_000, payloadBudget = 24 * 1024 * 1024, coalesce = 25 }: RunStoreOptions = {}) {
    this.environment = environment;
    this.table = new RunTable(limit);
    this.payloads = new Payloads(this.table, payloadBudget);
    this.coalesce = coalesce;
  }

  get size(): number {
    return this.table.size;
  }

  /** We sent it; nobody has confirmed it yet. Events may have come first. */
  sent(own: SentRun): void {
    const table = this.table;
    const row = this.row(own.id, 'own', own.at);
    table.origin[row] = ORIGINS.indexOf('own');
    if (table.state[row] === 0) this.setState(row, 'SENT', own.at, null, null);
    this.setName(row, own.name);
    table.app[row] = table.names.add(own.app);
    table.sentAt[row] = own.at;
    if (own.queue !== null) table.queue[row] = table.names.add(own.queue);
    if (own.call !== null) table.call[row] = cut(own.call, OWN_CALL);
    if (own.eta !== undefined && own.eta !== null) table.eta[row] = own.eta;
    if (own.rootId !== undefined) table.rootId[row] = own.rootId;
    if (own.parentId !== undefined) table.parentId[row] = own.parentId;
    if (own.args !== undefined && own.kwargs !== undefined) this.payloads.merge(row, { args: own.args, kwargs: own.kwargs, argsCut: false });
    this.touch(row);
  }

  event(event: TaskEvent): void {
    const table = this.table;
    const row = this.row(event.id, 'event', event.at);
    const state = stateOfEvent(event.type);
    const current = table.stateOf(row);
    const host = event.type === 'task-sent' ? null : event.hostname;
    const older = event.at < table.stateAt[row]! && (table.stateHost[row] === 0 || host === null || table.stateHost[row] === table.names.find(host));

    // Before the columns are overwritten by the next attempt: a longer story begins with what they say.
    const attempt = this.attemptOf(row, state, event.retries);
    if (!this.columnsTell(row, state)) this.addMoment(row, { at: event.at, state, worker: host, retries: attempt, note: noteOf(event) });
    if (state === 'RETRY') this.nextAttempt(row);
    this.describe(row, event);
    if (state === 'PENDING') table.sentAt[row] = Number.isNaN(table.sentAt[row]!) ? event.at : Math.min(table.sentAt[row]!, event.at);
    if (state === 'RECEIVED' && !(older && !Number.isNaN(table.receivedAt[row]!))) table.receivedAt[row] = event.at;
    if (state === 'STARTED' && !(older && !Number.isNaN(table.startedAt[row]!))) table.startedAt[row] = event.at;

    if (current === null || replaces(current, state, older)) {
      this.setState(row, state, event.at, host, outcomeOf(event));
      if (state === 'SUCCESS' && event.runtime !== null) {
        table.runtime[row] = event.runtime;
        // A pool of threads loses events; this one says it all the same.
        if (Number.isNaN(table.startedAt[row]!)) table.startedAt[row] = event.at - event.runtime * 1000;
      }
      if (event.extra) table.progress[row] = progressOf(event.extra) ?? NaN;
      this.keepPayload(row, event);
    }
    this.touch(row);
  }

  /**
   * What the result backend says.
   * @param fresh it was pushed just now; false for a look-up, which may tell a state that lies behind what events have said since.
   */
  result(meta: ResultMeta, fresh = true): void {
    const table = this.table;
    const now = Date.now();
    const at = meta.doneAt ?? now;
    const row = this.row(meta.id, 'result', at);
    const current = table.stateOf(row);
    if (meta.extended) {
      if (meta.extended.name !== null) this.setName(row, meta.extended.name);
      if (meta.extended.queue !== null && table.queue[row] === 0) table.queue[row] = table.names.add(meta.extended.queue);
      if (meta.extended.retries !== null) table.retries[row] = Math.max(table.retries[row]!, meta.extended.retries);
    }
    if (meta.parentId !== null && table.parentId[row] === undefined) table.parentId[row] = meta.parentId;
    const payload: Payload = {};
    if (meta.children) payload.children = meta.children;
    if (meta.extended && meta.extended.args !== null) {
      payload.args = pythonText(meta.extended.args, DETAIL_TEXT);
      payload.kwargs = pythonText(meta.extended.kwargs, DETAIL_TEXT);
      payload.argsCut = false;
      payload.values = { args: meta.extended.args, kwargs: meta.extended.kwargs };
    }
    if (this.trusts(current, meta, row, fresh)) {
      const worker = meta.extended?.worker ?? startedBy(meta);
      const outcome = meta.exception ? exceptionLine(meta.exception) : meta.status === 'STARTED' ? null : pythonText(meta.result, ROW_TEXT);
      // A worker that sends events tells of a retry itself, in other words.
      const told = meta.status === 'RETRY' && !Number.isNaN(table.receivedAt[row]!);
      if (!told && (current !== meta.status || !isFinal(meta.status))) this.addMoment(row, { at, state: meta.status, worker, retries: table.attempt[row]!, note: meta.exception ? outcome : null });
      if (!told && meta.status === 'RETRY' && fresh) this.nextAttempt(row);
      if (meta.status === 'STARTED' && Number.isNaN(table.startedAt[row]!)) table.startedAt[row] = at;
      this.setState(row, meta.status, at, null, outcome);
      if (worker !== null) table.worker[row] = table.names.add(worker);
      table.progress[row] = isDict(meta.result) ? progressOf(meta.result) ?? NaN : NaN;
      if (meta.exception) payload.exception = { type: meta.exception.type, message: meta.exception.message };
      else if (meta.status !== 'STARTED') {
        payload.result = pythonLines(meta.result, DETAIL_TEXT);
        payload.resultCut = false;
      }
      if (meta.traceback !== null) payload.traceback = meta.traceback;
    }
    if (Object.keys(payload).length > 0) this.payloads.merge(row, payload);
    this.touch(row);
  }

  /** The broker that held them is gone: marks unfinished runs, all of them unless ids are given. */
  lost(reason: string, ids?: Iterable<string>): void {
    const table = this.table;
    const at = Date.now();
    const rows = ids ? Array.from(ids, id => table.find(id)).filter(row => row !== undefined) : table.rows();
    for (const row of rows) {
      const state = table.stateOf(row);
      if (state === null || isFinal(state)) continue;
      this.addMoment(row, { at, state: 'LOST', worker: null, retries: table.attempt[row]!, note: reason });
      this.setState(row, 'LOST', at, null, cut(reason, ROW_TEXT));
      this.touch(row);
    }
  }

  clear(): void {
    for (const row of this.table.rows()) this.changed.add(this.table.id[row]!);
    this.table.clear();
    this.payloads.clear();
    this.moments.clear();
    this.lastByName.clear();
    this.schedule();
  }

  get(id: string): Run | null {
    const row = this.table.find(id);
    return row === undefined ? null : this.run(row);
  }

  /** The last run of a task, by its registered name. */
  lastOf(name: string): Run | null {
    const sequence = this.lastByName.get(name);
    const row = sequence === undefined ? undefined : this.table.rowOf(sequence);
    return row === undefined ? null : this.run(row);
  }

  /** The newest first. */
  newest(count: number): Run[] {
    return this.query({ text: '', states: [], task: null, sort: 'time', descending: true, anchor: null, offset: 0, limit: count }, count).rows.slice();
  }

  /** Ids of the runs that are not finished as far as we know, oldest first. */
  unfinished(): string[] {
    return Array.from(this.table.rows()).filter(row => !isFinal(this.table.stateOf(row) ?? 'SENT')).map(row => this.table.id[row]!);
  }

  counts(): RunCounts {
    return this.table.counts();
  }

  query(query: RunQuery, maximum = 500): RunPage {
    const page = this.table.query(query, maximum);
    return { ...page, revision: this.revision, rows: page.rows.map(row => this.run(row)) };
  }

  /**
   * What is stored of a run; log lines and the reasons for gaps are for the caller to add.
   * @param isOwn whether a file of a traceback is the user's own code.
   */
  details(id: string, isOwn: (file: string) => boolean = () => false): RunDetails | null {
    const row = this.table.find(id);
    if (row === undefined) return null;
    const payload = this.payloads.get(row) ?? {};
    return {
      run: this.run(row),
      timeline: this.timeline(row),
      args: shown(payload.args, payload.argsCut),
      kwargs: shown(payload.kwargs, payload.argsCut),
      result: shown(payload.result, payload.resultCut),
      exception: payload.exception ?? null,
      traceback: payload.traceback === undefined ? null : tracebackLines(payload.traceback, isOwn),
      children: payload.children ?? [],
      log: [],
      note: null,
    };
  }

  /** Changes are collected over some milliseconds. Returns what ends the subscription. */
  onChanged(listener: (change: RunChange) => void): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  private row(id: string, origin: RunOrigin, at: number): number {
    const known = this.table.find(id);
    if (known !== undefined) {
      if (at < this.table.time[known]!) this.table.setTime(known, at);
      return known;
    }
    const evicted = this.table.oldestIfFull();
    if (evicted !== null) this.forget(evicted);
    const row = this.table.add(detach(id), at);
    this.table.origin[row] = ORIGINS.indexOf(origin);
    return row;
  }

  private forget(row: number): void {
    const sequence = this.table.sequenceOf(row);
    this.changed.add(this.table.id[row]!);
    this.payloads.delete(row);
    this.moments.delete(sequence);
    const name = this.table.names.at(this.table.name[row]!);
    if (name !== null && this.lastByName.get(name) === sequence) this.lastByName.delete(name);
  }

  private setName(row: number, name: string): void {
    const table = this.table;
    table.name[row] = table.names.add(name);
    const last = this.lastByName.get(name);
    const lastRow = last === undefined ? undefined : table.rowOf(last);
    if (lastRow === undefined || table.time[lastRow]! <= table.time[row]!) this.lastByName.set(name, table.sequenceOf(row));
  }

  /** What an event says about the run itself, whatever its state. */
  private describe(row: number, event: TaskEvent): void {
    const table = this.table;
    if (event.name !== null) {
      if (table.name[row] === 0) this.setName(row, event.name);
      if (table.call[row] === undefined && (event.args !== null || event.kwargs !== null)) table.call[row] = cut(detach(callText(event.name, event.args, event.kwargs)), ROW_TEXT);
      if (event.args !== null && this.payloads.get(row)?.args === undefined) this.payloads.merge(row, { args: event.args, kwargs: event.kwargs ?? '{}', argsCut: true });
    }
    if (event.queue !== null && table.queue[row] === 0) table.queue[row] = table.names.add(event.queue);
    if (event.rootId !== null) table.rootId[row] = event.rootId === event.id ? table.id[row] : event.rootId;
    // A retry is published by its own worker, and then names itself as its parent.
    if (event.parentId !== null && event.parentId !== event.id) table.parentId[row] = event.parentId;
    if (event.retries !== null && event.retries >= table.retries[row]!) {
      table.retries[row] = event.retries;
      table.eta[row] = event.eta ?? NaN;
    }
    if (event.hostname !== null && event.type !== 'task-sent') table.worker[row] = table.names.add(event.hostname);
  }

  private setState(row: number, state: RunState, at: number, host: string | null, outcome: string | null): void {
    const table = this.table;
    table.setState(row, state);
    table.stateAt[row] = at;
    table.stateHost[row] = table.names.add(host);
    table.outcome[row] = outcome === null ? undefined : cut(outcome, ROW_TEXT);
    table.finishedAt[row] = isFinal(state) ? at : NaN;
    if (state === 'STARTED' || state === 'RECEIVED' || isFinal(state)) table.progress[row] = NaN;
  }

  private keepPayload(row: number, event: TaskEvent): void {
    if (event.result !== null) this.payloads.merge(row, { result: event.result, resultCut: true });
    if (event.exception !== null) this.payloads.merge(row, { exception: splitException(event.exception), traceback: event.traceback ?? undefined });
    if (event.extra) this.payloads.merge(row, { result: pythonLines(event.extra as unknown as PythonJson, DETAIL_TEXT), resultCut: false });
  }

  /** Whether the backend's word changes the state that we know. */
  private trusts(current: RunState | null, meta: ResultMeta, row: number, fresh: boolean): boolean {
    if (current === null || current === 'SENT' || current === 'PENDING' || current === 'LOST') return true;
    if (current === 'SUCCESS') return meta.status === 'SUCCESS';
    if (meta.status === 'SUCCESS') return true;
    // A revoke is written at once, without a request and so without children, even for a task that goes on running.
    if (meta.status === 'REVOKED' && meta.children === null && current === 'STARTED') return false;
    if (isFinal(meta.status)) return fresh || !(this.table.startedAt[row]! > (meta.doneAt ?? 0));
    return fresh ? !isFinal(current) : replaces(current, meta.status, true);
  }

  /** Whether the columns tell a run's whole story, this state included: then no moments are kept. */
  private columnsTell(row: number, state: RunState): boolean {
    if (!PLAIN.has(state) || (this.moments.size > 0 && this.moments.has(this.table.sequenceOf(row)))) return false;
    if (state === 'RECEIVED') return Number.isNaN(this.table.receivedAt[row]!);
    return state !== 'STARTED' || Number.isNaN(this.table.startedAt[row]!);
  }

  /** From the first moment that the columns cannot tell, all of them are kept. */
  private addMoment(row: number, moment: RunMoment): void {
    if (this.columnsTell(row, moment.state)) return;
    const sequence = this.table.sequenceOf(row);
    let moments = this.moments.get(sequence);
    if (!moments) {
      moments = this.plainTimeline(row);
      this.moments.set(sequence, moments);
      if (this.moments.size > MAX_TIMELINES) for (const [oldest] of this.moments) { this.moments.delete(oldest); break; }
    }
    const last = moments.findLast(other => other.state === moment.state);
    if (last && last.retries === moment.retries && last.note === moment.note && Math.abs(last.at - moment.at) < SAME_MOMENT) return;
    moments.push(moment);
    if (moments.length > MAX_MOMENTS) moments.splice(MAX_MOMENTS / 2, 1);
  }

  /**
   * Which attempt an event speaks of. Only `received` says it; and the next attempt may be received before this one is said to have started or
   * failed, so the others belong to the attempt after the last retry.
   */
  private attemptOf(row: number, state: RunState, told: number | null): number {
    const table = this.table;
    if (told !== null) {
      // Heard of in the middle, or news got lost: what it says holds.
      if (table.state[row] === 0 || told > table.attempt[row]! + 1) table.attempt[row] = told;
      return told;
    }
    if (state === 'STARTED' && table.stateOf(row) === 'STARTED') table.attempt[row] = Math.max(table.attempt[row]!, table.retries[row]!);
    return table.attempt[row]!;
  }

  private nextAttempt(row: number): void {
    const { attempt, retries } = this.table;
    attempt[row]!++;
    retries[row] = Math.max(retries[row]!, attempt[row]!);
  }

  private timeline(row: number): RunMoment[] {
    const moments = this.moments.get(this.table.sequenceOf(row)) ?? this.plainTimeline(row);
    // Sending comes first whatever the clocks of two machines say.
    const order = (moment: RunMoment): number => (moment.state === 'SENT' || moment.state === 'PENDING') && moment.retries === 0 ? -Infinity : moment.at;
    // The next attempt may be received before the last one says that it failed.
    return moments.map((moment, index) => ({ moment, index, at: order(moment) })).sort((a, b) => a.moment.retries - b.moment.retries || (a.at === b.at ? a.index - b.index : a.at - b.at)).map(({ moment }) => moment);
  }

  private plainTimeline(row: number): RunMoment[] {
    const table = this.table;
    const worker = table.names.at(table.worker[row]!);
    const retries = table.attempt[row]!;
    const state = table.stateOf(row) ?? 'SENT';
    const moments: RunMoment[] = [];
    const add = (at: number, of: RunState, by: string | null): void => {
      if (!Number.isNaN(at)) moments.push({ at, state: of, worker: by, retries, note: null });
    };
    add(table.sentAt[row]!, table.origin[row] === ORIGINS.indexOf('own') ? 'SENT' : 'PENDING', null);
    add(table.receivedAt[row]!, 'RECEIVED', worker);
    add(table.startedAt[row]!, 'STARTED', worker);
    add(table.finishedAt[row]!, state, worker);
    return moments;
  }

  private run(row: number): Run {
    const table = this.table;
    return {
      id: table.id[row]!,
      identity: { environment: this.environment, app: table.names.at(table.app[row]!), name: table.names.at(table.name[row]!) ?? '' },
      state: table.stateOf(row) ?? 'SENT',
      origin: ORIGINS[table.origin[row]!]!,
      queue: table.names.at(table.queue[row]!),
      worker: table.names.at(table.worker[row]!),
      sentAt: known(table.sentAt[row]!),
      receivedAt: known(table.receivedAt[row]!),
      startedAt: known(table.startedAt[row]!),
      finishedAt: known(table.finishedAt[row]!),
      eta: known(table.eta[row]!),
      runtime: known(table.runtime[row]!),
      retries: table.retries[row]!,
      call: table.call[row] ?? null,
      outcome: table.outcome[row] ?? null,
      rootId: table.rootId[row] ?? null,
      parentId: table.parentId[row] ?? null,
      progress: known(table.progress[row]!),
    };
  }

  private touch(row: number): void {
    this.table.touch(row);
    this.changed.add(this.table.id[row]!);
    this.schedule();
  }

  private schedule(): void {
    this.revision++;
    this.timer ??= setTimeout(() => {
      const ids = this.changed;
      this.changed = new Set();
      this.timer = undefined;
      for (const listener of this.listeners) listener({ ids });
    }, this.coalesce);
  }
}

const ORIGINS: readonly RunOrigin[] = ['own', 'event', 'result', 'beat'];
/** States of which the columns keep the time. */
const PLAIN: ReadonlySet<RunState> = new Set(['PENDING', 'RECEIVED', 'STARTED', 'SUCCESS', 'FAILURE']);

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** @param isRepr it comes from an event, whose sender puts dots where it left something out. */
function shown(text: string | undefined, isRepr: boolean | undefined): { text: string; complete: boolean } | null {
  return text === undefined ? null : { text, complete: isRepr !== true || !/\.\.\.|…/.test(text) };
}

function outcomeOf(event: TaskEvent): string | null {
  if (event.type === 'task-revoked') return event.expired === true ? 'expired' : event.terminated === true ? `terminated${event.signum === null ? '' : ` (signal ${event.signum})`}` : 'revoked';
  if (event.extra) return pythonText(event.extra as unknown as PythonJson, ROW_TEXT);
  return event.result ?? event.exception;
}

function noteOf(event: TaskEvent): string | null {
  if (event.type === 'task-rejected') return event.requeue === true ? 'put back on the queue' : 'not put back on the queue';
  if (event.type === 'task-succeeded') return null;
  return event.type.startsWith('task-re') || event.extra ? outcomeOf(event) : event.exception;
}

/** `ValueError('boom')` → type and what is in the brackets. */
function splitException(text: string): { type: string; message: string } {
  const match = /^([\w.]+)\((.*?),?\)$/s.exec(text);
  if (!match) return { type: 'Exception', message: text };
  const quoted = /^'(?:[^'\\]|\\.)*'$|^"(?:[^"\\]|\\.)*"$/s.test(match[2]!);
  return { type: match[1]!, message: quoted ? match[2]!.slice(1, -1) : match[2]! };
}

function exceptionLine(exception: { type: string; message: string }): string {
  return exception.message === '' ? exception.type : `${exception.type}: ${exception.message}`;
}

/** STARTED stores `{pid, hostname}`. */
function startedBy(meta: ResultMeta): string | null {
  const hostname = meta.status === 'STARTED' && isDict(meta.result) ? meta.result['hostname'] : null;
  return typeof hostname === 'string' ? hostname : null;
}
