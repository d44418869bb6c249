import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { problem, ProblemError } from '../../../shared/problem';
import { countOf, isFields, nameOf } from '../../wire/guards';
import { tlsConnection, type RabbitAddress } from '../url';

const TIMEOUT = 3000;
const MAX_ANSWER = 32 * 1024 * 1024;

export interface ManagedQueue {
  readonly name: string;
  readonly type: string;
  readonly ready: number | null;
  readonly unacknowledged: number | null;
  readonly consumers: number | null;
}

/** RabbitMQ's management API: the only way to list queues, and to see what workers have taken. Its counts lag by up to 5 seconds. */
export class Management {
  private readonly base: URL;

  /** @param url with credentials, where it is not at the default port of the broker's host. */
  constructor(private readonly address: RabbitAddress, url: string | undefined) {
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    this.base = new URL(url ?? (address.tls ? `https://${host}:15671` : `http://${host}:15672`));
  }

  /** Where it is asked, without credentials. */
  get place(): string {
    return this.base.host;
  }

  async queues(): Promise<ManagedQueue[]> {
    const answer = await this.get(`/api/queues/${encodeURIComponent(this.address.vhost)}?columns=name,type,arguments,messages_ready,messages_unacknowledged,consumers`);
    if (!Array.isArray(answer)) throw this.silent('an answer that is no list of queues');
    return answer.slice(0, 100_000).flatMap(queue => {
      const name = isFields(queue) ? nameOf(queue['name']) : null;
      return name === null || !isFields(queue) ? [] : [{ name, type: nameOf(queue['type']) ?? 'classic', ready: countOf(queue['messages_ready']), unacknowledged: countOf(queue['messages_unacknowledged']), consumers: countOf(queue['consumers']) }];
    });
  }

  private get(path: string): Promise<unknown> {
    const secure = this.base.protocol === 'https:';
    const username = decodeURIComponent(this.base.username) || this.address.username;
    const password = decodeURIComponent(this.base.password) || this.address.password;
    return new Promise((resolve, reject) => {
      const request = (secure ? requestHttps : requestHttp)({
        hostname: this.base.hostname.replace(/^\[|\]$/g, ''), port: this.base.port || (secure ? 443 : 80), path: `${this.base.pathname.replace(/\/$/, '')}${path}`,
        auth: `${username}:${password}`, timeout: TIMEOUT, agent: false, ...(secure && this.address.tls ? tlsConnection(this.address.tls, this.address.host) : {}),
      }, response => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER) request.destroy(new Error('an answer beyond all bounds'));
          else chunks.push(chunk);
        });
        response.on('end', () => {
          if (response.statusCode !== 200) return reject(this.silent(response.statusCode === 401 ? 'that these credentials may not use it' : `status ${response.statusCode ?? 0}`));
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown);
          } catch {
            reject(this.silent('no JSON'));
          }
        });
        response.on('error', error => reject(this.silent(error.message)));
      });
      request.on('timeout', () => request.destroy(new Error('nothing for 3 s')));
      request.on('error', error => reject(this.silent(error.message)));
      request.end();
    });
  }

  private silent(reason: string): ProblemError {
    return new ProblemError(problem('broker-refused', `RabbitMQ's management API at ${this.place} says ${reason.replaceAll(this.address.password, '***')}`, { advice: 'Enable it (rabbitmq-plugins enable rabbitmq_management), or give its URL, to see all queues.' }));
  }
}
