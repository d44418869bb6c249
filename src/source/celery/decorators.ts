import { fileOf } from '../project/sourceFile';
import type { Evaluator } from '../semantics/evaluator';
import { options, type CallValue, type ClassValue, type Value } from '../semantics/values';
import type { Scope } from '../semantics/scopes';
import type { Call, Expression, FunctionDef } from '../syntax/nodes';
import type { Option } from './model';
import type { Plausible } from './plausible';

/** What makes a function a task: a decorator that resolves to Celery's. */
export interface Maker {
  /** The app whose `task` it is: its value; null for `shared_task`. */
  readonly app: Value | null;
  /** Options given on the way, nearest to the function first. */
  readonly options: readonly Option[];
  /** True where `**` gives options that are not written out. */
  readonly hasMoreOptions: boolean;
  /** The decorator of the project that makes the task, or null. */
  readonly wrapper: FunctionDef | null;
  /** The name of the function that the wrapper registers in place of the decorated one; null where the decorated one's counts. */
  readonly inner: { readonly file: ReturnType<typeof fileOf>; readonly node: FunctionDef } | null;
  /** True where the wrapper passes a function of its own to Celery, so that the decorated one's parameters do not count. */
  readonly hidesParameters: boolean;
}

const shared = new Set(['celery.shared_task', 'celery.task', 'celery.task.task', 'celery.decorators.task', 'celery.task.periodic_task', 'celery.decorators.periodic_task', 'celery.periodic_task']);
const currentApp = new Set(['celery.current_app', 'celery.app.current_app', 'celery.state.current_app']);
const currentAppCalls = new Set(['celery.app_or_default', 'celery._state.get_current_app', 'celery.current_app._get_current_object', 'celery._state.get_current_app']);
const appSignals = new Set(['on_configure', 'on_after_configure', 'on_after_finalize', 'on_after_fork']);
const appMethods = new Set(['task', 'shared_task', 'periodic_task']);

/** Flask's pattern, whose factory keeps the app in the extensions, and Pyramid's, where the registry has it. */
function isKept({ name, of }: Extract<Value, { kind: 'member' }>): boolean {
  return of.kind === 'member' && ((name === '[celery]' && of.name === 'extensions') || (name === '[celery.app]' && of.name === 'registry'));
}

/** Tells Celery's apps, decorators and classes from everything else, by what names resolve to and never by how they are spelt. */
export class Recognizer {
  readonly #wrappers = new Map<FunctionDef, Maker | null>();

  /** @param wrappers dotted paths of decorators that the user says make tasks */
  constructor(readonly evaluator: Evaluator, private readonly plausible: Plausible, private readonly wrappers: ReadonlySet<string> = new Set()) {}

  /** Whether the value is a Celery app. */
  isApp(value: Value): boolean {
    switch (value.kind) {
      case 'symbol': return currentApp.has(value.path);
      case 'call':
        if (value.callee.kind === 'symbol' && currentAppCalls.has(value.callee.path)) return true;
        return this.isAppClass(value.callee);
      case 'instance': return this.isAppClass(value.of);
      case 'member': return isKept(value) || (value.name === 'app' && this.isTaskInstance(value.of));
      case 'parameter': return this.#isSender(value);
      case 'union': return value.options.some(option => this.isApp(option));
      default: return false;
    }
  }

  /** The `sender` of an app's own signals, which is the app; they give it by that name alone. */
  #isSender({ node, scope }: Extract<Value, { kind: 'parameter' }>): boolean {
    if (node.name !== 'sender' || scope.kind !== 'function' || !scope.parent) return false;
    const receiver = scope.node as FunctionDef;
    const { parent } = scope;
    const decorators = receiver.decorators.map(({ expression }) => expression.kind === 'Call' ? expression.func : expression);
    if (decorators.length) return decorators.every(decorator => this.#connects(decorator, parent));
    return fileOf(scope).analysis.calls.some(({ node: { func, args: [given] }, scope: at }) => func.kind === 'Attribute' && func.attr === 'connect' && given !== undefined
      && options(this.evaluator.evaluate(given, at)).some(value => value.kind === 'function' && value.node === receiver) && this.#connects(func, at));
  }

  /** `app.on_after_configure.connect` */
  #connects(node: Expression, scope: Scope): boolean {
    if (node.kind !== 'Attribute' || node.attr !== 'connect' || node.value.kind !== 'Attribute' || !appSignals.has(node.value.attr)) return false;
    return this.isApp(this.evaluator.evaluate(node.value.value, scope));
  }

