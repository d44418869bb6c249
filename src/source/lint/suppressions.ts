import type { SourceFile } from '../project/sourceFile';

const ours = /#\s*celery:\s*ignore(-file)?(?:\[([\w\s,-]*)\])?/;
const noqa = /#\s*noqa\b(?:\s*:\s*([A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*))?/i;

/** The comments of a file that silence findings. */
export class Suppressions {
  /** By line: the codes, or null for all. */
  readonly #lines = new Map<number, Set<string> | null>();
  #file: Set<string> | null | undefined;

  constructor(private readonly file: SourceFile) {
    for (const { text, start } of file.module.comments) {
      const line = file.lines.position(start).line;
      const own = ours.exec(text);
      if (own) this.#add(own[1] ? null : line, own[2] === undefined ? null : own[2].split(',').map(code => code.trim()).filter(Boolean));
      const other = noqa.exec(text);
      if (other) this.#add(line, other[1] === undefined ? null : other[1].split(/[\s,]+/));
    }
  }

  /** @param line null for the whole file */
  #add(line: number | null, codes: readonly string[] | null): void {
    const merge = (known: Set<string> | null | undefined): Set<string> | null => codes === null || known === null ? null : new Set([...known ?? [], ...codes.map(code => code.toUpperCase())]);
    if (line === null) this.#file = merge(this.#file);
    else this.#lines.set(line, merge(this.#lines.get(line)));
  }

  /** Whether a finding is silenced: by a comment on its first or last line, or for the whole file. */
  covers({ code, name, start, end }: { readonly code: string; readonly name: string; readonly start: number; readonly end: number }): boolean {
    const has = (codes: Set<string> | null | undefined): boolean => codes === null || (codes !== undefined && (codes.has(code) || codes.has(name.toUpperCase())));
    if (has(this.#file)) return true;
    const first = this.file.lines.position(start).line;
    const last = this.file.lines.position(end).line;
    return has(this.#lines.get(first)) || has(this.#lines.get(last));
  }
}
