import type { RunCounts, RunQuery, RunState } from '../../shared/run';
import { Interner } from './interner';
import { SearchIndex } from './searchIndex';
import { orderedKeys, radixSort } from './sort';

export interface TablePage {
  readonly total: number;
  readonly offset: number;
  readonly anchor: number | null;
  readonly counts: RunCounts;
  readonly rows: number[];
}

type NumberColumn = 'time' | 'stateAt' | 'sentAt' | 'receivedAt' | 'startedAt' | 'finishedAt' | 'eta' | 'runtime' | 'progress';
type IndexColumn = 'state' | 'stateHost' | 'name' | 'app' | 'queue' | 'worker' | 'retries' | 'attempt';
type TextColumn = 'id' | 'call' | 'outcome' | 'rootId' | 'parentId';

const NUMBER_COLUMNS: readonly NumberColumn[] = ['time', 'stateAt', 'sentAt', 'receivedAt', 'startedAt', 'finishedAt', 'eta', 'runtime', 'progress'];
const INDEX_COLUMNS: readonly IndexColumn[] = ['state', 'stateHost', 'name', 'app', 'queue', 'worker', 'retries', 'attempt'];
const TEXT_COLUMNS: readonly TextColumn[] = ['id', 'call', 'outcome', 'rootId', 'parentId'];
/** Columns of numbers in `names`. */
const NAME_COLUMNS = ['stateHost', 'name', 'app', 'queue', 'worker'] as const;
const FIRST_CAPACITY = 1024;
/** This share of all rows, or less, is quicker looked through one by one. */
const FEW = 0.25;
/** Names of rows that are gone are kept until they are this many: then all are counted anew. */
const SPARE_NAMES = 10_000;

/**
 * Rows in columns. A row's number is its sequence modulo the limit, so the oldest is overwritten by the newest; NaN and undefined mean unknown.
 * Times are epoch ms.
 */
export class RunTable {
  /** When the run was first heard of, by the earliest time that any source gives. */
  time = new Float64Array(0);
  stateAt = new Float64Array(0);
  sentAt = new Float64Array(0);
  receivedAt = new Float64Array(0);
  startedAt = new Float64Array(0);
  finishedAt = new Float64Array(0);
  eta = new Float64Array(0);
  runtime = new Float64Array(0);
  progress = new Float64Array(0);
  /** Number in {@link states}. */
  state = new Uint32Array(0);
  /** Who told the state; numbers in {@link names}, like the four after it. */
  stateHost = new Uint32Array(0);
  name = new Uint32Array(0);
  app = new Uint32Array(0);
  queue = new Uint32Array(0);
  worker = new Uint32Array(0);
  /** As the last `received` said, which may speak of the next attempt already. */
  retries = new Uint32Array(0);
  /** The attempt that runs or ran last, from 0. */
  attempt = new Uint32Array(0);
  origin = new Uint8Array(0);
  id: (string | undefined)[] = [];
  call: (string | undefined)[] = [];
  outcome: (string | undefined)[] = [];
  rootId: (string | null | undefined)[] = [];
  parentId: (string | null | undefined)[] = [];

  names = new Interner();
  states = new Interner();
  private readonly search = new SearchIndex(sequence => this.textOf(sequence % this.limit));
  private stateCounts: number[] = [0];
  private readonly byId = new Map<string, number>();
  /** All rows, newest first, until one comes, goes or turns out to be older. */
  private order: Uint32Array | undefined;
  private first = 0;
  private next = 0;
  private capacity = 0;

  constructor(private readonly limit: number) {}

  /** Sequence number of the next row. */
  get end(): number {
    return this.next;
  }

  get size(): number {
    return this.next - this.first;
  }

  find(id: string): number | undefined {
    return this.byId.get(id);
  }

  /** Row numbers, oldest first. */
  * rows(): Generator<number> {
    for (let sequence = this.first; sequence < this.next; sequence++) yield sequence % this.limit;
  }

  sequenceOf(row: number): number {
    const sequence = this.first - (this.first % this.limit) + row;
    return sequence < this.first ? sequence + this.limit : sequence;
  }

  rowOf(sequence: number): number | undefined {
    return sequence >= this.first && sequence < this.next ? sequence % this.limit : undefined;
  }

  /** The row that {@link add} will overwrite, or null. */
  oldestIfFull(): number | null {
    return this.size === this.limit ? this.first % this.limit : null;
  }

