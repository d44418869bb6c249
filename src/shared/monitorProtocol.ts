import type { RunCounts, RunDetails, RunPage, RunQuery } from './run';
import type { SourceSchedule } from './source';

/** Kept by the page over reloads: intent only, never data. */
export interface MonitorState {
  readonly tab: 'runs' | 'schedules';
  readonly query: Omit<RunQuery, 'offset' | 'limit'>;
  readonly selected: string | null;
}

/** Page → host. Requests carry an id, and get exactly one answer. */
export interface MonitorRequests {
  'runs/query': [RunQuery, RunPage];
  'runs/details': [{ readonly id: string }, RunDetails | null];
  'schedules/list': [null, readonly SourceSchedule[]];
}

/** Page → host, things to do; the page can ask for these and nothing else. */
export type MonitorAction =
  | { readonly action: 'open-frame'; readonly file: string; readonly line: number }
  | { readonly action: 'open-task'; readonly name: string }
  | { readonly action: 'open-location'; readonly uri: string; readonly line: number }
  | { readonly action: 'run-again'; readonly id: string }
  | { readonly action: 'revoke'; readonly id: string; readonly terminate: boolean }
  | { readonly action: 'copy'; readonly text: string }
  | { readonly action: 'show-log' };

/** Host → page. */
export type MonitorEvent =
  | { readonly event: 'changed'; readonly revision: number; readonly counts: RunCounts; readonly status: string }
  | { readonly event: 'schedules-changed' }
  | { readonly event: 'show'; readonly tab: MonitorState['tab']; readonly select: string | null; readonly task: string | null };
