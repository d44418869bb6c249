import { readSettingKey, type SettingReading } from '../../celery/settings';
import type { Version } from '../../celery/versions';
import { fileOf, type SourceFile } from '../project/sourceFile';
import type { Constant, Folder } from '../semantics/constants';
import { owner, type Scope } from '../semantics/scopes';
import { options, type ClassValue, type Value } from '../semantics/values';
import type { Call, Expression, Keyword, Span } from '../syntax/nodes';
import type { Recognizer } from './decorators';
import type { App } from './model';
import type { Registry } from './tasks';

/** One place where the source gives a setting a value. */
export interface Setting {
  /** Celery's own name, or null where Celery does not read this one there. */
  readonly key: string | null;
  readonly written: string;
  /** What the name means to Celery in its place. */
  readonly reading: SettingReading;
  readonly value: Expression;
  readonly scope: Scope;
  /** The name, as written. */
  readonly at: Span;
  readonly file: SourceFile;
  readonly source: 'constructor' | 'update' | 'attribute' | 'module' | 'class';
  /** The prefix that counts there, or null. */
  readonly namespace: string | null;
  /** Null: every app. */
  readonly app: App | null;
  /** `conf.beat_schedule["x"] = …` and `.update(…)` add to a value instead of replacing it. */
  readonly adds: { readonly key: Expression | null } | null;
}

/** One use of `config_from_object`. */
export interface ConfigUse {
  readonly call: Call;
  readonly scope: Scope;
  readonly app: App | null;
  readonly namespace: string | null;
  /** The module or class that holds the settings; null where we cannot find it. */
  readonly target: SourceFile | ClassValue | null;
  /** Through `django.conf:settings`. */
  readonly django: boolean;
}

const constructorKeys = new Map([['broker', 'broker_url'], ['backend', 'result_backend'], ['include', 'include']]);
/** Parameters of Celery() that are no settings. */
const constructorOnly = new Set(['main', 'loader', 'amqp', 'events', 'log', 'control', 'set_as_current', 'tasks', 'changes', 'config_source', 'fixups', 'task_cls', 'autofinalize', 'namespace', 'strict_typing', 'results', 'task_registry_cls']);

/** What gives a field of a config class its default. */
const fields = new Set(['dataclasses.field', 'attr.ib', 'attr.field', 'attrs.field', 'pydantic.Field']);

/** Finds every setting that the source gives, app by app. */
export class Settings {
  readonly all: Setting[] = [];
  readonly uses: ConfigUse[] = [];
  /** Apps of which something configures that we cannot read: what is not found may be set all the same. */
  readonly #open = new Set<App | null>();

  constructor(private readonly recognizer: Recognizer, private readonly registry: Registry, private readonly folder: Folder, private readonly version: Version, private readonly modules: { find(name: string, from: SourceFile | null): SourceFile | null; djangoSettings(from: SourceFile): SourceFile[] }) {}

  collect(files: readonly SourceFile[]): void {
    for (const app of this.registry.apps) this.#appArguments(app);
    for (const file of files) {
      for (const { node, scope } of file.analysis.calls) this.#call(node, scope);
      for (const { target, value, scope, at } of file.analysis.stores) this.#store(target, value, scope, at);
    }
    // Settings of a Django project whose app we do not see.
    if (!this.uses.length && !this.registry.apps.length) for (const file of files) if (/(^|\.)settings(\.|$)/.test(file.name)) this.#module(file, 'CELERY', null, new Set());
  }

  /** The places that set a key for an app, in the order in which Celery would apply them. */
  of(key: string, app: App | null): Setting[] {
    return this.all.filter(setting => setting.key === key && !setting.adds && (app === null || setting.app === null || setting.app === app));
  }

  /** The values that a setting may have; null where one is not known, an empty list where it is not set. */
  constants(key: string, app: App | null): Constant[] | null {
    const settings = this.of(key, app);
    const last = settings.findLast(({ scope }) => scope.kind === 'module' || scope.kind === 'class') ?? settings.at(-1);
    if (!last) return this.isComplete(app) ? [] : null;
    return this.folder.constants(last.value, last.scope);
  }

