import { CRONTAB_FIELDS, readCrontab, readCrontabLine, readField, type CrontabError, type CrontabField, type CrontabOddity } from '../../../celery/crontab';
import { nearest, tolerance } from '../../../celery/nearMiss';
import { isAtLeast } from '../../../celery/versions';
import type { LintContext } from '../context';
import { crontabCalls, crontabLines, type CrontabCall } from '../crontabs';
import { inText } from '../edits';
import type { Finding, Fix, Rule } from '../rule';

export const crontabInvalid: Rule = {
  code: 'CEL603',
  name: 'crontab-invalid',
  severity: 'error',
  summary: 'A crontab that Celery refuses or reads otherwise: a value out of range, an unknown keyword, a whole cron line in one argument.',
  *check(context) {
    for (const call of crontabCalls(context)) yield* checkCall(call, context);
    for (const { line, argument } of crontabLines(context)) {
      const { errors, oddities } = readCrontabLine(line, context.linked.versions.celery);
      for (const error of errors) yield { at: inText(context.file, argument, error.start, error.end), message: error.message };
      for (const oddity of oddities.filter(isWrong)) yield { at: inText(context.file, argument, oddity.start, oddity.end), severity: severityOf(oddity), message: oddity.message };
    }
  },
};

function* checkCall(call: CrontabCall, context: LintContext): Generator<Finding> {
  const { celery } = context.linked.versions;
  for (const argument of call.surplus) yield { at: argument, message: 'crontab() takes five fields by position: TypeError' };
  for (const keyword of call.unknown) {
    const meant = fieldMeant(keyword.name!, call);
    yield {
      at: keyword.nameSpan!,
      message: `crontab() has no field ${keyword.name}: TypeError${meant ? `; ${meant} is meant?` : ''}`,
      fixes: meant ? [{ title: `Rename to ${meant}`, safe: true, edits: [{ span: keyword.nameSpan!, text: meant }] }] : [],
    };
  }
  let readable = call.complete;
  for (const [field, node] of call.fields) {
    const value = call.values.get(field);
    if (value === undefined) {
      readable = false;
      continue;
    }
    const { errors, oddities } = readField(field, value, celery);
    if (errors.length) readable = false;
    for (const error of errors) yield { at: inText(context.file, node, error.start, error.end), message: `${error.message}: ${raised(error)} when the schedule is built`, fixes: errorFixes(error, field, call, context) };
    for (const oddity of oddities.filter(isWrong)) {
      const whole = oddity.code === 'text-ignored' && call.fields.size === 1;
      yield {
        at: inText(context.file, node, oddity.start, oddity.end), severity: severityOf(oddity), message: oddity.message,
        fixes: oddity.code !== 'text-ignored' || typeof value !== 'string' ? [] : whole ? lineFixes(value, call, context) : dropFixes(oddity, call, context),
      };
    }
  }
  if (!readable) return;
  const { errors, oddities } = readCrontab(Object.fromEntries(call.values), celery);
  const impossible = [...errors, ...oddities].find(({ code }) => code === 'impossible-date');
  if (impossible) yield { at: call.fields.get('day_of_month') ?? call.node.func, message: impossible.message };
}

/** Oddities of which the writer meant something else; steps and days have rules of their own. */
function isWrong({ code }: CrontabOddity): boolean {
  return code === 'text-ignored' || code === 'month-name-elsewhere' || code === 'day-name-elsewhere' || code === 'impossible-date';
}

/** A cron line of which four fields are dropped, or a schedule that stops Beat, is as wrong as one that is refused. */
function severityOf({ code, message }: CrontabOddity): 'error' | 'warning' {
  return code === 'impossible-date' || (code === 'text-ignored' && message.startsWith('Only')) ? 'error' : 'warning';
}

function raised({ code }: CrontabError): string {
  return code === 'wrong-type' ? 'TypeError' : code === 'empty-part' || code === 'step-missing' ? 'ParseException' : 'ValueError';
}

const ALIASES = new Map<string, CrontabField>([
  ['minutes', 'minute'], ['mins', 'minute'], ['min', 'minute'], ['hours', 'hour'], ['weekday', 'day_of_week'], ['weekdays', 'day_of_week'], ['dow', 'day_of_week'], ['week_day', 'day_of_week'],
  ['days_of_week', 'day_of_week'], ['dom', 'day_of_month'], ['day', 'day_of_month'], ['days', 'day_of_month'], ['month', 'month_of_year'], ['months', 'month_of_year'], ['moy', 'month_of_year'],
]);

function fieldMeant(name: string, { fields }: CrontabCall): CrontabField | null {
  const meant = ALIASES.get(name.toLowerCase()) ?? nearest(name.toLowerCase(), CRONTAB_FIELDS, tolerance(name))[0] as CrontabField | undefined;
  return meant && !fields.has(meant) ? meant : null;
}

function errorFixes(error: CrontabError, field: CrontabField, call: CrontabCall, context: LintContext): Fix[] {
  const node = call.fields.get(field)!;
  const value = call.values.get(field);
  const span = inText(context.file, node, error.start, error.end);
  if (error.code === 'whole-line' && typeof value === 'string' && call.fields.size === 1) return lineFixes(value, call, context);
  if (typeof value === 'string' && span === node) return [];
  const written = typeof value === 'string' ? value.slice(error.start, error.end) : value;
  if (field === 'day_of_week' && (written === '7' || written === 7)) return [{ title: 'Sunday is 0', safe: true, edits: [{ span, text: '0' }] }];
  if (written === '?') return [{ title: 'Use *', safe: true, edits: [{ span, text: '*' }] }];
  const range = /^A step needs a range: (\S+)$/.exec(error.message)?.[1];
  return range ? [{ title: `Use ${range}`, safe: true, edits: [{ span, text: range }] }] : [];
}

/** A cron line in one argument, taken apart. */
function lineFixes(line: string, { node, scope }: CrontabCall, context: LintContext): Fix[] {
  const texts = line.trim().split(/\s+/);
  const given = node.args[0] ?? node.keywords[0]?.value;
  if (texts.length !== 5 || !given || node.args.length + node.keywords.length !== 1) return [];
  const [minute, hour, day, month, weekday] = texts as [string, string, string, string, string];
  const { celery } = context.linked.versions;
  if (readCrontab({ minute, hour, day_of_week: weekday, day_of_month: day, month_of_year: month }, celery).errors.length) return [];
  const called = context.text(node.func);
  const span = { start: node.start, end: node.end };
  if (isAtLeast(celery, 5, 5)) {
    const argument = texts.join(' ') === context.linked.folder.string(given, scope) ? context.text(given) : `'${texts.join(' ')}'`;
    return [{ title: 'Use crontab.from_string', safe: true, edits: [{ span, text: `${called}.from_string(${argument})` }] }];
  }
  const named = ([['minute', minute], ['hour', hour], ['day_of_month', day], ['month_of_year', month], ['day_of_week', weekday]] as const).filter(([name, text]) => text !== '*' || name === 'minute');
  return [{ title: 'Give each field its argument', safe: true, edits: [{ span, text: `${called}(${named.map(([name, text]) => `${name}='${text}'`).join(', ')})` }] }];
}

function dropFixes({ field, start, end }: CrontabOddity, call: CrontabCall, { file }: LintContext): Fix[] {
  const node = field && call.fields.get(field);
  const span = node && inText(file, node, start, end);
  return span && span !== node ? [{ title: 'Remove what Celery ignores', safe: false, edits: [{ span, text: '' }] }] : [];
}

