import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the answer is truthy, and returns it; fails after `seconds` with what was asked last.
 * @param what for the message: "the broker is running"
 */
export async function until<T>(what: string, ask: () => Promise<T> | T, seconds = 30): Promise<NonNullable<T>> {
  const deadline = Date.now() + seconds * 1000;
  for (let last: unknown; ; await sleep(100)) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s in vain until ${what}; at last: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
  }
}
