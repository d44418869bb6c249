import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { AppDescription } from '../../shared/agentProtocol';
import type { CallRemark } from '../../shared/source';
import { isProblem, problem, ProblemError, type Place, type Problem } from '../../shared/problem';
import { spawnGuarded, type Exit, type Guard, type GuardedProcess } from '../process/guarded';
import { Log, plain } from '../process/log';
import { describeExit } from '../process/supervised';
import { parseCopied, parseDescription, parseForgotten, parseModules, parseOpened, parseRemarks, parseResult, parseRoute, parseSent, type Parsed } from './helperReplies';
import type { ModuleStamp } from './stamps';

/** How to start a {@link Helper}. Paths are absolute. */
export interface HelperOptions {
  /** The user's interpreter. */
  readonly python: string;
  /** `python/helper.py` of this product. */
  readonly script: string;
  /** Working directory, first on `sys.path`. */
  readonly directory: string;
  /** As `celery -A` takes it. */
  readonly app: string;
  /** The whole environment of the process; see childEnvironment. */
  readonly env: NodeJS.ProcessEnv;
  readonly guard: Guard;
  /** Lines that the imported code printed, secrets masked, each ended by `\n`. */
  readonly log: (text: string) => void;
  /** Milliseconds until an import is given up. */
  readonly importTimeout?: number;
  /** Milliseconds until any other request is given up, and the process with it. */
  readonly callTimeout?: number;
}

/** Where the app connects, for our own clients; nothing in it is masked, so it must never be shown or logged. */
export interface AppConnection {
  readonly read: string;
  readonly write: string;
  /** `broker_transport_options` as JSON. */
  readonly transportOptions: Readonly<Record<string, unknown>>;
  /** `broker_use_ssl` as JSON: false, true or a dict. */
  readonly tls: unknown;
  /** Python module that the transport needs and that is not installed (`redis`), else null. */
  readonly missing: string | null;
  readonly createMissingQueues: boolean;
  readonly defaultQueue: string;
  readonly defaultExchange: string;
  readonly serializer: string;
  readonly acceptContent: readonly string[];
  readonly result: {
    /** A URL, or the name of a backend (`disabled`, `django-db`). */
    readonly url: string;
    /** `celery.backends.redis:RedisBackend`; null where code of the app's own makes it, or it could not be found, see `problem`. */
    readonly class: string | null;
    /** What comes before the task's id in a key, global prefix included; null for others than Redis. */
    readonly keyPrefix: string | null;
    readonly transportOptions: Readonly<Record<string, unknown>>;
    readonly tls: unknown;
    readonly serializer: string;
    readonly extended: boolean;
    readonly problem: string | null;
  };
}

/** One thing that would connect elsewhere although a sandbox is on. */
export interface Leak {
  readonly what: string;
  readonly where: string;
}

export interface HelperDescription {
  readonly description: AppDescription;
  readonly connection: AppConnection;
  readonly modules: readonly ModuleStamp[];
  /** Remarks worth showing. */
  readonly notes: readonly string[];
  /** Null where no sandbox is on. */
  readonly sandbox: { readonly url: string; readonly leaks: readonly Leak[] } | null;
}

/** What is to be sent: a call of a task, or an expression. */
export type HelperCall =
  | {
    readonly task: string;
    /** Absolute path of a `.py` file in whose namespace arguments are evaluated, else the module that defines the task (to say why it is not registered). */
    readonly module: string | null;
    /** `add(2, 3)` */
    readonly call: string;
    /** `countdown=5, queue="mail"`, or `''`. */
    readonly options: string;
  }
  | {
    /** A signature or canvas: `chain(add.s(2, 3), add.s(4))`. */
    readonly expression: string;
    /** Dotted name of a module, or absolute path of a `.py` file, in whose namespace it is evaluated. */
    readonly module: string | null;
    readonly options: string;
  };

