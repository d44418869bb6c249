import type { Memento } from 'vscode';

const KEY = 'celery.confirmations';
const MAX = 500;

/** What the user has said yes to in this workspace, so that the same is asked once. Kept over reloads. */
export class Confirmations {
  constructor(private readonly memory: Memento) {}

  /** `what` names it wholly: a call with its guessed arguments, a broker with those who use it. */
  has(kind: 'guess' | 'foreign', what: string): boolean {
    return this.all().includes(`${kind}\n${what}`);
  }

  async add(kind: 'guess' | 'foreign', what: string): Promise<void> {
    if (!this.has(kind, what)) await this.memory.update(KEY, [...this.all(), `${kind}\n${what}`].slice(-MAX));
  }

  private all(): readonly string[] {
    return this.memory.get<readonly string[]>(KEY, []);
  }
}
