import type { WaitingMessage, WaitingMessages } from '../shared/waiting';
import { problem, ProblemError } from '../shared/problem';
import type { Broker, Purged } from '../live/broker/broker';
import type { WaitingMessage as Peeked } from '../live/broker/waiting';
import { callText } from '../live/runs/callText';

/** Messages that one look shows. */
const HEAD = 100;
/** Characters of a call. */
const CALL_TEXT = 300;

/** What waits in the queues: looked at, and taken out, when the user asks for it. */
export class QueueLook {
  /** What the last look saw, by key. */
  private seen = new Map<string, Peeked>();
  private looks = 0;

  constructor(private readonly connected: () => Broker | null) {}

  async peek(queue: string): Promise<WaitingMessages> {
    const broker = this.broker();
    const peeked = await broker.peek(queue, HEAD);
    const depth = await broker.depth(queue);
    const look = ++this.looks;
    this.seen = new Map(peeked.map((message, index) => [`${look}/${index}`, message]));
    return { messages: Array.from(this.seen, ([key, message]) => shown(key, message)), depth: Math.max(depth, peeked.length), removable: broker.kind === 'redis' };
  }

  async remove(key: string): Promise<boolean> {
    const message = this.seen.get(key);
    if (!message) return false;
    this.seen.delete(key);
    return this.broker().remove(message);
  }

  async purge(queue: string): Promise<Purged> {
    return this.broker().purge(queue);
  }

  private broker(): Broker {
    const broker = this.connected();
    if (!broker) throw new ProblemError(problem('broker-refused', 'There is no broker whose queues could be looked at', { advice: 'Start the broker first' }));
    return broker;
  }
}

function shown(key: string, { task, fault }: Peeked): WaitingMessage {
  return {
    key, fault, id: task?.id ?? null, name: task?.name ?? null, call: task && callText(task.name, task.argsRepr, task.kwargsRepr).slice(0, CALL_TEXT),
    eta: task?.eta ?? null, expires: task?.expires ?? null, retries: task?.retries ?? 0, fromBeat: task?.fromBeat ?? false,
  };
}
