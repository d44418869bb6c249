import { fileOf, type SourceFile } from '../project/sourceFile';
import type { Folder } from '../semantics/constants';
import type { Scope } from '../semantics/scopes';
import { options, type ClassValue, type Value } from '../semantics/values';
import type { Call, Decorator, Expression, FunctionDef, ParameterNode } from '../syntax/nodes';
import { isSpread, keywordOptions, type Maker, type Recognizer } from './decorators';
import type { App, Option, Task } from './model';
import { lastIdentifier, Meaning, type Plausible } from './plausible';
import { wrapperOf } from './wrappers';

/** Finds the apps and tasks of a set of files. */
export class Registry {
  readonly apps: App[] = [];
  readonly tasks: Task[] = [];
  readonly #byNode = new Map<object, Task>();
  readonly #byCall = new Map<Call, Task>();
  readonly #byName = new Map<string, Task>();
  readonly #appByCall = new Map<Call, App>();

  constructor(private readonly recognizer: Recognizer, private readonly folder: Folder, private readonly plausible: Plausible) {}

  collect(files: readonly SourceFile[]): void {
    for (const file of files) this.#apps(file);
    for (const file of files) this.#unnamedApps(file);
    for (const file of files) this.#tasks(file);
  }

  /** The registry after an edit of one file that makes no app; tasks and apps of other files stay the same objects. */
  replacing(file: SourceFile, recognizer: Recognizer, folder: Folder): Registry {
    const next = new Registry(recognizer, folder, this.plausible);
    next.apps.push(...this.apps);
    for (const [call, app] of this.#appByCall) next.#appByCall.set(call, app);
    for (const task of this.tasks) if (task.file.path !== file.path) next.#add(task);
    for (const [call, task] of this.#byCall) if (task.file.path !== file.path) next.#byCall.set(call, task);
    next.collect([file]);
    return next;
  }

  /** The task that a value is, where it is one for sure. */
  taskOf(value: Value): Task | null {
    if (value.kind === 'union') {
      const tasks = new Set(value.options.map(option => this.taskOf(option)));
      return tasks.size === 1 ? [...tasks][0]! : null;
    }
    if (value.kind === 'function' || value.kind === 'class') return this.#byNode.get(value.node) ?? null;
    if (value.kind === 'call') return this.#byCall.get(value.node) ?? (value.callee.kind === 'class' ? this.#byNode.get(value.callee.node) ?? null : null);
    return null;
  }

  /** The task of that name; of several the last. */
  byName(name: string): Task | null {
    return this.#byName.get(name) ?? null;
  }

  appOf(value: Value): App | null {
    for (const option of options(value)) {
      if (option.kind !== 'call') continue;
      const app = this.#appByCall.get(option.node);
      if (app) return app;
    }
    return null;
  }

  /** Apps that a module-level name holds, made there or by a factory. */
  #apps(file: SourceFile): void {
    const { evaluator } = this.recognizer;
    const { scope } = file.analysis;
    for (const [name, bindings] of scope.bindings) {
      for (const binding of bindings) {
        if (binding.kind !== 'assign' || !binding.value || !this.plausible.isApp(binding.value, name)) continue;
        for (const option of options(evaluator.bound(binding, scope))) {
          const made = option.kind === 'call' && this.recognizer.isAppClass(option.callee) ? option
            // `app: Celery = lazily(make)`
            : option.kind === 'instance' && this.recognizer.isAppClass(option.of) && binding.value.kind === 'Call' ? { node: binding.value, scope } : null;
          if (!made) continue;
          const known = this.#appByCall.get(made.node);
          if (known?.id && !better(`${file.name}:${name}`, known.id)) continue;
          const app: App = { call: made.node, file, scope: made.scope, id: `${file.name}:${name}`, main: option.kind === 'call' ? this.#main(made.node, made.scope) : null };
          this.#appByCall.set(made.node, app);
          if (known) this.apps.splice(this.apps.indexOf(known), 1);
          this.apps.push(app);
        }
      }
    }
  }

  /** Apps made in factories whose result no module-level name holds. */
  #unnamedApps(file: SourceFile): void {
    for (const { node, scope } of file.analysis.calls) {
      if (!this.plausible.may(lastIdentifier(node.func), Meaning.AppClass) || this.#appByCall.has(node)) continue;
      if (!this.recognizer.isAppClass(this.recognizer.evaluator.evaluate(node.func, scope))) continue;
      const app: App = { call: node, file, scope, id: null, main: this.#main(node, scope) };
      this.#appByCall.set(node, app);
      this.apps.push(app);
    }
  }

  #main(call: Call, scope: Scope): string | null {
    const node = call.args[0] ?? call.keywords.find(({ name }) => name === 'main')?.value;
    if (!node) return null;
    if (node.kind === 'Name' && node.id === '__name__') return fileOf(scope).name;
    return this.folder.string(node, scope);
  }

  #tasks(file: SourceFile): void {
    for (const { node, scope } of file.analysis.functions) {
      for (const [index, decorator] of node.decorators.entries()) {
        const maker = this.plausible.isMaker(decorator.expression) ? this.recognizer.maker(decorator.expression, scope) : null;
        if (!maker) continue;
        this.#add(this.#functionTask(file, node, scope, maker, decorator, index));
        break;
      }
    }
    for (const { node, scope } of file.analysis.calls) this.#called(node, scope);
  }

  /** `app.register_task(Class())` and `app.task(function)`. */
  #called(node: Call, scope: Scope): void {
    const { evaluator } = this.recognizer;
    const [argument] = node.args;
    if (!argument) return;
    const registers = node.func.kind === 'Attribute' && (node.func.attr === 'register_task' || node.func.attr === 'register');
    if (registers) {
      const { value: on } = node.func;
      const app = evaluator.evaluate(on, scope);
      const registry = app.kind === 'member' && app.name === 'tasks' ? app.of : app;
      if (!options(registry).some(option => this.recognizer.isApp(option)) && !(registry.kind === 'unknown' || registry.kind === 'parameter')) return;
      for (const option of options(evaluator.evaluate(argument, scope))) {
        const type = option.kind === 'call' ? option.callee : option;
        if (type.kind !== 'class' || !this.recognizer.isTaskClass(type)) continue;
        const task = this.#classTask(type, this.appOf(registry), fileOf(type.scope) === fileOf(scope) ? boundTo(node, scope) : null);
        this.#add(task);
        this.#byCall.set(node, task);
      }
      return;
    }
    if (!this.plausible.isMaker(node.func)) return;
    const callee = evaluator.evaluate(node.func, scope);
    if (callee.kind === 'unknown' || callee.kind === 'class' || callee.kind === 'function' || callee.kind === 'module') return;
    const maker = this.recognizer.maker(node.func, scope);
    if (!maker || maker.wrapper) return;
    const target = options(evaluator.evaluate(argument, scope)).find(option => option.kind === 'function');
    if (target?.kind !== 'function' || this.#byNode.has(target.node) || this.#isInWrapper(target)) return;
    // The evaluator passes through a wrapper's body; there the function is a parameter.
    const task = this.#functionTask(fileOf(target.scope), target.node, target.scope, { ...maker, options: [...keywordOptions(node, scope), ...maker.options], hasMoreOptions: maker.hasMoreOptions || isSpread(node) }, null, -1);
    this.#add(task);
    this.#byCall.set(node, task);
  }

  /** Whether a function takes the place and the name of one that a decorator of the project gets: that one is the task. */
  #isInWrapper({ node, scope }: Extract<Value, { kind: 'function' }>): boolean {
    const { evaluator } = this.recognizer;
    return node.decorators.some(({ expression }) => {
      if (expression.kind !== 'Call' || !expression.args[0]) return false;
      const callee = evaluator.evaluate(expression.func, scope);
      return callee.kind === 'symbol' && callee.path === 'functools.wraps' && evaluator.evaluate(expression.args[0], scope).kind === 'parameter';
    });
  }

