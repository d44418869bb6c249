import { isFinal, type Run, type RunSortKey } from '../src/shared/run';
import { h, setAttribute, setText } from './dom';
import { formatDuration, formatMoment, formatTime } from './format';
import { meaningOf, stateIcon } from './states';
import { t } from './text';

export interface RunColumn {
  readonly key: 'state' | 'task' | 'arguments' | 'outcome' | 'time' | 'duration' | 'worker' | 'queue';
  readonly label: string;
  /** Null: cannot be sorted by. */
  readonly sort: RunSortKey | null;
  /** Order of the first click on the header. */
  readonly descendingFirst: boolean;
}

export const runColumns: readonly RunColumn[] = [
  { key: 'state', label: t('State'), sort: 'state', descendingFirst: false },
  { key: 'task', label: t('Task'), sort: 'name', descendingFirst: false },
  { key: 'arguments', label: t('Arguments'), sort: null, descendingFirst: false },
  { key: 'outcome', label: t('Result'), sort: null, descendingFirst: false },
  { key: 'duration', label: t('Duration'), sort: 'runtime', descendingFirst: true },
  { key: 'time', label: t('Time'), sort: 'time', descendingFirst: true },
  { key: 'queue', label: t('Queue'), sort: 'queue', descendingFirst: false },
  { key: 'worker', label: t('Worker'), sort: 'worker', descendingFirst: false },
];

/** When a run became known: the moment that Time shows and sorts by. */
export function knownAt({ sentAt, receivedAt, startedAt, finishedAt }: Run): number | null {
  return sentAt ?? receivedAt ?? startedAt ?? finishedAt;
}

/** Milliseconds that a run took, or has taken until now; null where it has not begun or nobody measured. */
export function durationOf({ state, runtime, startedAt, finishedAt }: Run, now: number): number | null {
  if (runtime !== null) return runtime * 1000;
  if (startedAt === null) return null;
  if (finishedAt !== null) return finishedAt - startedAt;
  return isFinal(state) ? null : now - startedAt;
}

/** `shop.orders` and `charge` of `shop.orders.charge`. */
export function splitName(name: string): { readonly module: string; readonly short: string } {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? { module: '', short: name } : { module: name.slice(0, dot), short: name.slice(dot + 1) };
}

/** The inside of a call's parentheses; the whole text where it is no plain call. */
export function argumentsOf(call: string): string {
  return /^[\w.]+\((.*)\)$/s.exec(call)?.[1] ?? call;
}

/** One row of the Runs table, kept while its run is on the screen. */
export class RunRow {
  readonly element: HTMLTableRowElement;
  run: Run;
  private readonly stateIcon = h('span', { 'aria-hidden': 'true' });
  private readonly stateText = h('span');
  private readonly retries = h('span', { class: 'badge' });
  private readonly short = h('span', { class: 'task-short' });
  private readonly module = h('span', { class: 'task-module' });
  private readonly bar = h('span', { class: 'bar-fill' });
  private readonly progress = h('span', { class: 'bar', 'aria-hidden': 'true' }, this.bar);
  private readonly outcome = h('span');
  private readonly cells: Readonly<Record<RunColumn['key'], HTMLTableCellElement>>;

  constructor(run: Run, index: number) {
    this.run = run;
    const cell = (key: RunColumn['key'], ...children: HTMLElement[]): HTMLTableCellElement => h('td', { role: 'gridcell', class: `column-${key}` }, ...children);
    this.cells = {
      state: cell('state', this.stateIcon, this.stateText, this.retries),
      task: cell('task', this.short, this.module),
      arguments: cell('arguments'),
      outcome: cell('outcome', this.progress, this.outcome),
      time: cell('time'),
      duration: cell('duration'),
      worker: cell('worker'),
      queue: cell('queue'),
    };
    this.element = h('tr', { role: 'row', id: `run-${run.id}` }, ...runColumns.map(({ key }) => this.cells[key]));
    this.update(run, index);
  }

  update(run: Run, index: number): void {
    this.run = run;
    setAttribute(this.element, 'aria-rowindex', String(index + 2));
    this.element.classList.toggle('odd', index % 2 === 1);
    setAttribute(this.stateIcon, 'class', stateIcon(run.state).className);
    setText(this.stateText, run.state);
    setAttribute(this.cells.state, 'title', meaningOf(run.state));
    this.retries.hidden = run.retries === 0;
    setText(this.retries, run.retries === 0 ? '' : `↻ ${run.retries}`);
    setAttribute(this.retries, 'title', run.retries === 1 ? t('1 retry') : t('{0} retries', run.retries));

    const { module, short } = splitName(run.identity.name);
    setText(this.short, short || t('unknown task'));
    setText(this.module, module);
    setAttribute(this.cells.task, 'title', run.identity.name || run.id);
    this.setCell('arguments', run.call === null ? '' : argumentsOf(run.call), run.call);

    const progress = isFinal(run.state) ? null : run.progress;
    this.progress.hidden = progress === null;
    if (progress !== null) this.bar.style.inlineSize = `${progress * 100}%`;
    setText(this.outcome, progress === null ? (run.outcome ?? '') : `${Math.round(progress * 100)} %`);
    this.cells.outcome.classList.toggle('tone-bad', run.state === 'FAILURE');
    setAttribute(this.cells.outcome, 'title', run.outcome);

    const at = knownAt(run);
    this.setCell('time', at === null ? '' : formatTime(at), at === null ? null : formatMoment(at));
    this.setCell('worker', run.worker ?? '', run.worker);
    this.setCell('queue', run.queue ?? '', run.queue);
    this.tick();
  }

  /** Brings the time of a run that is not over up to now. */
  tick(): void {
    const duration = durationOf(this.run, Date.now());
    this.setCell('duration', duration === null ? '' : formatDuration(duration), null);
  }

  set selected(selected: boolean) {
    setAttribute(this.element, 'aria-selected', String(selected));
  }

  private setCell(key: RunColumn['key'], text: string, title: string | null): void {
    setText(this.cells[key], text);
    setAttribute(this.cells[key], 'title', title);
  }
}
