import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ProblemError, type Problem } from '../../../src/shared/problem';
import { startBroker, type StartedBroker } from '../../../src/live/process/brokers';
import { beatCommand, workerCommand } from '../../../src/live/process/celery';
import { diagnose } from '../../../src/live/process/diagnose';
import { Supervised } from '../../../src/live/process/supervised';
import { Helper, HelperError, type CallRange, type HelperResult } from '../../../src/live/python/helper';
import { sandboxEnvironment } from '../../../src/live/python/sandbox';
import { environment, eventually, guardOf, newMarker, pythonOf, temporaryFolder } from '../process/parts';

const repository = process.env.REPOSITORY!;
export const helperScript = path.join(repository, 'python/helper.py');
const sandboxScript = path.join(repository, 'python/sandbox.py');

/** Versions of Celery that everything of the helper must hold for. */
export const VERSIONS = ['5.2', '5.4', '5.6', '5.7'] as const;

/** The environment with Django and more result backends. */
export const djangoPython = path.join(path.dirname(path.dirname(path.dirname(pythonOf('5.7')))), 'django/bin/python');

type Changes = Readonly<Record<string, string | null>>;

export interface ServiceOptions {
  readonly env?: Changes;
  readonly queues?: readonly string[];
  /** URL of the sandbox to be held to. */
  readonly sandbox?: string;
  /** More of the command line. */
  readonly args?: readonly string[];
}

/** A project in a folder of its own, and all that runs for it; everything is gone after {@link close}. */
export class Bench {
  readonly marker = newMarker();
  /** What the helpers' imported code printed. */
  printed = '';
  private readonly temporary = temporaryFolder();
  private readonly helpers: Helper[] = [];
  private readonly services: Supervised[] = [];

  constructor(files: Readonly<Record<string, string>>, private readonly python = pythonOf('5.7')) {
    this.write(files);
  }

  get folder(): string {
    return this.temporary.folder;
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(this.file(name)), { recursive: true });
      writeFileSync(this.file(name), text);
    }
  }

  async broker(): Promise<StartedBroker> {
    const broker = await startBroker({ address: null, consent: false, storage: this.folder, python: pythonOf('5.7'), guard: guardOf(), env: environment(this.marker) });
    this.services.push(broker.process);
    return broker;
  }

  async helper(app: string, env: Changes = {}, more: { readonly importTimeout?: number; readonly callTimeout?: number; readonly python?: string } = {}): Promise<Helper> {
    const helper = await Helper.start({
      python: this.python, script: helperScript, directory: this.folder, app, env: environment(this.marker, env), guard: guardOf(),
      log: text => { this.printed += text; }, ...more,
    });
    this.helpers.push(helper);
    return helper;
  }

  /** A worker that is ready. */
  async worker(app: string, options: ServiceOptions = {}): Promise<Supervised> {
    const command = workerCommand(this.settings(app), this.python, options.queues ?? [], this.urls(options));
    return this.service('worker', command, options);
  }

  async beat(app: string, options: ServiceOptions = {}): Promise<Supervised> {
    return this.service('beat', beatCommand(this.settings(app), { path: this.python, version: '', celery: null }, this.folder, this.urls(options)), options);
  }

  /** Runs Python in the folder; answers what it printed. */
  run(code: string, env: Changes = {}): string {
    return execFileSync(this.python, ['-c', code], { cwd: this.folder, env: environment(this.marker, env), encoding: 'utf8', stdio: 'pipe' });
  }

  async close(): Promise<void> {
    await Promise.all(this.helpers.map(helper => helper.stop()));
    await Promise.all(this.services.map(service => service.kill()));
    this.temporary.remove();
  }

  private async service(kind: 'worker' | 'beat', command: ReturnType<typeof beatCommand>, { env = {}, sandbox, args = [] }: ServiceOptions): Promise<Supervised> {
    const supervised = new Supervised();
    this.services.push(supervised);
    await supervised.start({
      ...command, args: [...command.args, ...args], title: kind, env: environment(this.marker, env, sandbox === undefined ? {} : sandboxEnvironment(sandbox)), guard: guardOf(),
      ready: { line: command.ready }, readyTimeout: 30_000, diagnose: (lines, exit) => diagnose(kind, lines, exit),
    });
    return supervised;
  }

  private settings(app: string) {
    return {
      folder: this.folder, app, directory: this.folder, python: null, envFile: null, env: {}, queues: [], onlyQueues: [], pool: null, concurrency: 1,
      logLevel: 'INFO', brokerHint: null,
    } as const;
  }

  private urls({ sandbox }: ServiceOptions) {
    return sandbox === undefined ? { broker: null, backend: null } : { broker: sandbox, backend: sandbox, sandbox: sandboxScript };
  }
}

/** Waits for what the result backend has of a task in this state. */
export async function resultOf(helper: Helper, id: string, state = 'SUCCESS', task: string | null = null): Promise<HelperResult> {
  let last: HelperResult | null = null;
  const reached = await eventually(async () => (last = await helper.result(id, task))?.state === state, 20_000);
  assert.ok(reached && last, `${id} is not ${state} but ${JSON.stringify(last)}`);
  return last;
}

/** The problem that a promise is rejected with. */
export async function refused(promise: Promise<unknown>): Promise<Problem & { readonly range: CallRange | null }> {
  const outcome = await promise.then(value => ({ value }), (error: unknown) => ({ error }));
  assert.ok('error' in outcome, 'not refused');
  const { error } = outcome;
  assert.ok(error instanceof ProblemError, String(error));
  return { ...error.problem, range: error instanceof HelperError ? error.range : null };
}
