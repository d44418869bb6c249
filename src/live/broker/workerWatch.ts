import type { WorkerRegistry } from '../runs/workers';
import type { ArgumentsOf, Command } from '../wire/control';
import type { WorkerEvent } from '../wire/events';
import { pause } from '../deadline';
import type { ControlAnswer, ControlOptions } from './broker';

type Ask = <C extends Command>(method: C, args: ArgumentsOf<C>, options: ControlOptions) => Promise<ControlAnswer>;

const CHECK_EVERY = 2000;

/**
 * Keeps the registry of workers true: asks new ones what they are, and those that have fallen silent whether they live. It only asks, so it may do
 * so in a read-only environment.
 */
export class WorkerWatch {
  private readonly unknown = new Set<string>();
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

  event(event: WorkerEvent): void {
    if (this.registry.event(event)) this.introduce(event.hostname);
  }

  answered(node: string): void {
    if (this.registry.answered(node)) this.introduce(node);
  }

  /** Asks a new node for its pool and its queues, several in one go. */
  private introduce(node: string): void {
    this.unknown.add(node);
    if (this.asking) return;
    this.asking = true;
    void (async () => {
      // Workers that come up together are asked together.
      await pause(50, this.signal);
      while (this.unknown.size > 0 && !this.signal.aborted) {
        const destination = Array.from(this.unknown);
        this.unknown.clear();
        await this.quietly(async () => {
          for (const reply of (await this.ask('stats', {}, { destination, timeout: 2000 })).replies) this.registry.stats(reply.node, reply.value);
          for (const reply of (await this.ask('active_queues', {}, { destination, timeout: 2000 })).replies) this.registry.queues(reply.node, reply.value);
        });
      }
      this.asking = false;
    })();
  }

  private async watchOverdue(): Promise<void> {
    while (!this.signal.aborted) {
      await pause(CHECK_EVERY, this.signal);
      const overdue = this.registry.overdue(Date.now());
      if (overdue.length === 0 || this.signal.aborted) continue;
      await this.quietly(async () => {
        const answer = await this.ask('ping', {}, { destination: overdue, timeout: 1000 });
        if (answer.silent.length === 0) return;
        // A solo pool answers nothing while a task runs, but its connection is still there.
        const connected = new Set(await this.connected(answer));
        for (const node of answer.silent) if (!connected.has(node)) this.registry.gone(node);
      });
    }
  }

  private async quietly(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch {
      // The connection is lost or slow: the follower of the events says so.
    }
  }
}
