import { statSync } from 'node:fs';
import { attempt, readText } from './scan';

/** Larger ones are data. */
const maxBytes = 100_000;

/** The files beside Python's that may start a worker or Beat. Read when they are first asked for: most rules never do. */
export class CommandFiles {
  #texts: readonly string[] | null = null;

  constructor(private readonly paths: readonly string[]) {}

  get texts(): readonly string[] {
    return this.#texts ??= this.paths.flatMap(file => attempt(file, () => isSmall(file)) ? readText(file) ?? [] : []);
  }
}

function isSmall(file: string): boolean {
  const stats = statSync(file);
  return stats.isFile() && stats.size <= maxBytes;
}
