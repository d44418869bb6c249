import { statSync } from 'node:fs';
import path from 'node:path';
import { attempt, readText } from './scan';

/** Larger ones are data. */
const maxBytes = 100_000;

export interface CommandFile {
  /** Its path from the folder of the workspace, with `/`. */
  readonly name: string;
  readonly text: string;
}

/** The files beside Python's that may start a worker or Beat. Read when they are first asked for: most rules never do. */
export class CommandFiles {
  #files: readonly CommandFile[] | null = null;

  constructor(private readonly paths: readonly string[], private readonly folders: readonly string[]) {}

  get files(): readonly CommandFile[] {
    return this.#files ??= this.paths.flatMap(file => {
      const text = attempt(file, () => isSmall(file)) ? readText(file) : null;
      return text ? [{ name: this.#nameOf(file), text }] : [];
    });
  }

  #nameOf(file: string): string {
    const names = this.folders.map(folder => path.relative(folder, file)).filter(name => !name.startsWith('..') && !path.isAbsolute(name));
    return (names.sort((a, b) => a.length - b.length)[0] ?? path.basename(file)).replaceAll(path.sep, '/');
  }
}

function isSmall(file: string): boolean {
  const stats = statSync(file);
  return stats.isFile() && stats.size <= maxBytes;
}
