import type { Interpreter } from '../../shared/agentProtocol';
import type { AgentClient } from '../agentClient/agentClient';
import { Disposables, Emitter, type Disposable } from '../lifecycle';
import type { Project } from './project';

/**
 * The interpreter that the next worker would have: the best that the agent finds, asked for once the agent is there and again when the choice changes.
 * Nothing of the user's is imported for it.
 */
export class ExpectedInterpreter implements Disposable {
  private readonly disposables = new Disposables();
  private readonly emitter = this.disposables.add(new Emitter<void>());
  readonly onDidChange = this.emitter.event;
  private found: Interpreter | null | undefined;
  private askedFor: string | null = null;

  constructor(private readonly agent: AgentClient, private readonly project: Project, private readonly log: { warn(message: string): void }) {
    this.disposables.add(agent.onDidChangeState(() => void this.look()));
    this.disposables.add(project.onDidChange(() => void this.look()));
  }

  /** Null where there is none, undefined while nobody knows. */
  get current(): Interpreter | null | undefined {
    return this.agent.projection.facts.interpreter ?? this.found;
  }

  /** Looks again where the answer was that nothing can be run: the user may have installed what is missing. */
  lookAgain(): void {
    if (this.found === undefined || this.found?.celery) return;
    this.askedFor = null;
    void this.look();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async look(): Promise<void> {
    const settings = this.project.current;
    if (this.agent.state.kind !== 'ready' || !settings) return;
    const question = JSON.stringify([settings.folder, settings.python]);
    if (question === this.askedFor) return;
    this.askedFor = question;
    try {
      const [best] = await this.agent.request('python/find', null);
      if (question !== this.askedFor) return;
      this.found = best ?? null;
      this.emitter.fire();
    } catch (error) {
      this.askedFor = null;
      this.log.warn(`Interpreters could not be looked for: ${String(error)}`);
    }
  }
}
