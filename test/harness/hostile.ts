import type { Random } from './random';

/** Texts that have broken readers before. */
const STRINGS = ['', '\0', '__proto__', 'constructor', 'toString', 'x'.repeat(300), 'x'.repeat(5000), '\ud800', '😀'.repeat(50), '../../etc', '{"a":1}', 'NaN', '1e999', '-0', 'ﬀ', '\u2028', 'İ', '%', '\x06\x16', 'null', '2026-11-22T06:27:25.044684+00:00', '9999-99-99T99:99:99', '{{{{', "'\"\\", '<script>alert(1)</script>'];
const NUMBERS = [0, -0, 1, -1, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, -1e308, 1e-320, 1795329493.5, 1.5, 4294967296, -1795329493];
/** What Python writes and JSON has not. */
const LITERALS = ['NaN', 'Infinity', '-Infinity', '1180591620717411303424', '-1180591620717411303424', '1.0', '1e5', `${'9'.repeat(5000)}`];

/** Any JSON, as text, of bounded size. */
export function randomJson(random: Random, depth = 0): string {
  switch (random.below(depth > 4 ? 6 : 9)) {
    case 0: return 'null';
    case 1: return random.pick(['true', 'false']);
    case 2: return JSON.stringify(random.pick(STRINGS));
    case 3: return String(random.pick(NUMBERS));
    case 4: return random.pick(LITERALS);
    case 5: return JSON.stringify(Array.from({ length: random.below(12) }, () => String.fromCharCode(random.below(0x10000))).join(''));
    case 6: return `[${Array.from({ length: random.below(5) }, () => randomJson(random, depth + 1)).join(',')}]`;
    case 7: return `{${Array.from({ length: random.below(5) }, () => `${JSON.stringify(random.pick(STRINGS))}:${randomJson(random, depth + 1)}`).join(',')}}`;
    default: {
      const levels = random.pick([10, 150, 250, 600]);
      return `${'['.repeat(levels)}${random.pick(['', '1', 'NaN'])}${']'.repeat(levels)}`;
    }
  }
}

/** A change somewhere within a JSON text that leaves it JSON: another value for a key, a key taken away, one added. */
export function mutateJson(random: Random, text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return mutateText(random, text);
  }
  const marker = `@@${random.below(1e9)}@@`;
  const places: { holder: Record<string, unknown> | unknown[]; key: string | number }[] = [];
  const walk = (node: unknown, depth: number): void => {
    if (typeof node !== 'object' || node === null || depth > 30) return;
    for (const key of Object.keys(node)) {
      places.push({ holder: node as Record<string, unknown>, key });
      walk((node as Record<string, unknown>)[key], depth + 1);
    }
  };
  walk(value, 0);
  if (places.length === 0) return randomJson(random);
  const { holder, key } = random.pick(places);
  const record = holder as Record<string | number, unknown>;
  switch (random.below(5)) {
    case 0: if (Array.isArray(holder)) holder.splice(Number(key), 1); else delete record[key]; break;
    case 1: record[key] = [record[key]]; break;
    case 2: if (Array.isArray(holder)) holder.push(marker); else record[random.pick(STRINGS)] = marker; break;
    default: record[key] = marker;
  }
  return JSON.stringify(value).replaceAll(JSON.stringify(marker), () => randomJson(random, 1));
}

/** Bytes changed, cut or doubled: mostly no JSON any more. */
export function mutateText(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  switch (random.below(5)) {
    case 0: return text.slice(0, at);
    case 1: return text.slice(0, at) + String.fromCharCode(random.below(0x10000)) + text.slice(at + 1);
    case 2: return text.slice(0, at) + text.slice(at + random.below(20));
    case 3: return text.slice(0, at) + text.slice(Math.max(0, at - 40), at) + text.slice(at);
    default: return text.slice(0, at) + random.pick(STRINGS) + text.slice(at);
  }
}

export function hostile(random: Random, seeds: readonly string[]): string {
  const seed = random.pick(seeds);
  switch (random.below(8)) {
    case 0: return randomJson(random);
    case 1: return mutateText(random, seed);
    case 2: return mutateText(random, mutateJson(random, seed));
    case 3: return mutateJson(random, mutateJson(random, mutateJson(random, seed)));
    default: return mutateJson(random, seed);
  }
}
