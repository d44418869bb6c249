import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { AGENT_PROTOCOL, MARKER, type AgentNotifications, type AgentRequests, type AgentStorage, type Patch, type Projection, type ProjectSettings, type Snapshot } from '../../shared/agentProtocol';
import { isProblem, problem, ProblemError, type Problem } from '../../shared/problem';
import { maskSecrets } from '../../shared/redact';
import { Disposables, Emitter, type Disposable } from '../lifecycle';
import { t } from '../l10n';
import { applyPatch, EMPTY_PROJECTION, wholeChange, type ProjectionChange } from './projection';

/**
 * `off`: not needed yet. `connecting`: starting, or found again after it died. `failed`: given up until somebody opens it again.
 */
export type AgentState = { readonly kind: 'off' | 'connecting' | 'ready' } | { readonly kind: 'failed'; readonly problem: Problem };

export interface AgentOptions {
  /** The bundle of the agent. */
  readonly script: string;
  readonly key: string;
  /** Socket path or named pipe; asked for late, since making it may fail. */
  readonly address: () => string;
  readonly storage: AgentStorage;
  /** What the agent itself prints goes there. */
  readonly logFile: string;
  readonly trusted: () => boolean;
  readonly log: { info(message: string): void; warn(message: string): void };
}

const START_TIMEOUT_MS = 10_000;
const RETRY_INTERVAL_MS = 40;
/** An agent that died this often in {@link DEATHS_WINDOW_MS} is not started again by itself. */
const MAX_DEATHS = 3;
const DEATHS_WINDOW_MS = 60_000;

const DEFAULT_TIMEOUT_MS = 30_000;
/** These import the user's code, start processes or install something. */
const LONG_TIMEOUT_MS = 600_000;
const LONG_REQUESTS: ReadonlySet<keyof AgentRequests> = new Set(['service/start', 'service/stop', 'service/restart', 'run/start', 'python/find', 'app/describe']);

/**
 * The host's end of the agent: starts it on first need, joins it where another window has started it, and keeps one projection of its state.
 * Knows nothing of `vscode`.
 */
export class AgentClient implements Disposable {
  private readonly disposables = new Disposables();
  private readonly stateEmitter = this.disposables.add(new Emitter<AgentState>());
  private readonly changeEmitter = this.disposables.add(new Emitter<ProjectionChange>());
  private readonly logEmitter = this.disposables.add(new Emitter<AgentNotifications['service/logged']>());
  private readonly progressEmitter = this.disposables.add(new Emitter<AgentNotifications['run/progress']>());

  readonly onDidChangeState = this.stateEmitter.event;
  /** The projection changed; in which keys is said. */
  readonly onDidChange = this.changeEmitter.event;
  /** A service's log grew. */
  readonly onDidLog = this.logEmitter.event;
  /** What a `run/start` is doing. */
  readonly onDidProgress = this.progressEmitter.event;

  private currentState: AgentState = { kind: 'off' };
  private current: Projection = EMPTY_PROJECTION;
  private revision = -1;
  private connection: MessageConnection | null = null;
  private opening: Promise<void> | null = null;
  private settings: ProjectSettings | null = null;
  private configured: Promise<unknown> = Promise.resolve();
  private deaths: number[] = [];
  private disposed = false;

  constructor(private readonly options: AgentOptions) {}

  get state(): AgentState {
    return this.currentState;
  }

  /** Empty while no agent is connected. */
  get projection(): Projection {
    return this.current;
  }

  /** Tells the agent, now or as soon as there is one, what the project is. */
  configure(settings: ProjectSettings): void {
    this.settings = settings;
    if (this.connection && this.currentState.kind === 'ready') this.sendSettings(this.connection);
  }

  /** Connects where an agent is alive already (another window's, or ours before a reload). False where there is none; never starts one. */
  async join(): Promise<boolean> {
    if (this.connection) return true;
    if (!this.options.trusted() || this.disposed) return false;
    const socket = await connectTo(this.options.address()).catch(() => null);
    if (!socket) return false;
    if (this.connection || this.opening) {
      socket.destroy();
      return true;
    }
    await this.share(async () => {
      if (!(await this.session(socket))) this.setState({ kind: 'off' });
    });
    return this.connection !== null;
  }

