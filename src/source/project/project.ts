import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { SourceProject, SourceSample, SourceSchedule, SourceTask } from '../../shared/source';
import type { Module } from '../syntax/nodes';
import type { ParsedDocument, PythonParser, TextEdit } from '../syntax/parser';
import { ReadAhead } from '../syntax/readAhead';
import { Meaning, type Plausible } from '../celery/plausible';
import { CommandFiles } from './commandFiles';
import { importsIn, type Imports } from './imports';
import { foreign, Linked, type LinkOptions } from './linked';
import { ModuleNames } from './moduleNames';
import { decoratorsIn, isInteresting, isScanned, readText, scan, scanFile, type ScannedFile, type Unreadable } from './scan';
import { Snapshot } from './snapshot';
import { SourceFile } from './sourceFile';
import { newest, versionsIn, type Versions } from './versions';

interface Entry {
  readonly path: string;
  interesting: boolean;
  /** The text where it is interesting and not open. */
  text: string | null;
  /** Of those that are not interesting by their text, see {@link #readMore}. */
  decorators: readonly string[];
  document: ParsedDocument | null;
  uri: string;
  /** Parsed by {@link Project.open} before it is asked for; gone once `file` is made of it. */
  module: Module | null;
  file: SourceFile | null;
  /** Read when they are first asked for. */
  imports: Imports | null;
}

/** The Python files of the workspace and what they say of Celery. */
export class Project {
  readonly #entries = new Map<string, Entry>();
  #folders: readonly string[] = [];
  #marked: ReadonlySet<string> = new Set();
  #commandFiles = new CommandFiles([], []);
  #unreadable: readonly Unreadable[] = [];
  #revision = 0;
  #scanning = 0;
  #names: ModuleNames | null = null;
  #linked: Linked | null = null;
  #snapshot: Snapshot | null = null;
  /** What the folders pin, and what the interpreter has, which says more. */
  #pinned: Partial<Versions> = {};
  #installed: Partial<Versions> = {};
  #options: LinkOptions = { wrappers: new Set(), versions: newest };
  /** Edited since everything was linked, with the shape that the file had then. */
  readonly #edited = new Map<string, string>();

