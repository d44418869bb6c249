import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { applyEdits, collectEdits, safeFixes } from '../source/lint/applyFixes';
import type { Diagnosis } from '../source/lint/engine';
import type { Project } from '../source/project/project';
import { reasonOf } from '../source/project/scan';
import type { SourceFile } from '../source/project/sourceFile';

const byteOrderMark = '\ufeff';

/** Applies safe fixes to the files, and to the document that stands for standard input. */
export class Fixer {
  readonly problems: string[] = [];
  readonly #left = new Set<SourceFile['path']>();

  constructor(private readonly project: Project, private readonly standard: string | null, private readonly relative: (file: string) => string) {}

  /** Applies what can be applied at once; the number of fixes. */
  apply(found: readonly Diagnosis[]): number {
    const fixes = safeFixes(found).filter(({ file, fix }) => fix.edits.every(edit => this.#canChange(edit.file ?? file)));
    const { edits, applied } = collectEdits(fixes);
    for (const [file, list] of edits) {
      if (file.path === this.standard) this.project.changeDocument(file.path, [...list].reverse().map(({ span, text }) => ({ ...span, text })));
      else this.#write(file, applyEdits(file.module.text, list));
    }
    this.project.filesChanged([...edits.keys()].map(file => file.path));
    return applied;
  }

  /** Whether writing a file's text back would change nothing but what is fixed. */
  #canChange(file: SourceFile): boolean {
    if (file.path === this.standard) return true;
    if (this.#left.has(file.path)) return false;
    try {
      accessSync(file.path, constants.W_OK);
      if (Buffer.from(markOf(file.path) + file.module.text).equals(readFileSync(file.path))) return true;
      this.#leave(file, 'it is not UTF-8, or it has changed meanwhile');
    } catch (error) {
      this.#leave(file, reasonOf(error));
    }
    return false;
  }

  #write(file: SourceFile, text: string): void {
    try {
      writeFileSync(file.path, markOf(file.path) + text);
    } catch (error) {
      this.#leave(file, reasonOf(error));
    }
  }

  #leave(file: SourceFile, reason: string): void {
    this.#left.add(file.path);
    this.problems.push(`${this.relative(file.path)} is not fixed: ${reason}`);
  }
}

function markOf(file: string): string {
  return readFileSync(file).subarray(0, 3).toString() === byteOrderMark ? byteOrderMark : '';
}
