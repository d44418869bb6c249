import type { SourceFile } from '../project/sourceFile';
import { returns } from '../semantics/evaluator';
import type { Scope } from '../semantics/scopes';
import type { ClassDef, Expression, FunctionDef } from '../syntax/nodes';

/** What an identifier may lead to. */
export const enum Meaning {
  /** `Celery`, or a class that derives from it. */
  AppClass = 1,
  /** A variable, function or attribute that holds or gives an app. */
  App = 2,
  /** A decorator that makes a task, the project's own among them. */
  Maker = 4,
  /** `chain`, `group`, `chord` and the like. */
  Canvas = 8,
  Crontab = 16,
  /** Django's `atomic`. */
  Atomic = 32,
}

const own: readonly (readonly [Meaning, readonly string[]])[] = [
  [Meaning.AppClass, ['Celery']],
  [Meaning.App, ['current_app', 'app_or_default', 'get_current_app']],
  [Meaning.Maker, ['task', 'shared_task', 'periodic_task']],
  [Meaning.Canvas, ['chain', 'group', 'chord', 'chunks', 'xmap', 'xstarmap']],
  [Meaning.Crontab, ['crontab', 'from_string']],
  [Meaning.Atomic, ['atomic']],
];

/** `to` may lead to what `from` leads to: to `makes` where `from` is one of `where`, or to all of it, where it is another name for it (0). */
type Step = (from: string, to: string, where: number, makes: number) => void;

/** Every meaning is passed on. */
const anything = 0;

/**
 * Which identifiers may lead to something of Celery, by spelling alone: an alias of an alias of `shared_task`, a class that derives from
 * `Celery`, a function that makes an app. Too many rather than too few: what is kept is resolved properly, the rest is never looked at.
 */
export class Plausible {
  readonly #meanings = new Map<string, number>();

  constructor(wrappers: ReadonlySet<string>) {
    for (const [meaning, names] of own) for (const name of names) this.#add(name, meaning);
    for (const path of wrappers) this.#add(path.slice(path.lastIndexOf('.') + 1), Meaning.Maker);
  }

  /** Adds what the files alias, derive and wrap. */
  widen(files: readonly SourceFile[]): void {
    for (let left = files; left.length;) {
      const found = new Set<string>();
      for (const file of left) {
        eachStep(file, (from, to, where, makes) => {
          if (this.#take(from, to, where, makes)) found.add(to);
        });
      }
      // What was found leads further only where it is mentioned.
      const mention = new RegExp([...found].join('|'));
      left = found.size ? files.filter(({ module }) => mention.test(module.text)) : [];
    }
  }

  may(name: string, meaning: number): boolean {
    return ((this.#meanings.get(name) ?? 0) & meaning) !== 0;
  }

  /** The identifiers that may mean one thing. */
  *names(meaning: Meaning): Generator<string> {
    for (const [name, meanings] of this.#meanings) if (meanings & meaning) yield name;
  }

  isMaker(node: Expression): boolean {
    return this.may(lastIdentifier(node), Meaning.Maker) || (node.kind === 'Call' && lastIdentifier(node.func) === 'partial');
  }

  /** Also true for `x: Celery = …`, whose value may be anything. */
  isApp(node: Expression, name = ''): boolean {
    if (name && node.kind === 'Call' && this.may(name, Meaning.App)) return true;
    return this.may(lastIdentifier(node), Meaning.App | Meaning.AppClass);
  }

  /** True where it says something new. */
  #take(from: string, to: string, where: number, makes: number): boolean {
    const known = this.#meanings.get(from);
    if (!known) return false;
    return where === anything ? this.#add(to, known) : (known & where) !== 0 && this.#add(to, makes);
  }

  #add(name: string, meanings: number): boolean {
    const known = this.#meanings.get(name) ?? 0;
    if ((known | meanings) === known) return false;
    this.#meanings.set(name, known | meanings);
    return true;
  }
}

function eachStep({ analysis }: SourceFile, step: Step): void {
  const app = (from: string, to: string): void => step(from, to, Meaning.App | Meaning.AppClass, Meaning.App);
  const maker = (from: string, to: string): void => step(from === 'partial' ? 'task' : from, to, Meaning.Maker, Meaning.Maker);
  for (const { node } of analysis.classes) for (const base of node.bases) step(lastIdentifier(base), node.name, Meaning.AppClass, Meaning.AppClass);
  for (const scope of analysis.inner.values()) {
    scope.bindings.forEach((bindings, name) => {
      for (const binding of bindings) {
        if (binding.kind === 'import' && binding.name !== null) step(binding.name, name, anything, 0);
        else if (binding.kind === 'assign' && binding.value) {
          const value = lastIdentifier(binding.value);
          step(value, name, anything, 0);
          app(value, name);
          if (binding.annotation) app(lastIdentifier(binding.annotation), name);
          if (binding.value.kind === 'Call') maker(value, name);
        }
      }
    });
  }
  for (const { target, value } of analysis.stores) if (target.kind === 'Attribute') app(lastIdentifier(value), target.attr);
  for (const { node, scope } of analysis.calls) eachDecoratorAround(scope, inside => step(lastIdentifier(node.func), inside, Meaning.Maker, Meaning.Maker));
  for (const { node, scope } of analysis.functions) {
    if (!common.test(node.name)) for (const value of returns(node.body)) app(lastIdentifier(value), node.name);
    for (const { expression } of node.decorators) eachDecoratorAround(scope, inside => maker(lastIdentifier(expression), inside));
  }
}

/** Too common to follow by spelling: everything would lead everywhere. */
const common = /^(?:__\w+__|get|pop|set|run|main|start|create|build|wrapper|wrapped|inner|decorator|test_\w+)$/;

/** The functions around a place, any of which may be a decorator, and a class whose instances may be, by `__call__`. */
function eachDecoratorAround(scope: Scope, visit: (name: string) => void): void {
  let within = '';
  for (let current: Scope | null = scope; current; current = current.parent) {
    if (current.kind !== 'function' && !(current.kind === 'class' && within === '__call__')) continue;
    within = (current.node as FunctionDef | ClassDef).name;
    visit(within);
  }
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
