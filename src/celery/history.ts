import { MINORS, type History } from './tables';
import type { Version } from './versions';

/** Index in the tables for a version; one older or newer than all is taken for the oldest or newest. */
export function minorIndex(version: Version): number {
  if (version.major < 5) return 0;
  return version.major > 5 ? MINORS.length - 1 : Math.min(version.minor, MINORS.length - 1);
}

/** What holds at a minor, null where the name does not exist there. */
export function factsAt<T>(history: History<T>, minor: number): T | null {
  let facts: T | null = null;
  for (const [from, value] of history) if (from <= minor) facts = value;
  return facts;
}

/** The minor that brought the name, e.g. `5.5`; null where the oldest table has it already. */
export function firstMinor(history: History<unknown>): string | null {
  const first = history[0]?.[0] ?? 0;
  return first === 0 ? null : MINORS[first] ?? null;
}
