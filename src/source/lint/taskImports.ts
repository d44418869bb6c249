import type { Task } from '../celery/model';
import type { Linked } from '../project/linked';
import type { SourceFile } from '../project/sourceFile';
import { isTestModule } from '../project/testModules';
import type { Span } from '../syntax/nodes';
import { walk } from '../syntax/walk';
import { isDevelopmentModule } from './usage';

/** An absolute import that leads to a module with tasks, or a text by which Celery or Django import it. */
export interface TaskImport {
  readonly file: SourceFile;
  /** The module's name, as written. */
  readonly at: Span;
  /** `from module import …`, `from package import module`, `import module`, `'package.module'`. */
  readonly form: 'names' | 'module' | 'import' | 'text';
  /** The name by which it imports the module. */
  readonly name: string;
  /** What it takes out of the module. */
  readonly taken: readonly string[];
}

/** Tasks named after their module, and by what names the project's own code imports it. */
export interface ImportedModule {
  readonly tasks: readonly Task[];
  readonly imports: readonly TaskImport[];
}

const known = new WeakMap<Linked, ReadonlyMap<SourceFile, ImportedModule>>();

/** The modules whose tasks have their names from them, with the absolute names by which each is imported. */
export function importedModules(linked: Linked): ReadonlyMap<SourceFile, ImportedModule> {
  let found = known.get(linked);
  if (!found) known.set(linked, found = read(linked));
  return found;
}

function read(linked: Linked): ReadonlyMap<SourceFile, ImportedModule> {
  const modules = new Map<SourceFile, { tasks: Task[]; imports: TaskImport[] }>();
  for (const task of linked.registry.tasks) {
    if (task.nameIsExplicit || task.wrapped || task.scope.kind !== 'module' || task.name !== `${task.file.name}.${task.node.name}`) continue;
    const own = modules.get(task.file);
    if (own) own.tasks.push(task);
    else modules.set(task.file, { tasks: [task], imports: [] });
  }
  const lasts = new Set([...modules.keys()].map(({ name }) => name.slice(name.lastIndexOf('.') + 1)));
  for (const file of linked.files) {
    if (isTestModule(file.name) || isDevelopmentModule(file)) continue;
    for (const { module, level, names, at } of file.analysis.imports) {
      if (level) continue;
      const add = (name: string, form: TaskImport['form'], taken: readonly string[]): void => {
        const target = lasts.has(name.slice(name.lastIndexOf('.') + 1)) ? targetOf(name, file, linked) : null;
        if (target && !isTried(at, file)) modules.get(target)?.imports.push({ file, at, form, name, taken });
      };
      if (names?.length === 0) add(module, 'import', []);
      else add(module, 'names', names ?? ['*']);
      for (const name of names ?? []) add(`${module}.${name}`, 'module', []);
    }
    for (const name of linked.project.imports(file.path).texts) {
      const target = lasts.has(name.slice(name.lastIndexOf('.') + 1)) ? linked.find(name, file) : null;
      const start = file.module.text.search(new RegExp(`["']${name}["']`)) + 1;
      if (target) modules.get(target)?.imports.push({ file, at: { start, end: start + name.length }, form: 'text', name, taken: [] });
    }
  }
  return modules;
}

/** The module that an absolute name means: from one of the project's roots, or, in a program that is started there, from the directory of the file. */
function targetOf(name: string, file: SourceFile, linked: Linked): SourceFile | null {
  const found = linked.find(name, file);
  if (found) return found;
  const beside = linked.project.names.resolveRelative(1, name, file.path);
  return beside === null ? null : linked.project.file(beside);
}

/** In a `try` another import may take its place. */
function isTried({ start, end }: Span, { module }: SourceFile): boolean {
  let tried = false;
  walk(module, node => {
    if (tried || ('start' in node && (node.start > start || node.end < end))) return false;
    if ('kind' in node && node.kind === 'Try') tried = true;
    return !tried;
  });
  return tried;
}
