import type { Problem } from '../src/shared/problem';
import type { Run, RunPage, RunQuery } from '../src/shared/run';
import { h, icon, replaceInPlace, setAttribute, setText } from './dom';
import { formatCount } from './format';
import { runColumns, RunRow, type RunColumn } from './runRow';
import { RunsModel, type Loaded, type View } from './runsModel';
import type { RunFilter } from './state';
import { t } from './text';

/** As `--row-height` and `--head-height` in the style sheet. Pixels. */
const rowHeight = 24;
const headHeight = 26;
/** Rows drawn above and below those on the screen, so that a fast wheel shows no gap. */
const overscan = 8;
/** Milliseconds after the last move of the pointer over the rows during which no row moves under it. */
const aimTime = 1000;

export interface RunsTableListener {
  /** The user has chosen a run, or none. */
  selected(id: string | null): void;
  /** The user wants to go on in the details. */
  entered(): void;
  sorted(filter: Pick<RunFilter, 'sort' | 'descending'>): void;
  /** The user has begun to type while the table has the focus. */
  typed(text: string): void;
  /** The first run on the screen, or null while the newest are followed. */
  scrolled(anchor: string | null): void;
  /** The run that was to be shown does not match the filter. */
  missed(): void;
  /** Rows have come. */
  loaded(): void;
  failed(problem: Problem): void;
}

/** All runs that match, of which only those on the screen are in the document. New runs do not move what the user looks at. */
export class RunsTable {
  readonly element: HTMLElement;
  readonly model: RunsModel;
  private readonly scroller: HTMLElement;
  private readonly above = h('td');
  private readonly below = h('td');
  private readonly body = h('tbody', { role: 'rowgroup' });
  private readonly newer: HTMLButtonElement;
  private readonly headers = new Map<RunColumn['key'], HTMLTableCellElement>();
  private readonly rows = new Map<string, RunRow>();
  private filter: RunFilter;
  private selection: string | null;
  /** Row of the selection as far as it is known; it may have left the loaded rows. */
  private selectionIndex: number | null = null;
  /** The user is at the top and wants to see what comes. */
  private following: boolean;
  /** To be brought onto the screen as soon as it is loaded; `asked` where somebody wants to see just this run. */
  private reveal: { readonly id: string; readonly place: 'top' | 'near'; readonly asked: boolean } | null;
  /** The row that must not move, and where it was drawn. */
  private held: { readonly id: string; readonly index: number } | null = null;
  private savedAnchor: string | null;
  private selectOnLoad: number | null = null;
  private ownScroll = 0;
  private newerCount = 0;
  private aimedAt = -aimTime;
  private later = 0;
  private frame = 0;

  constructor(filter: RunFilter, selection: string | null, anchor: string | null, fetch: (query: RunQuery) => Promise<RunPage>, private readonly listener: RunsTableListener) {
    this.filter = filter;
    this.selection = selection;
    this.following = anchor === null;
    this.savedAnchor = anchor;
    this.reveal = anchor === null ? null : { id: anchor, place: 'top', asked: false };
    this.model = new RunsModel(filter, fetch, { view: () => this.view(), loaded: load => this.onLoaded(load), failed: problem => listener.failed(problem) });
    this.scroller = h(
      'div',
      {
        class: 'table-scroll', role: 'grid', tabindex: '0', 'aria-label': t('Runs'), 'aria-rowcount': '1',
        onkeydown: event => this.onKey(event),
        onscroll: () => this.onScroll(),
      },
      h('table', { class: 'table runs', role: 'presentation' }, this.createHead(), this.spacer(this.above), this.body, this.spacer(this.below)),
    );
    this.body.addEventListener('pointermove', () => (this.aimedAt = performance.now()));
    this.body.addEventListener('mousedown', event => this.onPress(event));
    this.body.addEventListener('dblclick', () => listener.entered());
    this.newer = h('button', { class: 'newer', type: 'button', hidden: true, onclick: () => this.goToTop() });
    this.element = h('div', { class: 'runs-table' }, this.scroller, this.newer);
    new ResizeObserver(() => this.onResize()).observe(this.scroller);
    window.setInterval(() => this.tick(), 1000);
    this.showSort();
  }

  get focused(): boolean {
    return document.activeElement === this.scroller;
  }

  focus(): void {
    this.scroller.focus({ preventScroll: true });
  }

  /** Something has changed: the rows on the screen are fetched again. */
  refresh(): void {
    this.model.load();
  }

  refilter(filter: RunFilter): void {
    this.filter = filter;
    this.showSort();
    this.following = true;
    this.aimedAt = -aimTime;
    this.newerCount = 0;
    this.held = null;
    this.reveal = this.selection === null ? null : { id: this.selection, place: 'near', asked: false };
    this.model.refilter(filter);
  }

  /** Selects a run without asking the listener; `reveal` brings it onto the screen. */
  select(id: string | null, reveal: boolean): void {
    this.selection = id;
    this.selectionIndex = this.model.indexOf(id);
    if (id !== null && reveal) {
      this.reveal = { id, place: 'near', asked: true };
      this.refresh();
    }
    this.draw(this.scroller.scrollTop);
  }

