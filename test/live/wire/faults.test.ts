import assert from 'node:assert/strict';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { isDict } from '../../../src/live/wire/meta';
import { parseExactly } from '../../../src/live/wire/json';
import { TaskMessage } from '../../../src/live/wire/message';
import { ProblemError } from '../../../src/shared/problem';
import { eventually, startRedis, type CeleryVersion, type TestBroker } from '../../harness/celery';
import { Proxy } from '../../harness/proxy';
import { startRabbit, type RabbitServer } from '../../harness/rabbitmq';
import { hostile } from '../../harness/hostile';
import { Random } from '../../harness/random';
import { envelope, EVENTS, METAS, REPLIES, TASK_BODY, TASK_HEADERS } from '../../harness/wireSamples';
import { System } from './system';

const RESTARTS = process.env.FULL === undefined ? 3 : 20;
const ACCEPTED = process.env.FULL === undefined ? 200 : 2000;

describe('wire: faults', () => {
  let server: TestBroker | RabbitServer;
  let system: System;
  let proxy: Proxy | undefined;

  async function begin(args: readonly string[] = [], version: CeleryVersion = '5.7'): Promise<void> {
    server = await startRedis('valkey', args);
    system = new System('valkey', version, server, server.url, server.url);
    await system.open();
  }
  /** With our client behind a line that can fail. */
  async function beginBehind(start: () => Promise<TestBroker | RabbitServer>): Promise<Proxy> {
    server = await start();
    const line = proxy = await Proxy.to(server.port);
    const url = server.url.replace(`:${server.port}`, `:${line.port}`);
    system = 'management' in server ? new System('rabbitmq', '5.7', server, url, 'redis://127.0.0.1:1') : new System('valkey', '5.7', server, url, url);
    await system.open();
    return line;
  }
  afterEach(async () => {
    await system?.close();
    await proxy?.close();
    proxy = undefined;
    await server?.stop();
  });

  /** Sends without a pause while the broker crashes and comes back; the ids that it gave a receipt for. `patience` in ms. */
  async function sendThroughCrashes(crash: () => Promise<void>, patience: number): Promise<string[]> {
    const receipts: string[] = [];
    let ended = false;
    const load = (async () => {
      while (!ended) {
        const message = system.message({ name: 'wired.add', args: [receipts.length, 1] });
        try {
          await system.broker.send(message, { queue: 'durable' });
          receipts.push(message.id);
        } catch (error) {
          assert.ok(error instanceof ProblemError, String(error));
          await new Promise(resolve => setTimeout(resolve, 20));
        }
      }
    })();
    for (let restart = 0; restart < RESTARTS; restart++) {
      const before = receipts.length;
      await eventually('load', () => receipts.length > before + 20, patience);
      const ups = system.ups.length;
      await crash();
      await eventually('we listen again', () => system.ups.length > ups, patience);
    }
    ended = true;
    await load;
    return receipts;
  }

  it(`keeps what it has a receipt for, through ${RESTARTS} crashes of a broker that writes each command to disk`, async () => {
    await begin(['--appendonly', 'yes', '--appendfsync', 'always']);
    const receipts = await sendThroughCrashes(() => server.restart(), 30_000);
    const waiting = (await system.broker.peek('durable', 100_000)).map(message => message.task!.id);
    assert.deepEqual(receipts.filter(id => !waiting.includes(id)), [], 'nothing is lost');
    assert.equal(new Set(waiting).size, waiting.length, 'nothing is there twice');
    await system.broker.control('ping', {});
    await system.broker.close();
    const raw = new Redis(server.port);
    const left = await raw.keys('*');
    raw.disconnect();
    assert.deepEqual(left.filter(key => !/^(_kombu\.binding(_permanent)?\.)?durable$/.test(key)), [], 'no key of ours is left');
  }).timeout(300_000);

  it(`keeps what RabbitMQ has confirmed, through ${RESTARTS} crashes`, async () => {
    const rabbit = await startRabbit();
    server = rabbit;
    system = new System('rabbitmq', '5.7', server, server.url, 'redis://127.0.0.1:1');
    await system.open();
    const declaring = await connect(server.url);
    await (await declaring.createChannel()).assertQueue('durable', { durable: true });
    await declaring.close();
    const receipts = await sendThroughCrashes(() => server.restart(), 60_000);
    await system.broker.control('ping', {});
    await system.broker.close();
    const raw = await connect(server.url);
    const channel = await raw.createChannel();
    const kept: unknown[] = [];
    for (let delivery = await channel.get('durable', { noAck: true }); delivery; delivery = await channel.get('durable', { noAck: true })) kept.push(delivery.properties.correlationId);
    await raw.close();
    assert.deepEqual(receipts.filter(id => !kept.includes(id)), [], 'nothing is lost');
    assert.equal(new Set(kept).size, kept.length, 'nothing is there twice');
    await eventually('no queue of ours is left', () => rabbit.ctl('list_queues', '-q', 'name', '--no-table-headers').trim() === 'durable', 30_000);
  }).timeout(1_200_000);

  it('tells that an answer was cut in its middle, and asks again afterwards', async () => {
    const line = await beginBehind(() => startRedis('valkey'));
    for (let number = 0; number < 50; number++) await system.broker.send(system.message({ name: 'wired.add', args: [number, 'x'.repeat(1000)] }), { queue: 'cut' });
    const raw = new Redis(server.port);
    await raw.set('celery-task-meta-long', JSON.stringify({ status: 'SUCCESS', result: 'x'.repeat(50_000), traceback: null, children: [], task_id: 'long' }));
    raw.disconnect();
    assert.equal((await system.results.get('long'))!.status, 'SUCCESS');
    for (const ask of [() => system.broker.peek('cut', 50), () => system.results.get('long')]) {
      line.cutAfter(20_000);
      await assert.rejects(ask(), (error: unknown) => error instanceof ProblemError && error.problem.reason === 'broker-refused', String(ask));
    }
    assert.equal((await eventually('it answers again', () => system.broker.peek('cut', 50).catch(() => null))).length, 50);
    assert.equal((await system.results.get('long'))!.status, 'SUCCESS');
  }).timeout(60_000);

  for (const kind of ['Redis', 'RabbitMQ'] as const) it(`says that it is not known whether a task was sent when ${kind} is lost before the receipt`, async () => {
    const line = await beginBehind(() => (kind === 'Redis' ? startRedis('valkey') : startRabbit()));
    const send = (): Promise<unknown> => system.broker.send(system.message({ name: 'wired.add' }), { queue: 'celery' });
    const worker = await system.worker({ pool: 'threads', broker: kind === 'Redis' ? server.url : server.url.replace(/\/\/$/, '/%2F') });
    await system.known(worker);
    await send();
    line.cutAfter(0);
    await assert.rejects(send(), /lost while sending the task wired\.add \(whether it was sent is not known\)/);
    await eventually('it sends again', () => send().then(() => true, () => false), 40_000);
  }).timeout(120_000);

  it('says that a full RabbitMQ queue refuses a message, and that one which is not there has no place for it', async () => {
    await beginBehind(() => startRabbit());
    const declaring = await connect({ hostname: '127.0.0.1', port: server.port, vhost: '%2F', username: 'guest', password: 'guest' });
    await (await declaring.createChannel()).assertQueue('full', { durable: true, arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } });
    const send = (queue: string): Promise<unknown> => system.broker.send(system.message({ name: 'wired.add' }), { queue });
    await send('full');
    await assert.rejects(send('full'), /did not take the message/);
    await assert.rejects(send('nowhere'), /nowhere/);
    await declaring.close();
  }).timeout(120_000);

  it('waits for slow answers', async () => {
    const line = await beginBehind(() => startRedis('valkey'));
    const worker = await system.worker({ pool: 'threads' });
    await system.known(worker);
    line.delay = 300;
    assert.equal((await system.broker.control('ping', {}, { destination: [worker.name], timeout: 5000 })).replies.length, 1);
    const id = await system.send({ name: 'wired.add', args: [1, 2] });
    assert.equal((await system.meta(id)).result, 3);
    await system.run(id, 'SUCCESS');
  }).timeout(60_000);

  for (const kind of ['Redis', 'RabbitMQ'] as const) it(`ends every question to a ${kind} that is silent, and finds it again on another line`, async () => {
    const line = await beginBehind(() => (kind === 'Redis' ? startRedis('valkey') : startRabbit()));
    const { broker, results } = system;
    const python = kind === 'Redis' ? server.url : server.url.replace(/\/\/$/, '/%2F');
    const worker = await system.worker({ pool: 'threads', broker: python, backend: kind === 'Redis' ? server.url : 'rpc://' });
    await system.known(worker);
    const [waiting] = await system.send({ name: 'wired.add' }, 'celery').then(() => broker.peek('celery', 1));
    line.die();
    const questions: (() => Promise<unknown>)[] = [
      () => broker.ping(), () => broker.depth('celery'), () => broker.queues(['celery']), () => broker.purge('celery'), () => broker.peek('celery', 1), () => broker.send(system.message({ name: 'wired.add' }), { queue: 'celery' }),
      ...(kind === 'Redis' ? [() => results.get('x'), () => results.forget('x'), () => results.group('x'), () => results.chord('x')] : []),
      ...(waiting && kind === 'Redis' ? [() => broker.remove(waiting)] : []),
    ];
    const startedAt = Date.now();
    await Promise.all(questions.map(ask => assert.rejects(ask(), (error: unknown) => error instanceof ProblemError, String(ask))));
    await broker.control('ping', {}, { destination: [worker.name], timeout: 500 }).then(answer => assert.deepEqual(answer.silent, [worker.name]), (error: unknown) => assert.ok(error instanceof ProblemError));
    assert.ok(Date.now() - startedAt < 30_000, `it took ${Date.now() - startedAt} ms`);
    line.revive();
    await eventually('it answers again', async () => (await broker.control('ping', {}, { destination: [worker.name] }).catch(() => null))?.replies.length === 1, 40_000);
    await eventually('its events are heard again', async () => {
      const id = await system.send({ name: 'wired.add', args: [1, 1] }).catch(() => null);
      await new Promise(resolve => setTimeout(resolve, 500));
      return id !== null && system.runs.get(id)?.state === 'SUCCESS';
    }, 60_000);
  }).timeout(180_000);

  it('tells that the connection broke in the middle of a command, and asks again afterwards', async () => {
    await begin();
    const worker = await system.worker({ pool: 'threads' });
    await system.known(worker);
    const killer = new Redis(server.port);
    for (let round = 0; round < 5; round++) {
      const asking = system.broker.control('ping', {}, { destination: [worker.name, 'nobody@nowhere'], timeout: 800 }).then(answer => answer.silent.includes('nobody@nowhere'), (error: unknown) => error instanceof ProblemError);
      await killer.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      assert.ok(await asking);
    }
    killer.disconnect();
    await eventually('it answers again', async () => (await system.broker.control('ping', {}, { destination: [worker.name] }).catch(() => null))?.replies.length === 1, 60_000);
  }).timeout(120_000);

  it('looks into a queue of 100,000 messages without reading all of it', async () => {
    await begin();
    const redis = new Redis(server.port);
    const text = envelope(TASK_BODY, TASK_HEADERS);
    for (let page = 0; page < 100; page++) await redis.lpush('huge', ...Array.from({ length: 1000 }, () => text));
    redis.disconnect();
    const peeked = await system.broker.peek('huge', 50);
    assert.equal(peeked.length, 50);
    assert.equal(await system.broker.depth('huge'), 100_000);
    assert.equal((await system.broker.queues(['huge'])).find(queue => queue.name === 'huge')!.ready, 100_000);
    assert.equal((await system.broker.purge('huge')).removed, 100_000);
  }).timeout(120_000);

  for (const version of ['5.2', '5.7'] as const) it(`sends ${ACCEPTED} mutated messages that the constructor takes, and a worker of Celery ${version} that gets them lives`, async () => {
    await begin([], version);
    const worker = await system.worker({ concurrency: 2 });
    await system.known(worker);
    const raw = new Redis(server.port);
    const random = new Random(Number(process.env.SEED ?? 11));
    let accepted = 0;
    while (accepted < ACCEPTED) {
      // What others write, on the channels and lists that we listen to.
      await raw.publish('/0.celeryev/task.multi', random.below(2) === 0 ? envelope(hostile(random, EVENTS)) : hostile(random, [envelope(EVENTS[0]!)]));
      await raw.lpush(`oid-${version}.reply.celery.pidbox`, random.below(2) === 0 ? envelope(hostile(random, REPLIES), '{"ticket": "x"}') : hostile(random, [envelope(REPLIES[0]!)]));
      await raw.set('celery-task-meta-hostile', hostile(random, METAS));
      await system.results.get('hostile').catch((error: unknown) => assert.ok(error instanceof ProblemError));
      const headers = parseExactly(hostile(random, [TASK_HEADERS]).replace('"tapp.add"', '"wired.echo"'));
      if (!isDict(headers)) continue;
      try {
        const message = TaskMessage.of(headers, { correlation_id: 'x', reply_to: '', delivery_mode: 2, priority: 0 }, hostile(random, [TASK_BODY]), 'utf-8', false);
        await system.broker.send(message, { queue: 'celery' });
        accepted++;
      } catch (error) {
        assert.ok(error instanceof ProblemError, String(error));
      }
    }
    raw.disconnect();
    assert.ok(worker.child.alive, worker.child.log.slice(-3000));
    const id = await system.send({ name: 'wired.add', args: [2, 2] });
    assert.equal((await system.meta(id)).result, 4);
    assert.equal((await system.broker.control('ping', {}, { destination: [worker.name], timeout: 10_000 })).replies.length, 1);
  }).timeout(300_000);
});
