import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { brokerAddress, onThisMachine, probe } from '../../../src/live/process/probe';

const read = (url: string): string => {
  const address = brokerAddress(url);
  if (!address) return 'unknown';
  const { kind, tls, host, port, socket, username, password, database } = address;
  return `${kind}${tls ? '+tls' : ''} ${username ?? '-'}:${password ?? '-'} ${socket ?? `${host}:${port}`} ${database}`;
};

describe('broker URLs', () => {
  it('are read as kombu reads them', () => {
    const expected = {
      'redis://': 'redis -:- localhost:6379 0',
      'redis://localhost': 'redis -:- localhost:6379 0',
      'redis://localhost:6380/2': 'redis -:- localhost:6380 2',
      'redis://:p%40ss@127.0.0.1//3': 'redis -:p@ss 127.0.0.1:6379 3',
      'redis://user:pa:ss@h/': 'redis user:pa:ss h:6379 0',
      'rediss://h:6390/1?ssl_cert_reqs=none': 'redis+tls -:- h:6390 1',
      'redis://[::1]:6379/0': 'redis -:- ::1:6379 0',
      'redis+socket:///tmp/redis.sock?virtual_host=4': 'redis -:- /tmp/redis.sock 4',
      'valkey://localhost/1': 'redis -:- localhost:6379 1',
      'amqp://guest:guest@localhost:5672//': 'amqp guest:guest localhost:5672 0',
      'pyamqp://': 'amqp -:- localhost:5672 0',
      'amqps://mq.example.com/vhost': 'amqp+tls -:- mq.example.com:5671 0',
      'sqs://key:secret@': 'unknown',
      'memory://': 'unknown',
      'sentinel://a:26379;sentinel://b:26379': 'unknown',
      'redis://a;redis://b': 'unknown',
      'redis://h:99999': 'unknown',
      'no url': 'unknown',
      '': 'unknown',
    };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map(url => [url, read(url)])), expected);
  });

  it('lead to this machine or elsewhere', () => {
    const here = ['redis://', 'redis://LOCALHOST', 'redis://127.0.0.1', 'redis://127.1.2.3', 'redis://[::1]', 'redis://0.0.0.0', 'redis+socket:///tmp/r.sock', 'amqp://app.localhost//', 'redis://[::ffff:127.0.0.1]/0'];
    const elsewhere = ['redis://redis', 'redis://10.0.0.1', 'redis://example.com', 'redis://localhost.example.com', 'redis://127.0.0.1.example.com', 'redis://user:localhost@example.com', 'redis://[::2]'];
    for (const url of here) assert.ok(onThisMachine(brokerAddress(url)!), url);
    for (const url of elsewhere) assert.ok(!onThisMachine(brokerAddress(url)!), url);
  });
});

describe('probe', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  const sockets = new Set<Socket>();
  /** A server on loopback that treats each connection so; answers its port. */
  const serve = (treat: (socket: Socket) => void): Promise<number> => new Promise(resolve => {
    const server = createServer(socket => {
      sockets.add(socket.on('error', () => undefined));
      treat(socket);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  it('finds a closed port refused', async () => {
    const port = await serve(() => undefined);
    servers.pop()!.close();
    assert.deepEqual(await probe(`redis://127.0.0.1:${port}`), { state: 'refused' });
    assert.deepEqual(await probe('redis+socket:///nowhere/redis.sock'), { state: 'refused' });
  });

  it('tells what an AMQP broker says of itself', async () => {
    const field = (name: string, value: string): Buffer => Buffer.concat([Buffer.from([name.length]), Buffer.from(`${name}S`), Buffer.from([0, 0, 0, value.length]), Buffer.from(value)]);
    const table = Buffer.concat([field('product', 'RabbitMQ'), field('version', '3.10.8')]);
    const body = Buffer.concat([Buffer.from([0, 10, 0, 10, 0, 9]), Buffer.from([0, 0, 0, table.length]), table]);
    const port = await serve(socket => socket.once('data', () => {
      socket.write(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, body.length]), body.subarray(0, 20)]));
      setTimeout(() => socket.write(Buffer.concat([body.subarray(20), Buffer.from([0xce])])), 20);
    }));
    assert.deepEqual(await probe(`amqp://127.0.0.1:${port}//`), { state: 'usable', kind: 'amqp', server: 'RabbitMQ', version: '3.10.8' });
  });

  it('says why something else cannot be used', async () => {
    const web = await serve(socket => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const silent = await serve(() => undefined);
    const rude = await serve(socket => socket.destroy());
    const endless = await serve(socket => socket.once('data', () => socket.write(`$${2 ** 30}\r\n${'x'.repeat(200_000)}`)));
    const odd = await serve(socket => socket.once('data', () => socket.write('-LOADING the dataset is loaded\r\n-LOADING\r\n')));
    const why = async (port: number, scheme = 'redis'): Promise<string> => {
      const found = await probe(`${scheme}://127.0.0.1:${port}`, 300);
      return found.state === 'unusable' ? found.why : found.state;
    };
    assert.equal(await why(web), 'It does not speak as Redis does');
    assert.equal(await why(web, 'amqp'), 'It does not speak AMQP 0-9-1');
    assert.equal(await why(silent), 'It accepts connections but does not answer');
    assert.match(await why(rude), /It closed the connection|ECONNRESET/);
    assert.equal(await why(endless), 'It does not speak as Redis does');
    assert.equal(await why(odd), 'It answers: LOADING the dataset is loaded');
  });

  it('does not ask what it cannot ask', async () => assert.deepEqual(await probe('sqs://'), { state: 'unknown' }));
});
