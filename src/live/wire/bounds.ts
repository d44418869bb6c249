/**
 * How much of what others wrote we are ready to look at. Everything that comes from a broker, a result backend or a worker is hostile until
 * it has passed these: beyond them a text is cut and said to be cut, a message is counted and left alone.
 */
export const BOUNDS = {
  /** Largest message, event, reply or result that is parsed at all, in bytes. */
  message: 16 * 1024 * 1024,
  /** Largest text after decompression, in bytes. A few KB of zlib can hold gigabytes. */
  inflated: 64 * 1024 * 1024,
  /** Nesting of JSON. Python's own encoder stops near 1,000. */
  depth: 200,
  /** Ids: backends stop at 255 (SQLAlchemy: 155). */
  id: 255,
  /** Names of tasks, workers, queues, states. */
  name: 512,
  /** Texts that are kept whole for details: args, kwargs, results, tracebacks. Characters. */
  text: 128 * 1024,
  /** Events in one message, children of one result, replies to one command. */
  list: 10_000,
} as const;

/**
 * Cuts a text, and lets go of the text that it was cut from: V8 keeps the whole of a string alive for a slice of it.
 * The mark of the cut is the last character.
 */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${detach(text.slice(0, length - 1))}…`;
}

/** A copy of a string that holds nothing else in memory. */
export function detach(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
