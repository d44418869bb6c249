import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where a broker URL leads to. */
export interface BrokerAddress {
  readonly kind: 'redis' | 'amqp';
  readonly tls: boolean;
  /** Null for a Unix socket. */
  readonly host: string | null;
  readonly port: number;
  /** Path of a Unix socket, or null. */
  readonly socket: string | null;
  readonly username: string | null;
  readonly password: string | null;
  /** Number of the Redis database, 0 where the URL names none. */
  readonly database: number;
  /** Certificates are checked only where the URL asks for it. */
  readonly verify: boolean;
}

/** An address that a server of ours could have. */
export type LocalAddress = BrokerAddress & { readonly host: string };

/** What is found at a broker URL. */
export type BrokerProbe =
  | { readonly state: 'usable'; readonly kind: 'redis' | 'amqp'; /** `redis`, `valkey`, `RabbitMQ`, … */ readonly server: string; /** Null where it does not say. */ readonly version: string | null }
  /** Nothing listens there. */
  | { readonly state: 'refused' }
  /** It listens, but refuses us or does not speak as the URL says; `why` is for people. */
  | { readonly state: 'unusable'; readonly why: string }
  /** A transport that we cannot ask: SQS, memory, a list of URLs, … */
  | { readonly state: 'unknown' };

const REDIS_SCHEMES = new Set(['redis', 'rediss', 'redis+socket', 'valkey', 'valkeys']);
const AMQP_SCHEMES = new Set(['amqp', 'amqps', 'pyamqp', 'librabbitmq']);

/** Reads a URL as kombu does (`kombu.utils.url`, `kombu.transport.redis`); null for transports that we do not know and for broken ones. */
export function brokerAddress(url: string): BrokerAddress | null {
  const match = /^([a-z][a-z0-9+]*):\/\/(?:([^/?#]*)@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?/i.exec(url.trim());
  if (!match || url.includes(';')) return null;
  const scheme = match[1]!.toLowerCase();
  const kind = REDIS_SCHEMES.has(scheme) ? 'redis' : AMQP_SCHEMES.has(scheme) ? 'amqp' : null;
  if (!kind) return null;
  const query = new URLSearchParams(match[5] ?? '');
  const [user, password] = credentials(match[2]);
  const path = decode(match[4] ?? '');
  const tls = scheme === 'rediss' || scheme === 'valkeys' || scheme === 'amqps';
  // Without the option kombu does not check certificates of a Redis.
  const verify = /required|optional/i.test(query.get('ssl_cert_reqs') ?? '');
  if (scheme === 'redis+socket') {
    return { kind, tls: false, host: null, port: 0, socket: path, username: user, password, database: database(query.get('virtual_host') ?? ''), verify };
  }
  const place = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(match[3]!);
  if (!place) return null;
  const port = place[3] ? Number(place[3]) : kind === 'redis' ? 6379 : tls ? 5671 : 5672;
  if (!(port > 0 && port < 65_536)) return null;
  return { kind, tls, host: decode(place[1] ?? place[2] ?? '') || 'localhost', port, socket: null, username: user, password, database: kind === 'redis' ? database(path) : 0, verify };
}

/** True where an address leads to this machine: a loopback address, `localhost`, or a Unix socket. */
export function onThisMachine({ host, socket }: Pick<BrokerAddress, 'host' | 'socket'>): boolean {
  if (socket !== null || host === null) return true;
  const name = host.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (isIP(name) === 4) return name.startsWith('127.') || name === '0.0.0.0';
  return name === '::1' || name === '::' || name.startsWith('::ffff:127.');
}

/** Asks what answers at `url`. Sends credentials only where the URL has some. Never rejects. `timeout` in milliseconds. */
export async function probe(url: string, timeout = 2_000): Promise<BrokerProbe> {
  const address = brokerAddress(url);
  if (!address) return { state: 'unknown' };
  return probeAddress(address, timeout);
}

/** {@link probe} for an address that is known already. */
export function probeAddress(address: BrokerAddress, timeout = 2_000): Promise<BrokerProbe> {
  return new Promise(resolve => {
    const socket = open(address);
    const settle = (result: BrokerProbe) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    let connected = false;
    const timer = setTimeout(() => settle({ state: 'unusable', why: connected ? 'It accepts connections but does not answer' : 'It cannot be reached in time' }), timeout);
    socket.on('error', (error: NodeJS.ErrnoException) => settle(refuses(error) ? { state: 'refused' } : { state: 'unusable', why: error.message }));
    socket.on('close', () => settle({ state: 'unusable', why: 'It closed the connection' }));
    const speak = address.kind === 'redis' ? askRedis : askAmqp;
    socket.once(address.tls ? 'secureConnect' : 'connect', () => {
      connected = true;
      speak(socket, address, settle);
    });
  });
}

function open({ tls, host, port, socket, verify }: BrokerAddress): Socket {
  if (socket !== null) return connect({ path: socket });
  if (tls) return connectTls({ host: host!, port, rejectUnauthorized: verify, ...(isIP(host!) ? {} : { servername: host! }) });
  return connect({ host: host!, port });
}

function refuses(error: NodeJS.ErrnoException): boolean {
  const errors = error instanceof AggregateError ? error.errors as NodeJS.ErrnoException[] : [error];
  return errors.every(({ code }) => code === 'ECONNREFUSED' || code === 'ENOENT');
}

/** Bytes of an answer that are read; INFO's server section has about 1,000. */
const ANSWER_LIMIT = 65_536;

function askRedis(socket: Socket, { username, password, database: index }: BrokerAddress, settle: (result: BrokerProbe) => void): void {
  const commands = [
    ...(password === null ? [] : [username === null ? ['AUTH', password] : ['AUTH', username, password]]),
    ...(index === 0 ? [] : [['SELECT', String(index)]]),
    ['PING'],
    ['INFO', 'server'],
  ];
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    answer += chunk;
    if (answer.length > ANSWER_LIMIT) return settle({ state: 'unusable', why: 'It does not speak as Redis does' });
    const replies = readReplies(answer);
    if (replies === null) return settle({ state: 'unusable', why: 'It does not speak as Redis does' });
    const pong = replies[commands.length - 2];
    const error = replies.slice(0, commands.length - 1).find(reply => reply.startsWith('-'));
    if (error !== undefined) return settle({ state: 'unusable', why: explainRedis(error.slice(1)) });
    const info = replies[commands.length - 1];
    if (pong === undefined || info === undefined) return;
    // INFO may be forbidden by an access list; that does not keep Celery from using it.
    const field = (name: string): string | null => new RegExp(`^${name}:([\\w.+-]{1,60})\\r?$`, 'm').exec(info)?.[1] ?? null;
    const server = field('server_name') ?? 'redis';
    settle({ state: 'usable', kind: 'redis', server, version: field(`${server}_version`) ?? field('redis_version') });
  });
  socket.write(commands.map(parts => `*${parts.length}\r\n${parts.map(part => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`).join(''));
}

/** The complete simple, error and bulk replies at the start of `text`; null where it is something else. */
function readReplies(text: string): string[] | null {
  const replies: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return /^[+\-:$]/.test(text.slice(at)) ? replies : null;
    const line = text.slice(at, end);
    if (/^[+\-:]/.test(line)) {
      replies.push(line);
      at = end + 2;
    } else if (/^\$\d+$/.test(line)) {
      const length = Number(line.slice(1));
      if (text.length < end + 2 + length + 2) return replies;
      replies.push(`$${text.slice(end + 2, end + 2 + length)}`);
      at = end + 2 + length + 2;
    } else return null;
  }
  return replies;
}

