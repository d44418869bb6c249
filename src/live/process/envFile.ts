/**
 * Reads a `.env` file as python-dotenv does: `export`, quotes with escapes, values over several lines, comments, `${NAME}` and `${NAME:-default}`.
 * `outside` is what names may refer to beside those of the file, which win. A name without `=` is left out. Broken lines are skipped.
 */
export function parseEnvFile(text: string, outside: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of bindings(text.replace(/^\uFEFF/, ''))) values.set(name, expand(value, values, outside));
  return Object.fromEntries(values);
}

function* bindings(text: string): Generator<readonly [name: string, value: string]> {
  const line = new Cursor(text);
  while (line.take(/\s*/y) && !line.atEnd) {
    line.take(/export[^\S\r\n]+/y);
    const name = readName(line);
    line.take(BLANKS);
    const value = name === undefined ? null : readValue(line);
    line.take(/[^\S\r\n]*#[^\r\n]*/y);
    const complete = name !== undefined && value !== null && line.take(/[^\S\r\n]*(?:\r\n|\n|\r|$)/y);
    if (!complete) line.take(/[^\r\n]*(?:\r\n|\n|\r)?/y);
    else if (value !== undefined && name !== '') yield [name, value];
  }
}

/** Empty before a comment; undefined where there is none. */
function readName(line: Cursor): string | undefined {
  if (line.next === '#') return '';
  return line.next === '\'' ? line.take(/'([^']+)'/y)?.[1] : line.take(/[^=#\s]+/y)?.[0];
}

/** The value after `=`; undefined where there is none, null where its quotes do not close. */
function readValue(line: Cursor): string | undefined | null {
  const equals = line.take(/=[^\S\r\n]*/y);
  if (!equals) return undefined;
  if (line.next === '\'') return line.take(/'((?:\\[^]|[^'\\])*)'/y)?.[1]?.replace(/\\([\\'])/g, '$1') ?? null;
  if (line.next === '"') return line.take(/"((?:\\[^]|[^"\\])*)"/y)?.[1]?.replace(/\\([\\'"abfnrtv])/g, (_, letter: string) => ESCAPES[letter]!) ?? null;
  // After a space, a comment; without one, part of the value.
  if (line.next === '#' && equals[0].length > 1) return '';
  return line.take(/[^\r\n]*/y)![0].replace(/\s+#.*/, '').trimEnd();
}

const BLANKS = /[^\S\r\n]*/y;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '\'': '\'', '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

class Cursor {
  private at = 0;

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  get next(): string {
    return this.text.charAt(this.at);
  }

  /** Goes on behind what the sticky `pattern` matches here. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at = pattern.lastIndex;
    return match;
  }
}

function expand(value: string, inside: ReadonlyMap<string, string>, outside: Readonly<Record<string, string | undefined>>): string {
  const given = (name: string): string | undefined => Object.hasOwn(outside, name) ? outside[name] : undefined;
  return value.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => inside.get(name) ?? given(name) ?? fallback ?? '');
}
