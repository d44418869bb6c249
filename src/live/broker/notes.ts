import { isoOf } from '../wire/guards';
import type { TaskMessage } from '../wire/message';

export interface SendCircumstances {
  readonly queue: string | null;
  /** Workers that consume the queue, null where it is not known. */
  readonly consumers: number | null;
  /** Seconds, Redis only; null elsewhere. */
  readonly visibilityTimeout: number | null;
  readonly now: number;
}

/** What the sender of a message should hear, though it was sent. */
export function sendNotes(message: TaskMessage, { queue, consumers, visibilityTimeout, now }: SendCircumstances): string[] {
  const notes: string[] = [];
  const eta = isoOf(message.headers['eta']);
  const expires = isoOf(message.headers['expires']);
  if (queue !== null && consumers === 0) notes.push(`No worker consumes the queue "${queue}": the task waits there until one does.`);
  if (expires !== null && expires <= now) notes.push('It has expired already: a worker revokes it instead of running it.');
  if (eta !== null && visibilityTimeout !== null && eta - now > visibilityTimeout * 1000) {
    notes.push(`It is due after more than the visibility timeout (${visibilityTimeout} s): Redis delivers it again and again until then, and it may run several times. Raise visibility_timeout in broker_transport_options.`);
  }
  return notes;
}
