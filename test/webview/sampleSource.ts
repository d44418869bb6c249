import type { MonitorSource, Subscription } from '../../src/host/monitor/source';
import type { MonitorOverview, MonitorSchedule } from '../../src/shared/monitorProtocol';
import type { Problem } from '../../src/shared/problem';
import { isFinal, type Run, type RunCounts, type RunDetails, type RunPage, type RunQuery } from '../../src/shared/run';
import type { Service, ServiceKind, ServiceState } from '../../src/shared/service';
import type { SourceSchedule } from '../../src/shared/source';

const tasks = ['shop.orders.tasks.charge', 'shop.orders.tasks.ship', 'shop.mail.send_receipt', 'shop.reports.nightly', 'shop.catalog.reindex'];
const states = ['SUCCESS', 'SUCCESS', 'SUCCESS', 'FAILURE', 'SUCCESS', 'RETRY', 'STARTED', 'PROGRESS', 'REVOKED', 'RECEIVED'];

/** Start of the samples: runs are one second apart, the newest has the highest number. */
export const epoch = new Date(2026, 10, 23, 9, 0, 0).getTime();

export function sampleRun(number: number, more: Partial<Run> = {}): Run {
  const state = more.state ?? states[number % states.length]!;
  const at = epoch + number * 1000;
  const begun = state !== 'RECEIVED' && state !== 'SENT';
  const over = isFinal(state);
  const name = tasks[number % tasks.length]!;
  const outcomes: Readonly<Record<string, string>> = { SUCCESS: `{'order': ${number}, 'total': Decimal('9.90')}`, FAILURE: `PaymentRefused('card ${number} declined')`, RETRY: `ConnectionError('gateway timed out')` };
  return {
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    identity: { environment: 'local', app: 'shop.celery:app', name },
    state,
    origin: 'event',
    queue: name.includes('mail') ? 'mail' : 'celery',
    worker: begun ? 'celery@laptop' : null,
    sentAt: at,
    receivedAt: state === 'SENT' ? null : at + 2,
    startedAt: begun ? at + 5 : null,
    finishedAt: over ? at + 17 : null,
    eta: null,
    runtime: over ? 0.012 : null,
    retries: state === 'RETRY' ? 2 : 0,
    call: `${name.slice(name.lastIndexOf('.') + 1)}(${number}, amount=Decimal('9.90'))`,
    outcome: outcomes[state] ?? null,
    rootId: null,
    parentId: null,
    progress: state === 'PROGRESS' ? 0.4 : null,
    ...more,
  };
}

export function sampleDetails(run: Run): RunDetails {
  const failed = run.state === 'FAILURE';
  const at = run.sentAt ?? epoch;
  return {
    run,
    timeline: [
      { at, state: 'SENT', worker: null, retries: 0, note: null },
      { at: at + 2, state: 'RECEIVED', worker: run.worker, retries: 0, note: null },
      { at: at + 5, state: 'STARTED', worker: run.worker, retries: 0, note: null },
      ...(run.state === 'RETRY' ? [{ at: at + 9, state: 'RETRY', worker: run.worker, retries: 0, note: "ConnectionError('gateway timed out')" }, { at: at + 2009, state: 'STARTED', worker: run.worker, retries: 1, note: null }] : []),
      { at: at + 17 + (run.state === 'RETRY' ? 2000 : 0), state: run.state, worker: run.worker, retries: run.state === 'RETRY' ? 1 : 0, note: failed ? run.outcome : null },
    ],
    args: { text: '7', complete: true },
    kwargs: { text: "amount=Decimal('9.90')", complete: true },
    result: run.state === 'SUCCESS' ? { text: "{\n  'order': 7,\n  'total': Decimal('9.90')\n}", complete: true } : null,
    exception: failed ? { type: 'PaymentRefused', message: 'card declined' } : null,
    traceback: failed
      ? [
          { text: 'Traceback (most recent call last):', frame: null },
          { text: '  File "/venv/lib/python3.11/site-packages/celery/app/trace.py", line 453, in trace_task', frame: { file: '/venv/lib/python3.11/site-packages/celery/app/trace.py', line: 453, own: false } },
          { text: '    R = retval = fun(*args, **kwargs)', frame: null },
          { text: '  File "/project/shop/orders/tasks.py", line 21, in charge', frame: { file: '/project/shop/orders/tasks.py', line: 21, own: true } },
          { text: '    gateway.charge(order, amount)', frame: null },
          { text: '  File "/project/shop/gateway.py", line 9, in charge', frame: { file: '/project/shop/gateway.py', line: 9, own: true } },
          { text: "    raise PaymentRefused('card declined')", frame: null },
          { text: 'shop.gateway.PaymentRefused: card declined', frame: null },
        ]
      : null,
    children: run.state === 'SUCCESS' ? ['00000000-0000-4000-8000-000000000001'] : [],
    log: [
      `[2026-11-23 09:00:07,113: INFO/MainProcess] Task ${run.identity.name}[${run.id}] received`,
      `[2026-11-23 09:00:07,118: WARNING/ForkPoolWorker-2] the gateway is slow`,
      ...(failed ? [`[2026-11-23 09:00:07,125: ERROR/ForkPoolWorker-2] Task ${run.identity.name}[${run.id}] raised unexpected: PaymentRefused('card declined')`] : []),
    ],
    note: null,
  };
}