  add(id: string, at: number): number {
    if (this.size === this.limit) this.dropOldest();
    if (this.names.size > this.limit + SPARE_NAMES || this.states.size > this.limit + SPARE_NAMES) this.compact();
    this.order = undefined;
    const row = this.next % this.limit;
    if (row >= this.capacity) this.resize(Math.min(this.limit, Math.max(FIRST_CAPACITY, this.capacity * 2)));
    this.next++;
    for (const column of NUMBER_COLUMNS) this[column][row] = NaN;
    for (const column of INDEX_COLUMNS) this[column][row] = 0;
    for (const column of TEXT_COLUMNS) this[column][row] = undefined;
    this.id[row] = id;
    this.time[row] = at;
    this.stateCounts[0]!++;
    this.byId.set(id, row);
    return row;
  }

  clear(): void {
    this.order = undefined;
    this.first = this.next = 0;
    this.resize(0);
    this.byId.clear();
    this.names = new Interner();
    this.states = new Interner();
    this.stateCounts = [0];
    this.search.clear();
    for (const column of TEXT_COLUMNS) this[column].length = 0;
  }

  stateOf(row: number): RunState | null {
    return this.states.at(this.state[row]!);
  }

  setState(row: number, state: RunState): void {
    const number = this.states.add(state);
    this.stateCounts[this.state[row]!]!--;
    this.stateCounts[number] = (this.stateCounts[number] ?? 0) + 1;
    this.state[row] = number;
  }

  setTime(row: number, at: number): void {
    this.order = undefined;
    this.time[row] = at;
  }

  counts(): RunCounts {
    return this.byName(this.stateCounts);
  }

  /** A worker may tell of a state of its own that is called like ours, or like a property of every object. */
  private byName(counts: ArrayLike<number>): RunCounts {
    const named = new Map<RunState, number>();
    for (let number = 0; number < counts.length; number++) {
      const name = this.states.at(number) ?? 'SENT';
      if (counts[number]! > 0) named.set(name, (named.get(name) ?? 0) + counts[number]!);
    }
    return Object.fromEntries(named);
  }

  /** @param maximum most rows in one page. */
  query(query: RunQuery, maximum: number): TablePage {
    const described = this.matching(query);
    const stateCounts = new Uint32Array(this.states.size);
    for (const row of described) stateCounts[this.state[row]!]!++;
    const sorted = this.sorted(this.ofStates(described, query.states), query);
    const anchorRow = query.anchor === null ? undefined : this.byId.get(query.anchor);
    const anchor = anchorRow === undefined ? -1 : sorted.indexOf(anchorRow);
    const limit = Math.min(Math.max(0, query.limit), maximum);
    const offset = Math.min(Math.max(0, (anchor < 0 ? 0 : anchor) + query.offset), Math.max(0, sorted.length - 1));
    return { total: sorted.length, offset, anchor: anchor < 0 ? null : anchor, counts: this.byName(stateCounts), rows: Array.from(sorted.subarray(offset, offset + limit)) };
  }

  /** The row's text has changed. */
  touch(row: number): void {
    this.search.changed(this.sequenceOf(row));
  }

  /** Rows that match text and task, newest first. */
  private matching(query: RunQuery): Uint32Array {
    const task = query.task === null ? undefined : this.names.find(query.task);
    if (query.task !== null && task === undefined) return new Uint32Array(0);
    let rows = this.newestFirst();
    if (task !== undefined) rows = rows.filter(row => this.name[row] === task);
    // Long words are rare ones: they leave little for the others to look through.
    const words = Array.from(new Set(query.text.toLowerCase().split(/\s+/).filter(part => part !== ''))).sort((a, b) => b.length - a.length);
    for (const word of words) {
      const hits = rows.length < this.size * FEW ? this.hitsAmong(rows, word) : this.hitsOf(word);
      rows = rows.filter(row => hits[row] === 1);
    }
    return rows;
  }

  /** 1 for each row that has the word in its id, call, outcome, name, worker or queue. */
  private hitsOf(word: string): Uint8Array {
    const hits = new Uint8Array(this.capacity);
    this.search.search(word, this.first, this.next, sequence => { hits[sequence % this.limit] = 1; });
    const named = this.names.containing(word);
    if (!named.includes(1)) return hits;
    for (let sequence = this.first; sequence < this.next; sequence++) {
      const row = sequence % this.limit;
      if (this.isNamed(row, named)) hits[row] = 1;
    }
    return hits;
  }

