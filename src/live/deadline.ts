import { problem, ProblemError } from '../shared/problem';

/**
 * Ends a wait: with the promise, with a ProblemError after `ms` milliseconds (`timeout`), or when the signal fires (`cancelled`).
 * @param what what was being done, as a sentence part: `asking the broker`.
 */
export async function withDeadline<T>(promise: Promise<T>, ms: number, what: string, signal?: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ProblemError(problem('timeout', `No answer within ${ms / 1000} s while ${what}`, { advice: 'Try again; where it happens again, the broker is overloaded or out of reach.' }))), ms);
    if (signal) {
      abort = () => reject(cancelled(what));
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    }
  });
  // The loser of the race must not become an unhandled rejection.
  promise.catch(() => {});
  try {
    return await Promise.race([promise, end]);
  } finally {
    clearTimeout(timer);
    if (abort) signal?.removeEventListener('abort', abort);
  }
}

export function cancelled(what: string): ProblemError {
  return new ProblemError(problem('cancelled', `Cancelled while ${what}`));
}

/** Waits `ms` milliseconds, or until the signal fires: then it just returns. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Milliseconds before attempt `n` (from 0) to reconnect: 100 ms, doubling up to 5 s, with a fifth of chance in it so that many do not come at once. */
export function backOff(attempt: number): number {
  return Math.min(5000, 100 * 2 ** Math.min(attempt, 10)) * (0.8 + Math.random() * 0.4);
}
