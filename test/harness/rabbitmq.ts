import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accepts, eventually, freePort, start, type Child, type TestBroker } from './celery';

/** Debian's scripts themselves; what is on PATH there changes the user and the directories. */
const SERVER = ['/usr/lib/rabbitmq/bin/rabbitmq-server', '/usr/local/sbin/rabbitmq-server', '/opt/homebrew/sbin/rabbitmq-server'];

export interface RabbitServer extends TestBroker {
  /** Base URL of the management API, with credentials. */
  readonly management: string;
  /** Where TLS listens, when it was asked for. */
  readonly tlsPort: number | null;
  /** Runs `rabbitmqctl`. Throws where it fails. */
  ctl(...args: string[]): string;
}

export interface RabbitOptions {
  /** PEM files of a server certificate: listens with TLS too. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly management?: boolean;
}

export function rabbitServerScript(): string | null {
  return SERVER.find(existsSync) ?? null;
}

/** A RabbitMQ of our own: own directories, own node name, own ports, own epmd. It takes about ten seconds to start. */
export async function startRabbit(options: RabbitOptions = {}): Promise<RabbitServer> {
  const script = rabbitServerScript();
  if (script === null) throw new Error(`no rabbitmq-server (looked for ${SERVER.join(', ')})`);
  const folder = mkdtempSync(path.join(tmpdir(), 'wire-rabbit-'));
  const [port, managementPort, distribution, epmd, tlsPort] = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
  writeFileSync(path.join(folder, '.erlang.cookie'), 'celeryworkbench');
  chmodSync(path.join(folder, '.erlang.cookie'), 0o600);
  writeFileSync(path.join(folder, 'plugins'), options.management === false ? '[].' : '[rabbitmq_management].');
  writeFileSync(path.join(folder, 'rabbit.conf'), [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    ...(options.management === false ? [] : ['management.tcp.ip = 127.0.0.1', `management.tcp.port = ${managementPort}`]),
    ...(options.tls ? [`listeners.ssl.1 = 127.0.0.1:${tlsPort}`, `ssl_options.cacertfile = ${options.tls.ca}`, `ssl_options.certfile = ${options.tls.cert}`, `ssl_options.keyfile = ${options.tls.key}`, 'ssl_options.verify = verify_none'] : []),
    'disk_free_limit.absolute = 50MB',
    'log.console = true',
    'log.file = false',
    '',
  ].join('\n'));
  const node = `wire${port}@localhost`;
  const env = {
    HOME: folder,
    RABBITMQ_NODENAME: node,
    RABBITMQ_BASE: folder,
    RABBITMQ_MNESIA_BASE: path.join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: path.join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: path.join(folder, 'rabbit.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: path.join(folder, 'advanced.config'),
    RABBITMQ_CONF_ENV_FILE: path.join(folder, 'env.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, 'plugins'),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_PID_FILE: path.join(folder, 'pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(epmd),
  };
  const launch = async (): Promise<Child> => {
    const child = start(script, [], { cwd: folder, env });
    try {
      await eventually('RabbitMQ starts', () => {
        if (!child.alive) throw new Error(`RabbitMQ ended:\n${child.log}`);
        return child.log.includes('Server startup complete');
      }, 90_000);
      await eventually('RabbitMQ listens', () => accepts(port));
    } catch (error) {
      await child.kill();
      throw new Error(`${(error as Error).message}\n${child.log.slice(-3000)}`);
    }
    return child;
  };
  let child = await launch();
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}//`,
    port,
    management: `http://guest:guest@127.0.0.1:${managementPort}`,
    tlsPort: options.tls ? tlsPort : null,
    get child() { return child; },
    ctl(...args) {
      const { status, stdout, stderr } = spawnSync(path.join(path.dirname(script), 'rabbitmqctl'), ['-n', node, ...args], { env: { ...process.env, ...env }, encoding: 'utf8' });
      if (status !== 0) throw new Error(`rabbitmqctl ${args.join(' ')}: ${stdout}${stderr}`);
      return stdout;
    },
    async restart() {
      await child.kill();
      child = await launch();
    },
    async stop() {
      await child.kill();
      spawnSync('epmd', ['-port', String(epmd), '-kill'], { env: { ...process.env, ...env } });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
