import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LOCAL } from '../../shared/identity';
import type { SourceApp, SourceProject, SourceSample, SourceSchedule, SourceTask } from '../../shared/source';
import { Recognizer } from '../celery/decorators';
import type { App, Task } from '../celery/model';
import { Registry } from '../celery/tasks';
import { sampleCall } from '../samples/sampleCall';
import { Folder } from '../semantics/constants';
import { Evaluator, type Modules } from '../semantics/evaluator';
import type { Module, Statement } from '../syntax/nodes';
import type { ParsedDocument, PythonParser, TextEdit } from '../syntax/parser';
import { ModuleNames } from './moduleNames';
import { isInteresting, isScanned, readText, scan, scanFile } from './scan';
import { SourceFile } from './sourceFile';

interface Entry {
  readonly path: string;
  interesting: boolean;
  /** The text where it is interesting and not open. */
  text: string | null;
  document: ParsedDocument | null;
  uri: string;
  file: SourceFile | null;
}

/** Packages whose names mean the installed ones, whatever the project calls its own files. */
const foreign = new Set(['celery', 'kombu', 'billiard', 'amqp', 'vine', 'django', 'flask', 'redis']);

/** All that one state of the project's files means. Made anew after each change, filled on demand. */
export interface Linked {
  readonly evaluator: Evaluator;
  readonly folder: Folder;
  readonly recognizer: Recognizer;
  readonly registry: Registry;
  readonly names: ModuleNames;
}

/** The Python files of the workspace and what they say of Celery. */
export class Project {
  readonly #entries = new Map<string, Entry>();
  #folders: readonly string[] = [];
  #marked: ReadonlySet<string> = new Set();
  #revision = 0;
  #scanning = 0;
  #names: ModuleNames | null = null;
  #linked: Linked | null = null;
  #snapshot: SourceProject | null = null;

  /** @param changed is called after each change of what the project means, with its revision */
  constructor(private readonly parser: PythonParser, private readonly changed: (revision: number) => void = () => {}) {}

  get revision(): number {
    return this.#revision;
  }

  get indexing(): boolean {
    return this.#scanning > 0;
  }

