import path from 'node:path';
import { grouped } from '../../shared/grouped';

const identifier = /^[A-Za-z_]\w*$/;

/**
 * By what names the files of a project are imported. Python decides that by `sys.path` when it runs; we read it from the imports that the
 * project itself writes, and where those are silent from the layout: packages with `__init__.py` hang below the directory above the topmost
 * one, other files below the nearest directory that marks a project.
 */
export class ModuleNames {
  readonly #files = new Set<string>();
  readonly #directories = new Set<string>();
  readonly #names = new Map<string, { name: string; root: string }>();
  readonly #roots: readonly string[];
  readonly #resolved = new Map<string, string | null>();
  #byDirectory: Map<string, string[]> | null = null;
  /** How often imports say that an entry (its path without `.py`) is importable by its bare name, from the directory it lies in. */
  readonly #votes = new Map<string, number>();

  /**
   * @param marked directories that mark a project root, the workspace folders among them
   * @param imports absolute module names as the project's files import them, with how often
   */
  constructor(files: Iterable<string>, private readonly marked: ReadonlySet<string>, imports: ReadonlyMap<string, number> = new Map()) {
    for (const file of files) {
      this.#files.add(file);
      for (let directory = path.dirname(file); !this.#directories.has(directory); directory = path.dirname(directory)) this.#directories.add(directory);
    }
    this.#vote(imports);
    const roots = new Map<string, number>();
    for (const file of this.#files) {
      const { root } = this.of(file);
      roots.set(root, (roots.get(root) ?? 0) + 1);
    }
    this.#roots = [...roots].sort((a, b) => b[1] - a[1]).map(([root]) => root);
  }

  /** Each import that can only mean one file of the project says from which directory that file is imported. */
  #vote(imports: ReadonlyMap<string, number>): void {
    const byLast = new Map<string, Set<string>>();
    for (const base of [...this.#directories, ...[...this.#files].map(file => file.slice(0, -'.py'.length))]) {
      const last = path.basename(base);
      const known = byLast.get(last);
      if (known) known.add(base);
      else byLast.set(last, new Set([base]));
    }
    for (const [module, count] of imports) {
      const tail = path.sep + module.split('.').join(path.sep);
      const matches = [...byLast.get(module.slice(module.lastIndexOf('.') + 1)) ?? []].filter(base => base.endsWith(tail));
      if (matches.length !== 1) continue;
      const top = path.join(matches[0]!.slice(0, -tail.length), module.split('.', 1)[0]!);
      this.#votes.set(top, (this.#votes.get(top) ?? 0) + count);
    }
  }

  /** The dotted name of a file and the directory from which it imports. */
  of(file: string): { readonly name: string; readonly root: string } {
    let known = this.#names.get(file);
    if (!known) this.#names.set(file, known = this.#compute(file));
    return known;
  }

  #compute(file: string): { name: string; root: string } {
    const base = path.basename(file) === '__init__.py' ? path.dirname(file) : file.slice(0, -'.py'.length);
    let best: { root: string; votes: number } | null = null;
    for (let entry = base; entry !== path.dirname(entry) && identifier.test(path.basename(entry)); entry = path.dirname(entry)) {
      const votes = this.#votes.get(entry) ?? 0;
      if (votes > (best?.votes ?? 0)) best = { root: path.dirname(entry), votes };
      if (this.marked.has(entry) && !this.#files.has(path.join(entry, '__init__.py'))) break;
    }
    const root = best?.root ?? this.#rootByLayout(file);
    const name = path.relative(root, base).split(path.sep).join('.');
    return { name: name || path.basename(base), root };
  }

  #rootByLayout(file: string): string {
    let directory = path.dirname(file);
    let packages = 0;
    while (this.#files.has(path.join(directory, '__init__.py')) && identifier.test(path.basename(directory))) {
      packages++;
      directory = path.dirname(directory);
    }
    if (packages) return directory;
    const root = this.#marked(directory);
    return path.relative(root, directory).split(path.sep).every(part => part === '' || identifier.test(part)) ? root : directory;
  }

  /** Files without packages may lie in namespace packages: the nearest directory that marks a project is their root. */
  #marked(directory: string): string {
    for (let current = directory; ; current = path.dirname(current)) {
      if (this.marked.has(current) || path.basename(current) === 'src') return current;
      if (current === path.dirname(current)) return directory;
    }
  }

  /** The file that `import name` means in `from`; null where it is none of ours. A namespace package gives null. */
  resolve(name: string, from: string | null): string | null {
    const own = from === null ? '' : this.of(from).root;
    const key = `${own}\n${name}`;
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const relative = name.split('.').join(path.sep);
    let found: string | null = null;
    for (const root of own ? [own, ...this.#roots] : this.#roots) {
      found = this.#at(path.join(root, relative));
      if (found) break;
    }
    this.#resolved.set(key, found);
    return found;
  }

  /** The file of `from .module import …`, resolved from where the importing file lies. */
  resolveRelative(level: number, module: string, from: string): string | null {
    let directory = path.dirname(from);
    for (let up = 1; up < level; up++) directory = path.dirname(directory);
    return this.#at(module ? path.join(directory, ...module.split('.')) : directory);
  }

  /** The files directly in a package, a namespace package too. */
  filesIn(name: string): readonly string[] {
    const byDirectory = this.#byDirectory ??= grouped(this.#files, file => path.dirname(file));
    const relative = name.split('.').join(path.sep);
    return this.#roots.flatMap(root => byDirectory.get(path.join(root, relative)) ?? []);
  }

  /** Whether the project has a package or module of that first name. */
  owns(first: string): boolean {
    return this.#roots.some(root => this.#files.has(path.join(root, `${first}.py`)) || this.#directories.has(path.join(root, first)));
  }

  #at(base: string): string | null {
    const init = path.join(base, '__init__.py');
    if (this.#files.has(init)) return init;
    return this.#files.has(`${base}.py`) ? `${base}.py` : null;
  }

  get files(): ReadonlySet<string> {
    return this.#files;
  }

  get roots(): readonly string[] {
    return this.#roots;
  }
}
