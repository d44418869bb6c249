import type { MonitorAction } from '../src/shared/monitorProtocol';
import { isFinal, type Run, type RunDetails } from '../src/shared/run';
import { h, icon, iconButton, linkButton } from './dom';
import { formatCount, formatDuration, formatMoment } from './format';
import { Banner, createNotice } from './notice';
import { asProblem } from './problems';
import { durationOf, splitName } from './runRow';
import { createSection, Sections } from './sections';
import { meaningOf, stateIcon } from './states';
import { t } from './text';
import { createTimeline } from './timeline';
import { createButton, createCheckbox, createProgressRing } from './toolkit';
import { createTraceback } from './traceback';

/** Milliseconds after which a slow answer is worth saying so. */
const patience = 250;
/** Milliseconds after the end of a run in which its last log lines may still come. */
const settleTime = 3000;
/** Milliseconds between two looks at the log of a run that goes on. */
const logInterval = 1000;

export interface DetailsListener {
  act(action: MonitorAction): Promise<null>;
  fetch(id: string): Promise<RunDetails | null>;
  /** Another run was chosen: a child, the parent or the root. */
  chosen(id: string): void;
  closed(): void;
  ownFramesOnly(only: boolean): void;
}

/** Everything that is known of one run. */
export class DetailsPane {
  readonly element: HTMLElement;
  private readonly banner = new Banner();
  private readonly body = h('div', { class: 'details-body' });
  private readonly sections = new Sections(this.body);
  private id: string | null = null;
  private shown: RunDetails | null = null;
  /** Whether anything was answered for this run, be it that it is not known or cannot be read. */
  private answered = false;
  private row = '';
  /** When the run was first seen to have ended. */
  private endedAt: number | null = null;
  private busy = false;
  private again = false;
  /** What had the focus when the heading was to have it, before there was one. */
  private awaited: Element | null = null;

