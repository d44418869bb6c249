import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type ChannelModel } from 'amqplib';
import { ProblemError } from '../../../src/shared/problem';
import { openBroker } from '../../../src/live/broker/broker';
import { eventually, startRedis, type CeleryVersion, type TestBroker, type TestWorker } from '../../harness/celery';
import { makeCertificates, type Certificates } from '../../harness/certificates';
import { Cell } from '../../harness/matrix';
import { startRabbit, type RabbitServer } from '../../harness/rabbitmq';
import { controlChecks } from './checks/control';
import { eventChecks } from './checks/events';
import { queueChecks } from './checks/queues';
import { resultChecks } from './checks/results';
import { sendingChecks } from './checks/sending';
import { COMPATIBILITY_TESTS, System } from './system';

const VERSIONS: readonly CeleryVersion[] = ['5.2', '5.5', '5.7'];

describe('wire: RabbitMQ', () => {
  let server: RabbitServer;
  let backend: TestBroker;
  let certificates: Certificates;
  const folder = mkdtempSync(path.join(tmpdir(), 'wire-certificates-'));

  before(async function () {
    this.timeout(180_000);
    certificates = makeCertificates(folder);
    [server, backend] = await Promise.all([startRabbit({ tls: certificates }), startRedis('valkey')]);
  });
  after(async () => {
    await server?.stop();
    await backend?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [index, version] of VERSIONS.entries()) {
    describe(`with Celery ${version}`, () => {
      const cell = new Cell('rabbitmq', version);
      let system: System;
      let main: TestWorker;
      let raw: ChannelModel;

      before(async function () {
        this.timeout(90_000);
        // A vhost each, so that no version sees another's queues.
        const vhost = ['x', 'a/b', 'c d%'][index]!;
        await manage(server, 'PUT', `vhosts/${encodeURIComponent(vhost)}`, {});
        await manage(server, 'PUT', `permissions/${encodeURIComponent(vhost)}/guest`, { configure: '.*', write: '.*', read: '.*' });
        const url = `amqp://guest:guest@127.0.0.1:${server.port}/${encodeURIComponent(vhost)}`;
        raw = await connect({ hostname: '127.0.0.1', port: server.port, vhost: encodeURIComponent(vhost), username: 'guest', password: 'guest' });
        raw.on('error', () => {});
        system = new System('rabbitmq', version, server, url, `${backend.url.slice(0, -1)}${index}`);
        await system.open();
        main = await system.worker({ name: `main-${version}@wire` });
        await system.known(main);
        cell.tidy = () => system.stopAllBut(main);
        const { replies } = await system.broker.control('report', {}, { timeout: 10_000 });
        const [, celery, kombu, python] = /celery:(\S+).*?kombu:(\S+).*?py:(\S+)/s.exec((replies[0]!.value as { ok: string }).ok)!;
        cell.ran({ celery: celery!, kombu: kombu!, python: python!, rabbitmq: (raw.connection.serverProperties as { version: string }).version });
      });
      after(async () => {
        await raw?.close().catch(() => {});
        await system?.close();
      });

      sendingChecks(cell, () => system, () => main, version, 'rabbitmq');

      cell.check('8b a message that expires carries its milliseconds', async () => {
        const channel = await raw.createChannel();
        await channel.assertQueue('expiring', { durable: true });
        await system.broker.send(system.message({ name: 'wired.add', expires: Date.now() + 90_000 }), { queue: 'expiring' });
        const delivery = await channel.get('expiring', { noAck: true });
        assert.ok(delivery && Number(delivery.properties.expiration) > 80_000 && Number(delivery.properties.expiration) <= 90_000);
        await channel.close();
      });

      cell.check('10 priorities on a queue that has them are drained highest first', async () => {
        const queues = "{'task_queues': [Queue('ranked', queue_arguments={'x-max-priority': 9})]}";
        const channel = await raw.createChannel();
        await channel.assertQueue('ranked', { durable: true, maxPriority: 9 });
        await channel.close();
        const file = path.join(system.folder, 'drained');
        for (const priority of [1, 9, 5]) await system.broker.send(system.message({ name: 'wired.note', args: [file, `p${priority}`], priority }), { queue: 'ranked' });
        const worker = await system.worker({ conf: queues, queues: ['ranked'], concurrency: 1, args: ['--prefetch-multiplier', '1'] });
        const order = await eventually('all have run', () => {
          const lines = readFileSync(file, { encoding: 'utf8', flag: 'a+' }).trim().split('\n');
          return lines.length === 3 && lines;
        }, 30_000);
        assert.deepEqual(order, ['p9', 'p5', 'p1']);
        await worker.stop();
      });

      if (version === '5.2') cell.cannot('15 quorum queues, and delayed delivery over a topic exchange', 'quorum queues came with Celery 5.5');
      else {
        cell.check('15 quorum queues, and delayed delivery over a topic exchange', async () => {
          const conf = "{'task_default_queue': 'cq', 'task_queues': [Queue('cq', Exchange('cq', type='topic'), routing_key='cq', queue_arguments={'x-queue-type': 'quorum'})], 'broker_transport_options': {'confirm_publish': True}}";
          const worker = await system.worker({ conf, pool: 'threads', queues: ['cq'] });
          await system.known(worker);
          const plain = await system.send({ name: 'wired.add', args: [1, 2] }, 'cq');
          assert.equal((await system.meta(plain)).result, 3);
          const delayed = system.message({ name: 'wired.add', args: [3, 4], countdown: 3.5 });
          const sentAt = Date.now();
          await system.broker.send(delayed, { exchange: 'cq', routingKey: 'cq', delayed: true });
          const run = await system.run(delayed.id, 'SUCCESS');
          assert.ok(run.receivedAt! - sentAt >= 2500, 'the broker held it back');
          // RabbitMQ's own name of the type, or the worker's.
          await assert.rejects(system.broker.peek('cq', 1), (error: ProblemError) => /quorum queue/.test(error.message));
          await worker.stop();
        });
      }

      cell.check('17 TLS, and every way to name a vhost', async () => {
        const root = await openBroker({ url: `amqp://guest:guest@127.0.0.1:${server.port}//`, oid: 'root' });
        await root.ping();
        assert.match(root.address, /\(vhost \/\)$/);
        await root.close();
        const missing = await openBroker({ url: `amqp://guest:guest@127.0.0.1:${server.port}/nowhere`, oid: 'nowhere' });
        await assert.rejects(missing.ping(), /no such vhost/);
        await missing.close();
        const wrong = await openBroker({ url: `amqp://guest:wr0ng-secret@127.0.0.1:${server.port}//`, oid: 'wrong' });
        await assert.rejects(wrong.ping(), (error: Error) => /refuses our credentials/.test(error.message) && !error.message.includes('wr0ng-secret'));
        await wrong.close();
        const query = `?ssl_cert_reqs=required&ssl_ca_certs=${encodeURIComponent(certificates.ca)}`;
        const secure = await openBroker({ url: `amqps://guest:guest@localhost:${server.tlsPort}/${encodeURIComponent(['x', 'a/b', 'c d%'][index]!)}${query}`, oid: 'tls' });
        assert.equal((await secure.control('ping', {}, { destination: [main.name] })).replies.length, 1);
        await secure.close();
        const distrusting = await openBroker({ url: `amqps://guest:guest@localhost:${server.tlsPort}//?ssl_cert_reqs=required`, oid: 'distrusting' });
        await assert.rejects(distrusting.ping(), /No TLS connection/);
        await distrusting.close();
      });

      for (const check of ['9 lists of priorities', '16 key prefix, separator, steps', '34 bindings', '43 result key prefixes']) cell.cannot(check, 'Redis only');

      eventChecks(cell, () => system, () => main);
      controlChecks(cell, () => system, () => main);
      queueChecks(cell, () => system, () => main);
      resultChecks(cell, () => system, () => main);

      cell.check('35 what we declare is exclusive, and gone when we are', async () => {
        const ours = (): string[] => server.ctl('list_queues', '-q', '-p', ['x', 'a/b', 'c d%'][index]!, 'name', 'exclusive', '--no-table-headers').split('\n').filter(line => /celeryev|\.reply\./.test(line));
        const before = ours();
        const broker = await system.openBroker({});
        await new Promise<void>(up => { broker.events({ event: () => {}, up }); });
        await broker.control('ping', {});
        const added = ours().filter(line => !before.includes(line));
        assert.deepEqual(added.map(line => line.endsWith('true')), [true, true], added.join());
        await broker.close();
        await eventually('they are gone', () => !ours().some(line => added.includes(line)), 40_000);
      });
      if (index === 0) cell.cannot('35b a broker that denies transient shared queues', 'needs RabbitMQ 4.3');

      cell.check('36b without the management API it is said what cannot be seen', async () => {
        const broker = await system.openBroker({ management: 'http://guest:guest@127.0.0.1:1' });
        const facts = await broker.queues(['celery', 'not-there']);
        assert.deepEqual(facts.map(queue => [queue.name, queue.consumers, queue.inFlight]), [['celery', 1, null], ['not-there', null, null]]);
        assert.match(broker.note!, /management API at 127\.0\.0\.1:1.*only queues are shown that the app or a worker names/s);
        await assert.rejects(broker.peek('celery', 1), ProblemError);
      });

      cell.check('38 a peek takes nothing on a classic queue, and is refused on a quorum queue', async () => {
        const channel = await raw.createChannel();
        await channel.assertQueue('classic-38', { durable: true });
        await channel.assertQueue('quorum-38', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
        for (const number of [1, 2, 3]) await system.broker.send(system.message({ name: 'wired.add', args: [number, 0] }), { queue: 'classic-38' });
        const order = async (): Promise<unknown[]> => (await system.broker.peek('classic-38', 10)).map(waiting => (waiting.task!.args as number[])[0]);
        assert.deepEqual([await order(), await order()], [[1, 2, 3], [1, 2, 3]]);
        assert.equal(await system.broker.depth('classic-38'), 3);
        await assert.rejects(system.broker.peek('quorum-38', 1), (error: ProblemError) => error.problem.reason === 'unsupported' && /quorum/.test(error.message));
        for (const queue of ['classic-38', 'quorum-38']) await channel.deleteQueue(queue);
        await channel.close();
      });

      cell.check('26 after the broker was killed and restarted it goes on, and nothing is told twice', async () => {
        const worker = await system.worker({ queues: ['survivors'] });
        await system.known(worker);
        const ups = system.ups.length;
        await server.restart();
        await eventually('we listen again', () => system.ups.length > ups, 60_000);
        await eventually('the worker is back', () => system.broker.workers().some(other => other.name === worker.name && other.alive), 60_000);
        const id = await eventually('a task runs', async () => {
          const sent = await system.send({ name: 'wired.add', args: [5, 5] }, 'survivors').catch(() => null);
          await new Promise(resolve => setTimeout(resolve, 1000));
          return sent !== null && system.runs.get(sent)?.state === 'SUCCESS' && sent;
        }, 60_000);
        const own = system.events.filter(event => event.kind === 'task' && event.id === id);
        assert.deepEqual(own.map(event => event.type), ['task-received', 'task-started', 'task-succeeded']);
        assert.equal(system.runs.newest(10_000).filter(run => run.id === id).length, 1);
      });

      cell.complete(COMPATIBILITY_TESTS);
    });
  }
});

/** A request to the management API. */
async function manage(server: RabbitServer, method: string, resource: string, body: unknown): Promise<void> {
  const base = new URL(server.management);
  const response = await fetch(`http://${base.host}/api/${resource}`, { method, headers: { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${resource}: ${response.status} ${await response.text()}`);
}
