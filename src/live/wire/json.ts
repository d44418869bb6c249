import { BOUNDS } from './bounds';

/**
 * A float that JSON would write like an integer (`1.0`, `1e5`). Python tells 1.0 from 1, so we do; all other floats are plain numbers.
 */
export class PythonFloat {
  constructor(readonly value: number) {}
}

/** What Python's `json` can write: more than JSON. Integers beyond 2^53 are bigint; NaN and the infinities are numbers. */
export type PythonJson = null | boolean | number | bigint | string | PythonFloat | PythonJson[] | { [key: string]: PythonJson };

/**
 * Reads what Python's `json.dumps` wrote, fast, where the exact kind of a number does not matter (events, control replies): integers lose
 * precision beyond 2^53. `undefined` where the text is no JSON.
 */
export function parseLoosely(text: string): unknown {
  if (text.length > BOUNDS.message) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // NaN and Infinity are rare: only now is the slow reader worth its time.
    return loosen(parseExactly(text));
  }
}

function loosen(value: PythonJson | undefined): unknown {
  if (value instanceof PythonFloat) return value.value;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(loosen);
  if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) value[key] = loosen(value[key]) as PythonJson;
  }
  return value;
}

/** Reads what Python's `json.dumps` wrote without losing anything but the spelling of floats. `undefined` where the text is no JSON, or nests too deep. */
export function parseExactly(text: string): PythonJson | undefined {
  if (text.length > BOUNDS.message) return undefined;
  try {
    return new Reader(text).document();
  } catch (error) {
    if (error === NOT_JSON) return undefined;
    throw error;
  }
}

/** Thrown within the reader only, and made once: a stack trace for each broken text would be a gift to whoever sends many. */
const NOT_JSON = new Error('no JSON');

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
/** Python refuses to read longer integers (`sys.set_int_max_str_digits`), and reading them takes time that grows with the square. */
const MAX_DIGITS = 4300;
/** Names that Python writes and JSON does not know come after those of JSON. */
const CONSTANTS: readonly (readonly [string, PythonJson])[] = [['null', null], ['true', true], ['false', false], ['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity]];

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  document(): PythonJson {
    const value = this.value(0);
    this.space();
    if (this.at !== this.text.length) throw NOT_JSON;
    return value;
  }

  private value(depth: number): PythonJson {
    if (depth > BOUNDS.depth) throw NOT_JSON;
    this.space();
    const next = this.text[this.at];
    if (next === '{') return this.object(depth);
    if (next === '[') return this.array(depth);
    if (next === '"') return this.string();
    for (const [name, value] of CONSTANTS) {
      if (this.text.startsWith(name, this.at)) {
        this.at += name.length;
        return value;
      }
    }
    return this.number();
  }

  private object(depth: number): PythonJson {
    const object: Record<string, PythonJson> = {};
    this.at++;
    if (this.accept('}')) return object;
    do {
      this.space();
      if (this.text[this.at] !== '"') throw NOT_JSON;
      const key = this.string();
      this.expect(':');
      setOwn(object, key, this.value(depth + 1));
    } while (this.accept(','));
    this.expect('}');
    return object;
  }

  private array(depth: number): PythonJson {
    const array: PythonJson[] = [];
    this.at++;
    if (this.accept(']')) return array;
    do array.push(this.value(depth + 1)); while (this.accept(','));
    this.expect(']');
    return array;
  }

  private string(): string {
    const start = this.at;
    for (let end = start + 1; end < this.text.length; end++) {
      const character = this.text[end];
      if (character === '\\') end++;
      else if (character === '"') {
        this.at = end + 1;
        try {
          return JSON.parse(this.text.slice(start, end + 1)) as string;
        } catch {
          break;
        }
      }
    }
    throw NOT_JSON;
  }

  private number(): PythonJson {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (!match) throw NOT_JSON;
    this.at += match[0].length;
    const value = Number(match[0]);
    if (match[1] !== undefined || match[2] !== undefined) return Number.isInteger(value) ? new PythonFloat(value) : value;
    if (Number.isSafeInteger(value)) return Object.is(value, -0) ? 0 : value;
    if (match[0].length > MAX_DIGITS) throw NOT_JSON;
    return BigInt(match[0]);
  }

  private accept(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private expect(character: string): void {
    if (!this.accept(character)) throw NOT_JSON;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }
}

/** Assigning `__proto__` would change the object instead of filling it. */
function setOwn(object: Record<string, PythonJson>, key: string, value: PythonJson): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/**
 * Writes as Python's `json.dumps` does with its defaults but for the spaces: everything beyond ASCII is escaped, so lone surrogates survive
 * the way through UTF-8. Throws a RangeError where the value nests too deep.
 */
export function writePythonJson(value: PythonJson): string {
  const parts: string[] = [];
  write(value, parts, 0);
  return parts.join('');
}

function write(value: PythonJson, parts: string[], depth: number): void {
  if (depth > BOUNDS.depth) throw new RangeError(`the value nests deeper than ${BOUNDS.depth} levels`);
  if (value instanceof PythonFloat) parts.push(floatText(value.value));
  else if (typeof value === 'number') parts.push(Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : floatText(value));
  else if (typeof value === 'bigint' || typeof value === 'boolean' || value === null) parts.push(String(value));
  else if (typeof value === 'string') parts.push(quote(value));
  else if (Array.isArray(value)) {
    parts.push('[');
    value.forEach((item, index) => {
      if (index > 0) parts.push(',');
      write(item, parts, depth + 1);
    });
    parts.push(']');
  } else {
    parts.push('{');
    Object.entries(value).forEach(([key, item], index) => {
      if (index > 0) parts.push(',');
      parts.push(quote(key), ':');
      write(item, parts, depth + 1);
    });
    parts.push('}');
  }
}

/** A float as Python's `json` writes it: `1.0`, `1e-07`, `1e+16`, `NaN`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
