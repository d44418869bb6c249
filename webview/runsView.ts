import type { MonitorOverview, MonitorTarget } from '../src/shared/monitorProtocol';
import { ProblemError, type Problem } from '../src/shared/problem';
import { isFinal } from '../src/shared/run';
import type { Announcer } from './announcer';
import { DetailsPane } from './details';
import { h, iconButton } from './dom';
import { Filters } from './filters';
import type { Host } from './host';
import { Banner, createNotice, type Notice } from './notice';
import { RunsTable } from './runsTable';
import { splitName } from './runRow';
import { SplitView } from './splitView';
import { isFiltered, unfiltered, type RunFilter, type StateStore } from './state';
import { t } from './text';
import { createProgressRing } from './toolkit';

/** Milliseconds between two looks at the names of tasks. */
const taskNamesAge = 2000;

/** Filter, table and details of runs, joined. */
export class RunsView {
  readonly element: HTMLElement;
  private readonly filters: Filters;
  private readonly table: RunsTable;
  private readonly details: DetailsPane;
  private readonly split: SplitView;
  private readonly banner = new Banner();
  /** Lies over the table, which keeps its size, while that has nothing to show. */
  private readonly instead = h('div', { class: 'instead' }, h('div', { class: 'loading' }, createProgressRing(t('Loading'))));
  private overview: MonitorOverview | null = null;
  private insteadKey = '';
  private namesAskedAt = -Infinity;
  /** State of the selected run when it was last on the screen, to say when it changes. */
  private saidState: string | null = null;

  constructor(private readonly host: Host, private readonly state: StateStore, private readonly announcer: Announcer) {
    const { filter, selected, anchor, detailsShare, ownFramesOnly } = state.value;
    this.filters = new Filters(filter, { changed: next => this.filter(next), left: () => this.table.focus(), choosingTask: () => this.fetchTaskNames() });
    this.table = new RunsTable(filter, selected, anchor, query => host.request('runs/query', query), {
      selected: id => this.select(id),
      entered: () => this.details.focus(),
      sorted: sort => this.filter({ ...this.state.value.filter, ...sort }),
      typed: text => this.filters.focus(text),
      scrolled: first => this.state.update({ anchor: first }),
      loaded: () => this.onLoaded(),
      missed: () => {
        if (isFiltered(this.state.value.filter)) this.unfilter();
      },
      failed: problem => this.onFailed(problem),
    });
    this.details = new DetailsPane(ownFramesOnly, {
      act: action => host.act(action),
      fetch: id => host.request('runs/details', { id }),
      chosen: id => this.reveal(id),
      closed: () => this.close(),
      ownFramesOnly: only => this.state.update({ ownFramesOnly: only }),
    });
    const main = h('div', { class: 'runs-main' }, this.table.element, this.instead);
    this.split = new SplitView(main, this.details.element, detailsShare, share => this.state.update({ detailsShare: share }));
    this.element = h('div', { class: 'runs-view' }, this.filters.element, this.banner.element, this.split.element);
    this.details.show(selected);
    this.split.open = selected !== null;
  }

  update(overview: MonitorOverview): void {
    const changed = overview.revision !== this.overview?.revision;
    this.overview = overview;
    if (changed) {
      this.table.refresh();
      if (performance.now() - this.namesAskedAt > taskNamesAge) this.fetchTaskNames();
    } else this.showInstead();
  }

  show({ select, task }: MonitorTarget): void {
    if (task !== null) this.unfilter(task);
    if (select !== null) this.reveal(select);
  }

  private unfilter(task: string | null = null): void {
    const { sort, descending } = this.state.value.filter;
    this.filter({ ...unfiltered, sort, descending, task });
  }

  /** What *Find* is elsewhere: the cursor goes to the filter. */
  find(): void {
    this.filters.focus();
  }

  private reveal(id: string): void {
    this.select(id);
    this.table.select(id, true);
  }

  private select(id: string | null): void {
    this.saidState = this.table.model.find(id)?.state ?? null;
    this.state.update({ selected: id });
    this.details.show(id);
    this.split.open = id !== null;
    if (id === null) this.table.select(null, false);
  }

  private close(): void {
    this.select(null);
    this.table.focus();
  }

  private filter(filter: RunFilter): void {
    this.state.update({ filter, anchor: null });
    this.filters.set(filter);
    this.table.refilter(filter);
  }

  private onLoaded(): void {
    const { counts, total } = this.table.model;
    this.banner.hide();
    this.filters.showCounts(counts, total);
    this.showInstead();
    this.details.follow(this.table.model.find(this.state.value.selected));
    this.announceSelected();
  }

  private announceSelected(): void {
    const run = this.table.model.find(this.state.value.selected);
    if (!run) return;
    if (this.saidState !== null && this.saidState !== run.state) {
      const { short } = splitName(run.identity.name);
      this.announcer.say(isFinal(run.state) && run.outcome ? t('{0}: {1}, {2}', short, run.state, run.outcome) : t('{0}: {1}', short, run.state));
    }
    this.saidState = run.state;
  }

  private onFailed(problem: Problem): void {
    if (this.table.model.total !== null) {
      this.banner.show(new ProblemError(problem), iconButton('refresh', t('Try again'), () => this.table.refresh()));
      return;
    }
    this.showNotice('failed', { icon: 'error', title: problem.message, advice: problem.advice, actions: [{ label: t('Try again'), primary: true, onclick: () => this.table.refresh() }] });
  }

  /** What stands in the place of an empty table, and why it is empty. */
  private showInstead(): void {
    const { total } = this.table.model;
    const empty = total === 0;
    if (total !== null) this.instead.hidden = !empty;
    this.table.element.inert = !this.instead.hidden;
    if (!empty || !this.overview) return;
    const { problem, services } = this.overview;
    const { filter } = this.state.value;
    const worker = services.find(({ kind }) => kind === 'worker');
    if (isFiltered(filter)) {
      this.showNotice('filtered', {
        icon: 'filter', title: t('No run matches the filter'),
        actions: [{ label: t('Clear filter'), onclick: () => this.unfilter() }],
      });
    } else if (problem) {
      this.showNotice(`problem ${problem.message}`, { icon: 'warning', title: problem.message, advice: problem.advice });
    } else if (!worker || worker.state === 'stopped' || worker.state === 'failed') {
      this.showNotice('no worker', {
        icon: 'rocket', title: t('No runs yet'), advice: t('Click Run above a task in your code. The broker and the worker it needs are started with it.'),
        actions: [{ label: t('Start worker'), primary: true, icon: 'play', onclick: () => this.startWorker() }],
      });
    } else {
      this.showNotice('no runs', { icon: 'rocket', title: t('No runs yet'), advice: t('Click Run above a task in your code, or send one from anywhere: it shows up here.') });
    }
  }

  private startWorker(): void {
    this.host.act({ action: 'start-service', id: 'worker' }).catch((error: unknown) => this.banner.show(error));
  }

  private showNotice(key: string, notice: Notice): void {
    if (key === this.insteadKey) return;
    this.insteadKey = key;
    this.instead.replaceChildren(createNotice(notice));
  }

  private fetchTaskNames(): void {
    this.namesAskedAt = performance.now();
    this.host.request('tasks/list', null).then(names => this.filters.showTasks(names), () => undefined);
  }
}
