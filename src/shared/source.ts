import type { Identity } from './identity';

/** As in LSP: lines and UTF-16 columns from 0, end exclusive. */
export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export interface Location {
  readonly uri: string;
  readonly range: Range;
}

export type ParameterKind = 'positional-only' | 'positional' | 'var-positional' | 'keyword-only' | 'var-keyword';

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** Source text of the annotation, or null. */
  readonly annotation: string | null;
  /** Source text of the default, or null: required. */
  readonly default: string | null;
}

/** A task as read from source. */
export interface SourceTask {
  /** The name by Celery's own rules; `app` null for `shared_task`. */
  readonly identity: Identity;
  /** Python module by which it is imported, e.g. `shop.orders.tasks`. */
  readonly module: string;
  /** Name of the function or class in that module; dotted where nested. */
  readonly qualname: string;
  readonly location: Location;
  /** Range of the name in `def name` or `class name`. */
  readonly nameRange: Range;
  /** Without the bound first parameter. Null where it is not known (a wrapper hides it). */
  readonly parameters: readonly Parameter[] | null;
  readonly bound: boolean;
  /** `function`, `class` (registered class-based task). */
  readonly kind: 'function' | 'class';
  /** First line of the docstring, or null. */
  readonly summary: string | null;
  /** Options of the decorator as source text, e.g. `{queue: "'mail'", max_retries: '5'}`. */
  readonly options: Readonly<Record<string, string>>;
  readonly sample: SampleCall;
}

/** The call that a Run lens offers. */
export interface SampleCall {
  /** As a person would write it: `charge(7, amount=Decimal("9.90"))`. */
  readonly text: string;
  /** Names of required parameters whose value is a guess, so it is confirmed once. */
  readonly guessed: readonly string[];
}

export interface SourceApp {
  /** `module:attribute`, as `celery -A` takes it; null in a factory that has no module-level instance. */
  readonly app: string | null;
  /** `Celery('name')`'s first argument when constant. */
  readonly main: string | null;
  readonly location: Location;
  /** Directory (absolute path) from which `module` imports. */
  readonly root: string;
  /** Constant broker URL and result backend where the source says them (environment and settings included), else null. */
  readonly broker: string | null;
  readonly backend: string | null;
}

/** A Beat entry as read from source. */
export interface SourceSchedule {
  readonly key: string;
  readonly task: Identity;
  readonly location: Location;
  /** In words: `every 30 seconds`, `Mondays at 07:30`. Null where it is not constant. */
  readonly words: string | null;
  /** Source text of the schedule. */
  readonly text: string;
  /** Epoch ms of the next runs after `asOf`, at most 5; empty for intervals (their phase is Beat's own) and unknown schedules. */
  readonly next: readonly number[];
  readonly timezone: string | null;
  /** The call as Python text, for Run now: `add(2, 3)`. Null where arguments are not constant. */
  readonly call: string | null;
  /** The entry's apply_async options as Python text: `queue="mail", expires=60`; `''` for none. */
  readonly options: string;
}

/** A module-level signature of `.vscode/celery_samples.py`. */
export interface SourceSample {
  readonly location: Location;
  /** The expression as written: `charge.s(7).set(countdown=5)`. */
  readonly text: string;
  /** The variable it is bound to, or null. */
  readonly variable: string | null;
  /** Registered name of the first task in it, where the index knows it. */
  readonly task: string | null;
}

/** All that the index knows, for the side bar. `revision` grows with each change. */
export interface SourceProject {
  readonly revision: number;
  /** True until the first pass over the workspace is through. */
  readonly indexing: boolean;
  readonly apps: readonly SourceApp[];
  readonly tasks: readonly SourceTask[];
  readonly schedules: readonly SourceSchedule[];
  readonly samples: readonly SourceSample[];
  /** Queue names that source mentions (options, routes, `task_queues`). */
  readonly queues: readonly string[];
  /** True where the project uses Celery at all (an import is enough). */
  readonly usesCelery: boolean;
}

/** A remark on a call while it is typed in *Run with…*. Offsets are UTF-16, in the text as given. */
export interface CallRemark {
  readonly start: number;
  readonly end: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}