/** A message as Celery published it. */
export interface PublishedMessage {
  readonly id: string;
  readonly task: string;
  /** Null where it went to an exchange of the user's without a queue named. */
  readonly queue: string | null;
  readonly exchange: string;
  readonly routingKey: string | null;
  /** Display texts (Celery's argsrepr and kwargsrepr). */
  readonly args: string | null;
  readonly kwargs: string | null;
  /** ISO 8601 as in the headers. */
  readonly eta: string | null;
  readonly expires: string | null;
  readonly root: string | null;
  readonly parent: string | null;
  readonly group: string | null;
}

export interface Sent {
  /** Id whose result is the call's: of the last task of a chain, of a chord's body. */
  readonly id: string;
  /** Ids of all tasks that belong to it, earlier steps first; those of later steps too, which are not published yet. */
  readonly ids: readonly string[];
  readonly queue: string | null;
  readonly messages: readonly PublishedMessage[];
  readonly notes: readonly string[];
}

/** What is wrong with a call, and where in which of its texts. */
export interface HelperRemark extends CallRemark {
  readonly in: CallRange['in'];
}

/** Where a call goes. `queue` is null where only an exchange is named. */
export interface HelperRoute {
  readonly queue: string | null;
  readonly exchange: string | null;
  readonly routingKey: string | null;
  readonly priority: number | null;
  /** Which rule decided: `the default queue`, `task_routes: a pattern`, … */
  readonly why: string;
}

/** A text and whether it is all there is. */
export interface Shown {
  readonly text: string;
  readonly complete: boolean;
}

/** What the app's result backend has of a task; texts are Python's `pprint`. */
export interface HelperResult {
  readonly id: string;
  readonly state: string;
  /** Result or the state's meta; null where it is an exception. */
  readonly result: Shown | null;
  readonly exception: { readonly type: string; readonly module: string; readonly message: string } | null;
  readonly traceback: string | null;
  readonly children: readonly string[];
  /** ISO 8601; without an offset it is UTC. */
  readonly doneAt: string | null;
  readonly name: string | null;
  readonly worker: string | null;
  readonly queue: string | null;
  readonly retries: number | null;
  readonly args: Shown | null;
  readonly kwargs: Shown | null;
  readonly parent: string | null;
  readonly group: string | null;
}

/** A place in the text of a call, UTF-16 offsets in the text as it was given. */
export interface CallRange {
  readonly in: 'call' | 'options' | 'expression';
  readonly start: number;
  readonly end: number;
}

/** A problem that the helper answered with. `range` says which part of the call is at fault. */
export class HelperError extends ProblemError {
  constructor(problem: Problem, readonly range: CallRange | null = null) {
    super(problem);
    this.name = 'HelperError';
  }
}

const IMPORT_TIMEOUT = 60_000;
const CALL_TIMEOUT = 20_000;
/** Milliseconds. */
const DUMP_LEAD = 1_000;
const LINE_LIMIT = 64 * 1024 * 1024;
/** Lines of the log that a {@link Problem} carries. */
const PROBLEM_LINES = 20;

const HANGS: Readonly<Record<string, string>> = {
  open: 'What does it wait for when it is imported?',
  send: 'It was given up; whether anything was sent is not known.',
};

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * The app, imported by the user's interpreter in a process of its own (`python/helper.py`), warm. Every method rejects with a
 * {@link ProblemError}. A call that hangs ends the process: what it does cannot be stopped otherwise. After {@link onExit} start another.
 */
export class Helper {
  /** Epoch ms. */
  readonly startedAt = Date.now();
  /** The app as `module:attribute`. */
  app: string;
  private readonly pending = new Map<number, Pending>();
  private readonly exitListeners = new Set<(problem: Problem) => void>();
  private readonly output = new Log(1_000, 1_000_000);
  private next = 1;
  private rest = '';
  private ended: Problem | null = null;
  private stopping = false;

