import type { Redis } from 'ioredis';
import { problem, ProblemError } from '../../../shared/problem';
import { maskSecrets } from '../../../shared/redact';
import { lostProblem } from '../lost';
import { addressText, tlsConnection, type RedisAddress } from '../url';
import { withDeadline } from '../../deadline';

const CONNECT_TIMEOUT = 5000;
const PING_EVERY = 10_000;
const SILENT_AFTER = 5000;

/**
 * Connects once. A lost connection stays lost, and what was under way on it fails: ioredis' own way, to send unanswered commands again after a
 * reconnect, could put a task on a queue twice.
 */
export async function connectRedis(address: RedisAddress, purpose: string, signal?: AbortSignal): Promise<Redis> {
  const { Redis } = await import('ioredis');
  const redis = new Redis({
    ...(address.path === null ? { host: address.host, port: address.port } : { path: address.path }),
    ...(address.username === null ? {} : { username: address.username }),
    ...(address.password === null ? {} : { password: address.password }),
    ...(address.tls ? { tls: tlsConnection(address.tls, address.host) } : {}),
    db: address.db,
    connectionName: `celery-workbench-${purpose}`,
    // Servers before Redis 6 and embedded ones do not know RESP3, and nothing here needs it.
    protocol: 2,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT,
    disableClientInfo: true,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
    retryStrategy: () => null,
  });
  let cause: Error | undefined;
  redis.on('error', (error: Error) => { cause ??= error; });
  try {
    await withDeadline(redis.connect(), CONNECT_TIMEOUT + 1000, `connecting to ${addressText(address)}`, signal);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw connectionProblem(address, error instanceof ProblemError ? error : cause ?? error);
  }
}

function isLost(error: unknown): boolean {
  return error instanceof Error && !(error instanceof ProblemError) && /Connection is closed|ECONNRESET|EPIPE|Stream isn't writeable/.test(error.message);
}

/** What went wrong with a Redis server, in words that hold no secret. */
export function connectionProblem(address: RedisAddress, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const place = addressText(address);
  const text = plainText(error, address);
  if (/ECONNREFUSED|ENOENT/.test(text)) return refused(`Nothing answers at ${place}`, 'Start the broker, or correct its URL.');
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return refused(`The host of ${place} is not known`, 'Correct the broker URL, or check the network.');
  if (/WRONGPASS|NOAUTH|invalid password|invalid username/i.test(text)) return refused(`${place} refuses our credentials`, 'Check user and password of the broker URL.');
  if (/NOPERM/.test(text)) return refused(`${place} does not permit this: ${text}`, 'The user needs the keys and channels of Celery (ACL).');
  if (/LOADING/.test(text)) return refused(`${place} is still loading its data`, 'Try again in a moment.');
  if (/certificate|SSL|TLS|EPROTO/i.test(text)) return refused(`No TLS connection to ${place}: ${text}`, 'Check the TLS settings of the broker URL.');
  return refused(`${place} does not answer: ${text}`, 'Check that it is a Redis or Valkey server and that it can be reached.');
}

function refused(message: string, advice: string): ProblemError {
  return new ProblemError(problem('broker-refused', message, { advice }));
}

function plainText(error: unknown, address: RedisAddress): string {
  const code = (error as { code?: unknown } | null)?.code;
  const message = error instanceof Error ? error.message : String(error);
  const text = maskSecrets(typeof code === 'string' && !message.includes(code) ? `${code} ${message}` : message).slice(0, 300);
  return address.password === null ? text : text.replaceAll(address.password, '***');
}

/**
 * Ends a connection that nothing comes through any more, though nobody has closed it: without this we would listen on it for a quarter of an hour.
 * For connections that only listen; `PING` is one of the few commands that they may send.
 */
export function endWhenSilent(redis: Redis): void {
  const timer = setInterval(() => {
    withDeadline(redis.ping(), SILENT_AFTER, 'listening').catch(() => redis.disconnect());
  }, PING_EVERY);
  redis.once('end', () => clearInterval(timer));
}

/**
 * A connection that is made on first need and made again after it was lost; nothing is retried by itself.
 */
export class LazyRedis {
  private current: Promise<Redis> | undefined;
  private closed = false;

  constructor(private readonly address: RedisAddress, private readonly purpose: string) {}

  async client(): Promise<Redis> {
    if (this.closed) throw new ProblemError(problem('cancelled', `The connection to ${addressText(this.address)} was closed`));
    this.current ??= this.open();
    return this.current;
  }

  /**
   * Runs commands and puts what goes wrong into words. A connection that let a deadline pass is given up: its other end may have vanished, and
   * all that is asked on it is answered in order, so no later. `timeout` in ms.
   */
  async run<T>(what: string, commands: (redis: Redis) => Promise<T>, timeout = 5000, signal?: AbortSignal): Promise<T> {
    const redis = await this.client();
    try {
      return await withDeadline(commands(redis), timeout, what, signal);
    } catch (error) {
      const told = isLost(error) ? lostProblem(addressText(this.address), what) : connectionProblem(this.address, error);
      if (told.problem.reason === 'timeout') redis.disconnect();
      throw told;
    }
  }

  close(): void {
    this.closed = true;
    this.current?.then(redis => redis.disconnect(), () => {});
    this.current = undefined;
  }

  private open(): Promise<Redis> {
    const opening = connectRedis(this.address, this.purpose).then(redis => {
      const forget = (): void => { if (this.current === opening) this.current = undefined; };
      redis.on('end', forget);
      if (this.closed) redis.disconnect();
      return redis;
    });
    opening.catch(() => { if (this.current === opening) this.current = undefined; });
    return opening;
  }
}