  /** An app of which only the class is known is the project's only one, where it has one. */
  #onlyApp(): App | null {
    const named = this.apps.filter(({ id }) => id !== null);
    return named.length === 1 ? named[0]! : null;
  }

  #add(task: Task): void {
    this.tasks.push(task);
    this.#byNode.set(task.node, task);
    if (task.name !== null) this.#byName.set(task.name, task);
  }

  #functionTask(file: SourceFile, node: FunctionDef, scope: Scope, maker: Maker, decorator: Decorator | null, index: number): Task {
    const option = (name: string): Option | null => maker.options.find(candidate => candidate.name === name) ?? null;
    const nameOption = option('name');
    const bind = option('bind');
    const bound = bind !== null && Boolean(this.folder.constant(bind.value, bind.scope));
    const base = option('base');
    // What stands between the task decorator and the function may replace it.
    const below = decorator ? node.decorators.slice(index + 1) : node.decorators;
    const hidden = maker.hidesParameters || below.some(({ expression }) => !this.#isTransparent(expression, scope)) || (bind !== null && this.folder.constant(bind.value, bind.scope) === undefined);
    const inner = maker.inner;
    const given = this.#nameGiven(below, scope);
    const call = decorator?.expression.kind === 'Call' ? decorator.expression : null;
    return {
      name: nameOption && !isNone(nameOption.value) ? this.folder.string(nameOption.value, nameOption.scope) : inner ? `${inner.file.name}.${inner.node.name}` : given ?? `${file.name}.${node.name}`,
      nameIsExplicit: nameOption !== null && !isNone(nameOption.value),
      variable: null,
      app: maker.app ? this.appOf(maker.app) ?? this.#onlyApp() : null,
      file, node, scope, kind: 'function', decorator, call,
      options: maker.options, hasMoreOptions: maker.hasMoreOptions, bound,
      declared: node.parameters,
      parameters: hidden ? null : bound ? node.parameters.slice(1) : node.parameters,
      base: base ? this.recognizer.evaluator.evaluate(base.value, base.scope) : null,
      wrapped: maker.wrapper !== null,
    };
  }

  /** The name that the decorators below the task's give the function: another's by `functools.wraps(other)`, that of the project's own wrapper which keeps none. */
  #nameGiven(decorators: readonly Decorator[], scope: Scope): string | null {
    const { evaluator } = this.recognizer;
    for (const { expression } of decorators) {
      const wrapper = wrapperOf(expression, scope, evaluator);
      if (wrapper && !wrapper.inner.node.decorators.length) return `${fileOf(wrapper.inner.scope).name}.${wrapper.inner.node.name}`;
      if (expression.kind !== 'Call' || !expression.args[0]) continue;
      const callee = evaluator.evaluate(expression.func, scope);
      if (callee.kind !== 'symbol' || callee.path !== 'functools.wraps') continue;
      const wrapped = evaluator.evaluate(expression.args[0], scope);
      if (wrapped.kind === 'function') return `${fileOf(wrapped.scope).name}.${wrapped.node.name}`;
    }
    return null;
  }

  /** A decorator of the project that gives back the very function it got. */
  #isTransparent(node: Expression, scope: Scope): boolean {
    const { evaluator } = this.recognizer;
    let value = evaluator.evaluate(node.kind === 'Call' ? node.func : node, scope);
    if (value.kind !== 'function') return false;
    if (node.kind === 'Call') value = evaluator.returned(value);
    if (value.kind !== 'function') return false;
    const [first] = value.node.parameters;
    const result = evaluator.returned(value);
    return result.kind === 'parameter' && result.node === first;
  }

  #classTask(type: ClassValue, app: App | null, variable: string | null): Task {
    const { evaluator } = this.recognizer;
    const file = fileOf(type.scope);
    const named = this.#classAttribute(type, 'name');
    const run = evaluator.member(type, 'run');
    const declared: readonly ParameterNode[] = run?.kind === 'function' ? run.node.parameters : [];
    const known = run?.kind === 'function' && !run.node.decorators.length;
    const scope = evaluator.inner(type) ?? type.scope;
    const given: Option[] = [];
    for (const [name, bindings] of scope.bindings) {
      const binding = bindings.at(-1);
      if (binding?.kind === 'assign' && binding.value && binding.path?.length === 0) given.push({ name, at: binding.at, value: binding.value, scope });
    }
    return {
      name: named ? this.folder.string(named.value, named.scope) : `${file.name}.${type.node.name}`,
      nameIsExplicit: named !== null,
      variable, app, file, node: type.node, scope: type.scope, kind: 'class', decorator: null, call: null, options: given, hasMoreOptions: false, bound: false,
      declared, parameters: known ? declared.slice(1) : null, base: type, wrapped: false,
    };
  }

  #classAttribute(type: ClassValue, name: string): Option | null {
    const { evaluator } = this.recognizer;
    for (const current of evaluator.mro(type)) {
      if (current.kind !== 'class') continue;
      const keyword = current.node.keywords.find(candidate => candidate.name === name);
      if (keyword) return { name, at: keyword.nameSpan, value: keyword.value, scope: current.scope };
      const scope = evaluator.inner(current);
      const binding = scope?.bindings.get(name)?.at(-1);
      if (scope && binding?.kind === 'assign' && binding.value && !isNone(binding.value)) return { name, at: binding.at, value: binding.value, scope };
    }
    return null;
  }
}

/** The module-level name that the result of a call is assigned to. */
function boundTo(call: Call, scope: Scope): string | null {
  if (scope.kind !== 'module') return null;
  for (const [name, bindings] of scope.bindings) if (bindings.some(binding => binding.kind === 'assign' && binding.value === call)) return name;
  return null;
}

function isNone(node: Expression): boolean {
  return node.kind === 'Constant' && node.value === null;
}

/** Of two names of one app, the one that `celery -A module` finds by itself; else the shorter. */
function better(candidate: string, known: string): boolean {
  const rank = (id: string): number => {
    const attribute = id.slice(id.indexOf(':') + 1);
    return attribute === 'app' ? 0 : attribute === 'celery' ? 1 : 2;
  };
  return rank(candidate) - rank(known) < 0 || (rank(candidate) === rank(known) && candidate.length < known.length);
}
