import type { Linked } from '../project/linked';
import type { Scope } from '../semantics/scopes';
import type { Value } from '../semantics/values';
import type { Call, FunctionDef } from '../syntax/nodes';
import type { Task } from './model';

/** A call of a task's own `retry`. */
export interface RetryCall {
  readonly node: Call;
  readonly scope: Scope;
  /** The task that is retried; null where only that it is some task is known. */
  readonly task: Task | null;
}

/** `self.retry(…)` of a bound task or of a class-based one, `task.retry(…)`, `current_task.retry(…)`. */
export function retryCall(node: Call, scope: Scope, linked: Linked): RetryCall | null {
  if (node.func.kind !== 'Attribute' || node.func.attr !== 'retry') return null;
  const on = linked.evaluator.evaluate(node.func.value, scope);
  const task = taskMeant(on, linked);
  const isCelerys = task ? !linked.behaviours.mayInherit(task, 'retry') : on.kind === 'symbol' && on.path === 'celery.current_task';
  return isCelerys ? { node, scope, task } : null;
}

/** The task that a value is while one runs: the task itself, the first parameter of a bound one, `self` in a class. */
function taskMeant(value: Value, { registry, evaluator }: Linked): Task | null {
  if (value.kind === 'parameter') {
    const task = value.scope.kind === 'function' && value.scope.parent ? registry.taskOf({ kind: 'function', node: value.scope.node as FunctionDef, scope: value.scope.parent, owner: null }) : null;
    return task?.bound && task.declared[0] === value.node ? task : null;
  }
  const type = evaluator.classOf(value);
  return registry.taskOf(type?.kind === 'class' ? type : value);
}
