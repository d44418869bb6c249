import type { ConnectionOptions } from 'node:tls';
import { readFileSync } from 'node:fs';
import { problem, ProblemError } from '../../shared/problem';
import { maskSecrets } from '../../shared/redact';

/** Where a Redis server is, as kombu reads it from a URL (kombu.utils.url, celery.backends.redis). */
export interface RedisAddress {
  readonly kind: 'redis';
  readonly host: string;
  readonly port: number;
  /** Unix socket; host and port mean nothing then. */
  readonly path: string | null;
  readonly db: number;
  readonly username: string | null;
  readonly password: string | null;
  readonly tls: TlsSettings | null;
}

export interface RabbitAddress {
  readonly kind: 'rabbitmq';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly vhost: string;
  readonly tls: TlsSettings | null;
}

/** Python's TLS settings, by kombu's names: files by path. */
export interface TlsSettings {
  /** False: CERT_NONE. */
  readonly verify: boolean;
  readonly checkHostname: boolean;
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

export type BrokerAddress = RedisAddress | RabbitAddress;

/** Keys of the dict that `broker_use_ssl` and `redis_backend_use_ssl` take. */
export type TlsOptions = Readonly<Record<string, unknown>>;

const REDIS_SCHEMES = new Set(['redis', 'rediss', 'valkey', 'valkeys', 'redis+socket', 'rediss+socket']);
const AMQP_SCHEMES = new Set(['amqp', 'amqps', 'pyamqp', 'librabbitmq']);

/**
 * Reads a broker's or result backend's URL. Throws a {@link ProblemError}: what we cannot speak to is said by name, and no password is in the text.
 * @param tls `broker_use_ssl` or `redis_backend_use_ssl`: true, or its dict.
 */
export function parseBrokerUrl(url: string, tls: boolean | TlsOptions = false): BrokerAddress {
  if (url.includes(';')) {
    throw unsupported('This URL lists several brokers to fail over to', 'Name one of them in the settings: fail-over lists are not supported yet.');
  }
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(url.trim());
  if (!match) throw unsupported(`"${maskSecrets(url)}" is no broker URL`, 'A broker URL looks like redis://localhost:6379/0 or amqp://guest:guest@localhost:5672//.');
  const scheme = match[1]!.toLowerCase();
  const query = new URLSearchParams(match[4] ?? '');
  if (scheme === 'sentinel') throw unsupported('This broker is behind Redis Sentinel', 'Sentinel is not supported yet: name the master itself.');
  if (REDIS_SCHEMES.has(scheme)) return redisAddress(scheme, match[2]!, match[3]!, query, tls);
  if (AMQP_SCHEMES.has(scheme)) return rabbitAddress(scheme, match[2]!, match[3]!, query, tls);
  throw unsupported(`The transport "${scheme}" is not one that we can speak`, 'Redis, Valkey and RabbitMQ are supported. Running tasks through Python works all the same.');
}

function unsupported(message: string, advice: string): ProblemError {
  return new ProblemError(problem('unsupported', message, { advice }));
}

interface Authority {
  readonly username: string | null;
  readonly password: string | null;
  readonly host: string;
  readonly port: number | null;
}

function readAuthority(text: string): Authority {
  const at = text.lastIndexOf('@');
  const credentials = at < 0 ? null : text.slice(0, at);
  const place = text.slice(at + 1);
  const colon = credentials?.indexOf(':') ?? -1;
  const ipv6 = /^\[([^\]]+)\](?::(\d+))?$/.exec(place);
  const [host, port] = ipv6 ? [ipv6[1]!, ipv6[2]] : splitPort(place);
  if (port !== undefined && port !== '' && !(Number(port) > 0 && Number(port) < 65_536)) throw unsupported(`The port of the URL is no number from 1 to 65535`, 'Correct the URL.');
  return {
    username: credentials === null ? null : decode(colon < 0 ? credentials : credentials.slice(0, colon)) || null,
    password: credentials === null || colon < 0 ? null : decode(credentials.slice(colon + 1)) || null,
    host: decode(host),
    port: port === undefined || port === '' ? null : Number(port),
  };
}

