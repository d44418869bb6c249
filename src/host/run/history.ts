import type { Memento } from 'vscode';

const KEY = 'celery.callHistory';
const MAX_CALLS = 20;
const MAX_TASKS = 200;

type Stored = readonly { readonly task: string; readonly calls: readonly string[] }[];

/** Calls that were typed before, newest first, in the workspace's own storage. */
export class CallHistory {
  constructor(private readonly memory: Memento) {}

  of(task: string): readonly string[] {
    return this.stored().find(entry => entry.task === task)?.calls ?? [];
  }

  async add(task: string, call: string): Promise<void> {
    const calls = [call, ...this.of(task).filter(other => other !== call)].slice(0, MAX_CALLS);
    await this.memory.update(KEY, [{ task, calls }, ...this.stored().filter(entry => entry.task !== task)].slice(0, MAX_TASKS));
  }

  private stored(): Stored {
    return this.memory.get<Stored>(KEY, []);
  }
}