  /** @param changed is called after each change; with a path where only that document was edited */
  constructor(private readonly parser: PythonParser, private readonly changed: (edited: string | null) => void = () => {}) {}

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
    const cancelled = (): boolean => run !== this.#scanRun;
    const ahead = new ReadAhead(this.parser);
    this.#scanning++;
    this.#touch(true);
    try {
      const { files, marked, commandFiles, unreadable } = await scan(this.#folders, cancelled, ({ path: file, text }) => {
        const known = this.#entries.get(file);
        if (text !== null && known?.text !== text && !known?.document) ahead.add(file, text);
      });
      const modules = await ahead.finish(cancelled);
      if (cancelled()) return;
      this.#marked = marked;
      this.#commandFiles = new CommandFiles(commandFiles, this.#folders);
      this.#unreadable = unreadable;
      this.#pinned = versionsIn(marked);
      this.#chooseVersions();
      const found = new Set<string>();
      for (const scanned of files) {
        const file = scanned.path;
        found.add(file);
        const entry = this.#entries.get(file);
        if (entry?.document) continue;
        if (!entry || entry.interesting !== scanned.interesting || entry.text !== scanned.text) this.#entries.set(file, { ...this.#entry(scanned), module: modules.get(file) ?? null });
      }
      for (const [file, entry] of this.#entries) if (!found.has(file) && !entry.document) this.#entries.delete(file);
    } finally {
      ahead.end();
      this.#scanning--;
      this.#touch(true);
    }
  }

  #entry(scanned: ScannedFile): Entry {
    return { ...scanned, document: null, uri: pathToFileURL(scanned.path).href, module: null, file: null, imports: null };
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
      any ||= scanned.interesting || this.#makesTasks(scanned.decorators) || entry?.file !== null || entry.imports !== null;
      this.#entries.set(file, this.#entry(scanned));
    }
    if (any || layout) this.#touch(layout);
  }

  /** A document was opened in an editor: its text counts from now on, whatever the file says. */
  openDocument(file: string, uri: string, text: string): void {
    const known = this.#entries.get(file);
    known?.document?.dispose();
    const interesting = isInteresting(file, text) || this.#makesTasks(decoratorsIn(text));
    const imports = known?.imports ? importsIn(text) : null;
    const same = known?.uri === uri && known.interesting === interesting && isDeepStrictEqual(known.imports, imports) && (interesting ? known.text === text : known.file === null || known.file.module.text === text);
    this.#entries.set(file, { path: file, interesting, text: null, decorators: decoratorsIn(text), document: this.parser.open(text), uri, module: null, file: same ? known.file : null, imports });
    if (!same) this.#touch(known === undefined);
  }

  changeDocument(file: string, edits: readonly TextEdit[]): void {
    const entry = this.#entries.get(file);
    if (!entry?.document) return;
    const { file: before, imports } = entry;
    entry.document.edit(edits);
    const wasInteresting = entry.interesting;
    entry.decorators = decoratorsIn(entry.document.text);
    entry.interesting = isInteresting(file, entry.document.text) || this.#makesTasks(entry.decorators);
    entry.file = null;
    entry.imports = null;
    if (wasInteresting && entry.interesting && this.#linked && before) this.#touchDocument(file, before);
    else if (wasInteresting || entry.interesting || before || (imports && !isDeepStrictEqual(imports, this.imports(file)))) this.#touch(false);
  }

  closeDocument(file: string): void {
    const entry = this.#entries.get(file);
    if (!entry?.document) return;
    const { text } = entry.document;
    entry.document.dispose();
    const scanned = this.#folders.some(folder => isScanned(folder, file)) ? scanFile(file) : null;
    const same = scanned !== null && readText(file) === text;
    if (!scanned) this.#entries.delete(file);
    else this.#entries.set(file, { ...this.#entry(scanned), uri: entry.uri, file: same ? entry.file : null, imports: same ? entry.imports : null });
    if (!same) this.#touch(!scanned);
  }

  /** One document was edited: what other files mean is kept until {@link settle}. */
  #touchDocument(file: string, before: SourceFile): void {
    this.#revision++;
    if (!this.#edited.has(file)) this.#edited.set(file, shape(before, this.#linked!.plausible));
    // An edit of another document than the one that the kept state is waiting for: bring that one in first.
    if (this.#pending !== null && this.#pending !== file) void this.linked;
    this.#pending = file;
    this.#snapshot = null;
    this.changed(file);
  }

  #pending: string | null = null;

  /** Links all files anew if edits changed more than bodies of functions. True where they did. */
  settle(): boolean {
    const { plausible } = this.linked;
    const changed = [...this.#edited].some(([file, before]) => {
      const now = this.#entries.has(file) ? this.file(file) : null;
      return !now || shape(now, plausible) !== before;
    });
    this.#edited.clear();
    if (changed) this.#touch(false);
    return changed;
  }

  #touch(layout: boolean): void {
    this.#revision++;
    if (layout) this.#names = null;
    this.#linked = null;
    this.#pending = null;
    this.#snapshot = null;
    this.#edited.clear();
    this.changed(null);
  }

  folderOf(file: string): string | null {
    const around = this.#folders.filter(folder => isScanned(folder, file));
    return around.sort((a, b) => b.length - a.length)[0] ?? null;
  }

  /** The URI by which the editor knows a file. */
  uriOf(file: string): string {
    return this.#entries.get(file)?.uri ?? (path.isAbsolute(file) ? pathToFileURL(file).href : file);
  }

  /** Decorators of the project that the user says make tasks, by dotted path. */
  setWrappers(paths: readonly string[]): void {
    const { wrappers } = this.#options;
    if (new Set(paths).size === wrappers.size && paths.every(name => wrappers.has(name))) return;
    this.#options = { ...this.#options, wrappers: new Set(paths) };
    this.#touch(false);
  }

  /** The versions of Celery and kombu that the interpreter has. What it does not say is taken from what the folders pin, else it is the newest. */
  setVersions(versions: Partial<Versions>): void {
    this.#installed = versions;
    this.#chooseVersions();
  }

  #chooseVersions(): void {
    const versions = { ...newest, ...this.#pinned, ...this.#installed };
    if (isDeepStrictEqual(versions, this.#options.versions)) return;
    this.#options = { ...this.#options, versions };
    this.#touch(false);
  }

  get versions(): Versions {
    return this.#options.versions;
  }

  /** Parses a text that is no file of the project. */
  parse(text: string): Module {
    return this.parser.parse(text);
  }

  get names(): ModuleNames {
    return this.#names ??= new ModuleNames(this.#entries.keys(), this.#marked, this.#imports());
  }

  /** The absolute imports of the files that matter to us, counted. By their text: this comes before parsing. */
  #imports(): Map<string, number> {
    const imports = new Map<string, number>();
    for (const { interesting, text, document } of this.#entries.values()) {
      if (!interesting) continue;
      for (const match of (document?.text ?? text ?? '').matchAll(/^[ \t]*(?:from[ \t]+(\w[\w.]*)[ \t]+import\b|import[ \t]+(\w[\w.]*))/gm)) {
        const module = match[1] ?? match[2]!;
        if (!foreign.has(module.split('.', 1)[0]!)) imports.set(module, (imports.get(module) ?? 0) + 1);
      }
    }
    return imports;
  }

  /** The parsed file, read and parsed on demand; null where there is none. */
  file(file: string): SourceFile | null {
    const entry = this.#entries.get(file);
    if (!entry) return null;
    const { name } = this.names.of(file);
    // Other files that came or went may have given it another name.
    if (entry.file?.name !== name) {
      const module = entry.document?.module ?? entry.module ?? this.parser.parse(entry.text ?? readText(file) ?? '');
      entry.module = null;
      entry.file = new SourceFile(file, name, path.basename(file) === '__init__.py', module, entry.uri);
    }
    return entry.file;
  }

  /** What a file of the project imports, by its text. */
  imports(file: string): Imports {
    const entry = this.#entries.get(file);
    if (!entry) return importsIn('');
    return entry.imports ??= importsIn(entry.document?.text ?? entry.text ?? readText(file) ?? '');
  }

  /** What the last scan could not read. */
  get unreadable(): readonly Unreadable[] {
    return this.#unreadable;
  }

  get commandFiles(): CommandFiles {
    return this.#commandFiles;
  }

  /** The files that mention Celery, in the order of their paths. */
  interestingFiles(): SourceFile[] {
    return [...this.#entries.values()].filter(({ interesting }) => interesting).map(entry => entry.path).sort().map(entry => this.file(entry)!);
  }

  get linked(): Linked {
    if (this.#linked && this.#pending !== null) {
      const file = this.file(this.#pending)!;
      this.#pending = null;
      this.#linked = new Linked(this, this.#options, { linked: this.#linked, file });
    }
    return this.#linked ??= this.#link();
  }

  /** The names of the project's decorators that make tasks. */
  #makers: ReadonlySet<string> = new Set();

  #makesTasks(decorators: readonly string[]): boolean {
    return decorators.some(name => this.#makers.has(name));
  }

  /** Links all files, those too of which only a decorator of the project says that they have tasks: which names these have is only known once others are linked. */
  #link(): Linked {
    for (;;) {
      const linked = new Linked(this, this.#options);
      this.#makers = linked.makers;
      if (!this.#readMore()) return linked;
    }
  }

  /** Takes in the files with decorators that make tasks. True where there are any. */
  #readMore(): boolean {
    if (!this.#makers.size) return false;
    const more = [...this.#entries.values()].filter(({ interesting, decorators }) => !interesting && this.#makesTasks(decorators));
    for (const entry of more) {
      entry.interesting = true;
      entry.text = entry.document ? null : readText(entry.path);
    }
    // Their imports say more of how modules are called.
    if (more.length) this.#names = null;
    return more.length > 0;
  }

  #current(): Snapshot {
    const { linked } = this;
    return this.#snapshot ??= new Snapshot(linked);
  }

  /** All tasks, those too whose name is not known. */
  definitions(): Snapshot['definitions'] {
    return this.#current().definitions;
  }

  /** All that the index knows. @param now epoch ms, for the next runs of schedules */
  snapshot(now = Date.now()): SourceProject {
    const current = this.#current();
    return {
      revision: this.#revision,
      indexing: this.indexing,
      apps: current.apps,
      tasks: current.tasks,
      schedules: current.schedules(now),
      samples: current.samples,
      queues: current.queues,
      usesCelery: current.usesCelery,
    };
  }

  /** What the lenses of one document need. @param now epoch ms */
  document(file: string, now = Date.now()): { tasks: readonly SourceTask[]; schedules: readonly SourceSchedule[]; samples: readonly SourceSample[] } {
    if (!this.#entries.get(file)?.interesting) return { tasks: [], schedules: [], samples: [] };
    return this.#current().document(this.file(file)!, now);
  }
}

/** The text of a file without the bodies of its functions, but those that may make tasks or apps: what others can depend on. */
function shape(file: SourceFile, plausible: Plausible): string {
  const parts: string[] = [];
  let at = 0;
  for (const { node, scope } of file.analysis.functions) {
    const [first] = node.body;
    if (!first || scope.kind === 'function' || first.start < at || plausible.may(node.name, Meaning.Maker | Meaning.App)) continue;
    parts.push(file.module.text.slice(at, first.start));
    at = node.end;
  }
  parts.push(file.module.text.slice(at));
  return parts.join('\0');
}