export function sampleService(kind: ServiceKind, state: ServiceState = 'running'): Service {
  const labels = { broker: 'valkey 9.1.2', worker: 'celery@laptop', beat: 'beat' };
  return { id: kind, kind, state, foreign: false, label: labels[kind], detail: '', facts: [], since: epoch, pid: 1, problem: null, stale: false };
}

export function sampleSchedules(now: number): MonitorSchedule[] {
  const range = { start: { line: 11, character: 4 }, end: { line: 11, character: 20 } };
  const entry = (key: string, name: string, words: string | null, text: string, next: readonly number[], call: string | null, last: Run | null, found = true): MonitorSchedule => {
    const schedule: SourceSchedule = { key, task: { environment: 'local', app: 'shop.celery:app', name }, location: { uri: 'file:///project/shop/celery.py', range }, words, text, next, timezone: 'Europe/Berlin', call, options: '' };
    return { schedule, found, last };
  };
  const hours = (count: number): number => now + count * 3_600_000;
  return [
    entry('refresh-stock', 'shop.catalog.reindex', 'every 30 seconds', '30.0', [], 'reindex()', sampleRun(4, { finishedAt: now - 12_000 })),
    entry('nightly-report', 'shop.reports.nightly', 'every day at 02:30', 'crontab(hour=2, minute=30)', [1, 25, 49].map(hours), "nightly(kind='sales')", sampleRun(3, { finishedAt: now - 23 * 3_600_000 })),
    entry('weekly-mail', 'shop.mail.send_receipt', null, 'crontab_from_settings()', [], null, null),
    entry('clean-up', 'shop.old.clean_up', 'Mondays at 07:30', "crontab(hour=7, minute=30, day_of_week='mon')", [90, 258].map(hours), 'clean_up()', null, false),
  ];
}

/** Runs in memory, with the Monitor's queries in the plainest form, and a record of what the page has asked to be done. */
export class SampleSource implements MonitorSource {
  runs: Run[];
  services: readonly Service[] = [sampleService('broker'), sampleService('worker'), sampleService('beat', 'stopped')];
  problem: Problem | null = null;
  scheduleList: readonly MonitorSchedule[] = sampleSchedules(Date.now());
  readonly actions: unknown[][] = [];
  queries = 0;
  /** What the next run becomes that the page asks for; null: the user goes on elsewhere. */
  newRun: Run | null = null;
  /** While set, calls of this name reject with it. */
  readonly failures = new Map<'query' | 'runAgain' | 'details' | 'schedules', Error>();
  private held: Promise<void> = Promise.resolve();
  private revision = 1;
  private readonly listeners = new Set<() => void>();
  private readonly scheduleListeners = new Set<() => void>();

  constructor(count: number) {
    this.runs = Array.from({ length: count }, (_, number) => sampleRun(number));
  }

