import type { Problem } from './problem';
import type { Run, RunCounts, RunDetails, RunPage, RunQuery } from './run';
import type { Service } from './service';
import type { SourceSchedule } from './source';

export type MonitorTab = 'runs' | 'schedules';

/** What the page has to know beside its rows: why a table is empty, and what can be done about it. */
export interface MonitorOverview {
  /** Grows whenever a run has changed. */
  readonly revision: number;
  /** Of all runs that are kept. */
  readonly counts: RunCounts;
  readonly services: readonly Service[];
  /** Why nothing can be run: untrusted, no interpreter, no app. */
  readonly problem: Problem | null;
}

/** What the page is asked to show: a tab, a run, the runs of a task. Null leaves the user's choice alone. */
export interface MonitorTarget {
  readonly tab: MonitorTab;
  readonly select: string | null;
  readonly task: string | null;
}

/** A Beat entry, joined with what is known of its task. */
export interface MonitorSchedule {
  readonly schedule: SourceSchedule;
  /** False where neither the source nor the app knows the task. */
  readonly found: boolean;
  /** The last run of its task, whoever sent it. */
  readonly last: Run | null;
}

/** Page → host. Each gets exactly one answer. */
export interface MonitorRequests {
  /** The page's first word: it listens from now on. The target is what it was opened for, if that has not been shown yet. */
  'page/ready': [null, { readonly overview: MonitorOverview; readonly target: MonitorTarget | null }];
  'runs/query': [RunQuery, RunPage];
  'runs/details': [{ readonly id: string }, RunDetails | null];
  /** Names of tasks that have runs, for the filter; in alphabetical order. */
  'tasks/list': [null, readonly string[]];
  'schedules/list': [null, readonly MonitorSchedule[]];
  'action': [MonitorAction, null];
}

/** Things to do; the page can ask for these and nothing else. */
export type MonitorAction =
  | { readonly action: 'open-frame'; readonly file: string; readonly line: number }
  | { readonly action: 'open-task'; readonly name: string }
  | { readonly action: 'open-schedule'; readonly uri: string; readonly key: string }
  | { readonly action: 'run-schedule'; readonly uri: string; readonly key: string }
  | { readonly action: 'run-again'; readonly id: string }
  | { readonly action: 'revoke'; readonly id: string; readonly terminate: boolean }
  | { readonly action: 'copy'; readonly text: string }
  | { readonly action: 'start-service'; readonly id: Service['kind'] }
  | { readonly action: 'show-log'; readonly id: Service['kind'] };

/** Host → page, unasked. Always whole, never a difference: a hidden page misses some. */
export type MonitorEvent =
  | { readonly event: 'changed'; readonly overview: MonitorOverview }
  | { readonly event: 'schedules-changed' }
  | { readonly event: 'show'; readonly target: MonitorTarget };

export type MonitorMethod = keyof MonitorRequests;

/** On the wire, page → host. */
export interface MonitorCall<Method extends MonitorMethod = MonitorMethod> {
  readonly id: number;
  readonly method: Method;
  readonly params: MonitorRequests[Method][0];
}

/** On the wire, host → page. */
export type MonitorMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly problem: Problem }
  | ({ readonly kind: 'event' } & MonitorEvent);
