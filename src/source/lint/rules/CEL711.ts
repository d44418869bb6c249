import type { Rule } from '../rule';
import { only } from '../settingValues';

/** Seconds from which a task is long: three others wait behind it in the same process. */
const LONG = 600;

export const prefetch: Rule = {
  code: 'CEL711',
  name: 'prefetch',
  severity: 'info',
  summary: 'A worker takes more messages in advance than it should: without any limit, or four for each process while tasks are long and acknowledged late.',
  *check(context) {
    const { linked } = context;
    for (const { key, value, scope, adds, app, at } of context.settings) {
      if (adds) continue;
      if (key === 'worker_prefetch_multiplier' && context.constant(value, scope) === 0) {
        yield { at: value, message: '0 is no limit: one worker takes all messages that wait, and others stay idle', fixes: [{ title: 'Use 1', safe: false, edits: [{ span: value, text: '1' }] }] };
      }
      if (key === 'task_acks_late' && context.constant(value, scope) === true && only(linked, 'worker_prefetch_multiplier', app, 4) === 4 && !only(linked, 'worker_disable_prefetch', app, false)) {
        const limit = Math.max(...(['task_time_limit', 'task_soft_time_limit'] as const).map(name => {
          const seconds = only(linked, name, app, null);
          return typeof seconds === 'number' ? seconds : 0;
        }));
        if (limit >= LONG) yield { at, message: `Each process reserves four messages, and tasks may take ${limit} s: short ones wait behind long ones; worker_prefetch_multiplier = 1 lets other workers take them` };
      }
    }
  },
};
