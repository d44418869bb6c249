import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { openBroker } from '../../../src/live/broker/broker';
import { CELERY_VERSIONS, eventually, freePort, startRedis, type CeleryVersion, type RedisFlavour, type TestBroker, type TestWorker } from '../../harness/celery';
import { makeCertificates } from '../../harness/certificates';
import { Cell } from '../../harness/matrix';
import { controlChecks } from './checks/control';
import { eventChecks } from './checks/events';
import { queueChecks } from './checks/queues';
import { resultChecks } from './checks/results';
import { sendingChecks } from './checks/sending';
import { COMPATIBILITY_TESTS, System } from './system';

const CELLS: readonly [RedisFlavour, CeleryVersion][] = [...CELERY_VERSIONS.map((version): [RedisFlavour, CeleryVersion] => ['valkey', version]), ['redis', '5.2'], ['redis', '5.7']];

for (const [flavour, version] of CELLS) {
  describe(`wire: ${flavour} with Celery ${version}`, () => {
    const cell = new Cell(flavour, version);
    let server: TestBroker;
    let system: System;
    let main: TestWorker;
    let redis: Redis;

    before(async function () {
      this.timeout(90_000);
      server = await startRedis(flavour);
      redis = new Redis(server.port);
      redis.on('error', () => {});
      system = new System(flavour, version, server, server.url, server.url);
      await system.open();
      main = await system.worker({ name: `main-${version}@wire` });
      await system.known(main);
      cell.tidy = () => system.stopAllBut(main);
      const { replies } = await system.broker.control('report', {}, { timeout: 10_000 });
      const report = (replies[0]!.value as { ok: string }).ok;
      const [, celery, kombu, python] = /celery:(\S+).*?kombu:(\S+).*?py:(\S+)/s.exec(report)!;
      const info = await redis.info('server');
      cell.ran({ celery: celery!, kombu: kombu!, python: python!, [flavour]: (/valkey_version:(\S+)/.exec(info) ?? /redis_version:(\S+)/.exec(info))![1]! });
    });
    after(async () => {
      redis?.disconnect();
      await system?.close();
      await server?.stop();
    });

    sendingChecks(cell, () => system, () => main, version, flavour);

    cell.check('9 priorities land in their lists and are drained highest first', async () => {
      for (const [priority, number] of [[9, 4], [5, 3], [3, 2], [0, 1]] as const) await system.broker.send(system.message({ name: 'wired.note', args: [path.join(system.folder, 'drained'), `p${number}`], priority }), { queue: 'ranked' });
      assert.deepEqual(await Promise.all(['', '\x06\x163', '\x06\x166', '\x06\x169'].map(step => redis.llen(`ranked${step}`))), [1, 2, 0, 1]);
      assert.deepEqual((await system.broker.peek('ranked', 10)).map(waiting => (waiting.task!.args as string[])[1]), ['p1', 'p3', 'p2', 'p4']);
      const worker = await system.worker({ queues: ['ranked'], concurrency: 1, transport: "{'queue_order_strategy': 'priority'}", args: ['--prefetch-multiplier', '1'] });
      const order = await eventually('all have run', () => {
        const lines = readFileSync(path.join(system.folder, 'drained'), { encoding: 'utf8', flag: 'a+' }).trim().split('\n');
        return lines.length === 4 && lines;
      }, 30_000);
      assert.deepEqual(order, ['p1', 'p3', 'p2', 'p4']);
      await worker.stop();
    });

    for (const check of ['10 RabbitMQ: priorities', '15 quorum queues and delayed delivery', '35 exclusive queues', '38 peeking by taking']) cell.cannot(check, 'RabbitMQ only');

    cell.check('16 another prefix, separator, steps and database, and a password with all signs', async () => {
      const password = 'p@s:s/w%r d?#[';
      const guarded = await startRedis(flavour, ['--requirepass', password]);
      const url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${guarded.port}/3`;
      const transport = "{'global_keyprefix': 'team-a:', 'sep': '/', 'priority_steps': [0, 5], 'visibility_timeout': 600}";
      const other = new System(flavour, version, guarded, url, url);
      try {
        await other.open({ transportOptions: { global_keyprefix: 'team-a:', sep: '/', priority_steps: [0, 5], visibility_timeout: 600 } });
        assert.equal(other.broker.address.includes(password), false);
        const worker = await other.worker({ transport });
        await other.known(worker);
        const id = await other.send({ name: 'wired.add', args: [1, 2], priority: 7 });
        await other.run(id, 'SUCCESS');
        assert.equal((await other.meta(id)).result, 3);
        await other.broker.send(other.message({ name: 'wired.add', args: [1, 2], priority: 7 }), { queue: 'idle' });
        const facts = await other.broker.queues([]);
        assert.deepEqual(facts.map(queue => [queue.name, queue.ready]), [['celery', 0], ['idle', 1]]);
        const raw = new Redis({ port: guarded.port, password, db: 3 });
        assert.equal(await raw.llen('team-a:idle/5'), 1);
        raw.disconnect();
        assert.match((await other.broker.send(other.message({ name: 'wired.add', countdown: 700 }), { queue: 'idle' })).notes.join(), /visibility timeout \(600 s\)/);
        const wrong = await openBroker({ url: `redis://:wrong-secret@127.0.0.1:${guarded.port}/3`, oid: 'wrong' });
        await assert.rejects(wrong.ping(), (error: Error) => /refuses our credentials/.test(error.message) && !error.message.includes('wrong-secret'));
        await wrong.close();
      } finally {
        await other.close();
        await guarded.stop();
      }
    });

    if (flavour === 'redis') {
      cell.check('17 TLS with a certificate authority of our own', async () => {
        const certificates = makeCertificates(system.folder);
        const tlsPort = await freePort();
        const secure = await startRedis(flavour, ['--tls-port', String(tlsPort), '--tls-cert-file', certificates.cert, '--tls-key-file', certificates.key, '--tls-ca-cert-file', certificates.ca, '--tls-auth-clients', 'no']);
        const url = `rediss://localhost:${tlsPort}/0?ssl_cert_reqs=required&ssl_ca_certs=${encodeURIComponent(certificates.ca)}`;
        const other = new System(flavour, version, secure, url, url);
        try {
          await other.open();
          const worker = await other.worker();
          await other.known(worker);
          const id = await other.send({ name: 'wired.add', args: [1, 2] });
          await other.run(id, 'SUCCESS');
          assert.equal((await other.meta(id)).result, 3);
          const distrusting = await openBroker({ url: `rediss://localhost:${tlsPort}/0?ssl_cert_reqs=required`, oid: 'tls' });
          await assert.rejects(distrusting.ping(), /No TLS connection/);
          await distrusting.close();
        } finally {
          await other.close();
          await secure.stop();
        }
      });
    } else cell.cannot('17 TLS with a certificate authority of our own', 'the embedded Valkey is built without TLS; shown on Redis');

    eventChecks(cell, () => system, () => main);
    controlChecks(cell, () => system, () => main);
    queueChecks(cell, () => system, () => main);
    resultChecks(cell, () => system, () => main);

    if (version === '5.2') cell.cannot('43 a prefix of result keys, with and without a separator', 'Celery 5.2 has no such prefix');
    else {
      cell.check('43 a prefix of result keys, with and without a separator', async () => {
        for (const prefix of ['team', 'team:']) {
          const queue = `prefixed-${prefix.length}`;
          const worker = await system.worker({ pool: 'threads', queues: [queue], resultTransport: `{'global_keyprefix': '${prefix}'}` });
          const results = await system.openResults({ transportOptions: { global_keyprefix: prefix }, joinsPrefixOnce: Number(version.slice(2)) >= 5 });
          const id = await system.send({ name: 'wired.add', args: [4, 3] }, queue);
          assert.equal((await system.meta(id, 'SUCCESS', results)).result, 7);
          await worker.stop();
        }
      });
    }

    cell.check('26 after the broker was killed and restarted it goes on, and nothing is told twice', async () => {
      // A worker of its own that holds no message: with kombu 5.7.0 one that does ends when its connection breaks.
      const worker = await system.worker({ queues: ['survivors'] });
      await system.known(worker);
      const ups = system.ups.length;
      await server.restart();
      await eventually('we listen again', () => system.ups.length > ups, 30_000);
      await eventually('the worker is back', () => system.broker.workers().some(other => other.name === worker.name && other.alive), 60_000);
      const id = await eventually('a task runs', async () => {
        const sent = await system.send({ name: 'wired.add', args: [5, 5] }, 'survivors');
        await new Promise(resolve => setTimeout(resolve, 1000));
        return system.runs.get(sent)?.state === 'SUCCESS' && sent;
      }, 60_000);
      const own = system.events.filter(event => event.kind === 'task' && event.id === id);
      assert.deepEqual(own.map(event => event.type), ['task-received', 'task-started', 'task-succeeded']);
    });

    cell.check('34 nothing is left behind but the queues of the workers', async () => {
      const oid = 'left-behind';
      const broker = await system.openBroker({ oid });
      await broker.control('ping', {});
      await broker.control('ping', {}, { destination: ['nobody@nowhere'], timeout: 300 });
      const members = async (): Promise<string[]> => (await redis.smembers('_kombu.binding.reply.celery.pidbox')).filter(member => member.includes(oid));
      assert.equal((await members()).length, 1, 'one binding while we are there');
      // A window that is reloaded asks again with the same id.
      const again = await system.openBroker({ oid });
      await again.control('ping', {});
      assert.equal((await members()).length, 1);
      await broker.close();
      await again.close();
      assert.deepEqual(await members(), []);
      assert.deepEqual((await redis.keys(`*${oid}*`)), []);
    });

    cell.check('16b a unix socket', async () => {
      const socket = path.join(system.folder, 'redis.sock');
      const local = await startRedis(flavour, ['--unixsocket', socket, '--unixsocketperm', '700']);
      const url = `redis+socket://${socket}?virtual_host=2`;
      const other = new System(flavour, version, local, `redis://127.0.0.1:${local.port}/2`, `redis://127.0.0.1:${local.port}/2`);
      try {
        await other.open({ url });
        const worker = await other.worker({ broker: url, pool: 'threads' });
        await other.known(worker);
        const id = await other.send({ name: 'wired.add', args: [1, 2] });
        const results = await other.openResults({ url });
        assert.equal((await other.meta(id, 'SUCCESS', results)).result, 3);
        assert.equal(other.broker.address, `${socket}/2`);
      } finally {
        await other.close();
        await local.stop();
      }
    });

    cell.complete(COMPATIBILITY_TESTS);
  });
}
