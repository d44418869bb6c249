/**
 * Sorts row numbers by integer keys, stable, in time that grows with their number only. Two passes over 16 bits each; the second is left out
 * where no key needs it.
 * @param keys by position in `rows`; overwritten.
 */
export function radixSort(rows: Uint32Array, keys: Uint32Array): Uint32Array {
  let largest = 0;
  let sorted = true;
  for (let index = 0; index < keys.length; index++) {
    if (keys[index]! > largest) largest = keys[index]!;
    if (index > 0 && keys[index]! < keys[index - 1]!) sorted = false;
  }
  if (sorted) return rows;
  let from: Keyed = { rows, keys };
  let to: Keyed = { rows: new Uint32Array(rows.length), keys: new Uint32Array(rows.length) };
  for (let shift = 0; shift < 32 && largest >>> shift > 0; shift += 16) {
    pass(from, to, shift);
    [from, to] = [to, from];
  }
  return from.rows;
}

interface Keyed {
  readonly rows: Uint32Array;
  readonly keys: Uint32Array;
}

function pass(from: Keyed, to: Keyed, shift: number): void {
  const counts = new Uint32Array(0x10001);
  for (const key of from.keys) counts[((key >>> shift) & 0xffff) + 1]!++;
  for (let index = 1; index < counts.length; index++) counts[index]! += counts[index - 1]!;
  for (let index = 0; index < from.keys.length; index++) {
    const key = from.keys[index]!;
    const place = counts[(key >>> shift) & 0xffff]!++;
    to.keys[place] = key;
    to.rows[place] = from.rows[index]!;
  }
}

/** For each row an integer that orders as its value, which is 0 or more, does: the bits of a float do. */
export function orderedKeys(rows: Uint32Array, values: Float64Array): Uint32Array {
  const floats = new Float32Array(rows.length);
  for (let index = 0; index < rows.length; index++) floats[index] = Math.max(0, values[rows[index]!]!);
  return new Uint32Array(floats.buffer);
}
