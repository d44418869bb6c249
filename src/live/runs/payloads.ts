import type { PythonJson } from '../wire/json';

/** What is too large for a row: kept for as many runs as fit, the longest untouched ones go first. */
export interface Payload {
  /** Texts as they are shown; `complete` is false where the wire carries a cut repr only. */
  args?: PayloadText;
  kwargs?: PayloadText;
  result?: PayloadText;
  exception?: { readonly type: string; readonly message: string };
  traceback?: string;
  children?: readonly string[];
  /** Values that were sent or stored, for an exact re-send; absent where only texts are known. */
  values?: { readonly args: PythonJson; readonly kwargs: PythonJson };
}

export interface PayloadText {
  readonly text: string;
  readonly complete: boolean;
}

/** Payloads by key, bounded in bytes. */
export class PayloadCache {
  private readonly kept = new Map<number, { payload: Payload; bytes: number }>();
  private bytes = 0;

  /** @param budget bytes, by the length of the texts. */
  constructor(private readonly budget: number) {}

  get(key: number): Payload | undefined {
    return this.kept.get(key)?.payload;
  }

  /** Adds members to the payload of `key`, which becomes the youngest. */
  merge(key: number, more: Payload): void {
    const known = this.kept.get(key);
    const payload = known ? { ...known.payload, ...more } : more;
    this.delete(key);
    const bytes = sizeOf(payload);
    if (bytes > this.budget) return;
    this.kept.set(key, { payload, bytes });
    this.bytes += bytes;
    for (const [oldest] of this.kept) {
      if (this.bytes <= this.budget) break;
      this.delete(oldest);
    }
  }

  delete(key: number): void {
    const known = this.kept.get(key);
    if (!known) return;
    this.bytes -= known.bytes;
    this.kept.delete(key);
  }

  clear(): void {
    this.kept.clear();
    this.bytes = 0;
  }
}

/** About: texts in two bytes a character and the objects around them. */
function sizeOf(payload: Payload): number {
  const texts = [payload.args?.text, payload.kwargs?.text, payload.result?.text, payload.exception?.message, payload.traceback, ...(payload.children ?? [])];
  const values = payload.values ? 4 * ((payload.args?.text.length ?? 0) + (payload.kwargs?.text.length ?? 0)) : 0;
  return texts.reduce((sum, text) => sum + (text === undefined ? 0 : 32 + text.length * 2), 256 + values);
}
