import { nearest, tolerance } from '../../../celery/nearMiss';
import { isTaskMethod, TASK_OPTION_ALIASES, taskOptionsOf } from '../../../celery/options';
import type { LintContext } from '../context';
import type { Task } from '../../celery/model';
import type { Rule } from '../rule';
import { isAttributeRead } from '../usage';

export const unknownTaskOption: Rule = {
  code: 'CEL301',
  name: 'unknown-task-option',
  severity: 'warning',
  summary: 'A misspelt option of the task decorator: any keyword is accepted, becomes an attribute of the task, and is never read.',
  *check(context) {
    const version = context.linked.versions.celery;
    const known = taskOptionsOf(version);
    for (const task of context.tasks) {
      if (!task.call || task.wrapped) continue;
      for (const { name, nameSpan } of task.call.keywords) {
        if (name === null || !nameSpan || known.has(name) || isTaskMethod(name, version)) continue;
        const suggestion = TASK_OPTION_ALIASES.get(name) ?? nearest(name, known.keys(), tolerance(name))[0];
        if (suggestion === undefined || task.call.keywords.some(other => other.name === suggestion) || isRead(name, task, context)) continue;
        yield {
          at: nameSpan,
          message: `Celery has no task option ${name}, so it is kept as an attribute and never read; ${suggestion} is meant?`,
          fixes: [{ title: `Rename to ${suggestion}`, safe: sameKind(name, suggestion), edits: [{ span: nameSpan, text: suggestion }] }],
        };
      }
    }
  },
};

/** Some of these take another kind of value than what is meant. */
function sameKind(name: string, suggestion: string): boolean {
  return !TASK_OPTION_ALIASES.has(name) || (suggestion !== 'autoretry_for' && suggestion !== 'retry_backoff' && suggestion !== 'retry_jitter');
}

/** Whether the project has a use for the attribute: its base class defines it, or some code reads it. */
function isRead(name: string, task: Task, { linked }: LintContext): boolean {
  const { base } = linked.behaviours.of(task);
  if (base ? linked.evaluator.member(base, name) !== null : task.base !== null && !linked.behaviours.of(task).plainSend) return true;
  return isAttributeRead(name, linked);
}
