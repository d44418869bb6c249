import type { MonitorAction, MonitorOverview, MonitorSchedule } from '../src/shared/monitorProtocol';
import type { Run } from '../src/shared/run';
import type { SourceSchedule } from '../src/shared/source';
import { h, icon, iconButton, linkButton } from './dom';
import { formatDue, formatMoment, formatRelative, minute } from './format';
import { createNotice } from './notice';
import { asProblem } from './problems';
import { knownAt, splitName } from './runRow';
import { Sections } from './sections';
import { stateIcon } from './states';
import { t } from './text';
import { createButton, createProgressRing } from './toolkit';

/** Next runs shown of each entry. */
const shownRuns = 3;
const localZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export interface SchedulesListener {
  fetch(): Promise<readonly MonitorSchedule[]>;
  act(action: MonitorAction): void;
  /** The user wants to see a run. */
  chosen(id: string): void;
}

/** What Beat sends, and when: the entries of the app as its source says them. */
export class SchedulesView {
  readonly element = h('div', { class: 'schedules' }, h('div', { class: 'loading' }, createProgressRing(t('Loading'))));
  private readonly beat = h('div', { class: 'schedules-beat', role: 'note' });
  // Roles are named since a narrow page lays the table out in another way, which would take them away.
  private readonly body = h('tbody', { role: 'rowgroup' });
  private readonly rows = new Sections(this.body);
  private readonly table: HTMLElement;
  private loaded = false;
  private busy = false;
  private again = false;
  private timer = 0;

  constructor(private readonly listener: SchedulesListener) {
    const head = [t('Entry'), t('Schedule'), t('Next runs'), t('Task'), t('Last run')].map(label => h('th', { role: 'columnheader' }, label));
    this.table = h('table', { class: 'table', role: 'table', 'aria-label': t('Schedules') }, h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...head)), this.body);
    this.beat.append(
      icon('info'),
      h('span', {}, t('Beat is not running: nothing of this is sent.')),
      createButton({ label: t('Start Beat'), icon: 'play', onclick: () => listener.act({ action: 'start-service', id: 'beat' }) }),
    );
  }

  /** Fetches when it is looked at; times in words are brought up to date each half minute. */
  set visible(visible: boolean) {
    clearInterval(this.timer);
    if (!visible) return;
    this.refresh();
    this.timer = window.setInterval(() => this.refresh(), minute / 2);
  }

  update({ services, problem }: MonitorOverview): void {
    const beat = services.find(({ kind }) => kind === 'beat');
    this.beat.hidden = problem !== null || (beat !== undefined && beat.state !== 'stopped' && beat.state !== 'failed');
  }

  refresh(): void {
    this.again = this.busy;
    if (!this.busy) void this.load();
  }

  private async load(): Promise<void> {
    this.busy = true;
    try {
      this.draw(await this.listener.fetch());
    } catch (error) {
      const { message, advice } = asProblem(error);
      if (!this.loaded) this.element.replaceChildren(createNotice({ icon: 'error', title: message, advice, actions: [{ label: t('Try again'), primary: true, onclick: () => this.refresh() }] }));
    } finally {
      this.busy = false;
    }
    if (this.again) this.refresh();
  }

  private draw(schedules: readonly MonitorSchedule[]): void {
    this.loaded = true;
    if (schedules.length === 0) {
      this.element.replaceChildren(createNotice({ icon: 'calendar', title: t('No schedules in this project'), advice: t('Add entries to beat_schedule in the configuration of your app, and they are listed here with their next runs.') }));
      return;
    }
    const now = Date.now();
    const parts = schedules.map(each => {
      const coming = each.schedule.next.filter(at => at > now).slice(0, shownRuns);
      const words = [...coming, lastAt(each.last)].map(at => at !== null && formatRelative(at, now));
      return { key: `${each.schedule.location.uri} ${each.schedule.key}`, content: [each, words], create: () => this.createRow(each, coming) };
    });
    this.rows.draw(parts);
    if (!this.table.isConnected) this.element.replaceChildren(this.beat, this.table);
  }

  private createRow({ schedule, found, last }: MonitorSchedule, coming: readonly number[]): HTMLElement {
    const { key, task, location, words, text, call } = schedule;
    const { module, short } = splitName(task.name);
    const run = found && call !== null ? iconButton('play', t('Run {0} now', key), () => this.listener.act({ action: 'run-schedule', uri: location.uri, key })) : null;
    const taskCell = found
      ? [linkButton(short, t('Open the definition of {0}', task.name), () => this.listener.act({ action: 'open-task', name: task.name })), h('span', { class: 'task-module' }, module)]
      : [h('span', { class: 'schedule-missing', title: t('Neither the source nor the app knows a task of this name') }, icon('warning', 'tone-warning'), task.name), h('span', { class: 'dim' }, t('Task not found'))];
    const cell = (key: string, ...content: readonly (Node | string | false | null)[]): HTMLElement => h('td', { role: 'cell', class: `schedule-${key}` }, ...content);
    return h(
      'tr',
      { role: 'row' },
      h('th', { role: 'rowheader' }, h('div', { class: 'schedule-entry' }, linkButton(key, t('Open the entry in the source'), () => this.listener.act({ action: 'open-schedule', uri: location.uri, key })), run)),
      cell('words', words ?? '', zoneOf(schedule), h('code', {}, text)),
      cell('next', createNext(schedule, coming)),
      cell('task', ...taskCell, call !== null && h('code', {}, call)),
      cell('last', this.createLast(last)),
    );
  }

  private createLast(last: Run | null): HTMLElement {
    if (!last) return h('span', { class: 'dim' }, t('No run yet'));
    const at = lastAt(last);
    return h(
      'div',
      {},
      h('button', { class: 'link schedule-run', type: 'button', title: t('Show this run'), onclick: () => this.listener.chosen(last.id) }, stateIcon(last.state), last.state),
      at !== null && h('span', { class: 'dim schedule-last-time', title: formatMoment(at) }, formatRelative(at)),
    );
  }
}

function lastAt(last: Run | null): number | null {
  return last && (last.finishedAt ?? knownAt(last));
}

/** Hours in words are those of the app's time zone: said where it is not the user's. */
function zoneOf({ next, timezone }: SourceSchedule): HTMLElement | null {
  if (next.length === 0 || timezone === null || timezone === localZone) return null;
  return h('span', { class: 'dim schedule-zone', title: t('The time zone of the app') }, timezone);
}

function createNext({ words }: SourceSchedule, coming: readonly number[]): HTMLElement {
  if (coming.length === 0) return h('span', { class: 'dim' }, words === null ? t('Known only when the app runs') : t('Counted from the start of Beat'));
  return h('ol', { class: 'next-runs' }, ...coming.map(at => h('li', { title: formatMoment(at) }, h('strong', {}, formatRelative(at)), h('time', { datetime: new Date(at).toISOString() }, formatDue(at)))));
}
