import { isFull, type Crontab } from './crontab';
import { effectiveSeconds, type IntervalSchedule, type Schedule, type SolarEvent, type SolarSchedule } from './schedule';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
/** More times than this are described, not listed. */
const LISTED_TIMES = 6;

/** A schedule in plain English: `every 30 seconds`, `Mondays at 07:30`, `at 02:00 on the 1st of each month`. */
export function scheduleWords(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'interval': return intervalWords(schedule);
    case 'crontab': return crontabWords(schedule.crontab);
    case 'solar': return solarWords(schedule);
  }
}

export function intervalWords(interval: IntervalSchedule): string {
  const { seconds, relative } = interval;
  if (seconds <= 0) return 'as often as Beat can';
  if (!relative || seconds < 60) return `every ${durationWords(seconds)}`;
  const effective = effectiveSeconds(interval);
  const unit = seconds >= 86_400 ? 'at midnight' : seconds >= 3_600 ? 'on the hour' : 'on the minute';
  return `every ${durationWords(effective)}, ${unit}${effective === seconds ? '' : ` (${durationWords(seconds)}, rounded down)`}`;
}

/** `30 seconds`, `minute`, `90 minutes`, `1 hour, 1 minute and 1 second`. */
export function durationWords(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [[86_400, 'day'], [3_600, 'hour'], [60, 'minute'], [1, 'second']];
  const even = units.find(([size]) => seconds % size === 0);
  if (even) {
    const [size, unit] = even;
    const count = seconds / size;
    // 90 minutes reads better than 1 hour and 30 minutes; 5,400 minutes does not.
    if (count <= 100 || size === 86_400) return count === 1 ? unit : `${count} ${unit}s`;
  }
  if (seconds < 1) return `${seconds} seconds`;
  const parts: string[] = [];
  let rest = seconds;
  for (const [size, unit] of units) {
    const count = size === 1 ? Math.round(rest * 1e6) / 1e6 : Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
    rest -= Math.floor(rest / size) * size;
  }
  return and(parts);
}

const SOLAR_WORDS: Readonly<Record<SolarEvent, string>> = {
  dawn_astronomical: 'at astronomical dawn', dawn_nautical: 'at nautical dawn', dawn_civil: 'at civil dawn',
  sunrise: 'at sunrise', solar_noon: 'at solar noon', sunset: 'at sunset',
  dusk_civil: 'at civil dusk', dusk_nautical: 'at nautical dusk', dusk_astronomical: 'at astronomical dusk',
};

export function solarWords({ event, latitude, longitude }: SolarSchedule): string {
  const side = (degrees: number, positive: string, negative: string): string => `${Math.abs(degrees)}° ${degrees < 0 ? negative : positive}`;
  return `${SOLAR_WORDS[event]} at ${side(latitude, 'N', 'S')}, ${side(longitude, 'E', 'W')}`;
}

export function crontabWords(crontab: Crontab): string {
  const time = timeWords(crontab);
  const days = dayWords(crontab);
  if (!days) return time.listed ? `every day ${time.text}` : time.text;
  return time.listed && days.leads ? `${days.text} ${time.text}` : `${time.text} ${days.leads ? 'on ' : ''}${days.text}`;
}

/** `listed`: a list of times of the day (`at 07:30`), not a rhythm. */
function timeWords({ minute, hour }: Crontab): { readonly text: string; readonly listed: boolean } {
  const everyMinute = isFull('minute', minute);
  const everyHour = isFull('hour', hour);
  if (minute.length * hour.length <= LISTED_TIMES) {
    return { text: `at ${and(hour.flatMap(h => minute.map(m => clock(h, m))))}`, listed: true };
  }
  const only = minute.length === 1 ? minute[0] : undefined;
  const step = stepOf(minute, 60);
  const rhythm = everyMinute ? 'every minute' : step !== null && step < 60 ? `every ${step} minutes` : null;

  if (everyHour) {
    if (rhythm) return { text: rhythm, listed: false };
    if (only !== undefined) return { text: only === 0 ? 'every hour' : `${past([only])} every hour`, listed: false };
    return { text: `${past(minute)} every hour`, listed: false };
  }
  const span = contiguous(hour, 24);
  if (rhythm) {
    if (span) return { text: `${rhythm} from ${clock(span.first, 0)} to ${clock(span.last, 59)}`, listed: false };
    return { text: `${rhythm} in the hours ${hourRanges(hour)}`, listed: false };
  }
  if (only !== undefined) {
    if (span) return { text: `every hour from ${clock(span.first, only)} to ${clock(span.last, only)}`, listed: false };
    const hours = stepOf(hour, 24);
    if (hours !== null) return { text: `every ${hours} hours from ${clock(0, only)}`, listed: false };
  }
  return { text: `${past(minute)} the hours ${hourRanges(hour)}`, listed: false };
}

