import { CronExpressionParser } from 'cron-parser';
import { isFull, type Crontab } from './crontab';
import { isAtLeast } from './versions';
import type { Zone } from './zone';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** 29 February on a given weekday comes every 28 years, and once in 40 around 2100. */
const HORIZON = 45 * 366 * DAY;

/**
 * The next `count` runs of a crontab after an instant (epoch ms), in the app's time zone, as Beat of that Celery would start them:
 * - all five fields must match;
 * - wall-clock time only goes forward: an hour that the clock repeats is not repeated;
 * - a time that the clock leaps over runs later by the leap (5.5 and later), or at the leap (before).
 *
 * Fewer than `count` where the schedule has none in the next 45 years. (`celery.schedules.crontab.remaining_estimate`)
 */
export function nextRuns(crontab: Crontab, after: number, zone: Zone, count: number): number[] {
  const runs: number[] = [];
  let last = after;
  let lastWall = zone.wallAt(after);
  while (runs.length < count) {
    const wall = nextWall(crontab, lastWall, last);
    if (wall === null) break;
    const run = toInstant(crontab, wall, last, zone);
    runs.push(run);
    last = run;
    lastWall = zone.wallAt(run);
  }
  return runs;
}

function toInstant(crontab: Crontab, wall: number, last: number, zone: Zone): number {
  const instants = zone.instantsOf(wall);
  if (instants.length === 0) {
    const { leap, shifted } = zone.gapAt(wall);
    return isAtLeast(crontab.version, 5, 5) ? shifted : leap;
  }
  // Only a start within the repeated hour has the first of two behind it; Celery from 5.5 is then due at every tick until that hour ends.
  return instants.find(instant => instant > last) ?? last + MINUTE;
}

/** The first wall-clock minute after `lastWall` at which all fields match. */
function nextWall(crontab: Crontab, lastWall: number, lastInstant: number): number | null {
  const today = Math.floor(lastWall / DAY) * DAY;
  if (isRunDay(crontab, today)) {
    const time = timesOfDay(crontab).find(offset => today + offset > lastWall - (lastWall % MINUTE));
    if (time !== undefined) return today + time;
  }
  const day = nextDay(crontab, skipped(crontab, today, lastInstant));
  return day === null ? null : day + (timesOfDay(crontab)[0] ?? 0);
}

/**
 * Celery 5.2 compared the candidate's midnight in UTC with the last run: west of Greenwich, a run late in the evening makes it
 * skip tomorrow and with it the rest of the month. Returns the last day to leave out.
 */
function skipped(crontab: Crontab, today: number, lastInstant: number): number {
  if (isAtLeast(crontab.version, 5, 3)) return today;
  if (crontab.written.day_of_month === '*' && crontab.written.month_of_year === '*') return today;
  const later = nextDayOfDates(crontab, today);
  if (later === null || later >= lastInstant) return today;
  const date = new Date(later);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0);
}

function isRunDay(crontab: Crontab, day: number): boolean {
  const date = new Date(day);
  return crontab.month_of_year.includes(date.getUTCMonth() + 1) && crontab.day_of_month.includes(date.getUTCDate()) && crontab.day_of_week.includes(date.getUTCDay());
}

const times = new WeakMap<Crontab, readonly number[]>();

/** Offsets of the runs from midnight, ascending. */
function timesOfDay(crontab: Crontab): readonly number[] {
  let known = times.get(crontab);
  if (!known) {
    known = crontab.hour.flatMap(hour => crontab.minute.map(minute => hour * HOUR + minute * MINUTE));
    times.set(crontab, known);
  }
  return known;
}

/** The first run day after `day`, both as midnights of the wall clock. */
function nextDay(crontab: Crontab, day: number): number | null {
  for (const candidate of dates(crontab, day)) if (crontab.day_of_week.includes(new Date(candidate).getUTCDay())) return candidate;
  return null;
}

function nextDayOfDates(crontab: Crontab, day: number): number | null {
  for (const candidate of dates(crontab, day)) return candidate;
  return null;
}

/** Days after `day` by month and day of the month. The weekday stays out of it: cron takes either, Celery wants both. */
function* dates(crontab: Crontab, day: number): Generator<number> {
  const list = (field: 'day_of_month' | 'month_of_year'): string => isFull(field, crontab[field]) ? '*' : crontab[field].join(',');
  let iterator;
  try {
    iterator = CronExpressionParser.parse(`0 0 ${list('day_of_month')} ${list('month_of_year')} *`, { currentDate: new Date(day), tz: 'UTC' });
  } catch {
    return; // A day that no month has: cron-parser refuses it, Celery before 5.7 does not.
  }
  for (;;) {
    const next = iterator.next().getTime();
    if (next - day > HORIZON) return;
    yield next;
  }
}
