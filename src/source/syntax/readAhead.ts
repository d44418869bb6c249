import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Module } from './nodes';
import type { PythonParser } from './parser';
import { unpack, type Reading } from './reading';

/** A thread pays from so many characters on. */
const worthwhile = 250_000;
/** Characters that the thread has before it, so that it need not wait for this one: some 25 ms of work. */
const supply = 100_000;

interface Text {
  readonly key: string;
  readonly text: string;
}

/** Parses many texts at once. Another thread reads them while they are still being found; this one builds what is read, and reads too where it would wait. */
export class ReadAhead {
  readonly #modules = new Map<string, Module>();
  readonly #read: (Text & { readonly reading: Reading })[] = [];
  /** The thread takes from the front, we from the back. */
  readonly #waiting: Text[] = [];
  #next = 0;
  #characters = 0;
  /** What the thread is reading, in its order. */
  #given: Text[] = [];
  #thread: Worker | null = null;
  #failed = false;
  #answered: (() => void) | null = null;

  constructor(private readonly parser: Pick<PythonParser, 'directory' | 'read' | 'build'>) {}

  add(key: string, text: string): void {
    this.#waiting.push({ key, text });
    this.#characters += text.length;
    if (!this.#thread && !this.#failed && this.#characters >= worthwhile) this.#start();
    this.#give();
  }

  /** Does what is left; gives way to other work after each text. The modules by key; those so far where it was cancelled. */
  async finish(cancelled: () => boolean): Promise<ReadonlyMap<string, Module>> {
    // A few small files are parsed as well when they are needed.
    if (this.#characters < worthwhile) return this.#modules;
    while (!cancelled()) {
      const ready = this.#read.pop() ?? this.#ownReading();
      if (ready) {
        this.#modules.set(ready.key, this.parser.build(ready.text, ready.reading));
        await setImmediate();
      } else if (this.#given.length) await new Promise<void>(resolve => { this.#answered = resolve; });
      else break;
    }
    return this.#modules;
  }

  #ownReading(): (Text & { readonly reading: Reading }) | null {
    const text = this.#next < this.#waiting.length ? this.#waiting.pop() : undefined;
    return text ? { ...text, reading: this.parser.read(text.text) } : null;
  }

  /** Ends the thread, whatever it is at. */
  end(): void {
    void this.#thread?.terminate();
    this.#thread = null;
  }

  #start(): void {
    const thread = this.#thread = new Worker(path.join(this.parser.directory, 'readerThread.js'), { workerData: this.parser.directory });
    thread.on('message', (packed: Int32Array) => {
      const text = this.#given.shift();
      if (text) this.#read.push({ ...text, reading: unpack(packed) });
      this.#give();
      this.#wake();
    });
    thread.on('error', () => this.#goOnAlone());
    thread.on('exit', () => this.#goOnAlone());
  }

  /** What the thread had is read here. */
  #goOnAlone(): void {
    this.#failed = true;
    this.#waiting.push(...this.#given);
    this.#given = [];
    this.end();
    this.#wake();
  }

  #give(): void {
    let given = this.#given.reduce((sum, { text }) => sum + text.length, 0);
    while (this.#thread && given < supply && this.#next < this.#waiting.length) {
      const text = this.#waiting[this.#next++]!;
      this.#given.push(text);
      this.#thread.postMessage(text.text);
      given += text.text.length;
    }
  }

  #wake(): void {
    this.#answered?.();
    this.#answered = null;
  }
}
