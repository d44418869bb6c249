import type { Rule } from '../rule';

export const memoryUnit: Rule = {
  code: 'CEL710',
  name: 'memory-unit',
  severity: 'warning',
  summary: 'worker_max_memory_per_child is counted in kilobytes: this value looks like megabytes, or like bytes.',
  *check(context) {
    for (const { key, value, scope, adds } of context.settings) {
      if (key !== 'worker_max_memory_per_child' || adds) continue;
      const kilobytes = context.linked.folder.number(value, scope);
      if (kilobytes === null || kilobytes <= 0) continue;
      if (kilobytes < 20_000) yield { at: value, message: `${kilobytes} kilobytes are less than a Python process needs: every process is replaced after each task` };
      else if (kilobytes > 100_000_000) yield { at: value, message: `${kilobytes} kilobytes are ${Math.round(kilobytes / 1_048_576)} gigabytes: the limit is counted in kilobytes, not in bytes` };
    }
  },
};