  add(...runs: Run[]): void {
    this.runs.push(...runs);
    this.change();
  }

  replace(run: Run): void {
    this.runs = this.runs.map(old => (old.id === run.id ? run : old));
    this.change();
  }

  change(): void {
    this.revision++;
    for (const listener of this.listeners) listener();
  }

  changeSchedules(schedules: readonly MonitorSchedule[]): void {
    this.scheduleList = schedules;
    for (const listener of this.scheduleListeners) listener();
  }

  overview(): MonitorOverview {
    return { revision: this.revision, counts: count(this.runs), services: this.services, problem: this.problem };
  }

  query(query: RunQuery): Promise<RunPage> {
    this.queries++;
    const failure = this.failureOf('query');
    if (failure) return Promise.reject(failure);
    const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = this.runs.filter(run => {
      const text = [run.identity.name, run.id, run.call, run.outcome, run.worker, run.queue].join('\n').toLowerCase();
      return (query.task === null || run.identity.name === query.task) && words.every(word => text.includes(word));
    });
    const rows = matching.filter(run => query.states.length === 0 || query.states.includes(run.state));
    const key = (run: Run): string | number => ({ time: run.sentAt, name: run.identity.name, state: run.state, runtime: run.runtime, worker: run.worker, queue: run.queue })[query.sort] ?? '';
    rows.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id < b.id ? -1 : 1));
    if (query.descending) rows.reverse();
    const anchor = rows.findIndex(run => run.id === query.anchor);
    const offset = Math.max(0, Math.min(rows.length, query.offset + Math.max(0, anchor)));
    return Promise.resolve({ revision: this.revision, total: rows.length, offset, anchor: anchor < 0 ? null : anchor, counts: count(matching), rows: rows.slice(offset, offset + query.limit) });
  }

  details(id: string): Promise<RunDetails | null> {
    const failure = this.failureOf('details');
    if (failure) return Promise.reject(failure);
    const run = this.runs.find(each => each.id === id);
    return this.held.then(() => (run ? sampleDetails(run) : null));
  }

  /** Details are not answered until they are released. */
  holdDetails(): { release: () => void } {
    let release = (): void => undefined;
    this.held = new Promise(resolve => (release = resolve));
    return { release };
  }

  taskNames(): readonly string[] {
    return [...new Set(this.runs.map(run => run.identity.name))];
  }

  schedules(): Promise<readonly MonitorSchedule[]> {
    const failure = this.failureOf('schedules');
    return failure ? Promise.reject(failure) : Promise.resolve(this.scheduleList);
  }

  openFrame(file: string, line: number): Promise<void> {
    return this.record('openFrame', file, line);
  }

  openTask(name: string): Promise<void> {
    return this.record('openTask', name);
  }

  openSchedule(uri: string, key: string): Promise<void> {
    return this.record('openSchedule', uri, key);
  }

  runSchedule(uri: string, key: string): Promise<string | null> {
    return this.record('runSchedule', uri, key).then(() => this.newRun?.id ?? null);
  }

  runAgain(id: string): Promise<string | null> {
    const failure = this.failureOf('runAgain');
    return failure ? Promise.reject(failure) : this.record('runAgain', id).then(() => this.newRun?.id ?? null);
  }

  revoke(id: string, terminate: boolean): Promise<void> {
    return this.record('revoke', id, terminate);
  }

  startService(id: ServiceKind): Promise<void> {
    return this.record('startService', id);
  }

  showLog(id: ServiceKind): Promise<void> {
    return this.record('showLog', id);
  }

  onDidChange(listener: () => void): Subscription {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  onDidChangeSchedules(listener: () => void): Subscription {
    this.scheduleListeners.add(listener);
    return { dispose: () => this.scheduleListeners.delete(listener) };
  }

  private record(...action: unknown[]): Promise<void> {
    this.actions.push(action);
    return Promise.resolve();
  }

  private failureOf(name: 'query' | 'runAgain' | 'details' | 'schedules'): Error | undefined {
    return this.failures.get(name);
  }
}

function count(runs: readonly Run[]): RunCounts {
  const counts: Record<string, number> = {};
  for (const { state } of runs) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
