import type { Piece } from './pieces';

/** What the grammar makes of a text: what takes most of the time of parsing, and needs nothing but the text. */
export interface Reading {
  readonly pieces: readonly Piece[];
  /** There are mistakes somewhere. */
  readonly errors: boolean;
}

/** The numbers before the cells: whether there are errors and how many pieces; then for each its start, whether it is whole, and how many cells it has. */
const HEAD = 2;
const EACH = 3;

/** A reading as one array of numbers, to be handed to another thread. */
export function pack({ pieces, errors }: Reading): Int32Array<ArrayBuffer> {
  const head = HEAD + pieces.length * EACH;
  const packed = new Int32Array(pieces.reduce((length, { cells }) => length + cells.length, head));
  packed[0] = Number(errors);
  packed[1] = pieces.length;
  let at = head;
  for (const [index, { start, whole, cells }] of pieces.entries()) {
    packed.set([start, Number(whole), cells.length], HEAD + index * EACH);
    packed.set(cells, at);
    at += cells.length;
  }
  return packed;
}

export function unpack(packed: Int32Array): Reading {
  const pieces: Piece[] = [];
  let from = HEAD + packed[1]! * EACH;
  for (let index = 0; index < packed[1]!; index++) {
    const at = HEAD + index * EACH;
    const to = from + packed[at + 2]!;
    pieces.push({ start: packed[at]!, whole: packed[at + 1] === 1, cells: packed.subarray(from, to), parts: null });
    from = to;
  }
  return { pieces, errors: packed[0] === 1 };
}
