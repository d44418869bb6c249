import type { PythonJson } from '../wire/json';
import type { RunTable } from './table';

/** What is too large for a row. */
export interface Payload {
  /** Python text. */
  args?: string | undefined;
  kwargs?: string | undefined;
  /** The texts are repr texts of an event, which their sender may have cut. */
  argsCut?: boolean | undefined;
  result?: string | undefined;
  resultCut?: boolean | undefined;
  exception?: { readonly type: string; readonly message: string } | undefined;
  traceback?: string | undefined;
  children?: readonly string[] | undefined;
  /** Values that were sent or stored, for an exact re-send; absent where only texts are known. */
  values?: { readonly args: PythonJson; readonly kwargs: PythonJson } | undefined;
}

interface Kept {
  payload: Payload;
  bytes: number;
}

/** Payloads beside the rows of a table, bounded in bytes: those of the oldest runs go first. */
export class Payloads {
  private readonly kept: (Kept | undefined)[] = [];
  private bytes = 0;
  /** No run before this sequence number has a payload. */
  private oldest = 0;

  /** @param budget bytes, by the length of the texts. */
  constructor(private readonly table: RunTable, private readonly budget: number) {}

  get(row: number): Payload | undefined {
    return this.kept[row]?.payload;
  }

  /** Adds members to the payload of a row. Takes the object over. */
  merge(row: number, more: Payload): void {
    const known = this.kept[row];
    if (known) {
      this.bytes -= known.bytes;
      Object.assign(known.payload, more);
      known.bytes = sizeOf(known.payload);
      this.bytes += known.bytes;
    } else {
      const bytes = sizeOf(more);
      this.kept[row] = { payload: more, bytes };
      this.bytes += bytes;
      this.oldest = Math.min(this.oldest, this.table.sequenceOf(row));
    }
    while (this.bytes > this.budget && this.oldest < this.table.end) {
      const victim = this.table.rowOf(this.oldest++);
      if (victim !== undefined) this.delete(victim);
    }
  }

  delete(row: number): void {
    this.bytes -= this.kept[row]?.bytes ?? 0;
    this.kept[row] = undefined;
  }

  clear(): void {
    this.kept.length = 0;
    this.bytes = 0;
    this.oldest = 0;
  }
}

/** About: a byte a character as texts mostly are, and the objects around them. */
function sizeOf(payload: Payload): number {
  let size = 160 + sizeOfText(payload.args) + sizeOfText(payload.kwargs) + sizeOfText(payload.result) + sizeOfText(payload.exception?.message) + sizeOfText(payload.traceback);
  if (payload.children) for (const child of payload.children) size += sizeOfText(child);
  if (payload.values) size += 8 * (sizeOfText(payload.args) + sizeOfText(payload.kwargs));
  return size;
}

function sizeOfText(text: string | undefined): number {
  return text === undefined ? 0 : 24 + text.length;
}
