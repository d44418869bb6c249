/** What is done, in the last line of a terminal; nothing where that is none, or where all is done soon. */
export class Progress {
  readonly #began = performance.now();
  #isShown = false;

  /** @param after milliseconds before anything is shown; null where there is no terminal */
  constructor(private readonly after: number | null, private readonly write: (text: string) => void) {}

  show(text: string): void {
    if (this.after === null || performance.now() - this.#began < this.after) return;
    this.#isShown = true;
    this.write(`${emptied}${text}`);
  }

  /** Takes it away again. */
  end(): void {
    if (this.#isShown) this.write(emptied);
    this.#isShown = false;
  }
}

/** Goes to the start of the line and empties it. */
export const emptied = '\r\x1b[K';
