/** What a module imports, and what it names so that others may import it. */
export interface Imports {
  readonly statements: readonly ImportStatement[];
  /** Dotted names that stand in it as texts: settings, URL configurations and registries import by them. */
  readonly texts: readonly string[];
  /** What `__all__` names: `from package import *` imports submodules of these names too. */
  readonly exported: readonly string[];
  /** Whether it may import modules whose names are not written in it. */
  readonly isOpen: boolean;
}

export interface ImportStatement {
  /** The number of leading dots. */
  readonly level: number;
  readonly module: string;
  /** What `from … import` takes, `*` as it is written; empty for `import`. */
  readonly names: readonly string[];
}

const statement = /(?:^|[;:])[ \t]*(?:from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]*(\((?:[^)#]|#[^\n]*)*\)|(?:[^\n#;\\]|\\\r?\n)*)|import[ \t]+((?:[^\n#;\\]|\\\r?\n)*))/gm;
const byName = /\b(?:import_module|__import__)\(\s*["']([A-Za-z_][\w.]*)["']/g;
const dotted = /["']([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)["']/g;
const listed = /\b__all__\b[^[(\n]*[[(]([^\])]*)/g;
/** Imports by a name that is computed, and of all that lies in a directory or is installed. What a setting names stands there as a text. */
const open = /\b(?:import_module|__import__)\(\s*(?!["'][A-Za-z_][\w.]*["']|settings\.[A-Z]\w*\s*\))|\b(?:iter_modules|walk_packages|find_modules|import_submodules|autodiscover_modules|entry_points|iter_entry_points|load_entry_point|spec_from_file_location|module_from_spec|exec_module|load_module|run_module|run_path|execfile)\b|\bexec\(|\b(?:config|configurator|scanner)\.scan\((?!__name__\))/;

/** Reads a module's imports by its text, so that files need not be parsed for them: too many rather than too few. */
export function importsIn(text: string): Imports {
  const statements: ImportStatement[] = [];
  for (const [, dots, from, names, modules] of text.matchAll(statement)) {
    if (modules === undefined) statements.push({ level: dots!.length, module: from!, names: imported(names!) });
    else for (const module of imported(modules)) statements.push({ level: 0, module, names: [] });
  }
  for (const [, module] of text.matchAll(byName)) statements.push({ level: 0, module: module!, names: [] });
  const found: Imports = {
    statements,
    texts: [...new Set(Array.from(text.matchAll(dotted), ([, name]) => name!))],
    exported: Array.from(text.matchAll(listed), ([, names]) => Array.from(names!.matchAll(/["'](\w+)["']/g), ([, name]) => name!)).flat(),
    isOpen: open.test(text),
  };
  // Copied: a slice of a text keeps the whole text alive.
  return JSON.parse(JSON.stringify(found)) as Imports;
}

/** The names in `a, b as c`, without parentheses, comments and aliases. */
function imported(list: string): string[] {
  return list.replace(/#[^\n]*|[()\\]/g, ' ').split(',').flatMap(item => item.trim().split(/\s+/, 1)[0] || []);
}
