import type { Rule } from '../rule';

export const maxTasksZero: Rule = {
  code: 'CEL719',
  name: 'max-tasks-zero',
  severity: 'warning',
  summary: 'worker_max_tasks_per_child = 0: billiard 4.3.2 and later refuse it with ValueError; no limit is None.',
  *check(context) {
    for (const { key, value, scope, adds } of context.settings) {
      if (key !== 'worker_max_tasks_per_child' || adds || context.constant(value, scope) !== 0) continue;
      yield { at: value, message: 'billiard 4.3.2 and later refuse 0 with ValueError, so the worker does not start; no limit is None', fixes: value.kind === 'Num' ? [{ title: 'Use None', safe: true, edits: [{ span: value, text: 'None' }] }] : [] };
    }
  },
};
