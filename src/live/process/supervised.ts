import { problem, ProblemError, type Problem } from '../../shared/problem';
import type { ServiceState } from '../../shared/service';
import { spawnGuarded, type Exit, type GuardedCommand, type GuardedProcess } from './guarded';
import { Log, plain, type Decorate } from './log';

/** When a process counts as running: at the first line or probe that says so; with neither, as soon as it was started. */
export interface Ready {
  /** Sees each line without colours. */
  readonly line?: (line: string) => boolean;
  /** Sees each line too: true where it will not get ready and need not be waited for. */
  readonly hopeless?: (line: string) => boolean;
  /** Asked again and again until true; a rejection counts as "not yet". */
  readonly probe?: () => Promise<boolean>;
}

export interface SupervisedCommand extends GuardedCommand {
  /** For texts: `the worker`, `Beat`, `the broker`. */
  readonly title: string;
  readonly ready?: Ready;
  /** Milliseconds until a process that is not ready is killed. */
  readonly readyTimeout: number;
  /** What ends it when SIGTERM was not enough or time is short. Celery takes SIGQUIT as its cold shutdown. */
  readonly coldSignal?: 'SIGQUIT' | 'SIGKILL';
  /** The likely cause when it ends by itself or does not get ready (`exit` null then). Lines have no colours. */
  readonly diagnose?: (lines: readonly string[], exit: Exit | null, wasRunning: boolean) => Problem;
  /** Colours a line for the log, or drops it (null). */
  readonly decorate?: Decorate;
}

export interface StopOptions {
  /** Milliseconds between SIGTERM and the cold signal. */
  readonly grace: number;
  /** Skips SIGTERM and the grace. */
  readonly force?: boolean;
}

type Listener<Value> = (value: Value) => void;

/** Lines of the log that the cause is looked for in. */
const DIAGNOSED_LINES = 1_000;
const PROBE_INTERVAL = 40;
/** Milliseconds between the cold signal and SIGKILL. */
const COLD_GRACE = 3_000;
/** Lines that a {@link Problem} carries. */
const PROBLEM_LINES = 20;

/** How far the end of a process was asked for; it only grows. */
const enum Asked { nothing, warm, cold, kill }

/** One process of ours at a time, as a state machine: stopped → starting → running → stopping → stopped, or failed with a problem. */
export class Supervised {
  readonly log = new Log();
  private current: ServiceState = 'stopped';
  private changedAt = Date.now();
  private child: GuardedProcess | null = null;
  private command: SupervisedCommand | null = null;
  private asked = Asked.nothing;
  /** Lines of the log that are of processes before. */
  private earlier = 0;
  private lastExit: Exit | null = null;
  private lastProblem: Problem | null = null;
  private starting: Promise<void> | null = null;
  private readonly stateListeners = new Set<Listener<ServiceState>>();
  private readonly outputListeners = new Set<Listener<string>>();

  get state(): ServiceState {
    return this.current;
  }

  /** Epoch ms of the last change of state. */
  get since(): number {
    return this.changedAt;
  }

  /** Of the command itself, null while there is none. */
  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** How the last process ended. */
  get exit(): Exit | null {
    return this.lastExit;
  }

  /** Set while the state is `failed`. */
  get problem(): Problem | null {
    return this.lastProblem;
  }

  /** Called after each change of state. Answers what ends the subscription. */
  onState(listener: Listener<ServiceState>): () => void {
    this.stateListeners.add(listener);
    return () => void this.stateListeners.delete(listener);
  }

  /** Called with whole lines, each ended by `\n`, as they are kept in the log. */
  onOutput(listener: Listener<string>): () => void {
    this.outputListeners.add(listener);
    return () => void this.outputListeners.delete(listener);
  }

  /**
   * Starts and waits until it is ready. A start under way is joined, a stop under way is waited for; running already is fine.
   * @throws ProblemError what went wrong (the state is `failed` then), or `cancelled` (by `signal` or a stop; the state is `stopped` then).
   */
  async start(command: SupervisedCommand, signal?: AbortSignal): Promise<void> {
    if (this.starting) return this.starting;
    if (this.current === 'stopping') await this.child?.exited;
    if (this.current === 'running') return;
    this.starting ??= this.launch(command, signal).finally(() => (this.starting = null));
    return this.starting;
  }

  /** Ends it: SIGTERM and `grace`, then the cold signal, then SIGKILL to its group. Settles when it is gone. May be called again to hurry. */
  async stop({ grace, force = false }: StopOptions): Promise<void> {
    const child = this.child;
    if (!child) {
      this.become('stopped');
      return;
    }
    this.become('stopping');
    const gone = new AbortController();
    const exited = child.exited.then(() => gone.abort());
    if (!force) {
      this.ask(child, Asked.warm);
      await sleep(grace, gone.signal);
    }
    if (!gone.signal.aborted) {
      this.ask(child, Asked.cold);
      await sleep(COLD_GRACE, gone.signal);
    }
    if (!gone.signal.aborted) this.ask(child, Asked.kill);
    await exited;
  }