  /** Starts the process and imports the app. `signal` gives it up. */
  static async start(options: HelperOptions, signal?: AbortSignal): Promise<Helper> {
    const helper = new Helper(options, spawnGuarded({
      command: options.python, args: [options.script], cwd: options.directory, env: options.env, guard: options.guard, channel: true,
    }));
    const abort = () => void helper.stop();
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    try {
      const opened = await helper.ask('open', { app: options.app }, options.importTimeout ?? IMPORT_TIMEOUT, parseOpened);
      helper.app = opened.app;
      return helper;
    } catch (error) {
      await helper.stop();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  private constructor(private readonly options: HelperOptions, private readonly child: GuardedProcess) {
    this.app = options.app;
    for (const stream of child.output) stream.on('error', () => undefined).on('data', (bytes: Buffer) => this.print(this.output.take(bytes)));
    const decoder = new StringDecoder('utf8');
    child.channel?.on('data', (bytes: Buffer) => this.read(decoder.write(bytes)));
    void child.exited.then(exit => this.end(exit));
  }

  /** Of the interpreter, null where it could not be started. */
  get pid(): number | null {
    return this.child.pid;
  }

  /** What the app says of itself now. */
  describe(): Promise<HelperDescription> {
    return this.ask('describe', {}, this.callTimeout, parseDescription);
  }

  /** Source files of the project that are loaded; more with each lazy import. */
  modules(): Promise<readonly ModuleStamp[]> {
    return this.ask('modules', {}, this.callTimeout, parseModules);
  }

  /** Evaluates, checks and sends by the app's own `apply_async`. Rejects with a {@link HelperError} that says what is at fault. */
  send(call: HelperCall): Promise<Sent> {
    return this.ask('send', { ...call }, this.callTimeout, parseSent);
  }

  /**
   * What is wrong with a call, without sending it. `evaluate` runs the expressions in it, so only on the user's click; without, literal
   * arguments and the shape are looked at, while typing.
   */
  check(call: HelperCall, evaluate: boolean): Promise<readonly HelperRemark[]> {
    return this.ask('check', { ...call, evaluate }, this.callTimeout, parseRemarks);
  }

  /** Where a call goes; without one, where the task goes when its routers need no arguments. Evaluates literals only. */
  routes(task: string, call: string | null = null, options = ''): Promise<HelperRoute> {
    return this.ask('routes', { task, call, options }, this.callTimeout, parseRoute);
  }

  /** Lines that send the call in a Python shell of the project. */
  async copyAsPython(call: HelperCall): Promise<string> {
    return (await this.ask('copy', { ...call }, this.callTimeout, parseCopied)).text;
  }

  /** What is stored of a task in the app's result backend, or that of `task`; null: nothing, so it waits or nobody knows it. */
  async result(id: string, task: string | null = null): Promise<HelperResult | null> {
    return (await this.ask('result', { id, task }, this.callTimeout, parseResult)).result;
  }

  /** Removes what is stored of a task. */
  async forget(id: string, task: string | null = null): Promise<void> {
    await this.ask('forget', { id, task }, this.callTimeout, parseForgotten);
  }

  /** Called once, when the process has ended. */
  onExit(listener: (problem: Problem) => void): void {
    if (this.ended) listener(this.ended);
    else this.exitListeners.add(listener);
  }

  get alive(): boolean {
    return this.ended === null && !this.stopping;
  }

  /** Ends the process; resolves when it is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.child.killGroup();
    await this.child.exited;
  }

  private get callTimeout(): number {
    return this.options.callTimeout ?? CALL_TIMEOUT;
  }

  private ask<Result>(method: string, params: object, timeout: number, parse: Parsed<Result>): Promise<Result> {
    if (this.ended) return Promise.reject(new ProblemError(this.ended));
    const id = this.next++;
    return new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new ProblemError(this.hangs(method, timeout)));
        void this.stop();
      }, timeout);
      this.pending.set(id, { resolve, reject, timer });
      // A little before the time is up it says in its log where it hangs.
      this.child.channel?.write(`${JSON.stringify({ id, method, params, until: (Date.now() + timeout - Math.min(DUMP_LEAD, timeout / 4)) / 1000 })}\n`);
    }).then(result => {
      const parsed = parse(result);
      if (parsed === null) throw new ProblemError(problem('internal', `the helper's answer to ${method} is not understood`));
      return parsed;
    });
  }

  private hangs(method: string, timeout: number): Problem {
    const lines = this.output.tail(200).map(plain);
    const place = placeInDump(lines, path.dirname(this.options.script));
    const where = place ? ` in line ${place.line + 1} of ${path.basename(place.file)}` : '';
    return problem('timeout', `${method === 'open' ? `Importing ${this.options.app}` : this.options.app} took longer than ${timeout / 1000} s${where}`, {
      advice: HANGS[method] ?? 'It was given up.', place, log: lines.slice(-PROBLEM_LINES),
    });
  }

  private read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    if (this.rest.length > LINE_LIMIT) void this.stop();
    for (const line of lines) this.receive(line);
  }

  private receive(line: string): void {
    let reply: { id?: unknown; result?: unknown; problem?: unknown };
    try {
      reply = JSON.parse(line) as typeof reply;
    } catch {
      return; // user code wrote to our descriptor
    }
    if (typeof reply !== 'object' || reply === null || typeof reply.id !== 'number') return;
    const waiting = this.pending.get(reply.id);
    if (!waiting) return;
    this.pending.delete(reply.id);
    clearTimeout(waiting.timer);
    if ('problem' in reply) waiting.reject(asError(reply.problem));
    else waiting.resolve(reply.result);
  }

  private print(lines: readonly string[]): void {
    if (lines.length > 0) this.options.log(`${lines.join('\n')}\n`);
  }

  private lastLines(): readonly string[] {
    return this.output.tail(PROBLEM_LINES).map(plain);
  }

  private end(exit: Exit): void {
    this.print(this.output.end());
    this.ended = this.stopping
      ? problem('cancelled', 'The helper was stopped')
      : problem(exit.error ? 'no-python' : 'exited', `The interpreter that imported ${this.app} ${describeExit(exit)}`, { log: this.lastLines() });
    for (const { reject, timer } of this.pending.values()) {
      clearTimeout(timer);
      reject(new ProblemError(this.ended));
    }
    this.pending.clear();
    for (const listener of this.exitListeners) listener(this.ended);
    this.exitListeners.clear();
  }
}

/**
 * Where the main thread hangs, from what Python's faulthandler printed just before the time was up: the innermost frame of the user's code.
 * `ours` is the folder of our own Python files; the thread that has frames of them is the main one.
 */
export function placeInDump(lines: readonly string[], ours: string): Place | null {
  const dump = lines.slice(lines.findLastIndex(line => /^Timeout \(\d/.test(line)));
  if (!dump[0]?.startsWith('Timeout (')) return null;
  const threads = dump.join('\n').split(/^(?=(?:Thread|Current thread) 0x)/m);
  const frames = [...(threads.find(thread => thread.includes(`File "${ours}`)) ?? '').matchAll(/^ {2}File "(.+)", line (\d+) in /gm)];
  const own = frames.find(([, file]) => !file!.startsWith('<') && !file!.startsWith(ours) && !/[\\/](site-packages|lib[\\/]python[\d.]+)[\\/]/i.test(file!));
  return own ? { file: own[1]!, line: Number(own[2]) - 1, column: 0 } : null;
}

function asError(value: unknown): Error {
  if (!isProblem(value)) return new ProblemError(problem('internal', 'the helper failed without a reason'));
  const { reason, message, advice, place, log } = value;
  const range = (value as { range?: unknown }).range;
  return new HelperError(problem(reason, message, {
    advice: typeof advice === 'string' ? advice : null,
    place: isPlace(place) ? place : null,
    log: Array.isArray(log) ? log.filter(line => typeof line === 'string') : [],
  }), isRange(range) ? range : null);
}

function isPlace(value: unknown): value is Place {
  const place = value as Place | null;
  return typeof place === 'object' && place !== null && typeof place.file === 'string' && typeof place.line === 'number' && typeof place.column === 'number';
}

function isRange(value: unknown): value is CallRange {
  const range = value as CallRange | null;
  return typeof range === 'object' && range !== null && typeof range.in === 'string' && typeof range.start === 'number' && typeof range.end === 'number';
}
