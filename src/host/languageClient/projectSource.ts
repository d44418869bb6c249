import { createRequire } from 'node:module';
import type { CancellationToken, LogOutputChannel, TextDocument } from 'vscode';
import { problem, ProblemError } from '../../shared/problem';
import type { ServerNotifications, ServerRequests } from '../../shared/serverProtocol';
import type { CallRemark, SourceProject, SourceTask } from '../../shared/source';
import { Disposables, Emitter, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import type { LanguageServer, startLanguageServer } from './client';

export type DocumentSource = ServerRequests['celery/document'][1];

/** `starting` until the first answer; `failed` once it is not started again by itself. */
export type SourceState = 'starting' | 'ready' | 'failed';

const EMPTY: SourceProject = { revision: -1, indexing: true, apps: [], tasks: [], schedules: [], samples: [], queues: [], usesCelery: false };

/** What the source says of the project: the language server, started after activation, and the last project that it told. */
export class ProjectSource implements Disposable {
  private readonly disposables = new Disposables();
  private readonly changeEmitter = this.disposables.add(new Emitter<SourceProject>());
  private readonly stateEmitter = this.disposables.add(new Emitter<SourceState>());
  /** The project changed. */
  readonly onDidChange = this.changeEmitter.event;
  readonly onDidChangeState = this.stateEmitter.event;

  private server: Promise<LanguageServer> | null = null;
  private currentProject = EMPTY;
  private currentState: SourceState = 'starting';
  private runtime: ServerNotifications['celery/runtime'] = { registered: null, celery: null, kombu: null, interpreter: null };
  private fetching = false;
  private fetchAgain = false;
  private disposed = false;
  private readonly documents = new WeakMap<TextDocument, { readonly version: number; readonly revision: number; readonly answer: Promise<DocumentSource> }>();

  constructor(private readonly options: { readonly bundle: string; readonly script: string; readonly wasm: string; readonly output: LogOutputChannel }) {}

  get project(): SourceProject {
    return this.currentProject;
  }

  get state(): SourceState {
    return this.currentState;
  }

  /** Starts the server if it is not there. Failures are logged and told by {@link state}. */
  start(): void {
    if (this.server || this.disposed) return;
    this.setState('starting');
    const load = createRequire(__filename)(this.options.bundle) as { startLanguageServer: typeof startLanguageServer };
    this.server = load.startLanguageServer({
      script: this.options.script,
      wasm: this.options.wasm,
      output: this.options.output,
      onRunning: () => {
        // A server that was started again knows neither the runtime nor our revision.
        void this.server?.then(server => server.notify('celery/runtime', this.runtime));
        this.currentProject = { ...this.currentProject, revision: -1 };
        this.fetch();
      },
      onStopped: again => {
        if (again) return;
        this.server = null;
        this.setState('failed');
      },
      onProjectChanged: ({ revision }) => {
        if (revision !== this.currentProject.revision) this.fetch();
      },
    });
    this.server.then(
      () => this.fetch(),
      (error: unknown) => {
        this.options.output.error(`The language server could not be started: ${String(error)}`);
        this.server = null;
        this.setState('failed');
      },
    );
  }

  /** Starts a server that has given up, or restarts a living one. */
  async restart(): Promise<void> {
    const server = await this.server?.catch(() => null);
    this.server = null;
    await server?.stop().catch((error: unknown) => this.options.output.debug(String(error)));
    this.start();
  }

  /** Tasks, schedules and samples of one document, unsaved text included. Asked once a version: whoever asks next waits for the same answer, so it cannot be cancelled. */
  async document(document: TextDocument): Promise<DocumentSource> {
    const revision = this.currentProject.revision;
    const known = this.documents.get(document);
    if (known && known.version === document.version && known.revision === revision) return known.answer;
    const answer = this.request('celery/document', { uri: document.uri.toString() });
    this.documents.set(document, { version: document.version, revision, answer });
    answer.catch(() => this.documents.delete(document));
    return answer;
  }

  /** Remarks on a call while it is typed; none where the server cannot answer. */
  async checkCall(name: string, text: string, token?: CancellationToken): Promise<readonly CallRemark[]> {
    try {
      return await this.request('celery/checkCall', { name, text }, token);
    } catch {
      return [];
    }
  }

  /** Tells the server what the running app says. */
  tellRuntime(runtime: ServerNotifications['celery/runtime']): void {
    this.runtime = runtime;
    void this.server?.then(server => server.notify('celery/runtime', runtime), () => undefined);
  }

  /** Asks for the project again: times of next runs go by. */
  refresh(): void {
    if (this.server) this.fetch();
  }

  findTask(name: string): SourceTask | undefined {
    return this.currentProject.tasks.find(task => task.identity.name === name);
  }

  /** Stops the server and waits for its end. */
  async stop(): Promise<void> {
    this.disposed = true;
    const server = await this.server?.catch(() => null);
    this.server = null;
    await server?.stop();
  }

  dispose(): void {
    this.disposables.dispose();
    void this.stop().catch(() => undefined);
  }

  private async request<M extends keyof ServerRequests>(method: M, params: ServerRequests[M][0], token?: CancellationToken): Promise<ServerRequests[M][1]> {
    if (!this.server) throw new ProblemError(problem('internal', t('The language server of Celery Workbench is not running')));
    return (await this.server).request(method, params, token);
  }

  /** One question at a time; a change that comes meanwhile is asked for after it. */
  private fetch(): void {
    if (this.fetching) {
      this.fetchAgain = true;
      return;
    }
    this.fetching = true;
    this.request('celery/project', null)
      .then(project => {
        this.currentProject = project;
        this.setState('ready');
        if (!this.disposed) this.changeEmitter.fire(project);
      })
      .catch((error: unknown) => this.options.output.debug(`celery/project: ${String(error)}`))
      .finally(() => {
        this.fetching = false;
        if (!this.fetchAgain) return;
        this.fetchAgain = false;
        this.fetch();
      });
  }

  private setState(state: SourceState): void {
    if (this.currentState === state || this.disposed) return;
    this.currentState = state;
    this.stateEmitter.fire(state);
  }
}
