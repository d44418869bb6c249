import { tasksMeant } from '../../../celery/names';
import { nearest } from '../../../celery/nearMiss';
import { BUILTIN_TASKS } from '../../../celery/tables';
import type { LintContext } from '../context';
import type { Entry } from '../../celery/schedules';
import type { Fix, Rule, Severity } from '../rule';

export const beatUnknownTask: Rule = {
  code: 'CEL601',
  name: 'beat-unknown-task',
  severity: 'warning',
  summary: 'A Beat entry names a task that does not exist: Beat sends it, the worker logs "unregistered task" and drops it.',
  *check(context) {
    for (const entry of context.entries) {
      if (entry.task === null || !entry.taskAt || entry.signature) continue;
      const found = unknownName(entry.task, context);
      if (!found) continue;
      yield { at: entry.taskAt, severity: found.severity, message: `No task is named ${entry.task}: Beat sends it and the worker drops it${found.meant[0] ? `; ${found.meant[0]} is meant?` : ''}`, fixes: fixes(entry, found.meant, context) };
    }
  },
};

/** Null where the name is a task's, or may be one that we cannot see. */
export function unknownName(name: string, { linked }: LintContext): { readonly severity: Severity; readonly meant: readonly string[] } | null {
  const { registry } = linked;
  if (registry.byName(name) || BUILTIN_TASKS.includes(name)) return null;
  const names = registry.tasks.flatMap(task => task.name ?? []);
  const meant = [...new Set([...tasksMeant(name, names), ...nearest(name, names, 2)])];
  const [first] = name.split('.');
  const ours = name.includes('.') && linked.project.names.owns(first!);
  if (!ours && !meant.length) return null;
  // A module with mistakes, and names that are not constant, may hide the very task.
  const uncertain = linked.hasBroken || registry.tasks.some(task => task.name === null);
  return { severity: uncertain ? 'hint' : 'warning', meant };
}

function fixes({ taskAt, file }: Entry, meant: readonly string[], context: LintContext): Fix[] {
  const written = file.text(taskAt!);
  const quotes = /^["']/.exec(written)?.[0];
  if (!quotes || file !== context.file) return [];
  return meant.slice(0, 3).map(name => ({ title: `Change to ${name}`, safe: false, edits: [{ span: taskAt!, text: quotes + name + quotes }] }));
}