function explainRedis(error: string): string {
  if (/^NOAUTH/.test(error)) return 'It asks for a password, and the URL has none';
  if (/^WRONGPASS|invalid password|no password is set/i.test(error)) return 'It refuses the password of the URL';
  if (/DB index is out of range/i.test(error)) return 'It has no database of that number';
  return `It answers: ${error.slice(0, 200)}`;
}

function askAmqp(socket: Socket, _address: BrokerAddress, settle: (result: BrokerProbe) => void): void {
  let answer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    answer = Buffer.concat([answer, chunk]);
    if (answer.length < 11) return;
    // Connection.Start: a method frame (1) on channel 0, class 10, method 10.
    if (answer[0] !== 1 || answer.readUInt32BE(7) !== (10 << 16 | 10)) return settle({ state: 'unusable', why: 'It does not speak AMQP 0-9-1' });
    if (answer.length < 7 + answer.readUInt32BE(3) && answer.length < ANSWER_LIMIT) return;
    const text = (name: string): string | null => {
      const at = answer.indexOf(`${name}S`, 0, 'latin1') + name.length + 1;
      if (at <= name.length || at + 4 > answer.length) return null;
      return answer.subarray(at + 4, at + 4 + Math.min(answer.readUInt32BE(at), 60)).toString('latin1');
    };
    settle({ state: 'usable', kind: 'amqp', server: text('product') ?? 'AMQP broker', version: text('version') });
  });
  socket.write(Buffer.from('AMQP\0\0\x09\x01', 'latin1'));
}

function credentials(text: string | undefined): [string | null, string | null] {
  if (!text) return [null, null];
  const colon = text.indexOf(':');
  const user = decode(colon < 0 ? text : text.slice(0, colon)) || null;
  const password = colon < 0 ? null : decode(text.slice(colon + 1)) || null;
  return [user, password];
}

function database(path: string): number {
  const text = path.replace(/^\/+/, '');
  return /^\d{1,5}$/.test(text) ? Number(text) : 0;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
