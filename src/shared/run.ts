import type { Identity } from './identity';

/**
 * Celery's states, and any custom one (`PROGRESS`, …). Two are ours: `SENT` (we sent it, nobody has confirmed it yet) and
 * `LOST` (the broker that held it is gone). An id that nobody knows is not a run: unknown is never shown as PENDING.
 */
export type RunState = string;

export const FINAL_STATES: ReadonlySet<RunState> = new Set(['SUCCESS', 'FAILURE', 'REVOKED', 'REJECTED', 'LOST']);

export function isFinal(state: RunState): boolean {
  return FINAL_STATES.has(state);
}

/** Who told us of a run first. */
export type RunOrigin = 'own' | 'event' | 'result' | 'beat';

/** One row of the Runs table. Times are epoch milliseconds, null where unknown. */
export interface Run {
  readonly id: string;
  /** `identity.name` is the registered task name, `''` while only the id is known. */
  readonly identity: Identity;
  readonly state: RunState;
  readonly origin: RunOrigin;
  readonly queue: string | null;
  readonly worker: string | null;
  readonly sentAt: number | null;
  readonly receivedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Earliest start (countdown, eta, retry). */
  readonly eta: number | null;
  /** Seconds that the worker measured. */
  readonly runtime: number | null;
  /** Attempts before this one; in the state RETRY those that have failed. */
  readonly retries: number;
  /** Display text of the call as Python: ours exactly, else built from argsrepr and kwargsrepr; `null` unknown. */
  readonly call: string | null;
  /** Display text of the result (SUCCESS), of the error (FAILURE, RETRY, …) or of the state's meta (custom states). At most 1,024 characters. */
  readonly outcome: string | null;
  readonly rootId: string | null;
  readonly parentId: string | null;
  /** 0 to 1 where the task reports progress in a shape we understand (`current`/`total`, `percent`, `progress`), else null. */
  readonly progress: number | null;
}

/** What happened to a run, oldest first. */
export interface RunMoment {
  readonly at: number;
  readonly state: RunState;
  readonly worker: string | null;
  /** Attempt, from 0. */
  readonly retries: number;
  /** e.g. the exception of a retry, the reason of a revoke. */
  readonly note: string | null;
}

export interface RunDetails {
  readonly run: Run;
  readonly timeline: readonly RunMoment[];
  /** Text of args and kwargs; `complete` is false where the wire only carries a cut repr. */
  readonly args: { readonly text: string; readonly complete: boolean } | null;
  readonly kwargs: { readonly text: string; readonly complete: boolean } | null;
  /** The whole result or meta, indented; `complete` as above. */
  readonly result: { readonly text: string; readonly complete: boolean } | null;
  readonly exception: { readonly type: string; readonly message: string } | null;
  /** Frames that point to files of this machine are links. */
  readonly traceback: readonly TracebackLine[] | null;
  readonly children: readonly string[];
  /** Lines of the worker's log that name this run or were written by it, oldest first. */
  readonly log: readonly string[];
  /** Why something above is missing, in words ("the result backend is disabled"), or null. */
  readonly note: string | null;
}

export interface TracebackLine {
  readonly text: string;
  /** Set on `File "…", line N` lines. Line from 1, as Python prints it. */
  readonly frame: { readonly file: string; readonly line: number; readonly own: boolean } | null;
}

export type RunSortKey = 'time' | 'name' | 'state' | 'runtime' | 'worker' | 'queue';

export interface RunQuery {
  /** Words that must all occur in name, id, call, outcome, worker or queue; case-insensitive. */
  readonly text: string;
  /** Empty: all. */
  readonly states: readonly RunState[];
  /** Exact task name, or null for all. */
  readonly task: string | null;
  readonly sort: RunSortKey;
  readonly descending: boolean;
  /**
   * Id of a run that keeps its place on the screen while others come and go. Where it matches, `offset` counts from its row and may be negative;
   * where it does not, or is null, `offset` counts from the first row.
   */
  readonly anchor: string | null;
  readonly offset: number;
  /** At most 500. */
  readonly limit: number;
}

export interface RunPage {
  readonly revision: number;
  /** Rows that match, before offset and limit. */
  readonly total: number;
  /** Index of the first of `rows` among all that match: the query's offset, brought into range. */
  readonly offset: number;
  /** Row of the query's anchor, null where it does not match. */
  readonly anchor: number | null;
  /** States of the runs that match text and task, whatever `states` says: the numbers on the filter. */
  readonly counts: RunCounts;
  readonly rows: readonly Run[];
}

/** How many runs are in each state. */
export type RunCounts = Readonly<Record<RunState, number>>;
