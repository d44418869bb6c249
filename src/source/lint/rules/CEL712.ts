import type { App } from '../../celery/model';
import type { LintContext } from '../context';
import type { Rule } from '../rule';
import { only, visibilityTimeout } from '../settingValues';

export const acksLateVisibility: Rule = {
  code: 'CEL712',
  name: 'acks-late-visibility',
  severity: 'info',
  summary: 'A task that is acknowledged late may run longer than the broker waits: it is delivered again and runs twice at a time.',
  *check(context) {
    const { linked } = context;
    for (const { key, value, scope, adds, app } of context.settings) {
      if (key !== 'task_time_limit' || adds || only(linked, 'task_acks_late', app, false) !== true) continue;
      const timeout = exceeded(linked.folder.number(value, scope), app, context);
      if (timeout !== null) yield { at: value, message: message('Tasks', timeout) };
    }
    for (const task of context.tasks) {
      const option = (name: string) => task.options.find(candidate => candidate.name === name);
      const limit = option('time_limit');
      if (!limit) continue;
      const own = option('acks_late');
      const late = own ? linked.folder.constant(own.value, own.scope) : only(linked, 'task_acks_late', task.app, false);
      const timeout = late === true ? exceeded(linked.folder.number(limit.value, limit.scope), task.app, context) : null;
      if (timeout !== null) yield { at: limit.value, message: message(task.node.name, timeout) };
    }
  },
};

/** The broker's timeout where a limit is beyond it. */
function exceeded(limit: number | null, app: App | null, { linked }: LintContext): number | null {
  if (limit === null) return null;
  const timeout = visibilityTimeout(linked, app);
  return timeout !== null && limit > timeout ? timeout : null;
}

function message(what: string, timeout: number): string {
  return `${what} may run longer than the broker's visibility_timeout of ${timeout} s: the message is delivered again and a second run starts beside the first`;
}
