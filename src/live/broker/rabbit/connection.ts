import type { Channel, ChannelModel, SocketOptions } from 'amqplib';
import { problem, ProblemError } from '../../../shared/problem';
import { maskSecrets } from '../../../shared/redact';
import { withDeadline } from '../../deadline';
import { addressText, tlsConnection, type RabbitAddress } from '../url';

const CONNECT_TIMEOUT = 5000;
/** Seconds: a connection whose other end vanished is noticed within two of these. */
const HEARTBEAT = 10;

/** Connects once; a lost connection stays lost. */
export async function connectRabbit(address: RabbitAddress, purpose: string, signal?: AbortSignal): Promise<ChannelModel> {
  const { connect } = await import('amqplib');
  try {
    const connecting = connect({
      protocol: address.tls ? 'amqps' : 'amqp',
      hostname: address.host,
      port: address.port,
      username: address.username,
      password: address.password,
      // amqplib decodes it once more.
      vhost: encodeURIComponent(address.vhost),
      heartbeat: HEARTBEAT,
    }, { ...(address.tls ? tlsConnection(address.tls, address.host) : {}), timeout: CONNECT_TIMEOUT, noDelay: true, clientProperties: { connection_name: `celery-workbench-${purpose}` } } as SocketOptions);
    connecting.then(connection => {
      if (signal?.aborted) connection.close().catch(() => {});
    }, () => {});
    const connection = await withDeadline(connecting, CONNECT_TIMEOUT + 1000, `connecting to ${addressText(address)}`, signal);
    // Without a listener an error of the connection would end the process; 'close' follows and is what we act on.
    connection.on('error', () => {});
    return connection;
  } catch (error) {
    throw rabbitProblem(address, error);
  }
}

/** What went wrong with a RabbitMQ server, in words that hold no secret. */
export function rabbitProblem(address: RabbitAddress, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const place = addressText(address);
  const code = (error as { code?: unknown } | null)?.code;
  const text = maskSecrets(error instanceof Error ? error.message : String(error)).replaceAll(address.password, '***').slice(0, 300);
  const refused = (message: string, advice: string): ProblemError => new ProblemError(problem('broker-refused', message, { advice }));
  if (code === 404) return refused(`${place} has no such queue or exchange: ${reasonOf(text)}`, 'A worker declares it when it starts.');
  if (code === 403 || /ACCESS.REFUSED|403/.test(text)) {
    return /Handshake|login|ACCESS_REFUSED - Login/i.test(text) ? refused(`${place} refuses our credentials`, 'Check user and password of the broker URL.') : refused(`${place} does not permit this: ${reasonOf(text)}`, 'The user needs the permissions of a Celery worker in this vhost.');
  }
  if (/ECONNREFUSED/.test(text) || code === 'ECONNREFUSED') return refused(`Nothing answers at ${place}`, 'Start the broker, or correct its URL.');
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return refused(`The host of ${place} is not known`, 'Correct the broker URL, or check the network.');
  // RabbitMQ closes the connection instead of opening a vhost that is not there; amqplib keeps its reason to itself.
  if (/NOT_ALLOWED|Expected ConnectionOpenOk/i.test(text)) return refused(`${place} has no such vhost, or it is closed to this user`, 'The vhost is what follows the first slash of the path: amqp://host// is "/", amqp://host/x is "x".');
  if (/certificate|SSL|TLS|EPROTO/i.test(text)) return refused(`No TLS connection to ${place}: ${text}`, 'Check the TLS settings of the broker URL.');
  return refused(`${place} does not answer: ${reasonOf(text)}`, 'Check that it is a RabbitMQ server and that it can be reached.');
}

/** The server's own words within amqplib's. */
function reasonOf(text: string): string {
  return /"([A-Z_]+ - [^"]*)"/.exec(text)?.[1] ?? text;
}

/** A connection that is made on first need and made again after it was lost. */
export class LazyRabbit {
  private current: Promise<ChannelModel> | undefined;
  private closed = false;
  /** The server refuses to take messages at the moment (memory or disk), in its own words. */
  blocked: string | null = null;

  constructor(private readonly address: RabbitAddress, private readonly purpose: string) {}

  async connection(): Promise<ChannelModel> {
    if (this.closed) throw new ProblemError(problem('cancelled', `The connection to ${addressText(this.address)} was closed`));
    this.current ??= this.open();
    return this.current;
  }

  /** Runs commands on a channel of their own: an error of AMQP closes the channel on which it happens. `timeout` in ms. */
  async run<T>(what: string, commands: (channel: Channel) => Promise<T>, timeout = 5000): Promise<T> {
    let channel: Channel | undefined;
    try {
      return await withDeadline((async () => {
        const connection = await this.connection();
        const opened = channel = await connection.createChannel();
        opened.on('error', () => {});
        return await commands(opened);
      })(), timeout, what);
    } catch (error) {
      throw rabbitProblem(this.address, error);
    } finally {
      channel?.close().catch(() => {});
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const current = this.current;
    this.current = undefined;
    if (!current) return;
    try {
      await withDeadline((await current).close(), 1000, 'closing the connection');
    } catch {
      // It is gone already, or will be with the process.
    }
  }

  private open(): Promise<ChannelModel> {
    const opening = connectRabbit(this.address, this.purpose).then(connection => {
      this.blocked = null;
      connection.on('close', () => { if (this.current === opening) this.current = undefined; });
      connection.on('blocked', reason => { this.blocked = reason; });
      connection.on('unblocked', () => { this.blocked = null; });
      return connection;
    });
    opening.catch(() => { if (this.current === opening) this.current = undefined; });
    return opening;
  }
}

/** Whether an error of amqplib is the server's answer with this reply code. */
export function hasCode(error: unknown, code: number): boolean {
  return (error as { code?: unknown } | null)?.code === code;
}
