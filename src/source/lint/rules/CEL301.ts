import { nearest, tolerance } from '../../../celery/nearMiss';
import { isTaskMethod, TASK_OPTION_ALIASES, taskOptionsOf } from '../../../celery/options';
import type { Option, Task } from '../../celery/model';
import type { Linked } from '../../project/linked';
import type { Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { writtenOptions } from '../retries';
import type { Rule } from '../rule';
import { isAttributeRead } from '../usage';

export const unknownTaskOption: Rule = {
  code: 'CEL301',
  name: 'unknown-task-option',
  severity: 'warning',
  summary: 'A misspelt option of the task decorator: any keyword is accepted, becomes an attribute of the task, and is never read.',
  *check(context) {
    for (const { option: { name, at }, tasks } of unknownOptions(context)) {
      const suggestion = TASK_OPTION_ALIASES.get(name) ?? nearest(name, taskOptionsOf(context.linked.versions.celery).keys(), tolerance(name))[0];
      if (!at || suggestion === undefined || tasks.some(({ options }) => options.some(other => other.name === suggestion)) || isRead(name, tasks, context)) continue;
      yield {
        at,
        message: `Celery has no task option ${name}, so it is kept as an attribute and never read; ${suggestion} is meant?`,
        fixes: [{ title: `Rename to ${suggestion}`, safe: sameKind(name, suggestion), edits: [{ span: at, text: suggestion }] }],
      };
    }
  },
};

/** Options and attributes of task classes written in the file that are none of Celery's; options of a decorator that is prepared under a name belong to all tasks that it makes. */
function unknownOptions({ linked, file }: LintContext): Iterable<{ readonly option: Option; readonly tasks: Task[] }> {
  const { celery } = linked.versions;
  const known = taskOptionsOf(celery);
  const found = new Map<Expression, { readonly option: Option; readonly tasks: Task[] }>();
  for (const { task, option } of writtenOptions(linked, file)) {
    if (known.has(option.name) || isTaskMethod(option.name, celery)) continue;
    const same = found.get(option.value);
    if (same) same.tasks.push(task);
    else found.set(option.value, { option, tasks: [task] });
  }
  return found.values();
}

/** Some of these take another kind of value than what is meant. */
function sameKind(name: string, suggestion: string): boolean {
  return !TASK_OPTION_ALIASES.has(name) || (suggestion !== 'autoretry_for' && suggestion !== 'retry_backoff' && suggestion !== 'retry_jitter');
}

/** Whether the project has a use for the attribute: a base class defines it or may do so, or some code reads it. */
function isRead(name: string, tasks: readonly Task[], { linked }: LintContext): boolean {
  return tasks.some(task => mayInherit(task, name, linked)) || isAttributeRead(name, linked);
}

/** From another class than the one that is the task itself. */
function mayInherit(task: Task, name: string, { behaviours, evaluator }: Linked): boolean {
  const { base, isOpen } = behaviours.of(task);
  return isOpen || (base !== null && evaluator.mro(base).some(type => type.kind === 'class' && type.node !== task.node && evaluator.inner(type)?.bindings.has(name)));
}