function splitPort(place: string): [string, string | undefined] {
  const colon = place.lastIndexOf(':');
  return colon < 0 ? [place, undefined] : [place.slice(0, colon), place.slice(colon + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function redisAddress(scheme: string, authorityText: string, path: string, query: URLSearchParams, tls: boolean | TlsOptions): RedisAddress {
  const secure = scheme === 'rediss' || scheme === 'valkeys' || tls !== false;
  const authority = readAuthority(authorityText);
  const socket = scheme.endsWith('+socket');
  const db = socket ? query.get('virtual_host') ?? '0' : decode(path).replace(/^\/+|\/+$/g, '');
  if (!/^\d{0,5}$/.test(db.replace(/^\//, ''))) throw unsupported(`"${db}" is no number of a Redis database`, 'The path of a Redis URL is the number of the database: redis://localhost:6379/0.');
  return {
    kind: 'redis',
    host: authority.host || 'localhost',
    port: authority.port ?? 6379,
    path: socket ? decode(authority.host + path) : null,
    db: Number(db.replace(/^\//, '') || '0'),
    username: authority.password === null ? null : authority.username,
    password: authority.password ?? (socket ? query.get('password') : null),
    tls: secure ? readTls(query, tls) : null,
  };
}

function rabbitAddress(scheme: string, authorityText: string, path: string, query: URLSearchParams, tls: boolean | TlsOptions): RabbitAddress {
  const secure = scheme === 'amqps' || tls !== false;
  const authority = readAuthority(authorityText);
  // What stands after the first slash is the vhost: '', '/' and '%2F' all mean '/'.
  const vhost = decode(path.slice(1));
  return {
    kind: 'rabbitmq',
    host: authority.host || 'localhost',
    port: authority.port ?? (secure ? 5671 : 5672),
    username: authority.username ?? 'guest',
    password: authority.password ?? 'guest',
    vhost: vhost === '' ? '/' : vhost,
    tls: secure ? readTls(query, tls) : null,
  };
}

/** Without settings a broker over TLS is not verified (kombu warns and takes CERT_NONE). */
function readTls(query: URLSearchParams, tls: boolean | TlsOptions): TlsSettings {
  const options: TlsOptions = typeof tls === 'object' ? tls : {};
  const setting = (name: string): string | null => {
    const value = query.get(`ssl_${name}`) ?? options[`ssl_${name}`] ?? options[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
  };
  const requirement = (setting('cert_reqs') ?? 'none').replace(/^.*CERT_/i, '').toLowerCase();
  const verify = requirement === 'required' || requirement === '2' || requirement === 'optional' || requirement === '1';
  return {
    verify,
    checkHostname: verify && (setting('check_hostname') ?? '').toLowerCase() === 'true',
    ca: setting('ca_certs'),
    cert: setting('certfile'),
    key: setting('keyfile'),
  };
}

/** Node's TLS options. Throws a {@link ProblemError} where a file cannot be read. */
export function tlsConnection(settings: TlsSettings, host: string): ConnectionOptions {
  const read = (file: string | null): Buffer | undefined => {
    if (file === null) return undefined;
    try {
      return readFileSync(file);
    } catch {
      throw new ProblemError(problem('broker-refused', `The TLS file ${file} cannot be read`, { advice: 'Check the path in the broker URL or in broker_use_ssl.' }));
    }
  };
  const ca = read(settings.ca);
  const cert = read(settings.cert);
  const key = read(settings.key);
  return {
    rejectUnauthorized: settings.verify,
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...(settings.checkHostname ? {} : { checkServerIdentity: () => undefined }),
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
  };
}

/** How an address is named to people: never with credentials. */
export function addressText(address: BrokerAddress): string {
  const place = address.kind === 'redis' && address.path !== null ? address.path : `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
  return address.kind === 'redis' ? `${place}/${address.db}` : `${place} (vhost ${address.vhost})`;
}
