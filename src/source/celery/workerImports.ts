import { isDeepStrictEqual } from 'node:util';
import type { Imports, ImportStatement } from '../project/imports';
import { foreign, type Linked } from '../project/linked';
import { fileOf, type SourceFile } from '../project/sourceFile';
import { isTestModule } from '../project/testModules';
import type { Scope } from '../semantics/scopes';
import { joined, TextLists, type Texts } from '../semantics/texts';
import { options } from '../semantics/values';
import type { Call, Expression } from '../syntax/nodes';
import { lastIdentifier, Meaning } from './plausible';

/** What decides where a worker begins to import. */
const begins = /autodiscover_tasks|INSTALLED_APPS|\bconf\b|include|imports|config_from_object/;
/** How a module starts a worker itself. */
const starts = /\.(?:worker_main|Worker|start)\(/;

const noTexts: Texts = { texts: [], isComplete: true };

/**
 * What the project's workers import: the module given to `-A`, the settings `imports` and `include`, what `autodiscover_tasks` finds, what Django
 * loads when it is set up, and all that these import, in functions too. Where one cannot know, it is taken to be imported.
 */
export class WorkerImports {
  /** By path. */
  readonly #reached = new Map<string, Imports>();
  readonly #lists: TextLists;
  #isKnown = true;
  #isLazy = false;
  /** Whether the project tells its workers what to import, other than by the module given to `-A`. */
  #isTold = false;

  constructor(private readonly linked: Linked) {
    this.#lists = new TextLists(linked.evaluator, linked.folder, (node, scope) => this.#installedApps(node, scope));
    this.#fromDjango();
    this.#fromSettings();
    this.#fromAutodiscovery();
    this.#fromApps();
    this.#follow();
  }

  /** False where workers may import anything, so that {@link has} says nothing of what it denies. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Whether a function says what to import when the worker starts. */
  get isLazy(): boolean {
    return this.#isLazy;
  }

  has(file: SourceFile): boolean {
    if (this.#reached.has(file.path)) return true;
    if (this.#isKnown) this.#fromOthers();
    return this.#reached.has(file.path);
  }

  /** Whether it is the same after an edit of that file, which makes no app. */
  holdsAfter(file: SourceFile): boolean {
    const before = this.#reached.get(file.path);
    return !begins.test(file.module.text) && (!before || isDeepStrictEqual(before, this.linked.project.imports(file.path)));
  }

  /** Takes a file to be imported, and the packages that it lies in. */
  #add(path: string): void {
    if (this.#reached.has(path)) return;
    this.#reached.set(path, this.linked.project.imports(path));
    const { name } = this.linked.project.names.of(path);
    if (name.includes('.')) this.#import(name.slice(0, name.lastIndexOf('.')), path);
  }

  /** `import a.b.c`, which imports `a` and `a.b` too; what comes below the last module is an attribute. */
  #import(name: string, from: string): void {
    if (foreign.has(name.split('.', 1)[0]!)) return;
    for (let prefix = name; prefix; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
      const found = this.linked.project.names.resolve(prefix, from);
      if (found !== null) this.#add(found);
    }
  }

  readonly #followed = new Set<string>();

  #follow(): void {
    const { project, registry } = this.linked;
    // The map grows while it is walked through.
    for (const [path, { statements, texts, isOpen }] of this.#reached) {
      if (this.#followed.has(path)) continue;
      this.#followed.add(path);
      if (isOpen) this.#isKnown = false;
      for (const statement of statements) {
        if (statement.level) this.#relative(statement, path);
        else this.#absolute(statement, path);
      }
      for (const text of texts) if (!registry.byName(text) && project.names.owns(text.split('.', 1)[0]!)) this.#import(text, path);
    }
  }

  #absolute({ module, names }: ImportStatement, from: string): void {
    this.#import(module, from);
    const found = this.linked.project.names.resolve(module, from);
    for (const name of this.#submodules(names, found)) this.#import(`${module}.${name}`, from);
  }

  #relative({ level, module, names }: ImportStatement, from: string): void {
    const { names: modules } = this.linked.project;
    const found = modules.resolveRelative(level, module, from);
    if (found !== null) this.#add(found);
    for (const name of this.#submodules(names, found)) {
      const submodule = modules.resolveRelative(level, module ? `${module}.${name}` : name, from);
      if (submodule !== null) this.#add(submodule);
    }
  }

  #submodules(names: readonly string[], from: string | null): readonly string[] {
    return names.includes('*') && from !== null ? this.linked.project.imports(from).exported : names;
  }

  /** The modules that make the apps, and those that hold one, which may be given to `-A`. Where workers are told what to import, that is none which has tasks and nothing else to do with a worker. */
  #fromApps(): void {
    const apps = this.linked.registry.apps.filter(({ file }) => !isTestModule(file.name));
    let isNamed = false;
    for (const { file, scope, id } of apps) {
      this.#add(file.path);
      this.#add(fileOf(scope).path);
      isNamed ||= id !== null;
    }
    if (apps.some(app => !this.linked.settings.isComplete(app))) this.#isKnown = false;
    const withTasks = new Set(this.linked.registry.tasks.map(({ file }) => file));
    for (const file of this.linked.files) {
      if (isTestModule(file.name) || !this.#holdsApp(file)) continue;
      isNamed = true;
      if (!this.#isTold || !withTasks.has(file) || starts.test(file.module.text)) this.#add(file.path);
    }
    if (!isNamed) this.#isKnown = false;
  }

  #holdsApp({ analysis: { scope } }: SourceFile): boolean {
    const { plausible, recognizer, evaluator } = this.linked;
    for (const [name, bindings] of scope.bindings) {
      if (!plausible.may(name, Meaning.App) && !bindings.some(binding => binding.kind === 'assign' && binding.value && plausible.isApp(binding.value, name))) continue;
      const value = evaluator.name(name, scope);
      if (recognizer.isApp(value) || value.kind === 'unknown') return true;
    }
    return false;
  }

  #hasOthers = false;

  /** Files that do not mention Celery and import an app: they may be given to `-A` as well. To find them all files are read, so they are looked for last. */
  #fromOthers(): void {
    if (this.#hasOthers) return;
    this.#hasOthers = true;
    const { project, files, registry } = this.linked;
    const known = new Set(files.map(({ path }) => path));
    const apps = new Set(registry.apps.map(({ file }) => file.path));
    for (const path of project.names.files) {
      if (known.has(path) || isTestModule(project.names.of(path).name)) continue;
      const isHolder = project.imports(path).statements.some(({ level, module, names }) => ['', ...names].some(name => {
        const full = [module, name].filter(Boolean).join('.');
        const found = level ? project.names.resolveRelative(level, full, path) : project.names.resolve(full, path);
        return found !== null && apps.has(found);
      }));
      if (isHolder) this.#add(path);
    }
    this.#follow();
  }

  /** `imports`, `include`, and `Celery(include=…)`. */
  #fromSettings(): void {
    for (const { key, value, scope, file } of this.linked.settings.all) {
      if ((key !== 'imports' && key !== 'include') || isTestModule(file.name)) continue;
      this.#isTold = true;
      for (const name of this.#read(value, scope)) this.#import(name, file.path);
    }
  }

  #fromAutodiscovery(): void {
    for (const file of this.linked.files) {
      if (isTestModule(file.name)) continue;
      for (const { node, scope } of file.analysis.calls) if (node.func.kind === 'Attribute' && node.func.attr === 'autodiscover_tasks') this.#autodiscover(node, scope);
    }
  }

  #autodiscover(node: Call, scope: Scope): void {
    const given = (position: number, keyword: string): Expression | undefined => node.args[position] ?? node.keywords.find(({ name }) => name === keyword)?.value;
    const packages = given(0, 'packages');
    const named = given(1, 'related_name');
    const related = named ? this.linked.folder.constant(named, scope) : 'tasks';
    this.#isTold = true;
    if (node.keywords.some(({ name }) => name === null) || (related !== null && typeof related !== 'string')) {
      this.#isKnown = false;
      return;
    }
    const from = fileOf(scope).path;
    const asks = !packages || this.linked.folder.constant(packages, scope) === null;
    if (!asks && this.#isFunction(packages, scope)) this.#isLazy = true;
    for (const name of asks ? this.#packages : this.#read(packages, scope)) {
      this.#import(name, from);
      if (!related) continue;
      this.#import(`${name}.${related}`, from);
      // What cannot be imported, as a class, stands for what it lies in.
      if (name.includes('.') && !this.linked.project.names.resolve(name, from)) this.#import(`${name.slice(0, name.lastIndexOf('.'))}.${related}`, from);
    }
  }

  #isFunction(node: Expression, scope: Scope): boolean {
    return options(this.linked.evaluator.evaluate(node, scope)).some(value => value.kind === 'function' || (value.kind === 'expression' && value.node.kind === 'Lambda'));
  }

  /** `INSTALLED_APPS` as they are written. */
  #installed: Texts | null = null;
  /** The packages of Django's apps. */
  #packages: readonly string[] = [];

  /** Django imports its apps with their models when it is set up, and by its checks the URLs and what these name. */
  #fromDjango(): void {
    const installed: Texts[] = [];
    const packages: string[] = [];
    for (const file of this.linked.files) {
      if (isTestModule(file.name)) continue;
      for (const scope of [file.analysis.scope, ...file.analysis.classes.map(({ inner }) => inner)]) {
        if (!scope.bindings.has('INSTALLED_APPS')) continue;
        this.#add(file.path);
        for (const binding of scope.bindings.get('ROOT_URLCONF') ?? []) if (binding.kind === 'assign' && binding.value) for (const name of this.#read(binding.value, scope)) this.#import(name, file.path);
        const given = this.#installedIn(file, scope);
        installed.push(given);
        packages.push(...given.texts.map(text => this.#packageOf(text, file)));
      }
    }
    if (installed.length) {
      this.#installed = joined(installed);
      this.#packages = [...new Set(packages)];
      if (!this.#installed.isComplete) this.#isKnown = false;
      this.#isTold = true;
    } else if (this.linked.settings.uses.some(({ django }) => django)) this.#isKnown = false;
    const withTasks = new Set(this.linked.registry.tasks.map(({ file }) => file.path));
    for (const name of this.#packages) {
      for (const path of this.linked.project.names.filesIn(name)) if (!withTasks.has(path) && !isTestModule(this.linked.project.names.of(path).name)) this.#add(path);
    }
  }

  /** All that is assigned and added to `INSTALLED_APPS` in a scope. */
  #installedIn(file: SourceFile, scope: Scope): Texts {
    const isOwn = (node: Expression): boolean => node.kind === 'Name' && node.id === 'INSTALLED_APPS';
    const parts: Texts[] = [];
    for (const binding of scope.bindings.get('INSTALLED_APPS')!) {
      if (binding.kind === 'assign' && binding.value && binding.path?.length === 0) parts.push(this.#lists.of(binding.value, scope));
      else if (binding.kind !== 'opaque' && binding.kind !== 'import') parts.push({ texts: [], isComplete: false });
    }
    for (const { target, value, scope: at } of file.analysis.stores) if (at === scope && isOwn(target)) parts.push(this.#lists.of(value, at));
    for (const { node, scope: at } of file.analysis.calls) {
      if (node.func.kind !== 'Attribute' || !isOwn(node.func.value) || !/^(?:append|extend|insert)$/.test(node.func.attr)) continue;
      const added = node.args.at(-1);
      if (added) parts.push(this.#lists.of(added, at));
    }
    return joined(parts);
  }

  /** The package of an app, which `INSTALLED_APPS` names itself or by its AppConfig. */
  #packageOf(text: string, { path }: SourceFile): string {
    const { project, evaluator, folder } = this.linked;
    const dot = text.lastIndexOf('.');
    const module = dot > 0 && !foreign.has(text.split('.', 1)[0]!) && !project.names.resolve(text, path) ? project.names.resolve(text.slice(0, dot), path) : null;
    const file = module === null ? null : project.file(module);
    const config = file && evaluator.attributeOf(file, text.slice(dot + 1));
    if (config?.kind !== 'class') return text;
    const name = evaluator.member(config, 'name');
    const given = name && folder.fold(name, 0);
    if (typeof given === 'string') return given;
    this.#isKnown = false;
    return text;
  }

  /** What Django's list of apps means where it is used. */
  #installedApps(node: Expression, scope: Scope): Texts | null {
    switch (node.kind) {
      // All that is given to it counts already.
      case 'Name': return node.id === 'INSTALLED_APPS' && scope.bindings.has(node.id) ? noTexts : null;
      case 'Attribute': {
        if (node.attr !== 'INSTALLED_APPS') return null;
        const value = this.linked.evaluator.evaluate(node, scope);
        return value.kind === 'symbol' && value.path === 'django.conf.settings.INSTALLED_APPS' ? this.#installed : null;
      }
      case 'Comprehension': {
        const [loop] = node.loops;
        const isConfigs = loop?.iterable.kind === 'Call' && lastIdentifier(loop.iterable) === 'get_app_configs' && node.loops.length === 1;
        return isConfigs && node.element.kind === 'Attribute' && node.element.attr === 'name' ? { texts: this.#packages, isComplete: true } : null;
      }
      default: return null;
    }
  }

  #read(node: Expression | undefined, scope: Scope): readonly string[] {
    if (!node) return [];
    const { texts, isComplete } = this.#lists.of(node, scope);
    if (!isComplete) this.#isKnown = false;
    return texts;
  }
}