  constructor(private onlyOwn: boolean, private readonly listener: DetailsListener) {
    const keys = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') listener.closed();
    };
    const close = iconButton('close', t('Close the details'), () => listener.closed());
    close.classList.add('details-close');
    this.element = h('aside', { class: 'details', 'aria-label': t('Details of the run'), onkeydown: keys }, close, this.banner.element, this.body);
    window.setInterval(() => {
      if (this.shown && (this.endedAt === null || Date.now() - this.endedAt < settleTime)) this.refresh();
    }, logInterval);
  }

  show(id: string | null): void {
    if (id === this.id) return;
    this.id = id;
    this.shown = null;
    this.answered = false;
    this.row = '';
    this.endedAt = null;
    this.awaited = null;
    this.banner.hide();
    if (id === null) {
      this.sections.clear();
      return;
    }
    window.setTimeout(() => {
      if (this.id === id && !this.answered) this.replace(h('div', { class: 'loading' }, createProgressRing(t('Loading'))));
    }, patience);
    this.refresh();
  }

  /** Now, or as soon as there is something to see, if the user has not gone elsewhere by then. */
  focus(): void {
    const heading = this.body.querySelector<HTMLElement>('h2');
    this.awaited = heading ? null : document.activeElement;
    heading?.focus();
  }

  /** The row of the run as the table has it now, null where it is not among the rows that are loaded. */
  follow(row: Run | null): void {
    const text = JSON.stringify(row);
    if (!row || row.id !== this.id || text === this.row) return;
    this.row = text;
    this.refresh();
  }

  private refresh(): void {
    if (this.id === null) return;
    this.again = this.busy;
    if (!this.busy) void this.load(this.id);
  }

  private async load(id: string): Promise<void> {
    this.busy = true;
    try {
      const details = await this.listener.fetch(id);
      if (id === this.id) this.draw(details);
    } catch (error) {
      if (id === this.id) this.fail(error);
    } finally {
      this.busy = false;
    }
    if (this.again || id !== this.id) this.refresh();
  }

  private fail(error: unknown): void {
    const { message, advice } = asProblem(error);
    this.answered = true;
    if (this.shown) return;
    this.replace(createNotice({ icon: 'error', title: message, advice, actions: [{ label: t('Try again'), primary: true, onclick: () => this.refresh() }] }));
  }

  private replace(element: HTMLElement): void {
    this.sections.clear();
    this.body.replaceChildren(element);
  }

  private draw(details: RunDetails | null): void {
    this.shown = details;
    this.answered = true;
    this.endedAt = details && isFinal(details.run.state) ? (this.endedAt ?? Date.now()) : null;
    if (!details) {
      this.replace(createNotice({ icon: 'question', title: t('This run is not known any more'), advice: t('Only the newest runs are kept. Its result may still be in the result backend.') }));
      return;
    }
    const { run, timeline, exception, traceback, result, args, kwargs, children, log, note } = details;
    // What a retried run says of its failed attempts is no part of its result.
    const done = run.state === 'SUCCESS';
    const failed = done ? null : exception ?? ((run.state === 'FAILURE' || run.state === 'RETRY') && run.outcome !== null ? { type: '', message: run.outcome } : null);
    this.sections.draw([
      { key: 'head', content: [run.id, run.identity.name, run.state, run.progress, durationOf(run, run.finishedAt ?? 0)], create: () => this.createHead(run) },
      { key: 'actions', content: [run.id, run.state, run.startedAt === null], create: () => this.createActions(run) },
      { key: 'note', content: note, create: () => h('p', { class: 'hint' }, icon('info'), h('span', {}, note)) },
      { key: 'call', content: run.call ?? (args || kwargs ? [args, kwargs] : null), create: () => this.createCall(details) },
      { key: 'exception', content: failed, create: () => failed && this.createException(failed) },
      { key: 'result', content: failed ? null : (result ?? run.outcome), create: () => this.createResult(details) },
      { key: 'traceback', content: traceback && [traceback, this.onlyOwn, done], create: () => traceback && this.createTraceback(traceback, done ? t('Traceback of the last failed attempt') : t('Traceback')) },
      { key: 'timeline', content: timeline.length > 0 ? timeline : null, create: () => createSection(t('Timeline'), [], createTimeline(timeline)) },
      { key: 'facts', content: { ...run, outcome: null, progress: null }, create: () => this.createFacts(run) },
      { key: 'children', content: children.length > 0 ? children : null, create: () => this.createChildren(children) },
      { key: 'log', content: log, create: () => this.createLog(log) },
    ]);
    if (this.awaited !== null && this.awaited === document.activeElement) this.focus();
    this.awaited = null;
  }

  private createHead(run: Run): HTMLElement {
    const meaning = meaningOf(run.state);
    const { module, short } = splitName(run.identity.name);
    const duration = durationOf(run, Date.now());
    const known = run.identity.name !== '';
    const over = isFinal(run.state);
    const said = over && duration !== null ? formatDuration(duration) : !over && run.progress !== null ? `${Math.round(run.progress * 100)} %` : meaning;
    return h(
      'header',
      { class: 'details-head' },
      h('h2', { tabindex: '-1' }, known ? linkButton(short, t('Open the definition of {0}', run.identity.name), () => this.act({ action: 'open-task', name: run.identity.name })) : t('Unknown task'), h('span', { class: 'task-module' }, module)),
      h('p', { class: 'details-state', title: meaning }, stateIcon(run.state), h('strong', {}, run.state), h('span', {}, said)),
      run.progress !== null && !isFinal(run.state) && createProgress(run.progress),
    );
  }

  private createActions(run: Run): HTMLElement {
    const over = isFinal(run.state);
    const begun = run.startedAt !== null;
    const revoke = begun
      ? { label: t('Terminate'), icon: 'debug-stop', title: t('Ends the process that runs it') }
      : { label: t('Revoke'), icon: 'circle-slash', title: t('Workers will not run it') };
    return h(
      'div',
      { class: 'actions' },
      createButton({ label: t('Run again'), icon: 'play', primary: true, title: t('Sends the same call once more'), onclick: () => this.act({ action: 'run-again', id: run.id }) }),
      over ? null : createButton({ ...revoke, onclick: () => this.act({ action: 'revoke', id: run.id, terminate: begun }) }),
      createButton({ label: t('Copy id'), icon: 'copy', title: run.id, onclick: () => this.act({ action: 'copy', text: run.id }) }),
    );
  }

  private createCall({ run, args, kwargs }: RunDetails): HTMLElement {
    const text = run.call ?? [args?.text, kwargs?.text].filter(part => part !== undefined && part !== '').join(', ');
    const complete = (args?.complete ?? true) && (kwargs?.complete ?? true);
    return createSection(t('Call'), [this.copyButton(text, t('Copy the call'))], createCode(text), complete ? null : createCut(t('Cut by Celery: events carry arguments only in part.')));
  }

  private createException({ type, message }: { readonly type: string; readonly message: string }): HTMLElement {
    const text = [type, message].filter(part => part !== '').join(': ');
    return createSection(t('Exception'), [this.copyButton(text, t('Copy the exception'))], h('pre', { class: 'code exception', tabindex: '0' }, h('strong', {}, type), type && message ? ': ' : '', message));
  }

  private createResult({ run, result }: RunDetails): HTMLElement {
    const text = result?.text ?? run.outcome ?? '';
    const title = run.state === 'SUCCESS' ? t('Result') : isFinal(run.state) ? t('Reason') : t('Reported');
    return createSection(title, [this.copyButton(text, t('Copy the result'))], createCode(text), result?.complete === false ? createCut(t('Cut: it is longer than what is kept.')) : null);
  }

  private createTraceback(lines: NonNullable<RunDetails['traceback']>, title: string): HTMLElement {
    const open = (file: string, line: number): void => this.act({ action: 'open-frame', file, line });
    const hasLibrary = lines.some(({ frame }) => frame && !frame.own);
    const filter = createCheckbox({
      label: t('Only my code'),
      checked: this.onlyOwn,
      onchange: checked => {
        this.onlyOwn = checked;
        this.listener.ownFramesOnly(checked);
        this.draw(this.shown);
      },
    });
    const text = lines.map(line => line.text).join('\n');
    return createSection(title, [...(hasLibrary ? [filter] : []), this.copyButton(text, t('Copy the traceback'))], createTraceback(lines, this.onlyOwn, open));
  }

  private createFacts(run: Run): HTMLElement {
    const list = h('dl', { class: 'facts' });
    const add = (name: string, value: string | HTMLElement | null): void => {
      if (value !== null && value !== '') list.append(h('dt', {}, name), h('dd', {}, value));
    };
    const moment = (at: number | null): string | null => (at === null ? null : formatMoment(at));
    const run_ = (id: string): HTMLElement => linkButton(id, t('Show this run'), () => this.listener.chosen(id), 'id');
    const begun = run.startedAt;
    const waited = begun === null ? null : begun - (run.sentAt ?? run.receivedAt ?? begun);
    const duration = isFinal(run.state) ? durationOf(run, 0) : null;
    add(t('Queue'), run.queue);
    add(t('Worker'), run.worker);
    add(t('Sent'), moment(run.sentAt));
    add(t('Not before'), moment(run.eta));
    add(t('Received'), moment(run.receivedAt));
    add(t('Started'), moment(run.startedAt));
    add(t('Ended'), moment(run.finishedAt));
    add(t('Waited'), waited === null || waited <= 0 ? null : formatDuration(waited));
    add(t('Ran'), duration === null ? null : formatDuration(duration));
    add(t('Retries'), run.retries > 0 ? String(run.retries) : null);
    add(t('Parent'), run.parentId === null ? null : run_(run.parentId));
    add(t('Root'), run.rootId === null || run.rootId === run.id || run.rootId === run.parentId ? null : run_(run.rootId));
    add(t('Id'), h('span', { class: 'id' }, run.id));
    return createSection(t('Facts'), [], list);
  }

  private createChildren(children: readonly string[]): HTMLElement {
    return createSection(t('Children'), [], h('ul', { class: 'children' }, ...children.map(id => h('li', {}, linkButton(id, t('Show this run'), () => this.listener.chosen(id), 'id')))));
  }

  private createLog(log: readonly string[]): HTMLElement {
    const whole = linkButton(t('Whole log'), t('Open the log of the worker'), () => this.act({ action: 'show-log', id: 'worker' }));
    if (log.length === 0) return createSection(t('Log'), [whole], h('p', { class: 'dim' }, t('The worker has logged nothing about this run.')));
    const lines = h('div', { class: 'code log', tabindex: '0', role: 'group', 'aria-label': formatCount(log.length, '{0} line of the log', '{0} lines of the log') }, ...log.map(createLogLine));
    return createSection(t('Log'), [whole, this.copyButton(log.join('\n'), t('Copy the log'))], lines);
  }

  private copyButton(text: string, label: string): HTMLElement {
    return iconButton('copy', label, () => this.act({ action: 'copy', text }));
  }

  private act(action: MonitorAction): void {
    this.banner.hide();
    this.listener.act(action).catch((error: unknown) => this.banner.show(error));
  }
}

function createCode(text: string): HTMLElement {
  return h('pre', { class: 'code', tabindex: '0' }, text);
}

function createCut(text: string): HTMLElement {
  return h('p', { class: 'hint' }, icon('warning'), h('span', {}, text));
}

function createProgress(progress: number): HTMLElement {
  const fill = h('span', { class: 'bar-fill' });
  const percent = Math.round(progress * 100);
  fill.style.inlineSize = `${percent}%`;
  return h('div', { class: 'bar wide', role: 'progressbar', 'aria-label': t('Progress'), 'aria-valuenow': percent, 'aria-valuemin': 0, 'aria-valuemax': 100 }, fill);
}

/** Colours of a terminal say nothing here; the level of a line does. */
function createLogLine(line: string): HTMLElement {
   
  const text = line.replace(/\u001b\[[0-9;]*m/g, '');
  const level = /\b(WARNING|ERROR|CRITICAL|DEBUG)\b/.exec(text)?.[1] ?? '';
  return h('div', { class: `log-line ${level.toLowerCase()}`.trimEnd() }, text);
}
