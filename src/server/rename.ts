import { ErrorCodes, ResponseError, type Range, type WorkspaceEdit } from 'vscode-languageserver/node';
import type { Task } from '../source/celery/model';
import { explicitName, type Literal, type TaskNameUse } from '../source/celery/taskNames';
import { contentSpan, quoted } from '../source/lint/edits';
import type { FixEdit } from '../source/lint/rule';
import type { Linked } from '../source/project/linked';
import type { SourceFile } from '../source/project/sourceFile';
import { documentEdits } from './codeActions';
import { nameRange } from './names';
import type { Place } from './place';

/** The name of a task that can be renamed. Throws with the reason where one cannot; null where there is none. */
export function prepareRename({ linked, file, offset }: Place): { range: Range; placeholder: string } | null {
  const found = linked.taskNames.at(file, offset);
  if (!found) return null;
  const renamed = namedSo(found.use.name, file, linked);
  const reason = hindrance(renamed, linked);
  if (reason !== null) throw refusal(reason);
  return { range: nameRange(found, file), placeholder: renamed.name };
}

/** Writes a task's new name wherever its folder has the old one. */
export function rename({ linked, file, offset }: Place, newName: string): WorkspaceEdit | null {
  const found = linked.taskNames.at(file, offset);
  if (!found) return null;
  const renamed = namedSo(found.use.name, file, linked);
  const reason = hindrance(renamed, linked) ?? mistake(newName, renamed, linked);
  if (reason !== null) throw refusal(reason);
  const literals = new Map<Literal['node'], SourceFile>();
  for (const use of renamed.uses) for (const literal of use.literals) literals.set(literal.node, literal.file);
  const edits = new Map<SourceFile, FixEdit[]>();
  for (const [node, where] of literals) edits.set(where, [...edits.get(where) ?? [], edit({ file: where, node }, newName)]);
  return { documentChanges: documentEdits(edits) };
}

/** What one folder of the workspace calls by a name: another folder's task of that name is another task. */
interface NamedSo {
  readonly name: string;
  readonly tasks: readonly Task[];
  readonly uses: readonly TaskNameUse[];
  readonly isHere: (file: SourceFile) => boolean;
}

function namedSo(name: string, { path }: SourceFile, { project, registry, taskNames }: Linked): NamedSo {
  const folder = project.folderOf(path);
  const isHere = (file: SourceFile): boolean => project.folderOf(file.path) === folder;
  return { name, isHere, tasks: registry.tasks.filter(task => task.name === name && isHere(task.file)), uses: taskNames.of(name).filter(use => isHere(use.file)) };
}

function edit({ file, node }: Literal, name: string): FixEdit {
  const content = contentSpan(file, node);
  return content ? { span: content, text: name } : { span: node, text: quoted(name, file.text(node)) };
}

/** Why a name cannot be changed by changing texts; null where it can. */
function hindrance({ name, tasks, uses, isHere }: NamedSo, linked: Linked): string | null {
  if (name.includes('*')) return `${name} is a pattern for many names`;
  if (!tasks.length) return `No task in this folder is named ${name}`;
  for (const task of tasks) {
    if (task.nameIsExplicit && explicitName(task)) continue;
    if (task.nameIsExplicit) return `The task ${task.node.name} gets its name from a base class or a decorator in ${place(task.file, task.node.start)}`;
    return `Celery makes the name ${name} from the module and ${task.kind === 'class' ? 'class' : 'function'} of the task: rename ${task.node.name}, or give it a name= first`;
  }
  const computed = uses.find(use => !use.isWritten);
  if (computed) return `The name is put together from parts in ${place(computed.file, computed.node.start)}: change it there first`;
  const elsewhere = uses.flatMap(({ literals }) => literals).find(({ file }) => !isHere(file));
  if (elsewhere) return `The name is written in another folder, in ${place(elsewhere.file, elsewhere.node.start)}: rename it there`;
  const shared = uses.find(use => isShared(use, linked));
  return shared ? `The name stands in a text that also names a queue, in ${place(shared.file, shared.node.start)}` : null;
}

/** Whether a constant that holds the name is a queue's name too, which would change with it. */
function isShared({ literals }: TaskNameUse, { queues, evaluator }: Linked): boolean {
  return queues.uses.some(({ at, scope }) => {
    const value = evaluator.evaluate(at, scope);
    return value.kind === 'expression' && literals.some(({ node }) => node === value.node);
  });
}

/** What is wrong with a new name; null where nothing is. */
function mistake(name: string, { name: old, isHere }: NamedSo, { registry }: Linked): string | null {
  if (!name.trim()) return 'A task needs a name';
  if (/[\s'"\\*\p{Cc}]/u.test(name)) return 'Blanks, quotes, backslashes and * would not mean the same in every place where the name is written';
  return name !== old && registry.tasks.some(task => task.name === name && isHere(task.file)) ? `There is a task ${name} already` : null;
}

function place(file: SourceFile, offset: number): string {
  return `${file.name}, line ${file.lines.position(offset).line + 1}`;
}

function refusal(reason: string): ResponseError<undefined> {
  return new ResponseError(ErrorCodes.InvalidRequest, reason);
}
