import { isFull, readCrontab, readCrontabLine, type Crontab } from '../../../celery/crontab';
import { crontabWords } from '../../../celery/words';
import { crontabCalls, crontabLines } from '../crontabs';
import type { Rule } from '../rule';

export const crontabDomAndDow: Rule = {
  code: 'CEL610',
  name: 'crontab-dom-and-dow',
  severity: 'info',
  summary: 'A crontab with both a day of the month and a day of the week: Celery runs it where both match, cron where either does.',
  *check(context) {
    const { celery } = context.linked.versions;
    for (const { node, fields, values, complete, surplus, unknown } of crontabCalls(context)) {
      if (!complete || surplus.length || unknown.length || values.size !== fields.size) continue;
      const { crontab } = readCrontab(Object.fromEntries(values), celery);
      if (crontab && isSurprising(crontab)) yield { at: node.func, message: message(crontab) };
    }
    for (const { line, argument } of crontabLines(context)) {
      const { crontab } = readCrontabLine(line, celery);
      if (crontab && isSurprising(crontab)) yield { at: argument, message: message(crontab) };
    }
  },
};

/** Both are restricted. A whole week of the month with one weekday is the usual way to say "the first Monday": its writer knows. */
function isSurprising({ day_of_month: days, day_of_week: weekdays }: Crontab): boolean {
  if (isFull('day_of_month', days) || isFull('day_of_week', weekdays)) return false;
  const week = days.length === 7 && days[6] === days[0]! + 6;
  return !week;
}

function message(crontab: Crontab): string {
  return `Celery wants both days to match, unlike cron: this runs ${crontabWords(crontab)}`;
}
