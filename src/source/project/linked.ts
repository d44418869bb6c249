import { Behaviours } from '../celery/behaviour';
import { CallSites } from '../celery/calls';
import { Canvases } from '../celery/canvas';
import { Recognizer } from '../celery/decorators';
import { Meaning, Plausible } from '../celery/plausible';
import { Queues } from '../celery/queues';
import { Schedules } from '../celery/schedules';
import { Settings } from '../celery/settings';
import { TaskNames } from '../celery/taskNames';
import { Registry } from '../celery/tasks';
import { WorkerImports } from '../celery/workerImports';
import { Folder } from '../semantics/constants';
import { Evaluator, type Modules } from '../semantics/evaluator';
import { Types } from '../semantics/types';
import type { ClassValue } from '../semantics/values';
import type { Module } from '../syntax/nodes';
import type { CommandFiles } from './commandFiles';
import type { Imports } from './imports';
import type { ModuleNames } from './moduleNames';
import { fileOf, type SourceFile } from './sourceFile';
import type { Versions } from './versions';

/** Packages whose names mean the installed ones, whatever the project calls its own files. */
export const foreign: ReadonlySet<string> = new Set(['celery', 'kombu', 'billiard', 'amqp', 'vine', 'django', 'flask', 'redis']);

/** What the project offers to what is made of it. */
export interface Files {
  readonly names: ModuleNames;
  /** The folder of the workspace that a file lies in, the innermost; null for files outside. */
  folderOf(path: string): string | null;
  readonly commandFiles: CommandFiles;
  file(path: string): SourceFile | null;
  interestingFiles(): readonly SourceFile[];
  imports(path: string): Imports;
  parse(text: string): Module;
}

export interface LinkOptions {
  /** Dotted paths of the project's decorators that make tasks. */
  readonly wrappers: ReadonlySet<string>;
  readonly versions: Versions;
}

/** What gives settings, schedules or queues. */
const configures = /\bconf\b|CELERY|BROKER_|config_from_object|add_periodic_task|[Qq]ueue/;

/** All that one state of the project's files means for Celery. Made anew after each change, each part when it is first asked for. */
export class Linked {
  readonly versions: Versions;
  /** True where it follows an edit of one file: other files still mean what they meant before it. */
  readonly isPartial: boolean;
  readonly evaluator: Evaluator;
  readonly folder: Folder;
  readonly plausible: Plausible;
  readonly recognizer: Recognizer;
  readonly files: readonly SourceFile[];
  #registry: Registry | null = null;
  #settings: Settings | null = null;
  #schedules: Schedules | null = null;
  #calls: CallSites | null = null;
  #canvases: Canvases | null = null;
  #queues: Queues | null = null;
  #behaviours: Behaviours | null = null;
  #taskNames: TaskNames | null = null;
  #workerImports: WorkerImports | null = null;
  #types: Types | null = null;
  #classes: readonly ClassValue[] | null = null;

