import path from 'node:path';

const identifier = /^[A-Za-z_]\w*$/;

/**
 * By what names the files of a project are imported. Python decides that by `sys.path` when it runs; we read it from the layout:
 * packages with `__init__.py` hang below the directory above the topmost one; other files below the nearest directory that marks a project.
 */
export class ModuleNames {
  readonly #files = new Set<string>();
  readonly #directories = new Set<string>();
  readonly #names = new Map<string, { name: string; root: string }>();
  readonly #roots: readonly string[];
  readonly #resolved = new Map<string, string | null>();

  /**
   * @param marked directories that mark a project root, the workspace folders among them
   * @param chosen the root of what lies right in a directory, where imports show it
   */
  constructor(files: Iterable<string>, private readonly marked: ReadonlySet<string>, private readonly chosen: ReadonlyMap<string, string> = new Map()) {
    for (const file of files) {
      this.#files.add(file);
      for (let directory = path.dirname(file); !this.#directories.has(directory); directory = path.dirname(directory)) this.#directories.add(directory);
    }
    const roots = new Map<string, number>();
    for (const file of this.#files) {
      const { root } = this.of(file);
      roots.set(root, (roots.get(root) ?? 0) + 1);
    }
    this.#roots = [...roots].sort((a, b) => b[1] - a[1]).map(([root]) => root);
  }

  /** The dotted name of a file and the directory from which it imports. */
  of(file: string): { readonly name: string; readonly root: string } {
    let known = this.#names.get(file);
    if (!known) this.#names.set(file, known = this.#compute(file));
    return known;
  }

  #compute(file: string): { name: string; root: string } {
    const parts = path.basename(file) === '__init__.py' ? [] : [path.basename(file, '.py')];
    let directory = path.dirname(file);
    while (this.#files.has(path.join(directory, '__init__.py')) && identifier.test(path.basename(directory))) {
      parts.unshift(path.basename(directory));
      directory = path.dirname(directory);
    }
    const nearest = (this.chosen.get(directory) ?? (parts.length > (path.basename(file) === '__init__.py' ? 0 : 1) ? directory : null)) ?? this.#marked(directory);
    const above = path.relative(nearest, directory).split(path.sep).filter(Boolean);
    return above.every(part => identifier.test(part))
      ? { name: [...above, ...parts].join('.') || path.basename(directory), root: nearest }
      : { name: parts.join('.') || path.basename(directory), root: directory };
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

  /** Whether the project has a package or module of that first name. */
  owns(first: string): boolean {
    return this.#roots.some(root => this.#files.has(path.join(root, `${first}.py`)) || this.#directories.has(path.join(root, first)));
  }

  #at(base: string): string | null {
    const init = path.join(base, '__init__.py');
    if (this.#files.has(init)) return init;
    return this.#files.has(`${base}.py`) ? `${base}.py` : null;
  }

  get roots(): readonly string[] {
    return this.#roots;
  }
}
