import { isAtLeast } from '../../../celery/versions';
import type { App, Task } from '../../celery/model';
import type { Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import type { Finding, Rule } from '../rule';
import { given, only } from '../settingValues';

export const timeLimitOrder: Rule = {
  code: 'CEL306',
  name: 'time-limit-order',
  severity: 'error',
  summary: 'A soft time limit that is not below the hard one: it never helps, and from Celery 5.5 the call raises a ValueError.',
  *check(context) {
    for (const { key, value, scope, adds, app } of context.settings) {
      if (key !== 'task_soft_time_limit' || adds || given(context.linked, 'task_annotations', app).length) continue;
      const finding = outOfOrder('Tasks', value, { soft: context.linked.folder.number(value, scope), hard: setting('task_time_limit', app, context), refusedSince: 7 }, context);
      if (finding) yield finding;
    }
    for (const task of context.tasks) {
      if (task.wrapped || given(context.linked, 'task_annotations', task.app).length) continue;
      const own = task.options.filter(({ name, scope }) => (name === 'soft_time_limit' || name === 'time_limit') && scope.file === context.file);
      const at = own.find(({ name }) => name === 'soft_time_limit') ?? own[0];
      const finding = at ? outOfOrder(task.node.name, at.value, { soft: limit(task, 'soft_time_limit', context), hard: limit(task, 'time_limit', context), refusedSince: own.length === 2 ? 5 : 7 }, context) : null;
      if (finding) yield finding;
    }
  },
};

interface Limits {
  readonly soft: number | null;
  readonly hard: number | null;
  /** The minor of Celery 5 that refuses to send where soft is above hard: first it compared only what the task says itself. */
  readonly refusedSince: number;
}

function outOfOrder(what: string, at: Expression, { soft, hard, refusedSince }: Limits, { linked }: LintContext): Finding | null {
  // Zero is no limit.
  if (!soft || !hard || soft < hard) return null;
  if (soft === hard) return { at, severity: 'warning', message: `Soft and hard time limit are both ${hard} s: the process is killed before the soft one can end the task in good order` };
  const raised = isAtLeast(linked.versions.celery, 5, refusedSince);
  return {
    at, severity: raised ? 'error' : 'warning',
    message: `${what === 'Tasks' ? 'Tasks have' : `${what} has`} a soft time limit of ${soft} s above the hard one of ${hard} s: ${raised ? 'apply_async raises a ValueError' : 'the process is killed before the soft limit is reached'}`,
  };
}

/** Seconds; null where there is no limit, or it is not known. */
function limit(task: Task, name: 'soft_time_limit' | 'time_limit', context: LintContext): number | null {
  const { linked } = context;
  const own = task.options.find(option => option.name === name);
  if (own) {
    const constant = linked.folder.constant(own.value, own.scope);
    if (constant !== null) return linked.folder.number(own.value, own.scope);
  } else if (mayInherit(task, name, context)) return null;
  return setting(`task_${name}`, task.app, context);
}

/** Whether an option may come from elsewhere than the decorator: `**options`, a base class. */
function mayInherit(task: Task, name: string, { linked }: LintContext): boolean {
  if (task.call?.keywords.some(keyword => keyword.name === null)) return true;
  const { base, plainSend } = linked.behaviours.of(task);
  return base ? linked.evaluator.member(base, name) !== null : !plainSend;
}

function setting(key: string, app: App | null, { linked }: LintContext): number | null {
  const value = only(linked, key, app, null);
  return typeof value === 'number' ? value : null;
}
