import type { MonitorOverview, MonitorSchedule } from '../../shared/monitorProtocol';
import type { RunDetails, RunPage, RunQuery } from '../../shared/run';
import type { ServiceKind } from '../../shared/service';

/** As VS Code's own, so that this file and the session need no editor. */
export interface Subscription {
  dispose(): void;
}

/**
 * What the Monitor shows and does, whoever knows it. Methods that answer a person's click reject with a `ProblemError` that the page shows beside
 * the button; those that ask the user something resolve when it has been answered, with yes or with no.
 */
export interface MonitorSource {
  overview(): MonitorOverview;
  query(query: RunQuery): Promise<RunPage>;
  details(id: string): Promise<RunDetails | null>;
  /** Names of tasks that have runs. */
  taskNames(): readonly string[];
  schedules(): Promise<readonly MonitorSchedule[]>;

  /** `line` from 1, as Python prints it. */
  openFrame(file: string, line: number): Promise<void>;
  /** Where the task of this registered name is defined. */
  openTask(name: string): Promise<void>;
  /** The entry `key` of the document `uri`. */
  openSchedule(uri: string, key: string): Promise<void>;
  /** Resolves with the id of the new run, or null where the user goes on elsewhere. */
  runSchedule(uri: string, key: string): Promise<string | null>;
  runAgain(id: string): Promise<string | null>;
  revoke(id: string, terminate: boolean): Promise<void>;
  startService(id: ServiceKind): Promise<void>;
  showLog(id: ServiceKind): Promise<void>;

  /** Runs, services or the problem have changed; may come at any rate. */
  onDidChange(listener: () => void): Subscription;
  onDidChangeSchedules(listener: () => void): Subscription;
}
