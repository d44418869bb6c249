/** Gives each distinct text a small number, so that a column of 100,000 names is 100,000 integers. 0 is null. */
export class Interner {
  private readonly numbers = new Map<string, number>();
  private readonly texts: (string | null)[] = [null];

  /** Distinct texts, null included. */
  get size(): number {
    return this.texts.length;
  }

  add(text: string | null): number {
    if (text === null) return 0;
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  /** The number of a text that is known already, else undefined. */
  find(text: string): number | undefined {
    return this.numbers.get(text);
  }

  at(number: number): string | null {
    return this.texts[number] ?? null;
  }

  /** 1 for each text that holds the word. @param word lower case. */
  containing(word: string): Uint8Array {
    return Uint8Array.from(this.texts, text => (text?.toLowerCase().includes(word) ? 1 : 0));
  }

  /** Position of each text in alphabetical order, null first. */
  ranks(): Uint32Array {
    const order = this.texts.map((_, index) => index).sort((a, b) => compare(this.texts[a]!, this.texts[b]!));
    const ranks = new Uint32Array(order.length);
    order.forEach((number, rank) => { ranks[number] = rank; });
    return ranks;
  }
}

function compare(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}
