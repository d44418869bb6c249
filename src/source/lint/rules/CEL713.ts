import type { Rule } from '../rule';
import { only } from '../settingValues';

const preforkOnly: Readonly<Record<string, string>> = {
  task_soft_time_limit: 'soft time limits',
  task_time_limit: 'time limits',
  worker_max_tasks_per_child: 'limit of tasks for each process',
  worker_max_memory_per_child: 'limit of memory for each process',
};

export const poolMismatch: Rule = {
  code: 'CEL713',
  name: 'pool-mismatch',
  severity: 'info',
  summary: 'A setting that only the prefork pool heeds, beside another pool: it does nothing.',
  *check(context) {
    for (const { key, at, value, scope, adds, app } of context.settings) {
      const what = key === null || adds ? undefined : preforkOnly[key];
      if (what === undefined || context.constant(value, scope) === null) continue;
      const pool = only(context.linked, 'worker_pool', app, 'prefork');
      // gevent ends a task after its hard limit; the others have no means to.
      if (pool === 'gevent' && key === 'task_time_limit') continue;
      if (pool === 'gevent' || pool === 'eventlet' || pool === 'threads' || pool === 'solo') yield { at, message: `The pool ${pool} has no ${what}: this does nothing` };
    }
  },
};
