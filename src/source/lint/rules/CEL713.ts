import type { Rule } from '../rule';
import { workerPools } from '../workerPools';

const preforkOnly: Readonly<Record<string, string>> = {
  task_soft_time_limit: 'soft time limits',
  task_time_limit: 'time limits',
  worker_max_tasks_per_child: 'limit of tasks for each process',
  worker_max_memory_per_child: 'limit of memory for each process',
};
const others: ReadonlySet<unknown> = new Set(['gevent', 'eventlet', 'threads', 'solo']);

export const poolMismatch: Rule = {
  code: 'CEL713',
  name: 'pool-mismatch',
  severity: 'info',
  summary: 'A setting that only the prefork pool heeds, beside another pool: it does nothing.',
  *check(context) {
    for (const { key, at, value, scope, adds, app } of context.settings) {
      const what = key === null || adds ? undefined : preforkOnly[key];
      if (what === undefined || context.constant(value, scope) === null) continue;
      const pools = workerPools(context.linked, app);
      // gevent ends a task after its hard limit; the others have no means to.
      if (!pools.length || !pools.every(({ name }) => others.has(name) && !(name === 'gevent' && key === 'task_time_limit'))) continue;
      const { name, chosenAt } = pools.find(pool => pool.chosenAt !== null) ?? pools[0]!;
      const has = chosenAt === null ? `The pool ${name} has` : `The worker that ${chosenAt} starts has the pool ${name}, which has`;
      yield { at, message: `${has} no ${what}: this does nothing` };
    }
  },
};
