import { StringDecoder } from 'node:string_decoder';
import { maskSecrets } from '../../shared/redact';

/** Characters of one line that are kept. */
const LINE_LIMIT = 16_384;

/** Changes a line before it is kept, or drops it (null). */
export type Decorate = (line: string) => string | null;

/**
 * The last lines that a process wrote, bounded in lines and in characters; secrets are masked before anything is kept. What arrives is cut
 * into lines, so that a secret that two chunks share is masked too. Colours (ANSI sequences) stay.
 */
export class Log {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private kept: string[] = [];
  private first = 0;
  private characters = 0;
  private count = 0;

  constructor(private readonly maxLines = 10_000, private readonly maxCharacters = 8_000_000) {}

  /** Lines that were ever kept; what a difference of two counts is for. */
  get written(): number {
    return this.count;
  }

  /** Takes bytes of the process; answers the lines that they completed. */
  take(bytes: Buffer, decorate?: Decorate): readonly string[] {
    const pieces = (this.rest + this.decoder.write(bytes)).split(/\r?\n/);
    this.rest = pieces.pop() ?? '';
    // A line without end is cut rather than kept in memory for ever.
    if (this.rest.length > LINE_LIMIT) {
      pieces.push(this.rest);
      this.rest = '';
    }
    return this.keep(pieces, decorate);
  }

  /** The process is gone: an unfinished line is one too. */
  end(): readonly string[] {
    const last = this.rest + this.decoder.end();
    this.rest = '';
    return last === '' ? [] : this.keep([last]);
  }

  /** A line of our own, between those of the process. */
  note(text: string): readonly string[] {
    return this.keep([text]);
  }

  /** The last `count` lines, oldest first. */
  tail(count = Number.MAX_SAFE_INTEGER): readonly string[] {
    return this.kept.slice(Math.max(this.first, this.kept.length - count));
  }

  private keep(lines: readonly string[], decorate: Decorate = line => line): readonly string[] {
    const masked = lines.map(line => decorate(maskSecrets(line.length > LINE_LIMIT ? `${line.slice(0, LINE_LIMIT)}…` : line))).filter(line => line !== null);
    this.count += masked.length;
    for (const line of masked) {
      this.kept.push(line);
      this.characters += line.length;
    }
    while (this.kept.length - this.first > this.maxLines || this.characters > this.maxCharacters) this.characters -= this.kept[this.first++]!.length;
    if (this.first > this.maxLines) {
      this.kept = this.kept.slice(this.first);
      this.first = 0;
    }
    return masked;
  }
}

/** `text` without ANSI sequences. */
export function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, '');
}
