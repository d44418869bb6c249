import { BOUNDS } from './bounds';
import { PythonFloat, type PythonJson } from './json';

/** Values that JSON has no words for; kombu ≥ 5.3 sends them as `{"__type__": …, "__value__": …}` (kombu.utils.json). */
export type TypedKind = 'datetime' | 'date' | 'time' | 'decimal' | 'uuid' | 'bytes';

export class PythonTyped {
  private constructor(readonly kind: TypedKind, readonly text: string) {}

  /** ISO 8601 with `T`, an offset like `+00:00` or none. `Z` is turned into `+00:00`: Python before 3.11 cannot read it. */
  static datetime(iso: string): PythonTyped {
    return PythonTyped.checked('datetime', iso.replace(/Z$/, '+00:00').replace(' ', 'T'), DATETIME);
  }

  static date(iso: string): PythonTyped {
    return PythonTyped.checked('date', iso, DATE);
  }

  static time(iso: string): PythonTyped {
    return PythonTyped.checked('time', iso.replace(/Z$/, '+00:00'), TIME);
  }

  /** Digits, a point, an exponent; `NaN` and `Infinity` too. */
  static decimal(text: string): PythonTyped {
    return PythonTyped.checked('decimal', text, DECIMAL);
  }

  /** With or without dashes. */
  static uuid(text: string): PythonTyped {
    return PythonTyped.checked('uuid', text.toLowerCase().replace(/^\{|\}$|-/g, ''), UUID);
  }

  static bytes(bytes: Uint8Array): PythonTyped {
    return new PythonTyped('bytes', Buffer.from(bytes).toString('latin1'));
  }

  private static checked(kind: TypedKind, text: string, pattern: RegExp): PythonTyped {
    if (text.length > 4300 || !pattern.test(text) || ((kind === 'datetime' || kind === 'date') && !isCalendarDay(text))) throw new TypeError(`"${text.slice(0, 100)}" is no Python ${kind}`);
    return new PythonTyped(kind, text);
  }
}

/** A list is `[…]` and a tuple `(…)` in Python; both are lists in JSON. The difference is only seen in argsrepr. */
export class PythonTuple {
  constructor(readonly items: readonly PythonValue[]) {}
}

/** What a task can be called with natively. Integers are safe numbers or bigint; `1.0` is a {@link PythonFloat}. */
export type PythonValue = null | boolean | number | bigint | string | PythonFloat | PythonTyped | PythonTuple | readonly PythonValue[] | { readonly [key: string]: PythonValue };

const CLOCK = String.raw`([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.(\d{3}|\d{6}))?)?([+-]([01]\d|2[0-3]):[0-5]\d)?`;
const DAY = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const DATETIME = new RegExp(`^${DAY}T${CLOCK}$`);
const DATE = new RegExp(`^${DAY}$`);
const TIME = new RegExp(`^${CLOCK}$`);
const DECIMAL = /^[+-]?((\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,6})?|Infinity|NaN)$/;
const UUID = /^[0-9a-f]{32}$/;

function isCalendarDay(iso: string): boolean {
  const day = iso.slice(0, 10);
  const at = new Date(`${day}T00:00:00Z`);
  return day.slice(0, 4) !== '0000' && !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === day;
}

/**
 * The JSON that kombu's encoder would make. Throws a TypeError, fit to be shown, for what would not arrive.
 * @param typed whether the worker knows typed values (kombu ≥ 5.3): an older one would pass the envelope on as a dict.
 */
export function encodeValue(value: PythonValue, typed: boolean): PythonJson {
  return encode(value, typed, 0);
}

function encode(value: PythonValue, typed: boolean, depth: number): PythonJson {
  if (depth > BOUNDS.depth) throw new TypeError(`the arguments nest deeper than ${BOUNDS.depth} levels`);
  if (value instanceof PythonTyped) {
    if (!typed) throw new TypeError(`a ${value.kind} needs a worker with kombu 5.3 or later; this one would get a dict`);
    return envelope(value);
  }
  if (value instanceof PythonTuple) return value.items.map(item => encode(item, typed, depth + 1));
  if (value instanceof PythonFloat || value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(item => encode(item, typed, depth + 1));
  if (isEnvelope(value)) throw new TypeError('a dict with just the keys "__type__" and "__value__" would be taken for a typed value');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, typed, depth + 1)]));
}