  /** @param before the state before one file was edited: what does not depend on that file is taken over */
  constructor(readonly project: Files, private readonly options: LinkOptions, before: { readonly linked: Linked; readonly file: SourceFile } | null = null) {
    this.versions = options.versions;
    this.evaluator = new Evaluator(this.#modules());
    this.folder = new Folder(this.evaluator);
    if (before && before.linked.canFollow(before.file)) {
      const { linked, file } = before;
      this.files = linked.files.map(other => other.path === file.path ? file : other);
      this.plausible = linked.plausible;
      this.plausible.widen([file]);
      this.recognizer = new Recognizer(this.evaluator, this.plausible, options.wrappers);
      this.#registry = linked.registry.replacing(file, this.recognizer, this.folder);
      this.#calls = linked.calls.replacing(file, this.recognizer, this.#registry, this.folder);
      if (!configures.test(file.module.text)) {
        this.#settings = linked.settings;
        this.#schedules = linked.schedules;
        this.#queues = linked.queues;
      }
      if (linked.#workerImports?.holdsAfter(file)) this.#workerImports = linked.#workerImports;
      this.isPartial = true;
      return;
    }
    this.files = project.interestingFiles();
    this.plausible = new Plausible(options.wrappers);
    this.plausible.widen(this.files);
    this.recognizer = new Recognizer(this.evaluator, this.plausible, options.wrappers);
    this.isPartial = false;
  }

  /** Whether the state after an edit of that file can be made from this one: not where other files' tasks hang on what it makes. */
  canFollow(file: SourceFile): boolean {
    const touches = ({ path }: SourceFile): boolean => path === file.path;
    return this.files.some(touches) && !this.registry.apps.some(app => touches(app.file) || touches(fileOf(app.scope)))
      && !this.settings.all.some(setting => touches(setting.file)) && !this.schedules.entries.some(entry => touches(entry.file));
  }

  #modules(): Modules {
    return {
      absolute: (name, from) => this.find(name, from),
      relative: (level, name, from) => {
        const found = this.project.names.resolveRelative(level, name, from.path);
        return found === null ? null : this.project.file(found);
      },
      parse: text => this.project.parse(text),
    };
  }

  /** The project's module of that absolute name. */
  find(name: string, from: SourceFile | null): SourceFile | null {
    if (foreign.has(name.split('.', 1)[0]!)) return null;
    const found = this.project.names.resolve(name, from?.path ?? null);
    return found === null ? null : this.project.file(found);
  }

  get registry(): Registry {
    if (!this.#registry) {
      this.#registry = new Registry(this.recognizer, this.folder, this.plausible);
      this.#registry.collect(this.files);
    }
    return this.#registry;
  }

  get settings(): Settings {
    if (!this.#settings) {
      this.#settings = new Settings(this.recognizer, this.registry, this.folder, this.versions.celery, { find: (name, from) => this.find(name, from), djangoSettings: from => this.djangoSettings(from) });
      this.#settings.collect(this.files);
    }
    return this.#settings;
  }

  get calls(): CallSites {
    if (!this.#calls) {
      this.#calls = new CallSites(this.recognizer, this.registry, this.folder);
      this.#calls.collect(this.files);
    }
    return this.#calls;
  }

  get canvases(): Canvases {
    return this.#canvases ??= new Canvases(this.evaluator, this.folder, this.calls, this.plausible);
  }

  get schedules(): Schedules {
    if (!this.#schedules) {
      this.#schedules = new Schedules(this.recognizer, this.registry, this.folder, this.settings);
      this.#schedules.collect(this.files);
    }
    return this.#schedules;
  }

  get queues(): Queues {
    if (!this.#queues) {
      this.#queues = new Queues(this.recognizer, this.registry, this.folder, this.settings);
      this.#queues.collect(this.calls, this.schedules);
    }
    return this.#queues;
  }

  get behaviours(): Behaviours {
    return this.#behaviours ??= new Behaviours(this.recognizer, this.registry, this.folder);
  }

  get types(): Types {
    return this.#types ??= new Types(this.evaluator, value => this.registry.taskOf(value) !== null, () => this.classes);
  }

  get classes(): readonly ClassValue[] {
    return this.#classes ??= this.files.flatMap(({ analysis }) => analysis.classes.map(({ node, scope }): ClassValue => ({ kind: 'class', node, scope })));
  }

  get taskNames(): TaskNames {
    return this.#taskNames ??= new TaskNames(this);
  }

  /** The names of the project's own decorators that make tasks, and those that the user names. */
  get makers(): ReadonlySet<string> {
    const found = new Set([...this.options.wrappers].map(path => path.slice(path.lastIndexOf('.') + 1)));
    for (const { analysis: { scope } } of this.files) {
      for (const [name, bindings] of scope.bindings) {
        const [binding] = bindings;
        if (!this.plausible.may(name, Meaning.Maker) || !binding || binding.kind === 'import') continue;
        if (this.recognizer.isMaker({ kind: 'Name', id: name, start: binding.at.start, end: binding.at.end }, scope)) found.add(name);
      }
    }
    return found;
  }

  get workerImports(): WorkerImports {
    return this.#workerImports ??= new WorkerImports(this);
  }

  /** Whether some file has a mistake in it, so that names that are not found may be there all the same. */
  get hasBroken(): boolean {
    return this.files.some(({ module }) => module.broken.length > 0);
  }

  /** The settings modules that `DJANGO_SETTINGS_MODULE` names: in the file that makes the app, else in manage.py beside its root, else by their usual names. */
  djangoSettings(from: SourceFile): SourceFile[] {
    const { root } = this.project.names.of(from.path);
    for (const candidate of [from, this.find('manage', from), this.find('wsgi', from)]) {
      const found = candidate ? this.#namedSettings(candidate) : [];
      if (found.length) return found;
    }
    const top = from.name.split('.')[0]!;
    for (const name of [`${top}.settings`, `${top}.settings.base`, `${top}.settings.production`, 'settings', 'settings.base', 'config.settings', 'config.settings.base']) {
      const found = this.find(name, from);
      if (found && this.project.names.of(found.path).root === root && (found.analysis.scope.bindings.size || found.analysis.scope.stars.length)) return [found];
    }
    return [];
  }

  #namedSettings(file: SourceFile): SourceFile[] {
    const result: SourceFile[] = [];
    const add = (node: Parameters<Folder['string']>[0] | undefined, scope: Parameters<Folder['string']>[1]): void => {
      const name = node && this.folder.string(node, scope);
      const found = name ? this.find(name, file) : null;
      if (found && !result.includes(found)) result.push(found);
    };
    for (const { node, scope } of file.analysis.calls) {
      if (node.func.kind === 'Attribute' && node.func.attr === 'setdefault' && node.args[0]?.kind === 'Str' && node.args[0].value === 'DJANGO_SETTINGS_MODULE') add(node.args[1], scope);
    }
    for (const { target, value, scope } of file.analysis.stores) {
      if (target.kind === 'Subscript' && target.indices[0]?.kind === 'Str' && target.indices[0].value === 'DJANGO_SETTINGS_MODULE') add(value, scope);
    }
    return result;
  }
}