  isAppClass(value: Value): boolean {
    return this.evaluator.derives(value, path => path === 'celery.Celery');
  }

  isTaskClass(value: Value): boolean {
    if (value.kind !== 'class') return this.#isTaskBase(value);
    return this.evaluator.mro(value).some(base => this.#isTaskBase(base));
  }

  /** Celery's own Task classes, and `app.Task`. */
  #isTaskBase(value: Value): boolean {
    if (value.kind === 'symbol') return value.path.endsWith('Task') && (value.path.startsWith('celery.') || value.path.startsWith('celery_once.') || value.path.startsWith('celery_singleton.'));
    return value.kind === 'member' && value.name === 'Task' && options(value.of).some(option => this.isApp(option));
  }

  isTaskInstance(value: Value): boolean {
    const type = this.evaluator.classOf(value);
    return type !== null && this.isTaskClass(type);
  }

  /** How a decorator, bare or called, makes a task of what it decorates; null where it does not. */
  maker(node: Expression, scope: Scope): Maker | null {
    return this.#makerAt(node, scope, 0);
  }

  /** Whether a name is such a decorator, as it is or when it is called. */
  isMaker(node: Expression, scope: Scope): boolean {
    return this.maker(node, scope) !== null || options(this.evaluator.evaluate(node, scope)).some(value => value.kind === 'class' && this.#instance(value, 0) !== null);
  }

  #makerAt(node: Expression, scope: Scope, depth: number): Maker | null {
    if (node.kind === 'Call') {
      // Before the call is evaluated to what a project's decorator returns: its arguments are the task's options.
      const found = this.#called({ kind: 'call', callee: this.evaluator.evaluate(node.func, scope), node, scope }, depth);
      if (found) return found;
    }
    return this.#maker(this.evaluator.evaluate(node, scope), depth);
  }

  #maker(value: Value, depth: number): Maker | null {
    if (depth > 6) return null;
    const plain = (app: Value | null): Maker => ({ app, options: [], hasMoreOptions: false, wrapper: null, inner: null, hidesParameters: false });
    switch (value.kind) {
      case 'symbol': {
        if (shared.has(value.path) || this.wrappers.has(value.path)) return plain(null);
        const dot = value.path.lastIndexOf('.');
        return appMethods.has(value.path.slice(dot + 1)) && currentApp.has(value.path.slice(0, dot)) ? plain(null) : null;
      }
      case 'member': {
        const type = this.evaluator.classOf(value.of);
        if (type?.kind === 'symbol' && this.wrappers.has(`${type.path}.${value.name}`)) return plain(null);
        if (!appMethods.has(value.name)) return null;
        for (const option of options(value.of)) if (this.isApp(option)) return plain(option);
        return null;
      }
      case 'call': return this.#called(value, depth);
      case 'function': {
        if (value.owner && this.isAppClass(value.owner) && value.node.name === 'task') return plain({ kind: 'instance', of: value.owner });
        return this.#wrapper(value, depth);
      }
      case 'union': return value.options.map(option => this.#maker(option, depth + 1)).find(Boolean) ?? null;
      default: return null;
    }
  }

  /** `shared_task(bind=True)`, `partial(app.task, queue="x")`; not `shared_task(function)`, which is a task already. */
  #called(value: CallValue, depth: number): Maker | null {
    const { callee, node, scope } = value;
    const own = keywordOptions(node, scope);
    if (callee.kind === 'symbol' && callee.path === 'functools.partial') {
      const [first] = node.args;
      const inner = first ? this.#makerAt(first, scope, depth + 1) : null;
      return inner && { ...inner, options: [...inner.options, ...own], hasMoreOptions: inner.hasMoreOptions || isSpread(node) };
    }
    for (const option of options(callee)) {
      const inner = option.kind === 'class' ? this.#instance(option, depth + 1) : this.#maker(option, depth + 1);
      if (!inner) continue;
      if (!inner.wrapper && node.args[0] && this.#isFunction(node.args[0], value)) return null;
      const positional = inner.wrapper && option.kind !== 'class' ? this.#positional(inner.wrapper, node, value) : [];
      return { ...inner, options: [...own, ...positional, ...inner.options], hasMoreOptions: inner.hasMoreOptions || isSpread(node) };
    }
    return null;
  }