function envelope({ kind, text }: PythonTyped): PythonJson {
  if (kind === 'uuid') return { __type__: 'uuid', __value__: { hex: text } };
  if (kind !== 'bytes') return { __type__: kind, __value__: text };
  const bytes = Buffer.from(text, 'latin1');
  const decoded = bytes.toString('utf8');
  return Buffer.from(decoded, 'utf8').equals(bytes) ? { __type__: 'bytes', __value__: decoded } : { __type__: 'base64', __value__: bytes.toString('base64') };
}

/** What kombu's decoder would make of JSON that is under way already; null where it would throw the message away. */
export function decodeValue(value: PythonJson, depth = 0): PythonValue | undefined {
  if (depth > BOUNDS.depth) return undefined;
  if (value === null || typeof value !== 'object' || value instanceof PythonFloat) return value;
  if (Array.isArray(value)) {
    const items = value.map(item => decodeValue(item, depth + 1));
    return items.includes(undefined) ? undefined : items as PythonValue[];
  }
  if (isEnvelope(value)) return decodeEnvelope(value['__type__']!, value['__value__']!);
  const entries = Object.entries(value).map(([key, item]) => [key, decodeValue(item, depth + 1)] as const);
  return entries.some(([, item]) => item === undefined) ? undefined : Object.fromEntries(entries as [string, PythonValue][]);
}

function decodeEnvelope(type: PythonJson, value: PythonJson): PythonTyped | undefined {
  try {
    if (type === 'uuid') {
      const hex = typeof value === 'object' && value !== null && 'hex' in value ? value.hex : null;
      return typeof hex === 'string' ? PythonTyped.uuid(hex) : undefined;
    }
    if (typeof value !== 'string') return undefined;
    switch (type) {
      case 'datetime': return PythonTyped.datetime(value);
      case 'date': return PythonTyped.date(value);
      case 'time': return PythonTyped.time(value);
      case 'decimal': return PythonTyped.decimal(value);
      case 'bytes': return PythonTyped.bytes(Buffer.from(value, 'utf8'));
      case 'base64': return PythonTyped.bytes(Buffer.from(value, 'base64'));
      default: return undefined;
    }
  } catch {
    return undefined;
  }
}

export function isList(value: PythonValue): value is readonly PythonValue[] {
  return Array.isArray(value);
}

function isEnvelope(value: object): boolean {
  return '__type__' in value && '__value__' in value && Object.keys(value).length === 2;
}

/** As Python's `repr` of the value itself. */
export function typedRepr({ kind, text }: PythonTyped): string {
  switch (kind) {
    case 'decimal': return `Decimal('${text}')`;
    case 'uuid': return `UUID('${text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}')`;
    case 'date': return `datetime.date(${text.split('-').map(Number).join(', ')})`;
    case 'time': return `datetime.time(${clockRepr(text)})`;
    case 'datetime': return `datetime.datetime(${text.slice(0, 10).split('-').map(Number).join(', ')}, ${clockRepr(text.slice(11))})`;
    case 'bytes': throw new TypeError('bytes have no such repr');
  }
}

function clockRepr(text: string): string {
  const match = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:([+-])(\d\d):(\d\d))?$/.exec(text)!;
  const [, hour, minute, second = '0', fraction = '', sign, offsetHours, offsetMinutes] = match;
  const micro = Number(fraction.padEnd(6, '0'));
  const parts = [Number(hour), Number(minute), ...(micro > 0 ? [Number(second), micro] : Number(second) > 0 ? [Number(second)] : [])].map(String);
  if (sign !== undefined) parts.push(`tzinfo=${zoneRepr((Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -60 : 60))}`);
  return parts.join(', ');
}

function zoneRepr(seconds: number): string {
  if (seconds === 0) return 'datetime.timezone.utc';
  return `datetime.timezone(datetime.timedelta(${seconds < 0 ? `days=-1, seconds=${seconds + 86_400}` : `seconds=${seconds}`}))`;
}
