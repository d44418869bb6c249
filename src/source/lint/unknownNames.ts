import { tasksMeant } from '../../celery/names';
import { nearest } from '../../celery/nearMiss';
import { BUILTIN_TASKS } from '../../celery/tables';
import type { LintContext } from './context';
import type { Severity } from './rule';

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
