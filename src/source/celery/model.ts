import type { SourceFile } from '../project/sourceFile';
import type { Value } from '../semantics/values';
import type { Scope } from '../semantics/scopes';
import type { Call, ClassDef, Decorator, Expression, FunctionDef, ParameterNode, Span } from '../syntax/nodes';

/** An instance of Celery that the source makes. */
export interface App {
  readonly call: Call;
  readonly file: SourceFile;
  readonly scope: Scope;
  /** `module:attribute`; null where no module-level name holds it. */
  readonly id: string | null;
  /** The first argument, where constant. */
  readonly main: string | null;
}

/** An option given to a task where it is defined, and the scope in which its value means something. */
export interface Option {
  readonly name: string;
  /** Where the name is written; null where it is given by position. */
  readonly at: Span | null;
  readonly value: Expression;
  readonly scope: Scope;
}

/** A task that the source defines. */
export interface Task {
  /** By Celery's own rules; null where its name is an expression that we cannot fold. */
  readonly name: string | null;
  readonly nameIsExplicit: boolean;
  /** The module-level name that holds a registered class-based task, where one does. */
  readonly variable: string | null;
  /** The app whose decorator made it; null for `shared_task` and apps that we do not know. */
  readonly app: App | null;
  readonly file: SourceFile;
  readonly node: FunctionDef | ClassDef;
  readonly scope: Scope;
  readonly kind: 'function' | 'class';
  /** The decorator that makes it a task; null for `register_task` and calls. */
  readonly decorator: Decorator | null;
  /** The call that carries the options: of the decorator, of the wrapper; null without one. */
  readonly call: Call | null;
  readonly options: readonly Option[];
  /** True where `**` gives options that are not written out. */
  readonly hasMoreOptions: boolean;
  readonly bound: boolean;
  /** All parameters as written, the bound one among them. */
  readonly declared: readonly ParameterNode[];
  /** What a caller passes. Null where a wrapper hides it. */
  readonly parameters: readonly ParameterNode[] | null;
  /** What `base=` means; null without one. */
  readonly base: Value | null;
  /** True where a decorator of the project makes the task: what it does beside is not known. */
  readonly wrapped: boolean;
}
