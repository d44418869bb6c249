import type { Crontab } from './crontab';

/** What Beat can be given as a schedule; custom classes are unknown to us. */
export type Schedule = IntervalSchedule | CrontabSchedule | SolarSchedule;

export interface IntervalSchedule {
  readonly kind: 'interval';
  readonly seconds: number;
  /** `schedule(…, relative=True)` or the entry's `relative`: the end is rounded down to the interval's unit. */
  readonly relative: boolean;
}

export interface CrontabSchedule {
  readonly kind: 'crontab';
  readonly crontab: Crontab;
}

export interface SolarSchedule {
  readonly kind: 'solar';
  readonly event: SolarEvent;
  /** Degrees, north positive. */
  readonly latitude: number;
  /** Degrees, east positive. */
  readonly longitude: number;
}

/** `_all_events` of celery.schedules.solar. */
export const SOLAR_EVENTS = [
  'dawn_astronomical', 'dawn_nautical', 'dawn_civil', 'sunrise', 'solar_noon', 'sunset', 'dusk_civil', 'dusk_nautical', 'dusk_astronomical',
] as const;
export type SolarEvent = (typeof SOLAR_EVENTS)[number];

/** The keywords of `datetime.timedelta`, in the order of its positional arguments. */
export const TIMEDELTA_UNITS = ['days', 'seconds', 'microseconds', 'milliseconds', 'minutes', 'hours', 'weeks'] as const;
export type TimedeltaUnit = (typeof TIMEDELTA_UNITS)[number];

const MICROSECONDS: Readonly<Record<TimedeltaUnit, number>> = {
  days: 86_400_000_000, seconds: 1_000_000, microseconds: 1, milliseconds: 1_000, minutes: 60_000_000, hours: 3_600_000_000, weeks: 604_800_000_000,
};

/** `timedelta(**parts).total_seconds()`. */
export function timedeltaSeconds(parts: Partial<Readonly<Record<TimedeltaUnit, number>>>): number {
  let microseconds = 0;
  for (const unit of TIMEDELTA_UNITS) microseconds += (parts[unit] ?? 0) * MICROSECONDS[unit];
  return Math.round(microseconds) / 1_000_000;
}

export function intervalSchedule(seconds: number, relative = false): IntervalSchedule {
  return { kind: 'interval', seconds, relative };
}

/**
 * Seconds that really pass between two runs. A relative interval's end is rounded down to whole days, hours or minutes
 * (`celery.utils.time.delta_resolution`), so one that is no multiple of its unit comes earlier: 90 s fires every 60 s.
 */
export function effectiveSeconds({ seconds, relative }: IntervalSchedule): number {
  if (!relative) return seconds;
  const unit = [86_400, 3_600, 60].find(size => seconds >= size) ?? null;
  return unit === null ? seconds : Math.floor(seconds / unit) * unit;
}

/** Checks what `solar(event, lat, lon)` checks; the text says what is wrong. */
export function solarSchedule(event: string, latitude: number, longitude: number): SolarSchedule | { readonly kind: 'error'; readonly argument: 'event' | 'lat' | 'lon'; readonly message: string } {
  const known = SOLAR_EVENTS.find(name => name === event);
  if (!known) return { kind: 'error', argument: 'event', message: `${event} is no solar event; there are ${SOLAR_EVENTS.join(', ')}` };
  if (latitude < -90 || latitude > 90) return { kind: 'error', argument: 'lat', message: `A latitude goes from -90 to 90, not ${latitude}` };
  if (longitude < -180 || longitude > 180) return { kind: 'error', argument: 'lon', message: `A longitude goes from -180 to 180, not ${longitude}` };
  return { kind: 'solar', event: known, latitude, longitude };
}