  /** Resolves when the agent is connected and knows the project; starts it where need be. Rejects with a {@link ProblemError}. */
  async open(): Promise<void> {
    if (!this.options.trusted()) throw new ProblemError(problem('untrusted', t('This folder is not trusted, so nothing is run'), { advice: t('Trust the workspace to run tasks') }));
    if (this.connection && this.currentState.kind === 'ready') return;
    await this.share(() => this.connectOrStart());
  }

  /** Asks the agent, opening it first. Rejects with a {@link ProblemError}. */
  async request<M extends keyof AgentRequests>(method: M, params: AgentRequests[M][0], token?: CancellationToken): Promise<AgentRequests[M][1]> {
    await this.open();
    await this.configured;
    const { connection } = this;
    if (!connection) throw new ProblemError(lost());
    return this.send(connection, method, params, token);
  }

  dispose(): void {
    this.disposed = true;
    const { connection } = this;
    this.connection = null;
    connection?.end();
    connection?.dispose();
    this.disposables.dispose();
  }

  /** One opening at a time, shared by all who wait for it. */
  private share(open: () => Promise<void>): Promise<void> {
    this.opening ??= open()
      .catch((error: unknown) => {
        const failed = error instanceof ProblemError ? error : new ProblemError(problem('internal', error instanceof Error ? error.message : String(error)));
        this.setState({ kind: 'failed', problem: failed.problem });
        throw failed;
      })
      .finally(() => (this.opening = null));
    return this.opening;
  }

