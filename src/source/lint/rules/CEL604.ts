import { readCrontabLine, readField, type CrontabOddity } from '../../../celery/crontab';
import { crontabCalls, crontabLines } from '../crontabs';
import { inText } from '../edits';
import type { Rule } from '../rule';

export const crontabStep: Rule = {
  code: 'CEL604',
  name: 'crontab-step',
  severity: 'warning',
  summary: 'A crontab step that does not divide its field, or goes beyond it: the runs are uneven, or there is but one.',
  *check(context) {
    const { celery } = context.linked.versions;
    for (const { fields, values } of crontabCalls(context)) {
      for (const [field, node] of fields) {
        const value = values.get(field);
        if (value === undefined) continue;
        for (const oddity of readField(field, value, celery).oddities.filter(isStep)) yield { at: inText(context.file, node, oddity.start, oddity.end), message: oddity.message };
      }
    }
    for (const { line, argument } of crontabLines(context)) {
      for (const oddity of readCrontabLine(line, celery).oddities.filter(isStep)) yield { at: inText(context.file, argument, oddity.start, oddity.end), message: oddity.message };
    }
  },
};

function isStep({ code }: CrontabOddity): boolean {
  return code === 'step-beyond-range' || code === 'step-uneven';
}
