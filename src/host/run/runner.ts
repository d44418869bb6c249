import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Consent, RunReceipt } from '../../shared/agentProtocol';
import { problem, ProblemError, type Problem } from '../../shared/problem';
import type { Run } from '../../shared/run';
import type { AgentClient } from '../agentClient/agentClient';
import { Disposables, Emitter, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { setContext } from '../manifest';
import { asProblem, requireTrust } from '../problems';
import type { Project } from '../settings/project';
import type { Confirmations } from './confirmations';
import { EditCall, withConsent } from './consent';
import { saveChangedSources } from './saveSources';
import type { RunTarget } from './target';

/** The last thing that was tried for a lens: being prepared, sent, or refused. */
export type Attempt = { readonly target: RunTarget; readonly token: string; readonly at: number } & (
  | { readonly kind: 'preparing'; readonly text: string }
  /** `runs` by id: those of the receipt that are known by now. */
  | { readonly kind: 'sent'; readonly receipt: RunReceipt; readonly runs: Readonly<Record<string, Run>> }
  | { readonly kind: 'refused'; readonly problem: Problem }
);

const LAST_TARGET = 'celery.lastTarget';
/** A preparation that takes longer than this is shown as a notification too, with a way to cancel it. */
const NOTIFY_AFTER_MS = 4_000;

/** Sends runs through the agent: saves, asks what must be asked, and keeps the last attempt of each lens. */
export class Runner implements Disposable {
  private readonly disposables = new Disposables();
  private readonly emitter = this.disposables.add(new Emitter<string>());
  /** The attempt with this key changed. */
  readonly onDidChange = this.emitter.event;
  private readonly attempts = new Map<string, Attempt>();
  private readonly cancellations = new Map<string, vscode.CancellationTokenSource>();

  constructor(private readonly agent: AgentClient, private readonly project: Project, private readonly confirmations: Confirmations, private readonly memory: vscode.Memento) {
    this.disposables.add(agent.onDidProgress(({ token, text }) => this.progress(token, text)));
    this.disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => {
      for (const [key, attempt] of this.attempts) if (attempt.kind === 'refused' && attempt.problem.reason === 'untrusted') this.forget(key);
    }));
    this.disposables.add(agent.onDidChange(({ runs, last }) => {
      if (runs || last) this.follow();
    }));
  }

  attempt(key: string): Attempt | undefined {
    return this.attempts.get(key);
  }

  /** What is being prepared now, oldest first. */
  preparing(): readonly (Attempt & { kind: 'preparing' })[] {
    return [...this.attempts.values()].filter(attempt => attempt.kind === 'preparing');
  }

  /** The target of the last run that was sent, over reloads. */
  last(): RunTarget | undefined {
    return this.memory.get<RunTarget>(LAST_TARGET);
  }

  /**
   * Runs `target`; undefined where it is being prepared already. Rejects with a `ProblemError` (kept for its lens too, unless the user cancelled),
   * and with {@link EditCall} when the user wants to change the call first.
   */
  async run(target: RunTarget): Promise<RunReceipt | undefined> {
    const running = this.attempts.get(target.key);
    if (running?.kind === 'preparing') return undefined;
    const token = randomUUID();
    const source = new vscode.CancellationTokenSource();
    this.cancellations.set(token, source);
    this.set({ target, token, at: Date.now(), kind: 'preparing', text: t('preparing') });
    let notification: NodeJS.Timeout | undefined;
    const working = (): void => {
      notification = setTimeout(() => this.showLongPreparation(target.key, token), NOTIFY_AFTER_MS);
    };
    working();
    try {
      const receipt = await this.prepareAndSend(target, token, source.token, open => {
        clearTimeout(notification);
        if (open) this.progress(token, t('waiting for your answer'));
        else working();
      });
      this.set({ target, token, at: Date.now(), kind: 'sent', receipt, runs: {} });
      await this.memory.update(LAST_TARGET, target);
      this.follow();
      return receipt;
    } catch (error) {
      if (error instanceof EditCall) {
        this.forget(target.key);
        throw error;
      }
      const what = source.token.isCancellationRequested ? problem('cancelled', t('Cancelled')) : asProblem(error);
      if (what.reason === 'cancelled') this.forget(target.key);
      else this.set({ target, token, at: Date.now(), kind: 'refused', problem: what });
      throw new ProblemError(what);
    } finally {
      clearTimeout(notification);
      this.cancellations.delete(token);
      source.dispose();
      setContext('celery.preparing', this.preparing().length > 0);
    }
  }

  /** Cancels one preparation, or all. What was sent stays sent. */
  cancel(token?: string): void {
    for (const [running, source] of this.cancellations) {
      if (token !== undefined && running !== token) continue;
      source.cancel();
      this.agent.request('run/cancelStart', { token: running }).catch(() => undefined);
    }
  }

  dispose(): void {
    for (const source of this.cancellations.values()) source.cancel();
    this.disposables.dispose();
  }

  private async prepareAndSend(target: RunTarget, token: string, cancelled: vscode.CancellationToken, asking: (open: boolean) => void): Promise<RunReceipt> {
    requireTrust();
    await saveChangedSources(names => this.progress(token, t('saving {0}', names)));
    this.progress(token, t('reading the project'));
    await this.project.ready();
    const guessKey = `${target.task ?? ''}\n${target.call ?? ''}`;
    const guessed = this.confirmations.has('guess', guessKey) ? [] : target.guessed;
    const send = (consent: Consent): Promise<RunReceipt> => {
      const { task, module, call, options, expression } = target;
      return this.agent.request('run/start', { token, task, module, call, options, expression, guessed, consent }, cancelled);
    };
    const receipt = await withConsent(target.title, send, { confirmations: this.confirmations, asking });
    if (guessed.length > 0) await this.confirmations.add('guess', guessKey);
    return receipt;
  }

  private progress(token: string, text: string): void {
    for (const attempt of this.attempts.values()) if (attempt.token === token && attempt.kind === 'preparing') this.set({ ...attempt, text });
  }

  /** Keeps the newest state of what was sent: the projection holds the last 200 runs only. */
  private follow(): void {
    const { runs } = this.agent.projection;
    for (const attempt of this.attempts.values()) {
      if (attempt.kind !== 'sent') continue;
      const changed = attempt.receipt.ids.filter(id => runs[id] && runs[id] !== attempt.runs[id]);
      if (changed.length > 0) this.set({ ...attempt, runs: { ...attempt.runs, ...Object.fromEntries(changed.map(id => [id, runs[id]!])) } });
    }
  }

  private showLongPreparation(key: string, token: string): void {
    const attempt = this.attempts.get(key);
    if (attempt?.kind !== 'preparing' || attempt.token !== token) return;
    void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: attempt.target.title, cancellable: true }, (progress, cancelled) =>
      new Promise<void>(resolve => {
        progress.report({ message: attempt.text });
        cancelled.onCancellationRequested(() => this.cancel(token));
        const listening = this.onDidChange(changed => {
          if (changed !== key) return;
          const now = this.attempts.get(key);
          if (now?.kind === 'preparing' && now.token === token) progress.report({ message: now.text });
          else {
            listening.dispose();
            resolve();
          }
        });
      }));
  }

  private set(attempt: Attempt): void {
    this.attempts.set(attempt.target.key, attempt);
    if (attempt.kind === 'preparing') setContext('celery.preparing', true);
    this.emitter.fire(attempt.target.key);
  }

  private forget(key: string): void {
    this.attempts.delete(key);
    this.emitter.fire(key);
  }
}
