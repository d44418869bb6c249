/**
 * Reads a `.env` file as python-dotenv does: `export`, quotes with escapes, values over several lines, comments, `${NAME}` and `${NAME:-default}`.
 * `outside` is what names may refer to beside those of the file, which win. A name without `=` is left out. Broken lines are skipped.
 */
export function parseEnvFile(text: string, outside: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, value } of bindings(text)) values[name] = expand(value, values, outside);
  return values;
}

interface Binding {
  readonly name: string;
  readonly value: string;
}

const START = /^[^\S\r\n]*(?:export[^\S\r\n]+)?(?:'([^']+)'|([^=#\s]+))[^\S\r\n]*=[^\S\r\n]*/;

function* bindings(text: string): Generator<Binding> {
  let rest = text.replace(/^\uFEFF/, '');
  while (rest !== '') {
    const start = START.exec(rest);
    if (start) {
      const after = rest.slice(start[0].length);
      const value = readValue(after);
      if (value) {
        yield { name: (start[1] ?? start[2])!, value: value.text };
        rest = after.slice(value.length);
        continue;
      }
    }
    const end = /\r\n|\n|\r/.exec(rest);
    rest = end ? rest.slice(end.index + end[0].length) : '';
  }
}

/** A value and how many characters it takes to the end of its line; null where its quotes do not close or something follows them. */
function readValue(text: string): { readonly text: string; readonly length: number } | null {
  const quoted = /^'((?:\\'|[^'])*)'|^"((?:\\"|[^"])*)"/.exec(text);
  if (quoted) {
    const end = /^[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)/.exec(text.slice(quoted[0].length));
    if (!end) return null;
    const value = quoted[1] === undefined
      ? quoted[2]!.replace(/\\[\\'"abfnrtv]/g, escape => DOUBLE_ESCAPES[escape[1]!]!)
      : quoted[1].replace(/\\[\\']/g, escape => escape[1]!);
    return { text: value, length: quoted[0].length + end[0].length };
  }
  if (/^['"]/.test(text)) return null;
  const line = /^([^\r\n]*)(\r\n|\n|\r|$)/.exec(text)!;
  return { text: line[1]!.replace(/\s+#.*/, '').trimEnd(), length: line[0].length };
}

const DOUBLE_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function expand(value: string, inside: Readonly<Record<string, string>>, outside: Readonly<Record<string, string | undefined>>): string {
  return value.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => inside[name] ?? outside[name] ?? fallback ?? '');
}