  private view(): View {
    const first = Math.floor(this.scroller.scrollTop / rowHeight);
    const count = this.visibleRows() + 1;
    if (this.selectOnLoad !== null) return { first, count, anchor: null };
    return { first, count, anchor: this.reveal?.id ?? (this.followsNow() ? null : this.anchor()) };
  }

  private followsNow(): boolean {
    return this.following && performance.now() - this.aimedAt >= aimTime;
  }

  /** Back to the newest once the user does not aim at a row any more. */
  private followLater(): void {
    window.clearTimeout(this.later);
    this.later = window.setTimeout(() => this.refresh(), Math.max(0, this.aimedAt + aimTime - performance.now()));
  }

  /** The row that must stay where it is: the selected one if it can be seen, else the first on the screen. */
  private anchor(top = this.scroller.scrollTop): string | null {
    if (this.isOnScreen(this.model.indexOf(this.selection), top)) return this.selection;
    return this.model.at(Math.floor(top / rowHeight))?.id ?? null;
  }

  private visibleRows(): number {
    return Math.max(1, Math.floor((this.scroller.clientHeight - headHeight) / rowHeight));
  }

  private isOnScreen(index: number | null, top = this.scroller.scrollTop): boolean {
    if (index === null) return false;
    const first = top / rowHeight;
    return index > first - 1 && index < first + this.visibleRows();
  }

  private onLoaded({ view, anchor }: Loaded): void {
    const wasOnScreen = this.isOnScreen(this.selectionIndex);
    const shift = this.shift();
    this.selectionIndex = this.model.indexOf(this.selection) ?? (this.selectionIndex === null ? null : this.selectionIndex + shift);
    let top = this.scroller.scrollTop;
    if (this.reveal && view.anchor === this.reveal.id) {
      const { place, asked } = this.reveal;
      top = anchor === null ? 0 : this.topFor(anchor, place);
      this.reveal = null;
      this.following = top === 0;
      if (anchor === null && asked) this.listener.missed();
    } else if (view.anchor === null && this.following) {
      top = 0;
      // The selected row moves down with the others, and is held at the lower edge.
      if (wasOnScreen && this.selectionIndex !== null && this.selectionIndex >= this.visibleRows()) top = this.topFor(this.selectionIndex, 'near');
      if (top > 0) this.following = false;
      this.newerCount = Math.round(top / rowHeight);
    } else {
      top += shift * rowHeight;
      this.newerCount += Math.max(0, shift);
      if (this.following && this.newerCount > 0) this.followLater();
    }
    this.scrollTo(top);
    this.chooseLoaded();
    this.savePlace();
    this.listener.loaded();
    const now = this.view();
    if (this.model.misses(now) && (now.first !== view.first || now.count > view.count)) this.model.load();
  }

  /** How many rows further down the rows on the screen are since they were drawn. */
  private shift(): number {
    const index = this.held && this.model.indexOf(this.held.id);
    return this.held && index !== null ? index - this.held.index : 0;
  }

  private topFor(index: number, place: 'top' | 'near'): number {
    if (place === 'top') return index * rowHeight;
    const { scrollTop } = this.scroller;
    const lowest = (index - this.visibleRows() + 1) * rowHeight;
    return Math.max(0, Math.min(index * rowHeight, Math.max(scrollTop, lowest)));
  }

  /** Draws the rows of a place first: only then is the document long enough to scroll there. */
  private scrollTo(top: number): void {
    this.draw(top);
    if (this.scroller.scrollTop !== top) this.scroller.scrollTop = top;
    this.ownScroll = this.scroller.scrollTop;
    if (this.ownScroll !== top) this.draw(this.ownScroll);
  }

  private goToTop(): void {
    this.following = true;
    this.aimedAt = -aimTime;
    this.scrollTo(0);
    this.refresh();
  }