  /** A class of the project whose instances are decorators: `__call__` gets the function. */
  #instance(type: ClassValue, depth: number): Maker | null {
    const method = depth > 6 ? null : this.evaluator.member(type, '__call__');
    return method?.kind === 'function' ? this.#wrapper(method, depth) : null;
  }

  #isFunction(node: Call['args'][number], { scope }: CallValue): boolean {
    const value = this.evaluator.evaluate(node, scope);
    return options(value).some(({ kind }) => kind === 'function') || node.kind === 'Lambda';
  }

  /** Arguments of a wrapper's call by the names of its parameters. */
  #positional(wrapper: FunctionDef, node: Call, { scope }: CallValue): Option[] {
    return node.args.flatMap((value, index) => {
      const parameter = wrapper.parameters[index];
      return parameter && (parameter.kind === 'positional' || parameter.kind === 'positional-only') ? [{ name: parameter.name, at: null, value, scope }] : [];
    });
  }

  /** A decorator of the project whose body makes a task. */
  #wrapper(value: Extract<Value, { kind: 'function' }>, depth: number): Maker | null {
    const { node } = value;
    const known = this.#wrappers.get(node);
    if (known !== undefined) return known;
    this.#wrappers.set(node, null);
    const maker = this.#findInBody(value, depth);
    this.#wrappers.set(node, maker);
    return maker;
  }

  #findInBody(value: Extract<Value, { kind: 'function' }>, depth: number): Maker | null {
    const { node } = value;
    if (!node.parameters.length) return null;
    const file = fileOf(value.scope);
    const { analysis } = file;
    const inside = (span: { start: number; end: number }): boolean => span.start >= node.start && span.end <= node.end && !node.decorators.some(({ start, end }) => span.start >= start && span.end <= end);
    if (this.wrappers.has(`${file.name}.${node.name}`)) return { app: null, options: [], hasMoreOptions: false, wrapper: node, inner: null, hidesParameters: false };
    // `@app.task(…) def inner(…)` in the body.
    for (const { node: inner, scope } of analysis.functions) {
      if (inner === node || !inside(inner)) continue;
      const made = inner.decorators.map(({ expression }) => this.plausible.isMaker(expression) ? this.#makerAt(expression, scope, depth + 1) : null).find(Boolean);
      if (!made) continue;
      const wraps = inner.decorators.some(({ expression }) => expression.kind === 'Call' && this.#isSymbol(this.evaluator.evaluate(expression.func, scope), 'functools.wraps'));
      return { ...made, options: made.options.filter(option => this.#isOwn(option)), wrapper: node, inner: wraps ? null : { file, node: inner }, hidesParameters: true };
    }
    // `return app.task(**options)(function)`, `shared_task(function)`.
    const applied = new Set(analysis.calls.map(({ node: { func } }) => func));
    for (const { node: call, scope } of analysis.calls) {
      if (applied.has(call) || !inside(call) || !this.plausible.isMaker(call.func)) continue;
      const made = this.#makerAt(call.func, scope, depth + 1);
      if (!made) continue;
      const [argument] = call.args;
      const passed = argument ? this.evaluator.evaluate(argument, scope) : null;
      const replaced = passed && options(passed).find(option => option.kind === 'function');
      const inner = replaced?.kind === 'function' ? replaced : null;
      const wraps = inner?.node.decorators.some(({ expression }) => expression.kind === 'Call' && this.#isSymbol(this.evaluator.evaluate(expression.func, inner.scope), 'functools.wraps'));
      return {
        ...made, options: [...keywordOptions(call, scope), ...made.options].filter(option => this.#isOwn(option)), wrapper: node,
        inner: inner && !wraps ? { file: fileOf(inner.scope), node: inner.node } : null, hidesParameters: inner !== null,
      };
    }
    return null;
  }

  /** Options whose value is a parameter of the wrapper come from its caller. */
  #isOwn({ value, scope }: Option): boolean {
    return this.evaluator.evaluate(value, scope).kind !== 'parameter';
  }

  #isSymbol(value: Value, path: string): boolean {
    return value.kind === 'symbol' && value.path === path;
  }
}

/** What a call gives by name. */
export function keywordOptions(node: Call, scope: Scope): Option[] {
  return node.keywords.flatMap(({ name, nameSpan, value }) => name === null ? [] : [{ name, at: nameSpan, value, scope }]);
}

/** Whether a call has keywords that are not written out. */
export function isSpread(node: Call): boolean {
  return node.keywords.some(({ name }) => name === null);
}
