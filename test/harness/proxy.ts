import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A line to a server that can be slow, cut in the middle of an answer, or dead without a word. */
export class Proxy {
  /** Milliseconds that each piece of an answer is held back. */
  delay = 0;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private dead = false;
  /** Bytes of answers until all lines are cut. */
  private left = Infinity;

  private constructor(private readonly server: Server) {}

  static async to(port: number): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server);
    server.on('connection', client => proxy.join(client, connect(port, '127.0.0.1')));
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Cuts all lines after so many more bytes of answers. */
  cutAfter(bytes: number): void {
    this.left = bytes;
  }

  /** From now on nothing passes, as where a cable is pulled: nobody is told. What is connected now stays dead. */
  die(): void {
    this.dead = true;
    for (const [client, server] of this.pairs) for (const socket of [client, server]) socket.removeAllListeners('data').on('data', () => {});
  }

  /** New lines pass again. */
  revive(): void {
    this.dead = false;
  }

  async close(): Promise<void> {
    for (const [client, server] of this.pairs) for (const socket of [client, server]) socket.destroy();
    await new Promise<void>(resolve => { this.server.close(() => resolve()); });
  }

  private join(client: Socket, server: Socket): void {
    const pair = [client, server] as const;
    this.pairs.add(pair);
    const end = (): void => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    if (this.dead) {
      client.on('data', () => {});
      return;
    }
    client.on('data', chunk => server.write(chunk));
    let sent = Promise.resolve();
    server.on('data', chunk => {
      const { delay } = this;
      if (delay > 0) sent = sent.then(() => new Promise(resolve => { setTimeout(resolve, delay); }));
      sent = sent.then(() => this.answer(client, chunk));
    });
  }

  private answer(client: Socket, chunk: Buffer): void {
    const part = chunk.subarray(0, this.left);
    this.left -= part.length;
    if (this.left > 0) {
      client.write(part);
      return;
    }
    this.left = Infinity;
    client.end(part);
    for (const [other] of this.pairs) if (other !== client) other.destroy();
  }
}
