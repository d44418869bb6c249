import { floatText, PythonFloat, type PythonJson } from './json';

/** What a typed value of kombu's JSON (`{"__type__": t, "__value__": v}`, kombu ≥ 5.3) looks like in Python. */
const TYPED: Readonly<Record<string, (value: PythonJson) => string | null>> = {
  datetime: value => (typeof value === 'string' ? `datetime.fromisoformat(${pythonString(value)})` : null),
  date: value => (typeof value === 'string' ? `date.fromisoformat(${pythonString(value)})` : null),
  time: value => (typeof value === 'string' ? `time.fromisoformat(${pythonString(value)})` : null),
  decimal: value => (typeof value === 'string' ? `Decimal(${pythonString(value)})` : null),
  uuid: value => (isObject(value) && typeof value['hex'] === 'string' ? `UUID(${pythonString(value['hex'])})` : null),
  bytes: value => (typeof value === 'string' ? pythonBytes(Buffer.from(value)) : null),
  base64: value => (typeof value === 'string' ? pythonBytes(Buffer.from(value, 'base64')) : null),
};

/** A value as a Python programmer would read it: `{'a': [1, 2.0, None], 'd': Decimal('1.50')}`, at most `length` characters, the last of them `…` where it was cut. */
export function pythonText(value: PythonJson, length = 1024): string {
  const out = new Output(length);
  write(value, out);
  return out.text();
}

/** The same over lines, two spaces a level: for reading a whole result. */
export function pythonLines(value: PythonJson, length: number): string {
  const out = new Output(length);
  writeLines(value, out, '');
  return out.text();
}

class Output {
  private readonly parts: string[] = [];
  private left: number;

  constructor(private readonly length: number) {
    this.left = length;
  }

  /** False once there is no room left: the writers stop. */
  push(part: string): boolean {
    this.parts.push(part);
    this.left -= part.length;
    return this.left >= 0;
  }

  get full(): boolean {
    return this.left < 0;
  }

  text(): string {
    const text = this.parts.join('');
    return text.length > this.length ? `${text.slice(0, this.length - 1)}…` : text;
  }
}

function write(value: PythonJson, out: Output): void {
  if (out.full) return;
  const scalar = scalarText(value);
  if (scalar !== null) out.push(scalar);
  else if (Array.isArray(value)) {
    out.push('[');
    for (let index = 0; index < value.length && !out.full; index++) {
      if (index > 0) out.push(', ');
      write(value[index]!, out);
    }
    out.push(']');
  } else {
    out.push('{');
    let first = true;
    for (const [key, item] of Object.entries(value as Record<string, PythonJson>)) {
      if (out.full) break;
      out.push(`${first ? '' : ', '}${pythonString(key)}: `);
      first = false;
      write(item, out);
    }
    out.push('}');
  }
}

function writeLines(value: PythonJson, out: Output, indent: string): void {
  const flat = pythonText(value, 100);
  if (!flat.endsWith('…') || scalarText(value) !== null) {
    write(value, out);
    return;
  }
  const deeper = `${indent}  `;
  const entries: [string, PythonJson][] = Array.isArray(value) ? value.map(item => ['', item]) : Object.entries(value as Record<string, PythonJson>).map(([key, item]) => [`${pythonString(key)}: `, item]);
  out.push(Array.isArray(value) ? '[' : '{');
  for (const [key, item] of entries) {
    if (!out.push(`\n${deeper}${key}`)) break;
    writeLines(item, out, deeper);
    out.push(',');
  }
  out.push(`\n${indent}${Array.isArray(value) ? ']' : '}'}`);
}

/** Text of everything that has no parts; null for lists and dicts. */
function scalarText(value: PythonJson): string | null {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return pythonString(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof PythonFloat) return pythonFloat(value.value);
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : pythonFloat(value);
  return Array.isArray(value) ? null : typedText(value);
}

/** The Python of `{"__type__": …, "__value__": …}`, null where it is an ordinary dict. */
function typedText(value: Record<string, PythonJson>): string | null {
  const type = value['__type__'];
  if (typeof type !== 'string' || !('__value__' in value) || Object.keys(value).length !== 2 || !Object.hasOwn(TYPED, type)) return null;
  return TYPED[type]!(value['__value__']);
}

/** As Python's `repr` of a float: `1.0`, `nan`, `inf`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return floatText(value);
}

/** As Python's `repr` of a str: single quotes unless there are single quotes and no double ones within. */
export function pythonString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'"\u0000-\u001f\u007f-\u00a0\u00ad\u2028\u2029\ud800-\udfff]/gu, character => {
    if (character === '\\') return '\\\\';
    if (character === "'" || character === '"') return character === quote ? `\\${character}` : character;
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `${quote}${escaped}${quote}`;
}

function pythonBytes(bytes: Uint8Array): string {
  const text = Array.from(bytes, byte => {
    if (byte === 0x5c) return '\\\\';
    if (byte === 0x27) return "\\'";
    if (byte === 0x0a) return '\\n';
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `b'${text.join('')}'`;
}

function isObject(value: PythonJson): value is Record<string, PythonJson> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PythonFloat);
}