  /** Ends it and its group at once. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child) return;
    this.become('stopping');
    this.ask(child, Asked.kill);
    await child.exited;
  }

  /** A line of our own in the log. */
  note(text: string): void {
    this.emit(this.log.note(text));
  }

  private async launch(command: SupervisedCommand, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw cancelled(command);
    this.command = command;
    this.lastExit = null;
    this.lastProblem = null;
    this.asked = Asked.nothing;
    this.earlier = this.log.written;
    const child = spawnGuarded(command);
    this.child = child;
    this.become('starting');
    const said = this.read(child, command);
    const exited = child.exited.then(exit => {
      this.ended(child, exit);
      return 'exited' as const;
    });
    const abort = () => void this.kill();
    signal?.addEventListener('abort', abort, { once: true });
    const race = new AbortController();
    try {
      const outcome = await Promise.race([exited, said, this.probed(command, race.signal), sleep(command.readyTimeout, race.signal).then(() => 'timeout' as const)]);
      if (outcome === 'timeout' || outcome === 'hopeless') {
        this.lastProblem = this.diagnose(null);
        child.killGroup();
        await exited;
      }
    } finally {
      race.abort();
      signal?.removeEventListener('abort', abort);
    }
    if (this.child === child && this.current === 'starting') return this.become('running');
    if (this.lastProblem) throw new ProblemError(this.lastProblem);
    throw cancelled(command);
  }

  private read(child: GuardedProcess, { ready = {}, decorate }: SupervisedCommand): Promise<'ready' | 'hopeless'> {
    return new Promise(resolve => {
      for (const stream of child.output) {
        stream.on('error', () => undefined).on('data', (bytes: Buffer) => {
          const lines = this.log.take(bytes, decorate);
          this.emit(lines);
          if (this.current !== 'starting') return;
          for (const line of lines.map(plain)) {
            if (ready.line?.(line)) resolve('ready');
            else if (ready.hopeless?.(line)) resolve('hopeless');
          }
        });
      }
    });
  }

  /** Settles when a probe says so; where only a line could say so, never. */
  private async probed({ ready = {} }: SupervisedCommand, signal: AbortSignal): Promise<'ready'> {
    if (!ready.line && !ready.probe) return 'ready';
    while (ready.probe && !signal.aborted) {
      if (await ready.probe().catch(() => false)) return 'ready';
      await sleep(PROBE_INTERVAL, signal);
    }
    return new Promise<never>(() => undefined);
  }

  private ended(child: GuardedProcess, exit: Exit): void {
    if (this.child !== child) return;
    this.emit(this.log.end());
    this.child = null;
    this.lastExit = exit;
    if (this.current === 'stopping') return this.become('stopped');
    // Told to by somebody else, over the broker for instance.
    if (this.current === 'running' && exit.code === 0) return this.become('stopped');
    this.lastProblem ??= this.diagnose(exit);
    this.become('failed');
  }

  private diagnose(exit: Exit | null): Problem {
    const lines = this.log.tail(Math.min(DIAGNOSED_LINES, this.log.written - this.earlier)).map(plain);
    const { title, diagnose } = this.command!;
    if (diagnose) return diagnose(lines, exit, this.current === 'running');
    return problem(exit ? 'exited' : 'timeout', exit ? `${capital(title)} ${describeExit(exit)}` : `${capital(title)} did not get ready in time`, { log: lines.slice(-PROBLEM_LINES) });
  }

  private ask(child: GuardedProcess, asked: Asked): void {
    if (asked <= this.asked) return;
    this.asked = asked;
    if (asked === Asked.kill) return child.killGroup();
    child.signal(asked === Asked.warm ? 'SIGTERM' : this.command?.coldSignal ?? 'SIGKILL');
  }

  private become(state: ServiceState): void {
    if (this.current === state) return;
    this.current = state;
    this.changedAt = Date.now();
    if (state === 'stopped' || state === 'starting') this.lastProblem = null;
    for (const listener of [...this.stateListeners]) listener(state);
  }

  private emit(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const text = `${lines.join('\n')}\n`;
    for (const listener of [...this.outputListeners]) listener(text);
  }
}

/** `exited with status 1`, `was ended by SIGKILL`, `could not be started: …`. */
export function describeExit({ code, signal, error }: Exit): string {
  if (error) return `could not be started: ${error}`;
  return signal ? `was ended by ${signal}` : `exited with status ${code}`;
}

function cancelled({ title }: SupervisedCommand): ProblemError {
  return new ProblemError(problem('cancelled', `Starting ${title} was cancelled`));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Settles after `milliseconds`, sooner when `signal` fires. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(milliseconds, 2 ** 31 - 1));
    signal.addEventListener('abort', end);
  });
}
