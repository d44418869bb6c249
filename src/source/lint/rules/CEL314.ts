import type { SourceFile } from '../../project/sourceFile';
import type { Linked } from '../../project/linked';
import { once, type LintContext } from '../context';
import type { Fix, Rule } from '../rule';
import { importedModules, type ImportedModule, type TaskImport } from '../taskImports';
import { mentions } from '../usage';

const naming = /\bgen_task_name\b/;

export const importPathName: Rule = {
  code: 'CEL314',
  name: 'import-path-name',
  severity: 'warning',
  summary: 'A module with tasks is imported by two names: its tasks get their names from the import, so what one side sends the other does not know.',
  *check(context) {
    const { file, linked } = context;
    if (mentions(linked, naming)) return;
    for (const { found, usual } of renamedModules(linked)) {
      for (const taken of found.imports) {
        const task = taken.file !== file || taken.form === 'text' || taken.name === usual.name ? null : taskOf(taken, found, context);
        if (task === null) continue;
        yield {
          at: taken.at,
          message: `Imported as ${taken.name}, the task is called ${taken.name}.${task}; imported as ${usual.name}, as elsewhere, it is called ${usual.name}.${task}: a worker that knows it by one name drops messages for the other`,
          fixes: importAs(taken, usual.name),
          related: [{ file: usual.file, at: usual.at, message: `Here it is ${usual.name}` }],
        };
      }
    }
  },
};

/** The modules that are imported by two names, or more. */
const renamedModules = once((linked: Linked) => [...importedModules(linked)].flatMap(([module, found]) => {
  const usual = usualName(module, found);
  return usual ? [{ found, usual }] : [];
}));

/** Of two names or more, the one that most imports use; of equals the longer one, which says more of where the module lies. Null where there is only one. */
function usualName(module: SourceFile, { imports }: ImportedModule): TaskImport | null {
  const counts = new Map<string, number>();
  for (const { name } of imports) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (counts.size < 2) return null;
  const [usual] = [...counts].sort(([a, m], [b, n]) => n - m || b.length - a.length)[0]!;
  return imports.find(({ name, file }) => name === usual && file !== module) ?? null;
}

/** A task that the import brings in and the file sends, or may send. */
function taskOf({ form, taken }: TaskImport, { tasks }: ImportedModule, { calls }: LintContext): string | null {
  if (form === 'names') return tasks.find(({ node }) => taken.includes(node.name) || taken.includes('*'))?.node.name ?? null;
  return calls.find(({ task }) => task !== null && tasks.includes(task))?.task?.node.name ?? null;
}

function importAs({ form, at, name }: TaskImport, usual: string): Fix[] {
  const parent = usual.slice(0, Math.max(0, usual.lastIndexOf('.')));
  const written = form === 'names' ? usual : form === 'module' && parent && name.slice(name.lastIndexOf('.')) === usual.slice(usual.lastIndexOf('.')) ? parent : null;
  return written === null ? [] : [{ title: `Import it as ${usual}`, safe: false, edits: [{ span: at, text: written }] }];
}
