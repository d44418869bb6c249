/** What the command line has of the world around it. */
export interface Environment {
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly input: () => Promise<string>;
  readonly color: boolean;
  /** Milliseconds after which progress is shown on standard error; null where that is no terminal. */
  readonly progressAfter: number | null;
  /** The directory of the program, with the parser's files; the pages of the rules are in `../docs/rules`. */
  readonly assets: string;
}

/** 0: nothing found, 1: errors or warnings found, 2: could not do what was asked. */
export type ExitCode = 0 | 1 | 2;

/** A mistake in how the program was called. */
export class UsageError extends Error {}
