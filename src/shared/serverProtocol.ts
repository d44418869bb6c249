import type { CallRemark, SourceProject, SourceSample, SourceSchedule, SourceTask } from './source';

/** What is said to the language server beyond LSP. Method names are `celery/…`. */
export interface ServerRequests {
  /** The whole project; cheap, it is kept. */
  'celery/project': [null, SourceProject];
  /** What the lenses of one document need, unsaved text included. */
  'celery/document': [{ readonly uri: string }, { readonly tasks: readonly SourceTask[]; readonly schedules: readonly SourceSchedule[]; readonly samples: readonly SourceSample[] }];
  /** Checks `text` (a call, and options after it as in `add(2, 3), countdown=5`) against the task `name`, without Python. */
  'celery/checkCall': [{ readonly name: string; readonly text: string }, readonly CallRemark[]];
}

export interface ServerNotifications {
  /** Server → client: the project changed; ask again when needed. At most 10 a second. */
  'celery/projectChanged': { readonly revision: number };
  /** Client → server: what the running app says, null when it is not known. */
  'celery/runtime': { readonly registered: readonly string[] | null; readonly celery: string | null; readonly kombu: string | null; readonly interpreter: string | null };
}

/** `initializationOptions` of the language server. */
export interface ServerOptions {
  /** Directory with `web-tree-sitter.wasm` and `tree-sitter-python.wasm`. */
  readonly wasm: string;
}
