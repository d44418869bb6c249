import type { CallSite } from '../celery/calls';
import type { Task } from '../celery/model';
import type { RouteUse } from '../celery/queues';
import type { Entry } from '../celery/schedules';
import type { Setting } from '../celery/settings';
import type { Linked } from '../project/linked';
import type { SourceFile } from '../project/sourceFile';
import type { Constant } from '../semantics/constants';
import type { Analysis, Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Expression, Span } from '../syntax/nodes';
import { Parents } from '../syntax/walk';

/** What a rule sees of one file, and through `linked` of the project. */
export class LintContext {
  #parents: Parents | null = null;

  constructor(readonly linked: Linked, readonly file: SourceFile, private readonly facts: FileFacts) {}

  get analysis(): Analysis {
    return this.file.analysis;
  }

  /** Tasks defined in the file. */
  get tasks(): readonly Task[] {
    return this.facts.tasks;
  }

  /** Calls of tasks in the file. */
  get calls(): readonly CallSite[] {
    return this.linked.calls.inFile(this.file);
  }

  /** Beat entries written in the file. */
  get entries(): readonly Entry[] {
    return this.facts.entries;
  }

  /** Settings that the file gives. */
  get settings(): readonly Setting[] {
    return this.facts.settings;
  }

  /** Keys of `task_routes` written in the file. */
  get routes(): readonly RouteUse[] {
    return this.facts.routes;
  }

  get parents(): Parents {
    return this.#parents ??= new Parents(this.file.module);
  }

  text(span: Span): string {
    return this.file.text(span);
  }

  evaluate(node: Expression, scope: Scope): Value {
    return this.linked.evaluator.evaluate(node, scope);
  }

  constant(node: Expression, scope: Scope): Constant | undefined {
    return this.linked.folder.constant(node, scope);
  }

  /** Whether an expression means that symbol and nothing else: `isSymbol(node, scope, 'celery.schedules.crontab')`. */
  isSymbol(node: Expression, scope: Scope, ...paths: readonly string[]): boolean {
    const values = options(this.evaluate(node, scope));
    return values.every(value => value.kind === 'symbol' && paths.includes(value.path));
  }

  /** Whether a span of the file was read without mistakes. */
  isWhole(span: Span): boolean {
    return !this.file.isBroken(span);
  }
}

/** Makes of a computation one that is done once for a file, a state of the project, a task or a node, however many rules ask. What an edit leaves as it is is not asked again. */
export function once<Asked extends object, Result>(compute: (asked: Asked) => Result): (asked: Asked) => Result {
  const known = new WeakMap<Asked, { readonly result: Result }>();
  return asked => {
    let found = known.get(asked);
    if (!found) known.set(asked, found = { result: compute(asked) });
    return found.result;
  };
}

/** The facts of one file, sorted out of the project's once for all rules. */
export interface FileFacts {
  readonly tasks: readonly Task[];
  readonly entries: readonly Entry[];
  readonly settings: readonly Setting[];
  readonly routes: readonly RouteUse[];
}
