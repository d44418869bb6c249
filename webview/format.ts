import { t } from './text';

const language = document.documentElement.lang || undefined;
const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
const clockExact = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const dayAndClock = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
const weekdayAndClock = new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
const number = new Intl.NumberFormat(language);

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

export function formatNumber(value: number): string {
  return number.format(value);
}

/** `12 ms`, `1.24 s`, `3 min 5 s`, `2 h 10 min`: two figures that matter. */
export function formatDuration(milliseconds: number): string {
  const value = Math.max(0, milliseconds);
  if (value < 9.95) return `${(Math.round(value * 10) / 10).toString()} ms`;
  if (value < 999.5) return `${Math.round(value)} ms`;
  if (value < 59_995) return `${(value / second).toFixed(value < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(value / second);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The time of day, with the day before it when that is not today. */
export function formatTime(at: number, now = Date.now()): string {
  return isSameDay(at, now) ? clock.format(at) : dayAndClock.format(at);
}

/** Time of day to the millisecond, for timelines. */
export function formatExactTime(at: number): string {
  return clockExact.format(at);
}

/** Day and time of day to the millisecond. */
export function formatMoment(at: number): string {
  return `${day.format(at)} ${clockExact.format(at)}`;
}

/** `Tue, Nov 24, 7:30 AM`: when a schedule is due. */
export function formatDue(at: number): string {
  return weekdayAndClock.format(at);
}

/** `in 5 minutes`, `tomorrow`, `3 hours ago`. */
export function formatRelative(at: number, now = Date.now()): string {
  const away = at - now;
  const size = Math.abs(away);
  if (size < minute - second / 2) return relative.format(Math.round(away / second), 'second');
  if (size < hour - minute / 2) return relative.format(Math.round(away / minute), 'minute');
  if (size < 22 * hour) return relative.format(Math.round(away / hour), 'hour');
  return relative.format(Math.round((startOfDay(at) - startOfDay(now)) / (24 * hour)), 'day');
}

/** `4 lines`, and what a number of other things is: the caller gives both forms, for translators. */
export function formatCount(count: number, one: string, many: string): string {
  return count === 1 ? t(one, formatNumber(count)) : t(many, formatNumber(count));
}

function isSameDay(a: number, b: number): boolean {
  return startOfDay(a) === startOfDay(b);
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
