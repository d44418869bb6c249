import type { Message } from '../wire/envelope';
import { readTask, type TaskSummary } from '../wire/message';

/** A message that waits in a queue. */
export interface WaitingMessage {
  readonly queue: string;
  /** Redis: the list of its priority. */
  readonly list: string;
  /** Redis: the exact bytes, which name it when it is removed. */
  readonly raw: Buffer;
  /** Null where it is no message of kombu's. */
  readonly message: Message | null;
  /** Null where it is no task. */
  readonly task: TaskSummary | null;
  /** What a worker would do with it, in words, where that is not to run it; null for a task that is in order. */
  readonly fault: string | null;
}

export function waitingMessage(queue: string, list: string, raw: Buffer, message: Message | null): WaitingMessage {
  const task = message === null ? null : readTask(message);
  return { queue, list, raw, message, task, fault: faultOf(message, task) };
}

/** §13 of what kills a worker, as far as it can be told from the outside. */
function faultOf(message: Message | null, task: TaskSummary | null): string | null {
  if (message === null) return 'It is no message of Celery: a worker on Redis ends when it takes it';
  if (task !== null) return task.protocol === 2 && task.contentType === 'application/json' && (task.args === null || task.kwargs === null) ? 'Its body has not the three parts of a call: every worker that takes it ends' : null;
  if (typeof message.headers['task'] === 'string') return 'It has no id: workers end on it or turn deaf';
  return 'It is an unknown message: workers drop it';
}
