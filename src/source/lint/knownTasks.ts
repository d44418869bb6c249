import type { Task } from '../celery/model';
import type { ParameterNode } from '../syntax/nodes';
import type { LintContext } from './context';
import { unboundSelf } from './definitions';

/** A task of which it is known what it takes. */
export type KnownTask = Task & { readonly parameters: readonly ParameterNode[] };

/** Whether what the task takes is known for sure: no wrapper, base class or setting that may change it, and no `bind=True` missing, which is told where it is. */
export function isKnown(task: Task, context: LintContext): task is KnownTask {
  return task.parameters !== null && !task.file.isBroken({ start: task.node.defStart, end: task.node.body[0]?.start ?? task.node.end }) && context.linked.behaviours.of(task).plainCall && !unboundSelf(task, context);
}
