import type { Parts } from './build';
import type { Span } from './nodes';

/** A stretch of the top level that is read by itself: mostly one statement. */
export interface Piece {
  start: number;
  /** The grammar's nodes, as `cells.ts` writes them, with offsets from `start`. */
  readonly cells: Int32Array;
  /** No mistake in it. */
  readonly whole: boolean;
  /** What was made of it where it stands now. */
  parts: Parts | null;
}

/**
 * The pieces of a text that is being edited, by their own text. What a statement at the left margin means hangs on nothing around it, so that
 * after an edit only the pieces that changed are read anew, and only those that moved are built anew.
 */
export class Pieces {
  #before = new Map<string, Piece>();
  #now = new Map<string, Piece>();

  /** A new state of the text is read: what the last one did not have is forgotten. */
  begin(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  /**
   * The piece with that text, known or read now. One with mistakes is kept only where it is read alone, without what stands around it: then `type` is null.
   * Else it is the node's: where nothing else makes sense, the grammar has the call of a statement stand for itself.
   */
  get(text: string, { start, end }: Span, type: number | null, read: () => Piece): Piece {
    const key = `${type ?? ''} ${text.slice(start, end)}`;
    const known = this.#before.get(key);
    if (known) {
      this.#before.delete(key);
      if (known.start !== start) known.parts = null;
      known.start = start;
    }
    const piece = known ?? read();
    if (piece.whole || type === null) this.#now.set(key, piece);
    return piece;
  }
}