  constant(key: string, app: App | null): Constant | undefined {
    const values = this.constants(key, app);
    return values?.length === 1 ? values[0] : undefined;
  }

  string(key: string, app: App | null): string | null {
    const value = this.constant(key, app);
    return typeof value === 'string' ? value : null;
  }

  /** What `app.conf.NAME` and `django.conf.settings.NAME` mean by the modules and classes that configure; the value itself where it is neither. */
  follow(value: Value): readonly Value[] {
    return options(value).flatMap(option => {
      const name = this.#readName(option);
      if (name === null) return [option];
      const { evaluator } = this.recognizer;
      const app = option.kind === 'member' && option.of.kind === 'member' ? this.registry.appOf(option.of.of) : null;
      const found = this.uses.filter(use => option.kind === 'symbol' ? use.django : app === null || use.app === null || use.app === app)
        .map(({ target }) => target && ('path' in target ? evaluator.attributeOf(target, name) : evaluator.member(target, name)));
      return found.flatMap(meant => meant ? options(meant) : []);
    });
  }

  /** The NAME of `app.conf.NAME`, `app.conf["NAME"]` and `django.conf.settings.NAME`. */
  #readName(value: Value): string | null {
    if (value.kind === 'symbol') return /^django\.conf\.settings\.(\w+)$/.exec(value.path)?.[1] ?? null;
    if (value.kind !== 'member' || value.of.kind !== 'member' || value.of.name !== 'conf' || !this.recognizer.isApp(value.of.of)) return null;
    return /^\[?(\w+)\]?$/.exec(value.name)?.[1] ?? null;
  }

  /** Whether all that configures the app was read, so that what is not set has Celery's default. */
  isComplete(app: App | null): boolean {
    return app === null ? this.#open.size === 0 : !this.#open.has(app) && !this.#open.has(null);
  }

  #appArguments(app: App): void {
    const { call, scope } = app;
    const positional = ['main', 'loader', 'backend'];
    call.args.forEach((value, index) => {
      const key = constructorKeys.get(positional[index] ?? '');
      if (key) this.#add({ written: key, value, scope, at: value, source: 'constructor', namespace: null, app });
    });
    const namespace = this.#namespace(call, scope, app);
    for (const { name, nameSpan, value } of call.keywords) {
      if (name === null || !nameSpan) {
        this.#open.add(app);
        continue;
      }
      if (name === 'config_source' && namespace !== undefined) this.#config(call, value, scope, app, namespace);
      else if (name === 'changes') this.#dictionary(this.recognizer.evaluator.evaluate(value, scope), app, 'constructor', null);
      else if (!constructorOnly.has(name)) this.#add({ written: constructorKeys.get(name) ?? name, value, scope, at: nameSpan, source: 'constructor', namespace: null, app });
    }
  }

  /** The prefix that a call names; undefined where it is not known which, so that the settings are not either. */
  #namespace(call: Call, scope: Scope, app: App | null): string | null | undefined {
    const given = keyword(call, 'namespace')?.value;
    const namespace = given ? this.folder.constant(given, scope) : null;
    if (typeof namespace === 'string' || namespace === null) return namespace;
    this.#open.add(app);
    return undefined;
  }

  #call(node: Call, scope: Scope): void {
    if (node.func.kind !== 'Attribute') return;
    const { attr, value: on } = node.func;
    if (attr === 'config_from_object') {
      const app = this.#app(on, scope);
      if (app === undefined) return;
      const source = node.args[0] ?? keyword(node, 'obj')?.value;
      const namespace = this.#namespace(node, scope, app);
      if (source && namespace !== undefined) this.#config(node, source, scope, app, namespace);
      return;
    }
    if (attr === 'config_from_envvar') {
      const app = this.#app(on, scope);
      if (app !== undefined) this.#open.add(app);
      return;
    }
    if (attr !== 'update' && attr !== 'add_defaults') return;
    const conf = attr === 'add_defaults' ? this.#app(on, scope) ?? this.#conf(on, scope) : this.#conf(on, scope);
    if (conf !== undefined) {
      for (const argument of node.args) this.#dictionary(this.recognizer.evaluator.evaluate(argument, scope), conf, 'update', null);
      for (const given of node.keywords) this.#keyword(given, scope, conf);
      return;
    }
    // `conf.beat_schedule.update({…})`
    if (on.kind === 'Attribute') {
      const outer = this.#conf(on.value, scope);
      if (outer === undefined) return;
      for (const value of node.args) this.#add({ written: on.attr, value, scope, at: on.attrSpan, source: 'update', namespace: null, app: outer, adds: { key: null } });
    }
  }

  #keyword({ name, nameSpan, value }: Keyword, scope: Scope, app: App | null): void {
    if (name === null || !nameSpan) this.#dictionary(this.recognizer.evaluator.evaluate(value, scope), app, 'update', null);
    else this.#add({ written: name, value, scope, at: nameSpan, source: 'update', namespace: null, app });
  }

  /** Settings in a dict; anything else leaves the app open. */
  #dictionary(value: Value, app: App | null, source: Setting['source'], namespace: string | null): void {
    for (const option of options(value)) {
      if (option.kind === 'call' && option.callee.kind === 'symbol' && option.callee.path === 'builtins.dict') {
        for (const given of option.node.keywords) this.#keyword(given, option.scope, app);
        continue;
      }
      if (option.kind !== 'expression' || option.node.kind !== 'Dict') {
        this.#open.add(app);
        continue;
      }
      for (const { key, value: item } of option.node.items) {
        const written = key && this.folder.string(key, option.scope);
        if (key && written !== null) this.#add({ written, value: item, scope: option.scope, at: key, source, namespace, app });
        else this.#open.add(app);
      }
    }
  }

  #store(target: Expression, value: Expression, scope: Scope, _at: Span): void {
    const written = this.#confItem(target, scope);
    if (written) {
      this.#add({ written: written.name, value, scope, at: written.at, source: 'attribute', namespace: null, app: written.app });
      return;
    }
    if (target.kind !== 'Subscript') return;
    const inner = this.#confItem(target.value, scope);
    if (inner) this.#add({ written: inner.name, value, scope, at: inner.at, source: 'attribute', namespace: null, app: inner.app, adds: { key: target.indices[0] ?? null } });
  }

  /** `conf.name` or `conf["name"]`. */
  #confItem(node: Expression, scope: Scope): { name: string; at: Span; app: App | null } | null {
    if (node.kind === 'Attribute') {
      const app = this.#conf(node.value, scope);
      return app === undefined ? null : { name: node.attr, at: node.attrSpan, app };
    }
    if (node.kind === 'Subscript' && node.indices[0]) {
      const app = this.#conf(node.value, scope);
      if (app === undefined) return null;
      const name = this.folder.string(node.indices[0], scope);
      return name === null ? null : { name, at: node.indices[0], app };
    }
    return null;
  }

  /** Whether an expression is an app's `conf`. */
  isConf(node: Expression, scope: Scope): boolean {
    return this.#conf(node, scope) !== undefined;
  }

  /** The app whose `conf` an expression is: null for one that is not known which; undefined where it is no app's. */
  #conf(node: Expression, scope: Scope): App | null | undefined {
    if (node.kind !== 'Attribute' || node.attr !== 'conf') {
      if (node.kind !== 'Name' || !this.#namesConf(node.id, scope)) return undefined;
      const value = this.recognizer.evaluator.evaluate(node, scope);
      if (value.kind === 'symbol' && value.path === 'celery.current_app.conf') return null;
      if (value.kind !== 'member' || value.name !== 'conf' || !this.recognizer.isApp(value.of)) return undefined;
      return this.registry.appOf(value.of);
    }
    return this.#app(node.value, scope);
  }

  /** Whether a name may hold an app's `conf`: `conf = app.conf`. */
  #namesConf(id: string, scope: Scope): boolean {
    return owner(scope, id)?.bindings.get(id)?.some(binding => binding.kind === 'assign' && binding.value?.kind === 'Attribute' && binding.value.attr === 'conf') ?? false;
  }

  #app(node: Expression, scope: Scope): App | null | undefined {
    const value = this.recognizer.evaluator.evaluate(node, scope);
    return this.recognizer.isApp(value) ? this.registry.appOf(value) : undefined;
  }

  #config(call: Call, source: Expression, scope: Scope, app: App | null, namespace: string | null): void {
    const file = fileOf(scope);
    const text = this.folder.string(source, scope);
    const use = (target: ConfigUse['target'], django = false): void => {
      this.uses.push({ call, scope, app, namespace, target, django });
      if (!target) this.#open.add(app);
    };
    if (text !== null) {
      if (text === 'django.conf:settings' || text === 'django.conf.settings') return this.#django(call, scope, app, namespace);
      const [module, attribute] = text.split(':', 2);
      const found = this.modules.find(module!, file);
      if (found && attribute) return this.#object(this.recognizer.evaluator.attributeOf(found, attribute), app, namespace, use);
      if (found) {
        use(found);
        return this.#module(found, namespace, app, new Set());
      }
      // `pkg.module.Class`
      const dot = text.lastIndexOf('.');
      const parent = dot > 0 ? this.modules.find(text.slice(0, dot), file) : null;
      return this.#object(parent && this.recognizer.evaluator.attributeOf(parent, text.slice(dot + 1)), app, namespace, use);
    }
    const value = this.recognizer.evaluator.evaluate(source, scope);
    if (value.kind === 'symbol' && value.path === 'django.conf.settings') return this.#django(call, scope, app, namespace);
    this.#object(value, app, namespace, use);
  }

  #object(value: Value | null, app: App | null, namespace: string | null, use: (target: ConfigUse['target']) => void): void {
    if (value?.kind === 'module') {
      use(value.file);
      return this.#module(value.file, namespace, app, new Set());
    }
    const type = value?.kind === 'class' ? value : value && this.recognizer.evaluator.classOf(value);
    if (type?.kind === 'class') {
      use(type);
      this.#class(type, namespace, app);
      if (value?.kind !== 'class') this.#instance(type, namespace, app);
      return;
    }
    if (value?.kind === 'expression' && value.node.kind === 'Dict') return this.#dictionary(value, app, 'update', namespace);
    use(null);
  }

  #django(call: Call, scope: Scope, app: App | null, namespace: string | null): void {
    const files = this.modules.djangoSettings(fileOf(scope));
    this.uses.push({ call, scope, app, namespace, target: files[0] ?? null, django: true });
    if (!files.length) this.#open.add(app);
    for (const file of files) {
      this.#module(file, namespace, app, new Set());
      // django-configurations keeps settings in classes.
      for (const { node, scope: outer } of file.analysis.classes) if (outer.kind === 'module' && node.bases.length && !node.name.startsWith('_')) this.#class({ kind: 'class', node, scope: outer }, namespace, app);
    }
  }

  /** A module's own names, and those that it imports by `*`. */
  #module(file: SourceFile, namespace: string | null, app: App | null, seen: Set<SourceFile>): void {
    if (seen.has(file)) return;
    seen.add(file);
    const { scope, stores, calls } = file.analysis;
    for (const star of scope.stars) {
      const from = star.level ? this.#relative(star.level, star.module, file) : this.modules.find(star.module, file);
      if (from) this.#module(from, namespace, app, seen);
      else if (!/^django\b|^celery\b/.test(star.module)) this.#open.add(app);
    }
    this.#names(scope, 'module', namespace, app);
    for (const { target, value, scope: at } of stores) {
      if (at !== scope || target.kind !== 'Subscript' || target.value.kind !== 'Name' || !this.#isSetting(target.value.id, namespace)) continue;
      const { id } = target.value;
      this.#add({ written: id, value, scope, at: target.value, source: 'module', namespace, app, adds: { key: target.indices[0] ?? null } });
    }
    for (const { node, scope: at } of calls) {
      if (at !== scope || node.func.kind !== 'Attribute' || node.func.attr !== 'update' || node.func.value.kind !== 'Name' || !node.args[0] || !this.#isSetting(node.func.value.id, namespace)) continue;
      const { id } = node.func.value;
      this.#add({ written: id, value: node.args[0], scope, at: node.func.value, source: 'module', namespace, app, adds: { key: null } });
    }
  }

  #relative(level: number, module: string, file: SourceFile): SourceFile | null {
    const parts = file.name.split('.');
    const base = parts.slice(0, parts.length - level + (file.isPackage ? 1 : 0)).join('.');
    return this.modules.find([base, module].filter(Boolean).join('.'), file);
  }

  #class(type: ClassValue, namespace: string | null, app: App | null): void {
    for (const current of this.recognizer.evaluator.mro(type).reverse()) {
      // A base that we cannot read may set anything.
      if (current.kind !== 'class' && !(current.kind === 'symbol' && current.path.startsWith('builtins.'))) this.#open.add(app);
      if (current.kind !== 'class') continue;
      const scope = this.recognizer.evaluator.inner(current);
      if (scope) this.#names(scope, 'class', namespace, app);
    }
  }

  /** `self.name = value` in `__init__`: an object has what its class has, and this. */
  #instance(type: ClassValue, namespace: string | null, app: App | null): void {
    for (const current of this.recognizer.evaluator.mro(type).reverse()) {
      if (current.kind !== 'class') continue;
      const init = current.node.body.find(statement => statement.kind === 'FunctionDef' && statement.name === '__init__');
      if (init?.kind !== 'FunctionDef') continue;
      for (const { target, value, scope, operator } of fileOf(current.scope).analysis.stores) {
        if (scope.node !== init || operator !== null || target.kind !== 'Attribute' || target.value.kind !== 'Name' || target.value.id !== init.parameters[0]?.name || !this.#isSetting(target.attr, namespace)) continue;
        this.#add({ written: target.attr, value, scope, at: target.attrSpan, source: 'class', namespace, app });
      }
    }
  }

  /** `field(default=value)` of a dataclass and `Field(value)` of Pydantic stand for the value. */
  #default(value: Expression, scope: Scope): Expression {
    if (value.kind !== 'Call') return value;
    const callee = this.recognizer.evaluator.evaluate(value.func, scope);
    if (callee.kind !== 'symbol' || !fields.has(callee.path)) return value;
    return keyword(value, 'default')?.value ?? (callee.path === 'pydantic.Field' ? value.args[0] : undefined) ?? value;
  }

  #names(scope: Scope, source: 'module' | 'class', namespace: string | null, app: App | null): void {
    for (const [written, bindings] of scope.bindings) {
      if (!this.#isSetting(written, namespace)) continue;
      for (const binding of bindings) {
        if (binding.kind !== 'assign' || !binding.value || binding.path?.length !== 0) continue;
        this.#add({ written, value: source === 'class' ? this.#default(binding.value, scope) : binding.value, scope, at: binding.at, source, namespace, app });
      }
    }
  }

  /** What may be meant for Celery among a settings module's names: all of them stay visible to rules. */
  #isSetting(written: string, namespace: string | null): boolean {
    if (namespace && written.startsWith(`${namespace}_`)) return true;
    return /^(?:CELERY|BROKER_)/.test(written) || (!namespace && !written.startsWith('_'));
  }

  #add({ adds = null, ...setting }: Omit<Setting, 'file' | 'adds' | 'key' | 'reading'> & { readonly adds?: Setting['adds'] }): void {
    const { written, namespace, source } = setting;
    const reading = readSettingKey(written, { kind: source === 'module' || source === 'class' ? 'object' : 'update', namespace }, this.version);
    this.all.push({ ...setting, key: reading?.effect ? reading.setting.name : null, reading, adds, file: fileOf(setting.scope) });
  }
}

function keyword(node: Call, name: string): Keyword | undefined {
  return node.keywords.find(candidate => candidate.name === name);
}
