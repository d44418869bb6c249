import type { Task } from '../celery/model';
import type { Linked } from '../project/linked';
import { gatherFields, type Field } from '../semantics/dicts';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Expression } from '../syntax/nodes';
import { once } from './context';

/** What `task_annotations` changes of one task or, by `*`, of all: `{'proj.tasks.add': {'rate_limit': '10/s'}}`. */
export interface Annotation {
  /** The task's name, or `*`. */
  readonly name: string;
  /** The project's own tasks that it changes. */
  readonly tasks: readonly Task[];
  readonly options: ReadonlyMap<string, Field>;
}

/** All that the project's settings annotate. */
export const annotations = once((linked: Linked): readonly Annotation[] => {
  const { registry, schedules, settings, evaluator } = linked;
  const found: Annotation[] = [];
  const annotate = (key: Expression, value: Expression, scope: Scope): void => {
    const name = schedules.taskName(key, scope);
    if (name === null) return;
    const tasks = registry.tasks.filter(task => name === '*' || task.name === name);
    for (const option of options(evaluator.evaluate(value, scope))) {
      const given = new Map<string, Field>();
      gatherFields(option, given, linked);
      if (given.size) found.push({ name, tasks, options: given });
    }
  };
  const read = (value: Value): void => {
    if (value.kind !== 'expression') return;
    const { node, scope } = value;
    if (node.kind === 'Dict') for (const { key, value: item } of node.items) if (key) annotate(key, item, scope);
    if (node.kind === 'List' || node.kind === 'Tuple') for (const element of node.elements) options(evaluator.evaluate(element, scope)).forEach(read);
  };
  for (const { key, value, scope, adds } of settings.all) {
    if (key !== 'task_annotations') continue;
    if (adds?.key) annotate(adds.key, value, scope);
    else options(evaluator.evaluate(value, scope)).forEach(read);
  }
  return found;
});
