import { setImmediate } from 'node:timers/promises';
import type { Connection, Diagnostic } from 'vscode-languageserver/node';
import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../source/lint/configuration';
import { Linter, type Diagnosis } from '../source/lint/engine';
import type { Project } from '../source/project/project';
import type { SourceFile } from '../source/project/sourceFile';
import { toDiagnostic } from './convert';

/** Pause after the last change, so that one typed word is looked at once. */
const quiet = 60;
/** Work is done in slices of this length, so that requests are answered meanwhile. Milliseconds. */
const slice = 12;

/** Keeps the diagnostics of all files up to date: those being edited first, the rest in the background. */
export class Diagnostics {
  readonly #shown = new Map<string, { readonly found: readonly Diagnosis[]; readonly sent: readonly Diagnostic[] }>();
  readonly #edited = new Set<string>();
  #everything = false;
  #timer: NodeJS.Timeout | null = null;
  #run = 0;
  #stopped = false;

  constructor(private readonly connection: Connection, private readonly project: Project, private readonly configuration: Configuration) {}

  /** Looks again soon: at the file that was edited, or at everything where `path` is null. */
  schedule(path: string | null = null): void {
    if (path === null) this.#everything = true;
    else this.#edited.add(path);
    this.#run++;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#all().catch((error: unknown) => this.connection.console.error(`Linting failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}`)), quiet);
  }

  stop(): void {
    this.#stopped = true;
    this.#run++;
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** The findings that are shown for a file. */
  of(path: string): readonly Diagnosis[] {
    return this.#shown.get(path)?.found ?? [];
  }

  async #all(): Promise<void> {
    const run = this.#run;
    this.#timer = null;
    if (this.project.indexing) return;
    const { linked } = this.project;
    const linters = new Map<string, Linter>();
    const lint = (file: SourceFile): void => {
      const key = this.configuration.keyFor(file.path);
      let linter = linters.get(key);
      if (!linter) linters.set(key, linter = new Linter(linked, this.configuration.policyFor(file.path)));
      this.#show(file.path, file.uri, linter.lint(file));
    };
    const { files } = linked;
    const first = files.filter(file => this.#edited.has(file.path));
    const rest = this.#everything ? files.filter(file => !first.includes(file)) : [];
    const present = new Set(files.map(({ path }) => path));
    for (const path of [...this.#shown.keys()]) if (!present.has(path)) this.#show(path, this.project.uriOf(path), []);
    let began = performance.now();
    for (const file of [...first, ...rest]) {
      lint(file);
      if (performance.now() - began < slice) continue;
      await setImmediate();
      if (run !== this.#run || this.#stopped) return;
      began = performance.now();
    }
    this.#edited.clear();
    this.#everything = false;
  }

  #show(path: string, uri: string, found: readonly Diagnosis[]): void {
    const sent = found.map(toDiagnostic);
    const before = this.#shown.get(path);
    if (found.length) this.#shown.set(path, { found, sent });
    else this.#shown.delete(path);
    if (!isDeepStrictEqual(before?.sent ?? [], sent)) void this.connection.sendDiagnostics({ uri, diagnostics: sent });
  }
}
