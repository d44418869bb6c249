import type { Problem } from './problem';
import type { Run, RunCounts, RunDetails, RunPage, RunQuery } from './run';
import type { Queue, Service, Worker } from './service';
import type { WaitingMessages } from './waiting';

/** Bumped with every change here: an agent of another version is never spoken to. */
export const AGENT_PROTOCOL = 1;

/** Set in the environment of everything that we start; its value is the agent's key. Kill tests find survivors by it. */
export const MARKER = 'CELERY_WORKBENCH';

/** All that the agent has to know of a project. The host sends it at the start and whenever it changes. */
export interface ProjectSettings {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** `module:attribute`, null: not known, nothing can be run. */
  readonly app: string | null;
  /** Directory to start in and to put on `sys.path`. Absolute. */
  readonly directory: string;
  /** Interpreter chosen by the user or by the Python extension; null: the agent looks for one. */
  readonly python: string | null;
  /** `.env` file to load, absolute, or null. */
  readonly envFile: string | null;
  /** More variables for our children. */
  readonly env: Readonly<Record<string, string>>;
  /** Queues for the worker beside the default one and those of `task_queues`. */
  readonly queues: readonly string[];
  /** Instead of all found queues when not empty. */
  readonly onlyQueues: readonly string[];
  /** `prefork`, `threads`, …; null: the platform's default. */
  readonly pool: string | null;
  /** null: Celery's default. */
  readonly concurrency: number | null;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
  /** Broker URL that the source says, null where unknown; only a hint before the app was imported. */
  readonly brokerHint: string | null;
}

/** Where the agent may write. */
export interface AgentStorage {
  /** Shared by all workspaces: embedded brokers. */
  readonly global: string;
  /** This workspace's own: Beat's files. */
  readonly workspace: string;
}

/** What the user has said yes to. */
export interface Consent {
  /** Install the embedded broker, or redis-py, into our own storage. */
  readonly install?: boolean;
  /** Start a worker or send although others use this broker. */
  readonly foreign?: boolean;
  /** Stop a busy worker whose code is old (`stop`), or wait for it (`wait`). */
  readonly busy?: 'wait' | 'stop';
  /** Send this call although an argument was guessed. */
  readonly guess?: boolean;
}

/** A call to be made. */
export interface RunRequest {
  /** For `run/progress` and to cancel. */
  readonly token: string;
  /** Registered task name; null when `expression` is set. */
  readonly task: string | null;
  /**
   * Dotted name of the module that defines the task, or the absolute path of a `.py` file (samples), in whose namespace the text is evaluated;
   * null: the registered task's own module.
   */
  readonly module: string | null;
  /** `add(2, 3)`: a call of the task's own name whose arguments are Python. Null when `expression` is set. */
  readonly call: string | null;
  /** `countdown=5, queue="mail"`: options of `apply_async`, `''` for none. */
  readonly options: string;
  /** A signature or canvas to be sent as it stands, evaluated in `module`'s namespace. */
  readonly expression: string | null;
  /** Required arguments that were guessed and not confirmed yet. */
  readonly guessed: readonly string[];
  readonly consent: Consent;
}

export interface RunReceipt {
  /** Id of the task that was sent; of the last one for a canvas. */
  readonly id: string;
  /** All ids that were created, in order. */
  readonly ids: readonly string[];
  readonly queue: string | null;
  /** Remarks worth showing: "restarted the worker: tasks.py has changed". */
  readonly notes: readonly string[];
}

export interface Interpreter {
  readonly path: string;
  readonly version: string;
  /** Where it was found: `.venv`, `Poetry`, `PATH`, … */
  readonly source: string;
  /** Versions of installed distributions, null where missing. */
  readonly celery: string | null;
  readonly kombu: string | null;
  readonly redis: string | null;
}

/** What the app itself says, once it has been imported. */
export interface AppDescription {
  readonly app: string;
  readonly main: string | null;
  readonly celery: string;
  readonly kombu: string;
  readonly python: string;
  readonly tasks: readonly RegisteredTask[];
  /** Effective settings that differ from the defaults; secrets masked. Values are Python text. */
  readonly settings: Readonly<Record<string, string>>;
  readonly broker: string;
  readonly backend: string;
  readonly defaultQueue: string;
  /** Names of `task_queues`, null when the setting is empty. */
  readonly queues: readonly string[] | null;
  readonly timezone: string;
}

export interface RegisteredTask {
  readonly name: string;
  /** `(x, y=2)`, bound first parameter left out; null where Python cannot tell. */
  readonly signature: string | null;
  readonly module: string;
  /** Absolute path and line (from 0) of its function, null for builtins. */
  readonly file: string | null;
  readonly line: number | null;
  readonly ignoreResult: boolean;
  readonly queue: string | null;
}

export interface AgentRequests {
  'session/open': [{ readonly protocol: number; readonly storage: AgentStorage; readonly trusted: boolean }, Snapshot];
  'project/configure': [ProjectSettings, null];
  'service/start': [{ readonly id: string; readonly consent: Consent }, null];
  'service/stop': [{ readonly id: string; readonly force: boolean }, null];
  'service/restart': [{ readonly id: string; readonly consent: Consent }, null];
  /** The last lines of a service's log (at most 10,000), secrets masked, colours kept. */
  'service/log': [{ readonly id: string }, { readonly text: string }];
  'run/start': [RunRequest, RunReceipt];
  'run/cancelStart': [{ readonly token: string }, null];
  'run/query': [RunQuery, RunPage];
  'run/details': [{ readonly id: string }, RunDetails | null];
  'run/revoke': [{ readonly id: string; readonly terminate: boolean }, { readonly text: string }];
  'run/clear': [null, null];
  'python/find': [null, readonly Interpreter[]];
  /** Imports the app if need be. */
  'app/describe': [null, AppDescription];
  /** Looks at what waits first, without taking it. Refused where looking could lose messages. */
  'queue/peek': [{ readonly name: string }, WaitingMessages];
  /** Takes one message that was seen by the last `queue/peek` out of its queue; false where it is gone already. */
  'queue/remove': [{ readonly key: string }, { readonly removed: boolean }];
  'queue/purge': [{ readonly name: string }, { readonly removed: number; readonly stays: string | null }];
}

export interface AgentNotifications {
  'state/patch': Patch;
  'service/logged': { readonly id: string; readonly text: string };
  /** What a `run/start` is doing: "starting the broker". */
  'run/progress': { readonly token: string; readonly text: string };
}

/** The host's projection. Each member is keyed, so that a patch is small. */
export interface Projection {
  readonly services: Readonly<Record<string, Service>>;
  readonly workers: Readonly<Record<string, Worker>>;
  readonly queues: Readonly<Record<string, Queue>>;
  /** The newest 200, by id. */
  readonly runs: Readonly<Record<string, Run>>;
  /** The last run of each task, by identityKey. */
  readonly last: Readonly<Record<string, Run>>;
  readonly facts: Readonly<Partial<ProjectFacts>>;
}

export interface ProjectFacts {
  readonly counts: RunCounts;
  readonly interpreter: Interpreter | null;
  readonly app: AppDescription | null;
  /** Why there is no app or interpreter. */
  readonly problem: Problem | null;
}

export interface Snapshot {
  readonly revision: number;
  readonly projection: Projection;
}

/** Follows `revision - 1`; after a gap the host opens the session again. At most 10 a second. */
export interface Patch {
  readonly revision: number;
  /** Per member of {@link Projection}: new values by key; null removes the key. */
  readonly changes: { readonly [Member in keyof Projection]?: Readonly<Record<string, unknown>> };
}
