import type { MonitorAction, MonitorMessage, MonitorTarget } from '../../shared/monitorProtocol';
import { isProblem, problem, ProblemError, type Problem } from '../../shared/problem';
import { maskSecrets } from '../../shared/redact';
import { readCall, type AnyMonitorCall } from './guards';
import type { MonitorSource, Subscription } from './source';

/** Milliseconds between two `changed`: the page is never told more than 10 times a second. */
const changeInterval = 100;

export interface MonitorPort {
  post(message: MonitorMessage): void;
  copy(text: string): Promise<void>;
  /** A message that no guard let through, for the log. */
  refused(message: unknown): void;
}

/** The host's end of one Monitor page: answers its calls and tells it that something has changed, only while it is there to listen. */
export class MonitorSession {
  private readonly subscriptions: readonly Subscription[];
  private listening = false;
  private visible = true;
  private target: MonitorTarget | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private changed = false;
  private closed = false;

  constructor(private readonly source: MonitorSource, private readonly port: MonitorPort) {
    this.subscriptions = [
      source.onDidChange(() => this.noteChange()),
      source.onDidChangeSchedules(() => this.tell({ kind: 'event', event: 'schedules-changed' })),
    ];
  }

  dispose(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** A hidden page is destroyed by the editor, and says `page/ready` again when it comes back. */
  setVisible(visible: boolean): void {
    if (visible === this.visible) return;
    this.visible = visible;
    if (visible) this.noteChange();
    else this.listening = false;
  }

  /** Shows a run, a task's runs or a tab: now, or as soon as the page is there. */
  show(target: MonitorTarget): void {
    if (this.listening) this.tell({ kind: 'event', event: 'show', target });
    else this.target = target;
  }

  async receive(message: unknown): Promise<void> {
    const call = readCall(message);
    if (!call) {
      this.port.refused(message);
      return;
    }
    try {
      const result = await this.answer(call);
      if (!this.closed) this.port.post({ kind: 'answer', id: call.id, result });
    } catch (error) {
      if (!this.closed) this.port.post({ kind: 'failure', id: call.id, problem: asProblem(error) });
    }
  }

  private async answer(call: AnyMonitorCall): Promise<unknown> {
    switch (call.method) {
      case 'page/ready': {
        const { target } = this;
        this.listening = true;
        this.target = null;
        return { overview: this.source.overview(), target };
      }
      case 'runs/query':
        return this.source.query(call.params);
      case 'runs/details':
        return this.source.details(call.params.id);
      case 'tasks/list':
        return [...this.source.taskNames()].sort((a, b) => a.localeCompare(b));
      case 'schedules/list':
        return this.source.schedules();
      case 'action':
        await this.act(call.params);
        return null;
    }
  }

  private async act(action: MonitorAction): Promise<void> {
    switch (action.action) {
      case 'open-frame':
        return this.source.openFrame(action.file, action.line);
      case 'open-task':
        return this.source.openTask(action.name);
      case 'open-schedule':
        return this.source.openSchedule(action.uri, action.key);
      case 'run-schedule':
        return this.showRun(await this.source.runSchedule(action.uri, action.key));
      case 'run-again':
        return this.showRun(await this.source.runAgain(action.id));
      case 'revoke':
        return this.source.revoke(action.id, action.terminate);
      case 'copy':
        return this.port.copy(action.text);
      case 'start-service':
        return this.source.startService(action.id);
      case 'show-log':
        return this.source.showLog(action.id);
    }
  }

  private showRun(id: string | null): void {
    if (id !== null) this.show({ tab: 'runs', select: id, task: null });
  }

  /** The first change is told at once, those that follow closely are told as one. */
  private noteChange(): void {
    this.changed = true;
    if (this.timer || !this.listening || !this.visible) return;
    this.changed = false;
    this.tell({ kind: 'event', event: 'changed', overview: this.source.overview() });
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.changed) this.noteChange();
    }, changeInterval);
  }

  private tell(message: MonitorMessage): void {
    if (!this.closed && this.listening && this.visible) this.port.post(message);
  }
}

function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const carried = (error as { data?: unknown } | null)?.data;
  if (isProblem(carried)) return carried;
  return problem('internal', maskSecrets(error instanceof Error ? error.message : String(error)), { advice: 'The log of Celery Workbench may say more.' });
}
