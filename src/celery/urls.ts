import { maskSecrets } from '../shared/redact';
import { isAtLeast, type Version } from './versions';

/** What a broker or a result backend is reached through, as far as rules and texts tell them apart. */
export type ServiceKind = 'redis' | 'sentinel' | 'amqp' | 'sqs' | 'memory' | 'filesystem' | 'database' | 'rpc' | 'cache' | 'django' | 'mongodb' | 'other';

/** One address of a broker URL. */
export interface ServiceUrl {
  readonly kind: ServiceKind;
  /** As written: `redis`, `rediss`, `amqp`, `sqla+mysql`. */
  readonly scheme: string;
  readonly host: string | null;
  readonly port: number | null;
  readonly user: string | null;
  readonly password: string | null;
  /** Without the leading slash, percent-decoded. */
  readonly path: string;
  /** Loopback, `localhost`, a Unix socket, or nothing of a network at all. */
  readonly local: boolean;
  /** Fit to be shown: the password as `***`. */
  readonly shown: string;
}

const KINDS: readonly (readonly [RegExp, ServiceKind])[] = [
  [/^(redis|rediss|redis\+socket)$/, 'redis'],
  [/^sentinel$/, 'sentinel'],
  [/^(amqp|amqps|pyamqp|librabbitmq)$/, 'amqp'],
  [/^sqs$/i, 'sqs'],
  [/^(cache\+)?memory$/, 'memory'],
  [/^(filesystem|file)$/, 'filesystem'],
  [/^(db|sqla|sqlalchemy)(\+|$)|^(sqlite|postgresql|postgres|mysql|oracle|mssql)(\+|$)/, 'database'],
  [/^rpc$/, 'rpc'],
  [/^cache(\+|$)/, 'cache'],
  [/^django-(db|cache)$/, 'django'],
  [/^mongodb(\+srv)?$/, 'mongodb'],
];

/** The kind of a broker URL or result backend by its scheme or bare name (`django-db`, `rpc`). */
export function serviceKind(text: string): ServiceKind {
  const scheme = /^([^:/]+)(?::\/\/|$)/.exec(text.trim())?.[1] ?? '';
  return KINDS.find(([pattern]) => pattern.test(scheme))?.[1] ?? 'other';
}

/** The addresses of a broker URL: several with `;` between them are tried in turn (`kombu.utils.url.url_to_parts`). Empty where none can be read. */
export function readServiceUrls(text: string): ServiceUrl[] {
  return text.split(';').flatMap(part => readServiceUrl(part.trim()) ?? []);
}

function readServiceUrl(text: string): ServiceUrl | null {
  const match = /^([^:/?#]+):\/\/(?:([^/?#]*)@)?([^/?#]*)([^?#]*)/.exec(text);
  if (!match) return null;
  const [, scheme = '', credentials, place = '', path = ''] = match;
  const [user = '', ...password] = credentials === undefined ? [] : credentials.split(':');
  const address = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(place);
  const host = decode(address?.[1] ?? address?.[2] ?? '') || null;
  const kind = serviceKind(text);
  const offline = kind === 'memory' || kind === 'filesystem' || scheme.endsWith('+socket') || (kind === 'database' && scheme.includes('sqlite'));
  return {
    kind, scheme, host, port: address?.[3] ? Number(address[3]) : null,
    user: decode(user) || null, password: decode(password.join(':')) || null, path: decode(path.replace(/^\//, '')),
    local: offline || (kind !== 'sqs' && (host === null || isLoopback(host))),
    shown: maskSecrets(text),
  };
}

/** kombu 5.7 takes no scheme that Python would import as a module (`kombu.connection._check_url_transport`). */
export function isRefusedScheme(url: string, kombu: Version): boolean {
  if (!isAtLeast(kombu, 5, 7)) return false;
  return url.split(';').some(part => {
    const scheme = /^(.*?):\/\//.exec(part.trim())?.[1];
    return scheme !== undefined && /[.:]/.test(scheme.split('+')[0] ?? '');
  });
}

/** Names that only mean this machine, and passwords that are no secrets; for a warning about credentials in the source. */
export function isRealCredential({ user, password, host, local }: ServiceUrl): boolean {
  if (password === null || local) return false;
  if (user === 'guest' && password === 'guest') return false;
  if (host !== null && !host.includes('.')) return false; // a container's name
  return !/^(x+|\*+|\.+|password|passwd|pass|pw|secret|changeme|example|user|test|your[-_ ]?\w+|<.*>|\{.*\}|\$.*|%.*)$/i.test(password) && !/(^|\.)example(\.\w+)?$|\.(invalid|test)$/i.test(host ?? '');
}

function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost') || /^127(\.\d{1,3}){1,3}$/.test(name) || name === '::1' || name === '0.0.0.0';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
