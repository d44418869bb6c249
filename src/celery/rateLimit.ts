export type RateReading =
  /** Tasks a second that one worker may start; 0: no limit. */
  | { readonly kind: 'rate'; readonly perSecond: number }
  /** `start` and `end` are offsets of what is wrong; `fix` is the text that was meant, where that is plain. */
  | { readonly kind: 'error'; readonly code: 'unit' | 'number'; readonly start: number; readonly end: number; readonly message: string; readonly fix: string | null };

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600 };
const MEANT: Readonly<Record<string, string>> = { sec: 's', secs: 's', second: 's', seconds: 's', min: 'm', mins: 'm', minute: 'm', minutes: 'm', hr: 'h', hrs: 'h', hour: 'h', hours: 'h', s: 's', m: 'm', h: 'h' };

/** Reads a rate limit such as `10/m` (`celery.utils.time.rate`). What is wrong shows in the worker only, as a KeyError or ValueError at its start. */
export function readRate(text: string): RateReading {
  if (text === '') return { kind: 'rate', perSecond: 0 };
  const slash = text.indexOf('/');
  const amountText = slash < 0 ? text : text.slice(0, slash);
  const unit = slash < 0 ? '' : text.slice(slash + 1);
  const seconds = UNITS[unit];
  const amount = pythonFloat(amountText);
  if (seconds === undefined) {
    return { kind: 'error', code: 'unit', start: slash + 1, end: text.length, message: `${JSON.stringify(unit)} is no unit of a rate limit: there are s, m and h`, fix: meant(amountText, amount, unit) };
  }
  if (amount === null) return { kind: 'error', code: 'number', start: 0, end: amountText.length, message: `${JSON.stringify(amountText)} is no number`, fix: null };
  return { kind: 'rate', perSecond: amount / seconds };
}

function meant(amountText: string, amount: number | null, unit: string): string | null {
  if (amount === null) return null;
  const word = unit.trim().toLowerCase();
  const known = MEANT[word];
  if (known) return `${amountText.trim()}/${known}`;
  // There is no day: 240 a day are 10 an hour, and not otherwise at once.
  return /^d(ays?)?$/.test(word) && amount % 24 === 0 ? `${amount / 24}/h` : null;
}

/** Python's `float(text)`; null where it raises. */
function pythonFloat(text: string): number | null {
  const trimmed = text.trim();
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (special) return special[2]?.toLowerCase() === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity;
  const digits = String.raw`\d+(?:_\d+)*`;
  return new RegExp(`^[+-]?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:[eE][+-]?${digits})?$`).test(trimmed) ? Number(trimmed.replaceAll('_', '')) : null;
}
