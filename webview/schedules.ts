import type { MonitorAction } from '../src/shared/monitorProtocol';
import type { SourceSchedule } from '../src/shared/source';
import { h, icon, linkButton } from './dom';
import { asProblem } from './details';
import { formatDue, formatMoment, formatRelative, minute } from './format';
import { createNotice } from './notice';
import { splitName } from './runRow';
import { t } from './text';
import { createProgressRing } from './toolkit';

/** Next runs shown of each entry. */
const shownRuns = 3;

export interface SchedulesListener {
  fetch(): Promise<readonly SourceSchedule[]>;
  act(action: MonitorAction): void;
}

/** What Beat sends, and when: the entries of the app as its source says them. */
export class SchedulesView {
  readonly element = h('div', { class: 'schedules' }, h('div', { class: 'loading' }, createProgressRing(t('Loading'))));
  private schedules: readonly SourceSchedule[] | null = null;
  private busy = false;
  private again = false;
  private timer = 0;

  constructor(private readonly listener: SchedulesListener) {}

  /** Fetches when it is looked at; times in words are brought up to date each half minute. */
  set visible(visible: boolean) {
    clearInterval(this.timer);
    if (!visible) return;
    this.refresh();
    this.timer = window.setInterval(() => this.refresh(), minute / 2);
  }

  refresh(): void {
    this.again = this.busy;
    if (!this.busy) void this.load();
  }

  private async load(): Promise<void> {
    this.busy = true;
    try {
      const schedules = await this.listener.fetch();
      this.draw(schedules);
    } catch (error) {
      const { message, advice } = asProblem(error);
      if (!this.schedules) this.element.replaceChildren(createNotice({ icon: 'error', title: message, advice, actions: [{ label: t('Try again'), primary: true, onclick: () => this.refresh() }] }));
    } finally {
      this.busy = false;
    }
    if (this.again) this.refresh();
  }

  private draw(schedules: readonly SourceSchedule[]): void {
    this.schedules = schedules;
    if (schedules.length === 0) {
      this.element.replaceChildren(
        createNotice({ icon: 'calendar', title: t('No schedules in this project'), advice: t('Add entries to beat_schedule in the configuration of your app, and they are listed here with their next runs.') }),
      );
      return;
    }
    const head = [t('Entry'), t('Task'), t('Schedule'), t('Next runs')].map(label => h('th', { scope: 'col' }, label));
    this.element.replaceChildren(
      h('table', { class: 'table', 'aria-label': t('Schedules') }, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...schedules.map(schedule => this.createRow(schedule)))),
    );
  }

  private createRow({ key, task, location, words, text, next, timezone, call }: SourceSchedule): HTMLElement {
    const { module, short } = splitName(task.name);
    const open = (): void => this.listener.act({ action: 'open-location', uri: location.uri, line: location.range.start.line });
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, linkButton(key, t('Open the entry in the source'), open)),
      h('td', {}, linkButton(short, t('Open the definition of {0}', task.name), () => this.listener.act({ action: 'open-task', name: task.name })), h('span', { class: 'task-module' }, module), call !== null && h('code', { class: 'schedule-call' }, call)),
      h('td', {}, words ?? h('code', {}, text), words !== null && h('code', { class: 'schedule-text' }, text)),
      h('td', {}, this.createNext(next, words, timezone)),
    );
  }

  private createNext(next: readonly number[], words: string | null, timezone: string | null): HTMLElement {
    const coming = next.filter(at => at > Date.now()).slice(0, shownRuns);
    if (coming.length === 0) return h('span', { class: 'dim' }, words === null ? t('Known only when the app runs') : t('Counted from the start of Beat'));
    const zone = timezone === null ? '' : ` (${t('the app counts in {0}', timezone)})`;
    return h('ol', { class: 'next-runs' }, ...coming.map(at => h('li', { title: formatMoment(at) + zone }, icon('clock'), h('strong', {}, formatRelative(at)), h('time', { datetime: new Date(at).toISOString() }, formatDue(at)))));
  }
}
