import type { Task } from '../celery/model';
import type { Linked } from '../project/linked';
import type { SourceFile } from '../project/sourceFile';
import { isTestModule } from '../project/testModules';
import type { Span } from '../syntax/nodes';
import { walk } from '../syntax/walk';
import { once } from './context';
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

/** Tasks named after their module, and by what names the project's own code imports it, where these may be two. */
export interface ImportedModule {
  readonly tasks: readonly Task[];
  readonly imports: readonly TaskImport[];
}

/** The modules whose tasks have their names from them, with the absolute names by which each is imported, where these may be two. */
export const importedModules = once((linked: Linked): ReadonlyMap<SourceFile, ImportedModule> => {
  const modules = new Map<SourceFile, { tasks: Task[]; imports: TaskImport[] }>();
  for (const task of linked.registry.tasks) {
    if (task.nameIsExplicit || task.wrapped || task.scope.kind !== 'module' || task.name !== `${task.file.name}.${task.node.name}`) continue;
    const own = modules.get(task.file);
    if (own) own.tasks.push(task);
    else modules.set(task.file, { tasks: [task], imports: [] });
  }
  const lasts = new Set([...modules.keys()].map(({ name }) => lastOf(name)));
  const files = linked.files.filter(isProduct);
  const names = namesakes(files, linked);
  if (!names.size) return modules;
  for (const file of files) {
    for (const taken of absoluteImports(file)) {
      const target = names.has(taken.name) && lasts.has(taken.last) ? targetOf(taken.name, file, linked) : null;
      if (target && !isTried(taken.at, file)) modules.get(target)?.imports.push(taken);
    }
    for (const name of linked.project.imports(file.path).texts) {
      const target = names.has(name) && lasts.has(lastOf(name)) ? linked.find(name, file) : null;
      if (!target) continue;
      const start = file.module.text.search(new RegExp(`["']${name}["']`)) + 1;
      modules.get(target)?.imports.push({ file, at: { start, end: start + name.length }, form: 'text', name, taken: [] });
    }
  }
  return modules;
});

/** Names of which one ends with another: two names of one module do. */
function namesakes(files: readonly SourceFile[], { project }: Linked): ReadonlySet<string> {
  const all = new Set<string>();
  for (const file of files) {
    for (const { name } of absoluteImports(file)) all.add(name);
    for (const name of project.imports(file.path).texts) all.add(name);
  }
  const found = new Set<string>();
  for (const name of all) {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const end = name.slice(dot + 1);
      if (all.has(end)) found.add(name).add(end);
    }
  }
  return found;
}

const isProduct = once((file: SourceFile): boolean => !isTestModule(file.name) && !isDevelopmentModule(file));

/** Every absolute import of a file, as one of a module and as one of what a package holds; `last` is the last part of the name. */
const absoluteImports = once((file: SourceFile): readonly (TaskImport & { readonly last: string })[] => file.analysis.imports.filter(({ level }) => !level).flatMap(({ module, names, at }) => {
  const as = (name: string, form: TaskImport['form'], taken: readonly string[]): TaskImport & { readonly last: string } => ({ file, at, form, name, taken, last: lastOf(name) });
  return names?.length === 0 ? [as(module, 'import', [])] : [as(module, 'names', names ?? ['*']), ...(names ?? []).map(name => as(`${module}.${name}`, 'module', []))];
}));

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** The module that an absolute name means: from one of the project's roots, or, in a program that is started there, from the directory of the file. */
function targetOf(name: string, file: SourceFile, linked: Linked): SourceFile | null {
  const found = linked.find(name, file);
  if (found) return found;
  const beside = linked.project.names.resolveRelative(1, name, file.path);
  return beside === null ? null : linked.project.file(beside);
}

/** In a `try` another import may take its place. */
function isTried({ start, end }: Span, file: SourceFile): boolean {
  return tries(file).some(tried => tried.start <= start && end <= tried.end);
}

const tries = once((file: SourceFile): readonly Span[] => {
  const found: Span[] = [];
  if (file.module.text.includes('try')) walk(file.module, node => {
    if ('kind' in node && node.kind === 'Try') found.push(node);
  });
  return found;
});
