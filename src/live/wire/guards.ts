import { BOUNDS, cut, detach } from './bounds';

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A non-empty string of a bearable length, or null. */
export function nameOf(value: unknown, length: number = BOUNDS.name): string | null {
  return typeof value === 'string' && value !== '' && value.length <= length ? value : null;
}

export function idOf(value: unknown): string | null {
  return nameOf(value, BOUNDS.id);
}

/** A text, cut where it is too long; null for anything else. */
export function textOf(value: unknown, length: number = BOUNDS.text): string | null {
  return typeof value === 'string' ? cut(value, length) : null;
}

export function finiteOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** An integer from 0 up to 2^31 − 1, or null. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0x7fff_ffff ? value : null;
}

export function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** Strings of a list, at most {@link BOUNDS.list}; anything else in it is left out. Null where it is no list. */
export function namesOf(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  return value.slice(0, BOUNDS.list).flatMap(item => nameOf(item) ?? []).map(detach);
}

/** Epoch seconds as Python's `time.time()` gives them → epoch ms. Null where that is no time between 1970 and 9999. */
export function epochOf(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value < 253_402_300_800 ? value * 1000 : null;
}

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2}(?::\d{2})?)?$/;

/** ISO 8601 as Celery writes it → epoch ms. No offset means UTC, as in Celery. */
export function isoOf(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 64) return null;
  const match = ISO.exec(value);
  if (!match) return null;
  const [, date, time, fraction, zone] = match;
  const offset = zone === undefined || zone === 'Z' ? 'Z' : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.slice(0, 6);
  const at = Date.parse(`${date}T${time}.${(fraction ?? '0').slice(0, 3).padEnd(3, '0')}${offset}`.replace(/T(\d{2}:\d{2})\./, 'T$1:00.'));
  return Number.isNaN(at) ? null : at;
}