  private async connectOrStart(): Promise<void> {
    this.setState({ kind: 'connecting' });
    const address = this.options.address();
    const alive = await connectTo(address).catch(() => null);
    if (alive && (await this.session(alive))) return;
    const child = this.start(address);
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      await delay(RETRY_INTERVAL_MS);
      const socket = await connectTo(address).catch(() => null);
      if (socket && (await this.session(socket))) return;
      // Code 0: another window's agent won the race and is about to answer.
      if ((child.exitCode !== null && child.exitCode !== 0) || child.signalCode !== null || Date.now() > deadline) throw new ProblemError(this.startFailed(child.exitCode));
    }
  }

  private start(address: string): { exitCode: number | null; signalCode: string | null } {
    const { script, key, logFile, log } = this.options;
    for (const directory of [path.dirname(logFile), this.options.storage.global, this.options.storage.workspace]) mkdirSync(directory, { recursive: true });
    const output = openSync(logFile, 'w');
    try {
      const child = spawn(process.execPath, [script, address, key], { detached: true, windowsHide: true, stdio: ['ignore', output, output], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', [MARKER]: key } });
      child.on('error', error => log.warn(`The agent could not be started: ${error.message}`));
      child.unref();
      log.info(`Started the agent, process ${child.pid ?? '?'}, log ${logFile}`);
      return child;
    } finally {
      closeSync(output);
    }
  }

  private startFailed(exitCode: number | null): Problem {
    let lines: string[] = [];
    try {
      lines = maskSecrets(readFileSync(this.options.logFile, 'utf8')).trimEnd().split('\n').slice(-20);
    } catch {
      // No log was written.
    }
    return problem('exited', exitCode === null ? t('The background process of Celery Workbench does not answer') : t('The background process of Celery Workbench ended with code {0}', exitCode), {
      advice: t('Try again, and look into the log of Celery Workbench'),
      log: lines,
    });
  }

  /** False where the other side is gone before it has answered: an agent that is just being killed still accepts. */
  private async session(socket: Socket): Promise<boolean> {
    const { createMessageConnection, SocketMessageReader, SocketMessageWriter } = await import('vscode-jsonrpc/node');
    const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    socket.on('error', () => socket.destroy());
    connection.onError(() => socket.destroy());
    connection.onNotification('state/patch', (patch: Patch) => this.patch(connection, patch));
    connection.onNotification('service/logged', (logged: AgentNotifications['service/logged']) => this.logEmitter.fire(logged));
    connection.onNotification('run/progress', (progress: AgentNotifications['run/progress']) => this.progressEmitter.fire(progress));
    connection.listen();
    let closed = false;
    connection.onClose(() => {
      closed = true;
      if (this.connection === connection) this.died();
      // Else what was asked would wait for its answer until it times out.
      else connection.dispose();
    });
    try {
      await this.takeSnapshot(connection);
    } catch (error) {
      if (closed || socket.destroyed) return false;
      throw error;
    }
    if (this.disposed) {
      connection.dispose();
      throw new ProblemError(lost());
    }
    if (closed) return false;
    this.connection = connection;
    this.sendSettings(connection);
    this.setState({ kind: 'ready' });
    return true;
  }

  private async takeSnapshot(connection: MessageConnection): Promise<void> {
    const snapshot: Snapshot = await this.send(connection, 'session/open', { protocol: AGENT_PROTOCOL, storage: this.options.storage, trusted: this.options.trusted() });
    this.replace(snapshot.revision, snapshot.projection);
  }

  private sendSettings(connection: MessageConnection): void {
    if (!this.settings) return;
    this.configured = this.send(connection, 'project/configure', this.settings).catch((error: unknown) => this.options.log.warn(`The agent refused the project: ${String(error)}`));
  }

  private patch(connection: MessageConnection, patch: Patch): void {
    if (connection !== this.connection || patch.revision <= this.revision) return;
    if (patch.revision > this.revision + 1) {
      this.options.log.info(`Missed revisions ${this.revision + 1} to ${patch.revision - 1}: taking a new snapshot`);
      // Until the snapshot is there every patch is older than it or follows it.
      this.revision = Number.MAX_SAFE_INTEGER;
      this.takeSnapshot(connection).catch(() => connection.end());
      return;
    }
    const { projection, change } = applyPatch(this.current, patch);
    this.current = projection;
    this.revision = patch.revision;
    this.changeEmitter.fire(change);
  }

  private replace(revision: number, projection: Projection): void {
    const change = wholeChange(this.current, projection);
    this.current = projection;
    this.revision = revision;
    this.changeEmitter.fire(change);
  }

  /** The agent is gone, and with it its children. It is started again, unless it dies again and again. */
  private died(): void {
    this.connection?.dispose();
    this.connection = null;
    if (this.disposed) return;
    const now = Date.now();
    this.deaths = [...this.deaths.filter(at => now - at < DEATHS_WINDOW_MS), now];
    this.options.log.warn('The agent ended');
    this.replace(-1, EMPTY_PROJECTION);
    if (this.deaths.length > MAX_DEATHS) {
      this.setState({ kind: 'failed', problem: this.startFailed(null) });
      return;
    }
    this.setState({ kind: 'connecting' });
    this.open().catch((error: unknown) => this.options.log.warn(`The agent could not be started again: ${String(error)}`));
  }

  private async send<M extends keyof AgentRequests>(connection: MessageConnection, method: M, params: AgentRequests[M][0], token?: CancellationToken): Promise<AgentRequests[M][1]> {
    const milliseconds = LONG_REQUESTS.has(method) ? LONG_TIMEOUT_MS : DEFAULT_TIMEOUT_MS;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new ProblemError(problem('timeout', t('Celery Workbench had no answer to {0} within {1} s', method, milliseconds / 1000)))), milliseconds);
    });
    try {
      const answer = token ? connection.sendRequest<AgentRequests[M][1]>(method, params, token) : connection.sendRequest<AgentRequests[M][1]>(method, params);
      return await Promise.race([answer, timeout]);
    } catch (error) {
      throw asProblemError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  private setState(state: AgentState): void {
    if (state.kind !== 'failed' && state.kind === this.currentState.kind) return;
    this.currentState = state;
    if (!this.disposed) this.stateEmitter.fire(state);
  }
}

function lost(): Problem {
  return problem('internal', t('The connection to the background process of Celery Workbench was lost'), { advice: t('Try again') });
}

/** The agent puts a {@link Problem} into the error's `data`; what else goes wrong is the connection. */
function asProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const data = (error as { data?: unknown } | null)?.data;
  if (isProblem(data)) return new ProblemError({ advice: null, place: null, log: [], ...(data as Partial<Problem> & Pick<Problem, 'reason' | 'message'>) });
  const message = error instanceof Error ? error.message : String(error);
  return new ProblemError(/dispos|clos/i.test(message) ? lost() : problem('internal', maskSecrets(message)));
}

function connectTo(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}

const delay = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));
