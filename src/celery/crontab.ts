import { isAtLeast, type Version } from './versions';

/** In the order of `crontab()`'s positional arguments: the day of the week is the third, unlike in a cron line. */
export const CRONTAB_FIELDS = ['minute', 'hour', 'day_of_week', 'day_of_month', 'month_of_year'] as const;
export type CrontabField = (typeof CRONTAB_FIELDS)[number];

/**
 * What is given for a field: an int, a string, or an iterable of ints.
 * `{ python }` is any other value, by the name of its Python type (`float`, `None`); Celery refuses those.
 */
export type FieldValue = number | string | readonly number[] | { readonly python: string };

export type CrontabErrorCode =
  | 'wrong-type'
  | 'out-of-range'
  | 'negative'
  | 'empty-part'
  | 'step-missing'
  | 'step-zero'
  | 'step-not-number'
  | 'step-on-number'
  | 'not-understood'
  | 'whole-line'
  | 'months-need-5.5'
  | 'impossible-date'
  | 'line-fields'
  | 'line-unsupported';

/** Why Celery refuses a crontab. `start` and `end` are UTF-16 offsets in the field's text (or the whole line); 0, 0 where it is no text. */
export interface CrontabError {
  readonly code: CrontabErrorCode;
  /** Null where it concerns the schedule as a whole. */
  readonly field: CrontabField | null;
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export type CrontabOddityCode = 'text-ignored' | 'step-beyond-range' | 'step-uneven' | 'month-name-elsewhere' | 'day-name-elsewhere' | 'day-and-weekday' | 'impossible-date';

/** What Celery accepts and the writer hardly meant. Offsets as in {@link CrontabError}. */
export interface CrontabOddity {
  readonly code: CrontabOddityCode;
  readonly field: CrontabField | null;
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** A crontab that Celery accepts: per field the sorted values that match. All five must match at once (AND). */
export interface Crontab {
  readonly version: Version;
  readonly written: Readonly<Record<CrontabField, FieldValue>>;
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  /** 0 is Sunday. */
  readonly day_of_week: readonly number[];
  readonly day_of_month: readonly number[];
  readonly month_of_year: readonly number[];
}

export interface CrontabReading {
  /** Null where there is an error. */
  readonly crontab: Crontab | null;
  readonly errors: readonly CrontabError[];
  readonly oddities: readonly CrontabOddity[];
}

/** The first value and the number of values of each field (`celery.schedules.crontab.__init__`). */
export const FIELD_RANGE: Readonly<Record<CrontabField, { readonly min: number; readonly size: number }>> = {
  minute: { min: 0, size: 60 },
  hour: { min: 0, size: 24 },
  day_of_week: { min: 0, size: 7 },
  day_of_month: { min: 1, size: 31 },
  month_of_year: { min: 1, size: 12 },
};

const WEEKDAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTH_NAMES = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** `CRON_DAYS_IN_MONTH` of celery.schedules: February at its longest. */
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reads the arguments of `crontab(…)` as that version of Celery does; missing fields are `'*'`. */
export function readCrontab(fields: Partial<Readonly<Record<CrontabField, FieldValue>>>, version: Version): CrontabReading {
  const written = { minute: '*', hour: '*', day_of_week: '*', day_of_month: '*', month_of_year: '*', ...fields } satisfies Record<CrontabField, FieldValue>;
  const errors: CrontabError[] = [];
  const oddities: CrontabOddity[] = [];
  const values = {} as Record<CrontabField, readonly number[]>;
  for (const field of CRONTAB_FIELDS) {
    const reading = readField(field, written[field], version);
    errors.push(...reading.errors);
    oddities.push(...reading.oddities);
    values[field] = reading.values;
  }
  if (errors.length > 0) return { crontab: null, errors, oddities };
  if (!values.month_of_year.some(month => values.day_of_month.some(day => day <= (LONGEST_MONTH[month - 1] ?? 0)))) {
    const message = 'No month of this schedule has such a day: it never runs';
    // Until 5.6 the schedule was built and Beat stopped on it ("unable to rollover").
    if (isAtLeast(version, 5, 7)) return { crontab: null, errors: [{ code: 'impossible-date', field: 'day_of_month', start: 0, end: 0, message }], oddities };
    oddities.push({ code: 'impossible-date', field: 'day_of_month', start: 0, end: 0, message: `${message}, and Beat stops with "unable to rollover"` });
  }
  if (!isFull('day_of_week', values.day_of_week) && !isFull('day_of_month', values.day_of_month)) {
    oddities.push({ code: 'day-and-weekday', field: null, start: 0, end: 0, message: 'Both the day of the month and the day of the week must match; cron takes either' });
  }
  return { crontab: { version, written, ...values }, errors, oddities };
}

/** `crontab.from_string("m h dom mon dow")`, from 5.5: five fields, split at every single space. Offsets are in `line`. */
export function readCrontabLine(line: string, version: Version): CrontabReading {
  const refuse = (code: CrontabErrorCode, message: string): CrontabReading => ({ crontab: null, errors: [{ code, field: null, start: 0, end: line.length, message }], oddities: [] });
  if (!isAtLeast(version, 5, 5)) return refuse('line-unsupported', 'crontab.from_string needs Celery 5.5');
  const texts = line.split(' ');
  if (texts.length !== 5) {
    const blank = texts.includes('') ? '; a second space in a row counts as an empty field' : '';
    return refuse('line-fields', `A cron line has five fields separated by single spaces, this one has ${texts.length}${blank}`);
  }
  const order: readonly CrontabField[] = ['minute', 'hour', 'day_of_month', 'month_of_year', 'day_of_week'];
  const fields: Partial<Record<CrontabField, string>> = {};
  const offsets: Partial<Record<CrontabField, number>> = {};
  let offset = 0;
  texts.forEach((text, index) => {
    const field = order[index] as CrontabField;
    fields[field] = text;
    offsets[field] = offset;
    offset += text.length + 1;
  });
  const reading = readCrontab(fields, version);
  const moved = <T extends { readonly field: CrontabField | null; readonly start: number; readonly end: number }>(finding: T): T => {
    const by = finding.field ? offsets[finding.field] ?? 0 : 0;
    return { ...finding, start: finding.start + by, end: finding.end + by };
  };
  return { crontab: reading.crontab, errors: reading.errors.map(moved), oddities: reading.oddities.map(moved) };
}

/** One field by the grammar of `celery.schedules.crontab_parser`; `values` is sorted and empty where there is an error. */
export function readField(field: CrontabField, value: FieldValue, version: Version): { readonly values: readonly number[]; readonly errors: readonly CrontabError[]; readonly oddities: readonly CrontabOddity[] } {
  const { min, size } = FIELD_RANGE[field];
  const max = min + size - 1;
  const errors: CrontabError[] = [];
  const oddities: CrontabOddity[] = [];
  const found = new Set<number>();

  if (typeof value === 'string') {
    let offset = 0;
    for (const part of value.split(',')) {
      try {
        for (const number of readPart({ field, part, offset, version, oddities })) found.add(number);
      } catch (thrown) {
        if (!(thrown instanceof Refusal)) throw thrown;
        errors.push({ code: thrown.code, field, start: offset + thrown.start, end: offset + thrown.end, message: thrown.message });
      }
      offset += part.length + 1;
    }
    // A line such as '0 7 * * *' breaks in its first part: one plain reason instead of a riddle.
    if (errors.length > 0 && isCronLine(value)) {
      errors.splice(0, errors.length, { code: 'whole-line', field, start: 0, end: value.length, message: 'crontab() takes one argument for each field, not a cron line' });
    }
  } else if (typeof value === 'object' && 'python' in value) {
    errors.push({ code: 'wrong-type', field, start: 0, end: 0, message: `${label(field)} must be a whole number, a text or a list of whole numbers, not ${value.python}` });
  } else {
    for (const number of typeof value === 'number' ? [value] : value) {
      if (number < min || number > max) errors.push({ code: number < 0 ? 'negative' : 'out-of-range', field, start: 0, end: 0, message: rangeMessage(field, String(number)) });
      else found.add(number);
    }
  }
  return { values: errors.length > 0 ? [] : [...found].sort((a, b) => a - b), errors, oddities };
}

/** Whether every value of the field matches. */
export function isFull(field: CrontabField, values: readonly number[]): boolean {
  return values.length === FIELD_RANGE[field].size;
}

class Refusal extends Error {
  constructor(readonly code: CrontabErrorCode, message: string, readonly start: number, readonly end: number) {
    super(message);
  }
}

interface Part {
  readonly field: CrontabField;
  readonly part: string;
  /** Of the part in the field's text. */
  readonly offset: number;
  readonly version: Version;
  readonly oddities: CrontabOddity[];
}

// The patterns of crontab_parser, in its order. They are tried at the start and not anchored at the end, so text after a match is ignored.
const WORD = '[\\p{L}\\p{N}_]';
const RANGE_STEP = new RegExp(`^(${WORD}+?)-(${WORD}+)/(${WORD}+)?`, 'u');
const RANGE = new RegExp(`^(${WORD}+?)-(${WORD}+)`, 'u');
const STAR_STEP = new RegExp(`^\\*/(${WORD}+)?`, 'u');
const STAR = /^\*\n?$/;

function readPart(context: Part): number[] {
  const { field, part } = context;
  const { min, size } = FIELD_RANGE[field];
  if (part === '') throw new Refusal('empty-part', 'Nothing stands between two commas', 0, 0);

  const rangeStep = RANGE_STEP.exec(part);
  if (rangeStep) {
    const [matched, from = '', to = '', step] = rangeStep;
    noteIgnored(context, matched.length);
    return everyNth(readRange(context, from, to), readStep(step, matched.length - (step?.length ?? 0)));
  }
  const range = RANGE.exec(part);
  if (range) {
    const [matched, from = '', to = ''] = range;
    noteIgnored(context, matched.length);
    return readRange(context, from, to);
  }
  const all = Array.from({ length: size }, (_, index) => min + index);
  const starStep = STAR_STEP.exec(part);
  if (starStep) {
    const [matched, stepText] = starStep;
    noteIgnored(context, matched.length);
    const step = readStep(stepText, 2);
    noteStep(context, step, matched.length);
    return everyNth(all, step);
  }
  if (STAR.test(part)) return all;
  return [readNumber(context, part, 0)];
}

function readRange(context: Part, fromText: string, toText: string): number[] {
  const { min, size } = FIELD_RANGE[context.field];
  const from = readNumber(context, fromText, 0);
  const to = readNumber(context, toText, fromText.length + 1);
  const length = to < from ? size - from + to + 1 : to - from + 1;
  return Array.from({ length }, (_, index) => min + ((from - min + index) % size));
}

function readStep(text: string | undefined, at: number): number {
  if (!text) throw new Refusal('step-missing', 'A number must follow the /', Math.max(0, at - 1), at);
  const step = pythonInt(text);
  if (step === null) throw new Refusal('step-not-number', `${text} is not a number: a step is one`, at, at + text.length);
  if (step === 0) throw new Refusal('step-zero', 'A step of 0 goes nowhere', at, at + text.length);
  return step;
}

function everyNth(values: readonly number[], step: number): number[] {
  return values.filter((_, index) => index % step === 0);
}

function readNumber(context: Part, text: string, at: number): number {
  const { field, version, offset, oddities } = context;
  const { min, size } = FIELD_RANGE[field];
  const end = at + text.length;
  if (text.startsWith('-')) throw new Refusal('negative', rangeMessage(field, text), at, end);
  let number = pythonInt(text);
  if (number === null) {
    const name = text.slice(0, 3).toLowerCase();
    const month = MONTH_NAMES.indexOf(name) + 1;
    const weekday = WEEKDAY_NAMES.indexOf(name);
    // From 5.5 a month's name is tried first, whatever the field.
    if (month > 0 && isAtLeast(version, 5, 5)) {
      number = month;
      if (field !== 'month_of_year') oddities.push({ code: 'month-name-elsewhere', field, start: offset + at, end: offset + end, message: `${text} is read as the number ${month}, the month` });
    } else if (weekday >= 0) {
      number = weekday;
      if (field !== 'day_of_week') oddities.push({ code: 'day-name-elsewhere', field, start: offset + at, end: offset + end, message: `${text} is read as the number ${weekday}, the day of the week` });
    } else {
      throw notUnderstood(field, text, at, month > 0);
    }
  }
  if (number < min || number > min + size - 1) throw new Refusal(number < 0 ? 'negative' : 'out-of-range', rangeMessage(field, text), at, end);
  return number;
}

function notUnderstood(field: CrontabField, text: string, at: number, isMonth: boolean): Refusal {
  const end = at + text.length;
  if (isMonth && field === 'month_of_year') return new Refusal('months-need-5.5', `Names of months need Celery 5.5: write the number instead of ${text}`, at, end);
  const step = /^(\w+)\/(\w+)$/.exec(text);
  if (step) {
    const last = FIELD_RANGE[field].min + FIELD_RANGE[field].size - 1;
    return new Refusal('step-on-number', `A step needs a range: ${step[1]}-${last}/${step[2]}`, at, end);
  }
  if (/^(\?|L|W|\d*W|\d*L|\w+#\d+|@\w+|H)$/i.test(text)) return new Refusal('not-understood', `${text} is known to other crons, not to Celery`, at, end);
  const names = field === 'day_of_week' ? ' or a day such as mon' : field === 'month_of_year' ? ' or a month such as jan' : '';
  return new Refusal('not-understood', `${JSON.stringify(text)} is not a number${names}`, at, end);
}

function noteIgnored({ field, part, offset, oddities }: Part, used: number): void {
  const rest = part.slice(used);
  if (rest.trim() === '') return;
  const line = isCronLine(part);
  oddities.push({
    code: 'text-ignored', field, start: offset + used, end: offset + part.length,
    message: line ? `Only the ${label(field)} is taken from this text: crontab() takes one argument for each field` : `Celery ignores ${JSON.stringify(rest)}`,
  });
}

function noteStep({ field, offset, oddities }: Part, step: number, length: number): void {
  const { min, size } = FIELD_RANGE[field];
  if (step >= size) {
    oddities.push({ code: 'step-beyond-range', field, start: offset, end: offset + length, message: `A step of ${step} leaves only ${min}: the ${label(field)} has ${size} values` });
  } else if ((field === 'minute' || field === 'hour') && size % step !== 0) {
    const last = Math.floor((size - 1) / step) * step;
    oddities.push({ code: 'step-uneven', field, start: offset, end: offset + length, message: `${step} does not divide ${size}: ${size - last} ${field}s pass from ${last} to the next ${min}` });
  }
}

function isCronLine(text: string): boolean {
  return /^\s*\S+(\s+\S+){3,}\s*$/.test(text);
}

function label(field: CrontabField): string {
  return field.replaceAll('_', ' ');
}

function rangeMessage(field: CrontabField, text: string): string {
  const { min, size } = FIELD_RANGE[field];
  if (field === 'day_of_week' && text.trim() === '7') return '7 is no day of the week in Celery: Sunday is 0';
  return `${text.trim()} is no ${label(field)}: it goes from ${min} to ${min + size - 1}`;
}

/** Python's `int(text)` for a decimal text: blanks around it, a sign and single underscores between digits are fine. */
function pythonInt(text: string): number | null {
  const trimmed = text.trim();
  return /^[+-]?\d+(_\d+)*$/.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : null;
}
