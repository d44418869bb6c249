import type { Range } from '../../shared/source';
import type { Span } from './nodes';

/** Turns UTF-16 offsets of a text into lines and columns, and back. */
export class Lines {
  readonly #starts: number[] = [0];

  constructor(private readonly text: string) {
    const lines = lineFeeds(text);
    for (let index = lines.indexOf('\n'); index !== -1; index = lines.indexOf('\n', index + 1)) this.#starts.push(index + 1);
  }

  position(offset: number): { line: number; character: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - this.#starts[low]! };
  }

  range(span: Span): Range {
    return { start: this.position(span.start), end: this.position(span.end) };
  }

  /** The offset of a position; beyond the end of a line or of the text it is cut. */
  offset(position: { readonly line: number; readonly character: number }): number {
    const start = this.#starts[position.line];
    if (start === undefined) return this.text.length;
    return Math.min(start + position.character, this.lineEnd(position.line));
  }

  lineStart(line: number): number {
    return this.#starts[line] ?? this.text.length;
  }

  /** The offset of the line's end, before its line break. */
  lineEnd(line: number): number {
    const next = this.#starts[line + 1];
    if (next === undefined) return this.text.length;
    return this.text.startsWith('\r\n', next - 2) ? next - 2 : next - 1;
  }

  get count(): number {
    return this.#starts.length;
  }
}

/** Each carriage return that stands alone is a line break too, for Python as for editors; the grammar knows none. */
export function lineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text;
}
