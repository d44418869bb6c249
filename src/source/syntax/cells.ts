import type { Concrete } from './build';

/** The numbers of one node: its type with a bit for "missing", its field, its start, its end, and where the cells of the nodes below it end. */
const WIDTH = 5;
/** The type of ERROR nodes, by the grammar's runtime. */
export const errorId = 65535;
/** What is nested deeper is as good as broken: all that walks over a tree does so by recursion. */
export const maxDepth = 500;

/** Shared by all leaves, of which there are more than of anything else. */
const childless: readonly Concrete[] = [];

/** Writes nodes of the grammar as numbers, each before those below it. They cost no objects while reading, and go to another thread without a copy. */
export class CellWriter {
  #cells = new Int32Array(1 << 12);
  #length = 0;

  /** Begins a node; {@link close} ends it, with what it gave. */
  open(type: number, missing: boolean, field: number, start: number, end: number): number {
    const at = this.#length;
    if (at + WIDTH > this.#cells.length) this.#grow();
    const cells = this.#cells;
    cells[at] = type << 1 | Number(missing);
    cells[at + 1] = field;
    cells[at + 2] = start;
    cells[at + 3] = end;
    this.#length = at + WIDTH;
    return at;
  }

  close(node: number): void {
    this.#cells[node + 4] = this.#length;
  }

  /** What was written since the last time. */
  take(): Int32Array {
    const taken = this.#cells.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #grow(): void {
    const larger = new Int32Array(this.#cells.length * 2);
    larger.set(this.#cells);
    this.#cells = larger;
  }
}

/** The nodes that cells stand for. @param base is added to their offsets */
export function nodesOf(cells: Int32Array, base: number, types: readonly string[], fields: readonly (string | null)[]): Concrete[] {
  let at = 0;
  const read = (until: number): Concrete[] => {
    const nodes: Concrete[] = [];
    while (at < until) {
      const type = cells[at]!;
      const field = cells[at + 1]!;
      const start = cells[at + 2]! + base;
      const end = cells[at + 3]! + base;
      const below = cells[at + 4]!;
      at += WIDTH;
      nodes.push({
        type: types[type >> 1] ?? 'ERROR', field: field ? fields[field] ?? null : null, start, end,
        children: at === below ? childless : read(below), missing: (type & 1) === 1,
      });
    }
    return nodes;
  };
  return read(cells.length);
}

/** Whether something among the nodes could not be read. */
export function hasMistake(cells: Int32Array): boolean {
  for (let at = 0; at < cells.length; at += WIDTH) if (cells[at]! & 1 || cells[at]! >> 1 === errorId) return true;
  return false;
}