/** `leads`: names of weekdays that can stand before the time. Null: every day. */
function dayWords({ day_of_week: weekdays, day_of_month: days, month_of_year: months }: Crontab): { readonly text: string; readonly leads: boolean } | null {
  const everyWeekday = isFull('day_of_week', weekdays);
  const everyDay = isFull('day_of_month', days);
  const inMonths = isFull('month_of_year', months) ? null : monthNames(months);
  if (everyWeekday && everyDay) return inMonths ? { text: `in ${inMonths}`, leads: false } : null;
  if (everyDay) return { text: inMonths ? `${weekdayNames(weekdays)} in ${inMonths}` : weekdayNames(weekdays), leads: true };
  if (everyWeekday) return { text: `on ${monthDays(days)} of ${inMonths ?? eachMonth(days)}`, leads: false };
  const week = weekOf(days);
  if (week && weekdays.length === 1) return { text: `on the ${week} ${WEEKDAYS[weekdays[0] ?? 0]} of ${inMonths ?? 'each month'}`, leads: false };
  return { text: `${weekdayNames(weekdays)} that fall on ${monthDays(days)} of ${inMonths ?? 'a month'}`, leads: true };
}

function weekdayNames(weekdays: readonly number[]): string {
  const key = weekdays.join();
  if (key === '1,2,3,4,5') return 'weekdays';
  if (key === '0,6') return 'weekends';
  const fromMonday = [...weekdays].sort((a, b) => (a + 6) % 7 - (b + 6) % 7);
  return and(fromMonday.map(day => `${WEEKDAYS[day]}s`));
}

function monthNames(months: readonly number[]): string {
  const name = (month: number): string => MONTHS[month - 1] ?? '';
  const span = contiguous(months.map(month => month - 1), 12);
  return span && months.length > 2 ? `${name(span.first + 1)} to ${name(span.last + 1)}` : and(months.map(name));
}

function monthDays(days: readonly number[]): string {
  if (days.join() === ODD_DAYS) return 'odd days';
  if (days.join() === EVEN_DAYS) return 'even days';
  return and(ranges(days).map(([first, last]) => first === last ? `the ${ordinal(first)}` : `the ${ordinal(first)} to ${ordinal(last)}`));
}

const ODD_DAYS = Array.from({ length: 16 }, (_, index) => 2 * index + 1).join();
const EVEN_DAYS = Array.from({ length: 15 }, (_, index) => 2 * index + 2).join();

function eachMonth(days: readonly number[]): string {
  return days.every(day => day > 28) ? 'each month that has one' : 'each month';
}

function weekOf(days: readonly number[]): string | null {
  const first = days[0] ?? 0;
  const whole = days.length === 7 && days[6] === first + 6;
  return whole ? { 1: 'first', 8: 'second', 15: 'third', 22: 'fourth' }[first] ?? null : null;
}

/** `at 5, 20 and 35 minutes past`. */
function past(minutes: readonly number[]): string {
  return minutes.length === 1 && minutes[0] === 1 ? 'at 1 minute past' : `at ${and(rangeTexts(minutes, String))} minutes past`;
}

function hourRanges(hours: readonly number[]): string {
  return and(rangeTexts(hours, twoDigits));
}

function rangeTexts(values: readonly number[], text: (value: number) => string): string[] {
  return ranges(values).map(([first, last]) => first === last ? text(first) : `${text(first)} to ${text(last)}`);
}

/** Runs of three and more neighbours become one range; `values` ascending. */
function ranges(values: readonly number[]): (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const value of values) {
    const last = found.at(-1);
    if (last && last[1] === value - 1) last[1] = value;
    else found.push([value, value]);
  }
  return found.flatMap(([first, last]) => last === first + 1 ? [[first, first], [last, last]] as [number, number][] : [[first, last] as [number, number]]);
}

/** The one unbroken stretch that the values make on a clock of `size`, over its end too; null if there is a hole, or nothing to span. */
function contiguous(values: readonly number[], size: number): { readonly first: number; readonly last: number } | null {
  const set = new Set(values);
  const starts = values.filter(value => !set.has((value + size - 1) % size));
  if (starts.length !== 1) return null;
  const first = starts[0] ?? 0;
  return { first, last: (first + values.length - 1) % size };
}

/** n where the values are 0, n, 2n, … all round a clock of `size`, and n > 1; else null. */
function stepOf(values: readonly number[], size: number): number | null {
  const step = values[1] ?? 0;
  if (values[0] !== 0 || step < 2 || size % step !== 0 || values.length !== size / step) return null;
  return values.every((value, index) => value === index * step) ? step : null;
}

function clock(hour: number, minute: number): string {
  return `${twoDigits(hour)}:${twoDigits(minute)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function ordinal(value: number): string {
  const teen = value % 100 >= 11 && value % 100 <= 13;
  return `${value}${(!teen && ['th', 'st', 'nd', 'rd'][value % 10]) || 'th'}`;
}

function and(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
