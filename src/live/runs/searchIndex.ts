const CHUNK = 1024;

/** Lower-cased texts of up to {@link CHUNK} rows in one string, so that one search runs over all of them. */
interface Chunk {
  /** Undefined: rows of it have changed. */
  text: string | undefined;
  /** Where each row's text begins; one more at the end. */
  readonly starts: Uint32Array;
}

/**
 * Finds the rows whose text holds a word. Texts are joined only when somebody searches, and only those of chunks that have changed: new runs change
 * the last chunks, so a search costs little more than reading through the strings.
 */
export class SearchIndex {
  private readonly chunks = new Map<number, Chunk>();

  /** @param textOf text of the row with this sequence number. */
  constructor(private readonly textOf: (sequence: number) => string) {}

  changed(sequence: number): void {
    if (this.chunks.size === 0) return;
    const chunk = this.chunks.get(Math.floor(sequence / CHUNK));
    if (chunk) chunk.text = undefined;
  }

  clear(): void {
    this.chunks.clear();
  }

  /**
   * @param word lower case, not empty.
   * @param found called with the sequence of each row from `first` up to `end` that holds the word.
   */
  search(word: string, first: number, end: number, found: (sequence: number) => void): void {
    const firstChunk = Math.floor(first / CHUNK);
    for (const number of this.chunks.keys()) if (number < firstChunk) this.chunks.delete(number);
    for (let number = firstChunk; number * CHUNK < end; number++) {
      const base = Math.max(first, number * CHUNK);
      const { text, starts } = this.chunk(number, base, Math.min(end, (number + 1) * CHUNK));
      let row = 0;
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, starts[row])) {
        while (starts[row + 1]! <= at) row++;
        found(base + row);
        row++;
        if (starts[row]! >= text.length) break;
      }
    }
  }

  /** Whether one row, from `first` up to `end`, holds the word: for few rows this is quicker than a search through all. */
  has(sequence: number, word: string, first: number, end: number): boolean {
    const number = Math.floor(sequence / CHUNK);
    const base = Math.max(first, number * CHUNK);
    const { text, starts } = this.chunk(number, base, Math.min(end, (number + 1) * CHUNK));
    return text.substring(starts[sequence - base]!, starts[sequence - base + 1]).includes(word);
  }

  private chunk(number: number, from: number, to: number): { text: string; starts: Uint32Array } {
    let chunk = this.chunks.get(number);
    if (!chunk) this.chunks.set(number, chunk = { text: undefined, starts: new Uint32Array(CHUNK + 1) });
    if (chunk.text === undefined || from % CHUNK !== 0 || chunk.starts[to - from] !== chunk.text.length) chunk.text = fill(chunk.starts, from, to, this.textOf);
    return { text: chunk.text, starts: chunk.starts };
  }
}

function fill(starts: Uint32Array, from: number, to: number, textOf: (sequence: number) => string): string {
  const parts: string[] = [];
  let at = 0;
  for (let sequence = from; sequence < to; sequence++) {
    // Lower-casing before counting: a few letters change their length.
    const text = `${textOf(sequence).toLowerCase()}\n`;
    parts.push(text);
    starts[sequence - from] = at;
    at += text.length;
  }
  starts[to - from] = at;
  return parts.join('');
}
