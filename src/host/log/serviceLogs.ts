import * as vscode from 'vscode';
import type { ServiceKind } from '../../shared/service';
import type { AgentClient } from '../agentClient/agentClient';
import { Disposables, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { asProblem, problemText } from '../problems';
import { kindName } from '../services/rows';

const CLEAR = '\x1b[2J\x1b[3J\x1b[H';
const ICONS: Record<ServiceKind, string> = { broker: 'database', worker: 'server-process', beat: 'watch' };

/** Logs of services, each in a terminal that shows its colours and makes links of the files it names. One terminal a service. */
export class ServiceLogs implements Disposable {
  private readonly terminals = new Map<ServiceKind, vscode.Terminal>();
  private readonly disposables = new Disposables();

  constructor(private readonly agent: AgentClient) {
    this.disposables.add(vscode.window.onDidCloseTerminal(closed => {
      for (const [kind, terminal] of this.terminals) if (terminal === closed) this.terminals.delete(kind);
    }));
  }

  show(kind: ServiceKind): void {
    let terminal = this.terminals.get(kind);
    if (!terminal) {
      terminal = vscode.window.createTerminal({ name: t('Celery {0}', kindName(kind)), iconPath: new vscode.ThemeIcon(ICONS[kind]), pty: new ServiceLog(this.agent, kind), isTransient: true });
      this.terminals.set(kind, terminal);
    }
    terminal.show(true);
  }

  dispose(): void {
    for (const terminal of this.terminals.values()) terminal.dispose();
    this.disposables.dispose();
  }
}

class ServiceLog implements vscode.Pseudoterminal {
  private readonly disposables = new Disposables();
  private readonly writer = this.disposables.add(new vscode.EventEmitter<string>());
  readonly onDidWrite = this.writer.event;
  /** False until the earlier lines are there: what comes before them is among them. */
  private live = false;

  constructor(private readonly agent: AgentClient, private readonly kind: ServiceKind) {}

  open(): void {
    this.disposables.add(this.agent.onDidLog(({ id, text }) => {
      if (id === this.kind && this.live) this.write(text);
    }));
    this.disposables.add(this.agent.onDidChangeState(state => {
      if (state.kind !== 'ready') {
        this.live = false;
        return;
      }
      // Another agent, another log.
      void this.load();
    }));
    void this.load();
  }

  close(): void {
    this.disposables.dispose();
  }

  private async load(): Promise<void> {
    try {
      const { text } = await this.agent.request('service/log', { id: this.kind });
      this.writer.fire(CLEAR);
      this.write(text === '' ? `${t('{0} has not written anything yet.', kindName(this.kind))}\n` : text);
      this.live = true;
    } catch (error) {
      this.write(`${problemText(asProblem(error))}\n`);
    }
  }

  private write(text: string): void {
    this.writer.fire(text.replace(/\r?\n/g, '\r\n'));
  }
}