  /** Reads all files below the folders. A later call takes the place of one under way. */
  async open(folders: readonly string[]): Promise<void> {
    this.#folders = folders.map(folder => path.resolve(folder));
    const run = ++this.#scanRun;
    this.#scanning++;
    this.#touch(true);
    try {
      const { files, marked } = await scan(this.#folders, () => run !== this.#scanRun);
      if (run !== this.#scanRun) return;
      this.#marked = marked;
      const found = new Set<string>();
      for (const { path: file, interesting, text } of files) {
        found.add(file);
        const entry = this.#entries.get(file);
        if (entry?.document) continue;
        if (!entry || entry.interesting !== interesting || entry.text !== text) this.#entries.set(file, { path: file, interesting, text, document: null, uri: pathToFileURL(file).href, file: null });
      }
      for (const [file, entry] of this.#entries) if (!found.has(file) && !entry.document) this.#entries.delete(file);
    } finally {
      this.#scanning--;
      this.#touch(true);
    }
  }

  #scanRun = 0;

  /** Files changed on disk; a path that is gone is forgotten. */
  filesChanged(paths: readonly string[]): void {
    let layout = false;
    let any = false;
    for (const file of paths) {
      if (!this.#folders.some(folder => isScanned(folder, file))) continue;
      const entry = this.#entries.get(file);
      if (entry?.document) continue;
      const scanned = scanFile(file);
      if (!scanned) {
        if (!this.#entries.delete(file)) continue;
        layout = any = true;
        continue;
      }
      if (entry && entry.interesting && entry.text === scanned.text) continue;
      if (!entry) layout = true;
      any ||= scanned.interesting || entry?.file !== null;
      this.#entries.set(file, { path: file, interesting: scanned.interesting, text: scanned.text, document: null, uri: pathToFileURL(file).href, file: null });
    }
    if (any || layout) this.#touch(layout);
  }

  /** A document was opened in an editor: its text counts from now on, whatever the file says. */
  openDocument(file: string, uri: string, text: string): void {
    const known = this.#entries.get(file);
    known?.document?.dispose();
    const interesting = isInteresting(text);
    const same = known !== undefined && known.interesting === interesting && known.text === text;
    this.#entries.set(file, { path: file, interesting, text: null, document: this.parser.open(text), uri, file: null });
    if (!same || known?.uri !== uri) this.#touch(known === undefined);
  }

  changeDocument(file: string, edits: readonly TextEdit[]): void {
    const entry = this.#entries.get(file);
    if (!entry?.document) return;
    entry.document.edit(edits);
    const before = entry.interesting;
    entry.interesting = isInteresting(entry.document.text);
    const used = entry.file !== null;
    entry.file = null;
    if (before || entry.interesting || used) this.#touch(false);
  }

  closeDocument(file: string): void {
    const entry = this.#entries.get(file);
    if (!entry?.document) return;
    const unsaved = entry.document.text;
    entry.document.dispose();
    const scanned = this.#folders.some(folder => isScanned(folder, file)) ? scanFile(file) : null;
    if (!scanned) this.#entries.delete(file);
    else this.#entries.set(file, { path: file, interesting: scanned.interesting, text: scanned.text, document: null, uri: pathToFileURL(file).href, file: null });
    if (!scanned || readText(file) !== unsaved) this.#touch(!scanned);
  }

  #touch(layout: boolean): void {
    this.#revision++;
    if (layout) {
      this.#names = null;
      for (const entry of this.#entries.values()) entry.file = null;
    }
    this.#linked = null;
    this.#snapshot = null;
    this.changed(this.#revision);
  }

  /** Parses a text that is no file of the project. */
  parse(text: string): Module {
    return this.parser.parse(text);
  }

  get names(): ModuleNames {
    return this.#names ??= new ModuleNames(this.#entries.keys(), this.#marked);
  }

  /** The parsed file, read and parsed on demand; null where there is none. */
  file(file: string): SourceFile | null {
    const entry = this.#entries.get(file);
    if (!entry) return null;
    if (!entry.file) {
      const { name } = this.names.of(file);
      const module = entry.document?.module ?? this.parser.parse(entry.text ?? readText(file) ?? '');
      entry.file = new SourceFile(file, name, path.basename(file) === '__init__.py', module, entry.uri);
    }
    return entry.file;
  }

  /** The files that mention Celery, in the order of their paths. */
  interestingFiles(): SourceFile[] {
    return [...this.#entries.values()].filter(({ interesting }) => interesting).map(entry => entry.path).sort().map(entry => this.file(entry)!);
  }

  get linked(): Linked {
    if (this.#linked) return this.#linked;
    const { names } = this;
    const modules: Modules = {
      absolute: (name, from) => {
        if (foreign.has(name.split('.', 1)[0]!)) return null;
        const found = names.resolve(name, from?.path ?? null);
        return found === null ? null : this.file(found);
      },
      relative: (level, name, from) => {
        const found = names.resolveRelative(level, name, from.path);
        return found === null ? null : this.file(found);
      },
    };
    const evaluator = new Evaluator(modules);
    const folder = new Folder(evaluator);
    const recognizer = new Recognizer(evaluator);
    const registry = new Registry(recognizer, folder);
    registry.collect(this.interestingFiles());
    return this.#linked = { evaluator, folder, recognizer, registry, names };
  }

  snapshot(): SourceProject {
    if (this.#snapshot) return this.#snapshot;
    const { registry } = this.linked;
    const files = this.interestingFiles();
    return this.#snapshot = {
      revision: this.#revision,
      indexing: this.indexing,
      apps: registry.apps.map(app => this.#app(app)),
      tasks: registry.tasks.flatMap(task => this.#task(task) ?? []),
      schedules: [],
      samples: [],
      queues: [],
      usesCelery: files.some(({ analysis }) => analysis.imports.some(({ module }) => module === 'celery' || module.startsWith('celery.'))),
    };
  }

  /** What the lenses of one document need. */
  document(file: string): { tasks: SourceTask[]; schedules: SourceSchedule[]; samples: SourceSample[] } {
    const uri = this.#entries.get(file)?.uri;
    const { tasks, schedules, samples } = this.snapshot();
    return {
      tasks: tasks.filter(({ location }) => location.uri === uri),
      schedules: schedules.filter(({ location }) => location.uri === uri),
      samples: samples.filter(({ location }) => location.uri === uri),
    };
  }

  #app(app: App): SourceApp {
    return {
      app: app.id, main: app.main,
      location: app.file.location(app.call),
      root: this.names.of(app.file.path).root,
      broker: null, backend: null,
    };
  }

  #task(task: Task): SourceTask | null {
    if (task.name === null) return null;
    const { file, node } = task;
    return {
      identity: { environment: LOCAL, app: task.app?.id ?? null, name: task.name },
      module: file.name,
      qualname: node.name,
      location: file.location(node),
      nameRange: file.range(node.nameSpan),
      parameters: task.parameters && task.parameters.map(({ name, kind, annotation, default: value }) => ({
        name, kind, annotation: annotation && file.text(annotation), default: value && file.text(value),
      })),
      bound: task.bound,
      kind: task.kind,
      summary: summary(node.body[0]),
      options: Object.fromEntries([...task.options].reverse().filter(({ scope }) => scope.file === file).map(({ name, value }) => [name, file.text(value)])),
      sample: sampleCall(task, this.linked.evaluator),
    };
  }
}

function summary(first: Statement | undefined): string | null {
  if (first?.kind !== 'Expr' || first.value.kind !== 'Str') return null;
  return first.value.value.trim().split('\n', 1)[0]!.trim() || null;
}
