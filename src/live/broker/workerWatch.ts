import { pause } from '../deadline';
import type { WorkerRegistry } from '../runs/workers';
import type { ArgumentsOf, Command, Reply } from '../wire/control';
import type { WorkerEvent } from '../wire/events';
import type { ControlAnswer, ControlOptions, Unsubscribe } from './broker';

type Ask = <C extends Command>(method: C, args: ArgumentsOf<C>, options: ControlOptions) => Promise<ControlAnswer>;
type Refused = ((node: string, reason: string) => void) | undefined;

const CHECK_EVERY = 2000;
const ASK_AGAIN_AFTER = 3000;
/** A pool takes a while to grow or shrink, on a busy machine seconds. */
const SETTLES_AFTER = [1500, 5000];
/** Checks after which all workers are asked again what they consume: others can change it too. */
const REFRESH_AFTER = 30;
/** Commands after which a worker is no longer what it said it was. */
const CHANGING: ReadonlySet<Command> = new Set<Command>(['add_consumer', 'cancel_consumer', 'pool_grow', 'pool_shrink', 'autoscale', 'pool_restart']);

/**
 * Keeps the registry of workers true: asks new ones what they are, and those that have fallen silent whether they live. It only asks, so it may do
 * so in a read-only environment; {@link keepEventsOn} apart.
 */
export class WorkerWatch {
  private readonly unknown = new Set<string>();
  private readonly listeners = new Set<Refused>();
  private wantsEvents = 0;
  private asking = false;
  private watching = false;

  /** @param connected which of the nodes that did not answer still hold their connection. */
  constructor(private readonly registry: WorkerRegistry, private readonly ask: Ask, private readonly connected: (answer: ControlAnswer) => Promise<readonly string[]>, private readonly signal: AbortSignal) {}

  /** Finds the workers that are there already: they announce themselves only every other second, and some never. */
  async lookAround(): Promise<void> {
    if (!this.watching) {
      this.watching = true;
      void this.watchOverdue();
    }
    await this.quietly(() => this.ask('ping', {}, { timeout: 1000 }));
  }

  keepEventsOn(refused: Refused): Unsubscribe {
    this.wantsEvents++;
    if (refused) this.listeners.add(refused);
    for (const node of this.registry.alive()) this.introduce(node);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.wantsEvents--;
      this.listeners.delete(refused);
    };
  }

  event(event: WorkerEvent): void {
    if (this.registry.event(event)) this.introduce(event.hostname);
  }

  /** Whoever answers lives; and some commands change what a worker is. */
  answered(method: Command, answer: ControlAnswer): void {
    for (const { node } of answer.replies) {
      // Beat answers a ping too, and is no worker.
      if (node.startsWith('celerybeat@')) continue;
      if (this.registry.answered(node) || CHANGING.has(method)) this.introduce(node);
    }
    if (!CHANGING.has(method)) return;
    for (const delay of SETTLES_AFTER) void pause(delay, this.signal).then(() => answer.replies.forEach(({ node }) => this.introduce(node)));
  }

  /** Asks a new node for its pool and its queues, several in one go. */
  private introduce(node: string): void {
    if (this.signal.aborted) return;
    this.unknown.add(node);
    if (this.asking) return;
    this.asking = true;
    void (async () => {
      // Workers that come up together are asked together.
      await pause(50, this.signal);
      while (this.unknown.size > 0 && !this.signal.aborted) {
        const destination = Array.from(this.unknown);
        this.unknown.clear();
        await this.quietly(() => this.meet(destination));
      }
      this.asking = false;
    })();
  }

  private async meet(destination: readonly string[]): Promise<void> {
    const options = { destination, timeout: 2000 };
    const silent = new Set<string>();
    const ask = async (method: 'enable_events' | 'stats' | 'active_queues'): Promise<readonly Reply[]> => {
      const answer = await this.ask(method, {}, options);
      for (const node of answer.silent) silent.add(node);
      return answer.replies;
    };
    if (this.wantsEvents > 0) {
      for (const { node, error } of await ask('enable_events')) {
        // "already enabled" comes as ok: the worker was started with -E.
        if (error !== null) for (const refused of this.listeners) refused?.(node, error);
      }
    }
    for (const reply of await ask('stats')) this.registry.stats(reply.node, reply.value);
    for (const reply of await ask('active_queues')) this.registry.queues(reply.node, reply.value);
    // Busy, or not listening yet: a worker says that it is online before it hears commands. It is asked again as long as it lives.
    if (silent.size > 0) void pause(ASK_AGAIN_AFTER, this.signal).then(() => Array.from(silent).filter(node => this.registry.isAlive(node)).forEach(node => this.introduce(node)));
  }

  private async watchOverdue(): Promise<void> {
    for (let check = 1; !this.signal.aborted; check++) {
      await pause(CHECK_EVERY, this.signal);
      if (this.signal.aborted) return;
      const overdue = this.registry.overdue(Date.now());
      if (overdue.length > 0) await this.quietly(() => this.probe(overdue));
      if (check % REFRESH_AFTER === 0) for (const node of this.registry.alive()) this.introduce(node);
    }
  }

  private async probe(overdue: readonly string[]): Promise<void> {
    const answer = await this.ask('ping', {}, { destination: overdue, timeout: 1000 });
    if (answer.silent.length === 0) return;
    // A solo pool answers nothing while a task runs, but its connection is still there.
    const connected = new Set(await this.connected(answer));
    for (const node of answer.silent) if (!connected.has(node)) this.registry.gone(node);
  }

  private async quietly(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch {
      // The connection is lost or slow: the follower of the events says so.
    }
  }
}
