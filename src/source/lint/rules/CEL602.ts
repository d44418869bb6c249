import { isFull, readCrontabLine, readField, type CrontabField } from '../../../celery/crontab';
import type { LintContext } from '../context';
import { crontabCalls, crontabLines, type CrontabCall } from '../crontabs';
import { inText, prependArgument } from '../edits';
import type { Fix, Rule } from '../rule';

export const crontabEveryMinute: Rule = {
  code: 'CEL602',
  name: 'crontab-every-minute',
  severity: 'warning',
  summary: 'A crontab names an hour or a day and no minute: the minute is then every minute, so it runs 60 times in that hour.',
  *check(context) {
    for (const call of crontabCalls(context)) {
      if (!call.complete || call.surplus.length || call.unknown.length) continue;
      const hour = isRestricted('hour', call, context);
      const days = (['day_of_week', 'day_of_month', 'month_of_year'] as const).some(field => isRestricted(field, call, context));
      if (!call.fields.has('minute')) {
        if (!hour && !days) continue;
        const hourless = !hour && !call.fields.has('hour');
        yield {
          at: call.node.func,
          message: hourless ? 'Without minute and hour this runs in every minute of these days' : 'Without minute this runs in every minute of the hour, not once',
          fixes: [insert(call, hourless ? 'minute=0, hour=0' : 'minute=0', context)],
        };
      } else if (hour && call.values.get('minute') === '*') {
        yield { at: call.fields.get('minute')!, severity: 'hint', message: 'This runs in every minute of the hour, not once' };
      } else if (!call.fields.has('hour') && days && isOnce('minute', call, context) && !isRestricted('month_of_year', call, context)) {
        yield {
          at: call.node.func,
          // Once an hour on weekdays is a thing that people want; once an hour on the first of the month hardly.
          severity: isRestricted('day_of_month', call, context) || isOnce('day_of_week', call, context) ? 'warning' : 'hint',
          message: 'Without hour this runs in every hour of these days, not once',
          fixes: [{ ...insert(call, 'hour=0', context), safe: false }],
        };
      }
    }
    for (const { line, argument } of crontabLines(context)) {
      const [minute, hour = '*'] = line.trim().split(/\s+/);
      const { crontab } = readCrontabLine(line, context.linked.versions.celery);
      const at = line.indexOf('*');
      if (minute === '*' && hour !== '*' && crontab && !isFull('hour', crontab.hour)) yield { at: inText(context.file, argument, at, at + 1), severity: 'hint', message: 'This runs in every minute of the hour, not once' };
    }
  },
};

/** Whether a field is given and surely leaves some values out. */
function isRestricted(field: CrontabField, { values }: CrontabCall, { linked }: LintContext): boolean {
  const value = values.get(field);
  if (value === undefined) return false;
  const reading = readField(field, value, linked.versions.celery);
  return reading.errors.length === 0 && !isFull(field, reading.values);
}

function isOnce(field: CrontabField, { values }: CrontabCall, { linked }: LintContext): boolean {
  const value = values.get(field);
  return value !== undefined && readField(field, value, linked.versions.celery).values.length === 1;
}

function insert({ node, fields }: CrontabCall, text: string, { file }: LintContext): Fix {
  const title = `Add ${text.replace(', ', ' and ')}`;
  const minute = fields.get('minute');
  if (!minute) return { title, safe: true, edits: [prependArgument(file, node, text)] };
  return { title, safe: true, edits: [{ span: { start: minute.end, end: minute.end }, text: `, ${text}` }] };
}
