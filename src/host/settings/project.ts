import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { ProjectSettings } from '../../shared/agentProtocol';
import { problem, ProblemError } from '../../shared/problem';
import type { AgentClient } from '../agentClient/agentClient';
import type { ProjectSource } from '../languageClient/projectSource';
import { Disposables, Emitter, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { setting } from '../manifest';
import type { ChosenInterpreter } from './interpreter';
import { rankApps, resolveProject, type ConfiguredSettings } from './resolve';

/** How long a run waits for the first pass over the source. */
const INDEX_TIMEOUT_MS = 20_000;

/** Joins settings, source and the chosen interpreter into what the agent has to know, and tells it. */
export class Project implements Disposable {
  private readonly disposables = new Disposables();
  private readonly emitter = this.disposables.add(new Emitter<ProjectSettings>());
  readonly onDidChange = this.emitter.event;
  private settings: ProjectSettings | null = null;

  constructor(private readonly source: ProjectSource, private readonly agent: AgentClient, private readonly interpreter: ChosenInterpreter) {
    this.disposables.add(source.onDidChange(() => this.update()));
    this.disposables.add(interpreter.onDidChange(() => this.update()));
    this.disposables.add(vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('celery')) this.update();
    }));
    this.disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.update()));
    this.disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.update()));
  }

  /** Null until the source was read, and without a folder. */
  get current(): ProjectSettings | null {
    return this.settings;
  }

  /** The folder that settings are written to: the one that holds the app, else the first. */
  get folder(): vscode.WorkspaceFolder | undefined {
    const folders = vscode.workspace.workspaceFolders ?? [];
    if (folders.length <= 1) return folders[0];
    const chosen = folders.find(folder => setting('app', folder.uri) !== '');
    if (chosen) return chosen;
    const app = rankApps(this.source.project.apps, folders[0]!.uri.fsPath)[0];
    return (app && folders.find(folder => !path.relative(folder.uri.fsPath, app.root).startsWith('..'))) ?? folders[0];
  }

  /** What the user has set, null without a folder. */
  configured(): ConfiguredSettings | null {
    const { folder } = this;
    return folder ? configuredSettings(folder.uri) : null;
  }

  /** The settings with a known app, once the source was read. Rejects with `no-app`. */
  async ready(): Promise<ProjectSettings & { readonly app: string }> {
    await this.interpreter.ready();
    await this.indexed();
    this.update();
    const { settings } = this;
    if (!settings?.app) throw new ProblemError(problem('no-app', t('No Celery app was found in this folder'), { advice: t('Name it in the worker settings, as `celery -A` takes it') }));
    return { ...settings, app: settings.app };
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private indexed(): Promise<void> {
    const { source } = this;
    if (!source.project.indexing) return Promise.resolve();
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        changed.dispose();
        state.dispose();
        resolve();
      };
      const timer = setTimeout(done, INDEX_TIMEOUT_MS);
      const changed = source.onDidChange(project => {
        if (!project.indexing) done();
      });
      const state = source.onDidChangeState(now => {
        if (now === 'failed') done();
      });
    });
  }

  private update(): void {
    const { folder } = this;
    const { project, state } = this.source;
    if (!folder || (project.indexing && state !== 'failed')) return;
    // Told without it first, the agent would start with one interpreter and change to another.
    if (project.usesCelery && vscode.workspace.isTrusted && !this.interpreter.asked) {
      void this.interpreter.ready().then(() => this.update());
      return;
    }
    const settings = resolveProject({
      folder: folder.uri.fsPath,
      settings: configuredSettings(folder.uri),
      source: project,
      interpreter: this.interpreter.path,
      exists: existsSync,
    });
    if (isDeepStrictEqual(settings, this.settings)) return;
    this.settings = settings;
    this.agent.configure(settings);
    this.emitter.fire(settings);
  }
}

function configuredSettings(folder: vscode.Uri): ConfiguredSettings {
  return {
    app: setting('app', folder),
    directory: setting('directory', folder),
    python: setting('python', folder),
    envFile: setting('envFile', folder),
    env: setting('env', folder),
    'worker.queues': setting('worker.queues', folder),
    'worker.pool': setting('worker.pool', folder),
    'worker.concurrency': setting('worker.concurrency', folder),
    'worker.logLevel': setting('worker.logLevel', folder),
  };
}
