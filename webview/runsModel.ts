import { ProblemError, problem, type Problem } from '../src/shared/problem';
import type { Run, RunCounts, RunPage, RunQuery } from '../src/shared/run';
import type { RunFilter } from './state';

/** Rows fetched above and below those on the screen. */
const margin = 60;
const longestPage = 500;

/** The part of the table that is on the screen, and the row that must not move while others come and go (null: the newest are followed). */
export interface View {
  readonly first: number;
  readonly count: number;
  readonly anchor: string | null;
}

export interface Loaded {
  /** What was asked for. */
  readonly view: View;
  /** Row of the view's anchor now, null where there was none or it does not match any more. */
  readonly anchor: number | null;
}

export interface ModelListener {
  /** What is to be fetched; asked when a request is about to be sent. */
  view(): View;
  loaded(load: Loaded): void;
  failed(problem: Problem): void;
}

/**
 * A window over all runs that match the filter. Rows are pulled by page, one request at a time; a request that was overtaken by a change of the
 * filter is dropped when it is answered.
 */
export class RunsModel {
  /** Null until the first page is there. */
  total: number | null = null;
  counts: RunCounts = {};
  private offset = 0;
  private rows: readonly Run[] = [];
  private filter: RunFilter;
  private generation = 0;
  private busy = false;
  private wanted = false;

  constructor(filter: RunFilter, private readonly fetch: (query: RunQuery) => Promise<RunPage>, private readonly listener: ModelListener) {
    this.filter = filter;
  }

  /** True where a request is waiting behind the one that is on its way. */
  get pending(): boolean {
    return this.wanted;
  }

  at(index: number): Run | null {
    return this.rows[index - this.offset] ?? null;
  }

  find(id: string | null): Run | null {
    return id === null ? null : (this.rows.find(run => run.id === id) ?? null);
  }

  /** Row of a run, null when it is not among those that are loaded. */
  indexOf(id: string | null): number | null {
    const index = id === null ? -1 : this.rows.findIndex(run => run.id === id);
    return index < 0 ? null : index + this.offset;
  }

  /** True where the view shows rows that are not loaded. */
  misses({ first, count }: View): boolean {
    if (this.total === null) return true;
    const last = Math.min(first + count, this.total);
    return first < this.offset || last > this.offset + this.rows.length;
  }

  /** Starts over with another filter. Old rows stay until the new ones are there. */
  refilter(filter: RunFilter): void {
    this.filter = filter;
    this.generation++;
    this.load();
  }

  load(): void {
    this.wanted = true;
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.wanted) {
      this.wanted = false;
      const { generation } = this;
      const view = this.listener.view();
      try {
        const page = await this.page(view);
        if (generation === this.generation) this.take(page, view);
      } catch (error) {
        if (generation === this.generation) this.listener.failed(error instanceof ProblemError ? error.problem : problem('internal', String(error)));
      }
    }
    this.busy = false;
  }

  /** The page around the view's anchor, or around its first row when the anchor is not among the matches any more. */
  private async page({ first, count, anchor }: View): Promise<RunPage> {
    const limit = Math.min(count + 2 * margin, longestPage);
    if (anchor !== null) {
      const above = Math.max(0, (this.indexOf(anchor) ?? first) - first);
      const page = await this.fetch({ ...this.filter, anchor, offset: -margin - above, limit });
      if (page.anchor !== null) return page;
    }
    return this.fetch({ ...this.filter, anchor: null, offset: Math.max(0, first - margin), limit });
  }

  private take(page: RunPage, view: View): void {
    this.total = page.total;
    this.counts = page.counts;
    this.offset = page.offset;
    this.rows = page.rows;
    this.listener.loaded({ view, anchor: page.anchor });
  }
}