  private hitsAmong(rows: Uint32Array, word: string): Uint8Array {
    const hits = new Uint8Array(this.capacity);
    const named = this.names.containing(word);
    for (const row of rows) if (this.isNamed(row, named) || this.search.has(this.sequenceOf(row), word, this.first, this.next)) hits[row] = 1;
    return hits;
  }

  private isNamed(row: number, named: Uint8Array): boolean {
    return named[this.name[row]!] === 1 || named[this.worker[row]!] === 1 || named[this.queue[row]!] === 1;
  }

  private ofStates(rows: Uint32Array, states: readonly RunState[]): Uint32Array {
    if (states.length === 0) return rows;
    const wanted = new Uint8Array(this.states.size);
    for (const state of states) {
      const number = this.states.find(state);
      if (number !== undefined) wanted[number] = 1;
    }
    return rows.filter(row => wanted[this.state[row]!] === 1);
  }

  /** Equal ones newest first; runs of unknown runtime last, whichever way. */
  private sorted(rows: Uint32Array, { sort, descending }: RunQuery): Uint32Array {
    if (sort === 'time') return descending ? rows : rows.slice().reverse();
    if (sort === 'runtime') return this.sortedByRuntime(rows, descending);
    const ranks = (sort === 'state' ? this.states : this.names).ranks();
    const column = this[sort];
    const keys = new Uint32Array(rows.length);
    for (let index = 0; index < rows.length; index++) {
      const rank = ranks[column[rows[index]!]!]!;
      keys[index] = descending ? ranks.length - rank : rank;
    }
    return radixSort(rows, keys);
  }

  private sortedByRuntime(rows: Uint32Array, descending: boolean): Uint32Array {
    const { runtime } = this;
    const timed = rows.filter(row => !Number.isNaN(runtime[row]!));
    const untimed = rows.filter(row => Number.isNaN(runtime[row]!));
    const keys = orderedKeys(timed, runtime);
    if (descending) for (let index = 0; index < keys.length; index++) keys[index] = 0xffff_ffff - keys[index]!;
    const all = new Uint32Array(rows.length);
    all.set(radixSort(timed, keys));
    all.set(untimed, timed.length);
    return all;
  }

  private newestFirst(): Uint32Array {
    if (this.order) return this.order;
    const rows = new Uint32Array(this.size);
    const keys = new Uint32Array(this.size);
    let latest = 0;
    for (let sequence = this.first; sequence < this.next; sequence++) latest = Math.max(latest, this.time[sequence % this.limit]!);
    let index = 0;
    for (let sequence = this.next - 1; sequence >= this.first; sequence--) {
      const row = sequence % this.limit;
      rows[index] = row;
      // Milliseconds before the latest; all beyond 49 days count as equally old.
      keys[index++] = Math.min(0xffff_ffff, latest - this.time[row]!);
    }
    return this.order = radixSort(rows, keys);
  }

  private textOf(row: number): string {
    return `${this.id[row]}\n${this.call[row] ?? ''}\n${this.outcome[row] ?? ''}`;
  }

  private dropOldest(): void {
    const row = this.first % this.limit;
    this.byId.delete(this.id[row]!);
    this.stateCounts[this.state[row]!]!--;
    this.first++;
  }

  private compact(): void {
    const { names, states } = this;
    this.names = new Interner();
    this.states = new Interner();
    this.stateCounts = [0];
    for (const row of this.rows()) {
      for (const column of NAME_COLUMNS) this[column][row] = this.names.add(names.at(this[column][row]!));
      const number = this.states.add(states.at(this.state[row]!));
      this.state[row] = number;
      this.stateCounts[number] = (this.stateCounts[number] ?? 0) + 1;
    }
  }

  private resize(capacity: number): void {
    const keep = Math.min(this.capacity, capacity);
    this.capacity = capacity;
    for (const column of NUMBER_COLUMNS) this[column] = resized(new Float64Array(capacity), this[column].subarray(0, keep));
    for (const column of INDEX_COLUMNS) this[column] = resized(new Uint32Array(capacity), this[column].subarray(0, keep));
    this.origin = resized(new Uint8Array(capacity), this.origin.subarray(0, keep));
  }
}

function resized<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from);
  return to;
}