  private onScroll(): void {
    const { scrollTop } = this.scroller;
    if (scrollTop !== this.ownScroll) this.following = scrollTop < rowHeight / 2;
    this.ownScroll = scrollTop;
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw(this.scroller.scrollTop);
      if (this.model.misses(this.view())) this.model.load();
      this.savePlace();
    });
  }

  private savePlace(): void {
    const anchor = this.following ? null : (this.model.at(Math.floor(this.scroller.scrollTop / rowHeight))?.id ?? null);
    if (anchor === this.savedAnchor || (anchor === null && !this.following)) return;
    this.savedAnchor = anchor;
    this.listener.scrolled(anchor);
  }

  private onResize(): void {
    const index = this.selectionIndex;
    const top = this.scroller.scrollTop;
    const hidden = index !== null && index * rowHeight >= top && !this.isOnScreen(index) && index < top / rowHeight + this.rows.size;
    if (hidden) this.scrollTo(this.topFor(index, 'near'));
    else this.draw(top);
    if (this.model.misses(this.view())) this.model.load();
  }

  private onPress(event: MouseEvent): void {
    const element = (event.target as Element).closest('tr');
    const row = [...this.rows.values()].find(each => each.element === element);
    if (row) this.pick(row.run);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.scroller || event.ctrlKey || event.metaKey || event.altKey) return;
    const { total } = this.model;
    const page = this.visibleRows() - 1;
    const current = this.selectionIndex ?? -1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: Math.max(0, current - 1),
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: (total ?? 0) - 1,
    };
    const target = moves[event.key];
    if (target !== undefined && total) this.choose(Math.max(0, Math.min(total - 1, target)));
    else if (event.key === 'Enter' && this.selection !== null) this.listener.entered();
    else if (event.key === 'Escape' && this.selection !== null) this.listener.selected(null);
    else if (event.key.length === 1 && event.key !== ' ') this.listener.typed(event.key);
    else return;
    event.preventDefault();
  }

  /** Selects the row at an index, after it has been loaded if need be. */
  private choose(index: number): void {
    this.selectOnLoad = null;
    const run = this.model.at(index);
    this.selectionIndex = index;
    const top = this.topFor(index, 'near');
    this.following = top === 0;
    this.scrollTo(top);
    if (run) this.pick(run);
    else {
      this.selectOnLoad = index;
      this.model.load();
    }
  }

  private chooseLoaded(): void {
    if (this.selectOnLoad === null || !this.model.total) return;
    const index = Math.min(this.selectOnLoad, this.model.total - 1);
    if (this.model.at(index)) this.choose(index);
    else if (!this.model.pending) this.selectOnLoad = null;
  }

  private pick(run: Run): void {
    if (run.id === this.selection) return;
    this.selection = run.id;
    this.selectionIndex = this.model.indexOf(run.id);
    this.draw(this.scroller.scrollTop);
    this.listener.selected(run.id);
  }

  private draw(top: number): void {
    const total = this.model.total ?? 0;
    const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
    const last = Math.min(total, Math.ceil(top / rowHeight) + this.visibleRows() + overscan);
    this.above.style.blockSize = `${first * rowHeight}px`;
    this.below.style.blockSize = `${Math.max(0, total - last) * rowHeight}px`;
    setAttribute(this.scroller, 'aria-rowcount', String(total + 1));

    const gone = new Set(this.rows.keys());
    const elements: HTMLElement[] = [];
    for (let index = first; index < last; index++) {
      const run = this.model.at(index);
      elements.push(run ? this.rowFor(run, index).element : h('tr', { class: 'missing', 'aria-hidden': 'true' }, h('td')));
      if (run) gone.delete(run.id);
    }
    for (const id of gone) this.rows.delete(id);
    replaceInPlace(this.body, elements);

    const held = this.anchor(top);
    const index = this.model.indexOf(held);
    this.held = held !== null && index !== null ? { id: held, index } : null;

    const selected = this.selection !== null && this.rows.has(this.selection) ? `run-${this.selection}` : null;
    setAttribute(this.scroller, 'aria-activedescendant', selected);
    this.showNewer(top);
  }

  private rowFor(run: Run, index: number): RunRow {
    let row = this.rows.get(run.id);
    if (row) row.update(run, index);
    else this.rows.set(run.id, (row = new RunRow(run, index)));
    row.selected = run.id === this.selection;
    return row;
  }

  private showNewer(top: number): void {
    if (top < rowHeight) this.newerCount = 0;
    const shown = this.newerCount > 0 && this.filter.sort === 'time' && this.filter.descending;
    this.newer.hidden = !shown;
    if (shown) this.newer.replaceChildren(icon('arrow-up'), formatCount(this.newerCount, '{0} newer run', '{0} newer runs'));
  }

  private tick(): void {
    for (const row of this.rows.values()) row.tick();
  }

  private createHead(): HTMLElement {
    const cells = runColumns.map(column => {
      const cell = h('th', { role: 'columnheader', scope: 'col', class: `column-${column.key}` });
      if (column.sort) cell.append(h('button', { type: 'button', onclick: () => this.sortBy(column) }, h('span', {}, column.label), icon('chevron-down', 'sort-mark')));
      else cell.append(column.label);
      this.headers.set(column.key, cell);
      return cell;
    });
    return h('thead', { role: 'rowgroup' }, h('tr', { role: 'row', 'aria-rowindex': '1' }, ...cells));
  }

  private sortBy({ sort, descendingFirst }: RunColumn): void {
    if (sort) this.listener.sorted({ sort, descending: sort === this.filter.sort ? !this.filter.descending : descendingFirst });
  }

  private showSort(): void {
    for (const { key, sort, label } of runColumns) {
      const header = this.headers.get(key)!;
      const active = sort !== null && sort === this.filter.sort;
      setAttribute(header, 'aria-sort', active ? (this.filter.descending ? 'descending' : 'ascending') : null);
      header.classList.toggle('ascending', active && !this.filter.descending);
      if (sort) setAttribute(header.firstElementChild!, 'title', t('Sort by {0}', label));
      else setText(header, label);
    }
  }

  private spacer(cell: HTMLTableCellElement): HTMLElement {
    return h('tbody', { role: 'presentation', 'aria-hidden': 'true' }, h('tr', { role: 'presentation' }, cell));
  }
}
