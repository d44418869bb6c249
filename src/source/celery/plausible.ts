import type { SourceFile } from '../project/sourceFile';
import { returns } from '../semantics/evaluator';
import type { Scope } from '../semantics/scopes';
import type { Expression } from '../syntax/nodes';

/**
 * Which identifiers may lead to something of Celery, by spelling alone: an alias of an alias of `shared_task`, a class that derives from
 * `Celery`, a function that makes an app. Too many rather than too few: what is kept is resolved properly, the rest is never looked at.
 */
export class Plausible {
  /** Classes that may be `Celery` or derive from it. */
  readonly appClasses = new Set(['Celery']);
  /** Variables, functions, attributes that may hold or give an app. */
  readonly apps = new Set(['current_app', 'app_or_default', 'get_current_app']);
  /** Decorators that may make a task, the project's own among them. */
  readonly makers = new Set(['task', 'shared_task', 'periodic_task']);

  constructor(wrappers: ReadonlySet<string>) {
    for (const path of wrappers) this.makers.add(path.slice(path.lastIndexOf('.') + 1));
  }

  /** Adds what the files alias, derive and wrap. */
  widen(files: readonly SourceFile[]): void {
    for (let before = -1; before !== this.#size;) {
      before = this.#size;
      for (const file of files) this.#widen(file);
    }
  }

  get #size(): number {
    return this.appClasses.size + this.apps.size + this.makers.size;
  }

  isMaker(node: Expression): boolean {
    return this.makers.has(lastIdentifier(node)) || (node.kind === 'Call' && lastIdentifier(node.func) === 'partial');
  }

  /** Also true for `x: Celery = …`, whose value may be anything. */
  isApp(node: Expression, name = ''): boolean {
    if (name && this.apps.has(name) && node.kind === 'Call') return true;
    const last = lastIdentifier(node);
    return this.apps.has(last) || this.appClasses.has(last);
  }

  #widen({ analysis }: SourceFile): void {
    for (const { node } of analysis.classes) if (node.bases.some(base => this.appClasses.has(lastIdentifier(base)))) this.appClasses.add(node.name);
    for (const scope of analysis.inner.values()) {
      for (const [name, bindings] of scope.bindings) {
        for (const binding of bindings) {
          if (binding.kind === 'import' && binding.name !== null && binding.name !== name) this.#alias(binding.name, name);
          else if (binding.kind === 'assign' && binding.value) {
            const value = lastIdentifier(binding.value);
            if (value) this.#alias(value, name);
            if (this.isApp(binding.value) || (binding.annotation && this.appClasses.has(lastIdentifier(binding.annotation)))) this.apps.add(name);
            if (binding.value.kind === 'Call' && this.isMaker(binding.value)) this.makers.add(name);
          }
        }
      }
    }
    for (const { target, value } of analysis.stores) if (target.kind === 'Attribute' && this.isApp(value)) this.apps.add(target.attr);
    for (const { node, scope } of analysis.calls) {
      const name = lastIdentifier(node.func);
      if (this.makers.has(name)) for (const inside of functionsAround(scope)) this.makers.add(inside);
    }
    for (const { node, scope } of analysis.functions) {
      if (!common.test(node.name) && returns(node.body).some(value => this.isApp(value))) this.apps.add(node.name);
      if (node.decorators.some(({ expression }) => this.isMaker(expression))) for (const inside of functionsAround(scope)) this.makers.add(inside);
    }
  }

  #alias(name: string, alias: string): void {
    for (const set of [this.appClasses, this.apps, this.makers]) if (set.has(name)) set.add(alias);
  }
}

/** Too common to follow by spelling: everything would lead everywhere. */
const common = /^(?:__\w+__|get|pop|set|run|main|start|create|build|wrapper|wrapped|inner|decorator|test_\w+)$/;

function *functionsAround(scope: Scope): Generator<string> {
  for (let current: Scope | null = scope; current; current = current.parent) if (current.kind === 'function') yield (current.node as { readonly name: string }).name;
}

/** `c` of `a.b.c`, `a.b.c(…)`, `a.b.c[…]`; `''` where there is none. */
export function lastIdentifier(node: Expression): string {
  switch (node.kind) {
    case 'Name': return node.id;
    case 'Attribute': return node.attr;
    case 'Call': return lastIdentifier(node.func);
    case 'Subscript': return node.indices[0]?.kind === 'Str' ? node.indices[0].value : lastIdentifier(node.value);
    case 'Await': return lastIdentifier(node.value);
    case 'BoolOp': return lastIdentifier(node.left) || lastIdentifier(node.right);
    case 'IfExp': return lastIdentifier(node.body);
    default: return '';
  }
}
