import assert from 'node:assert/strict';
import { openBroker, type Broker } from '../../../src/live/broker/broker';
import { RunStore } from '../../../src/live/runs/store';
import { buildTask } from '../../../src/live/wire/message';
import { eventually, startWorker, type TestWorker } from '../../harness/celery';
import { startRabbit, type RabbitServer } from '../../harness/rabbitmq';

describe('wire: the first success on RabbitMQ', () => {
  let server: RabbitServer;
  let worker: TestWorker;
  let broker: Broker;
  const runs = new RunStore({ limit: 1000 });

  before(async () => {
    server = await startRabbit();
    worker = await startWorker({ version: '5.7', broker: server.url, backend: null });
    broker = await openBroker({ url: server.url, oid: 'test-oid', management: server.management });
  });
  after(async () => {
    await broker?.close();
    await worker?.stop();
    await server?.stop();
  });

  it('sends a task and follows it to SUCCESS', async () => {
    await new Promise<void>(resolve => {
      broker.events({ event: event => { if (event.kind === 'task') runs.event(event); }, up: resolve });
    });
    const message = buildTask({ name: 'wired.add', args: [2, 3], timeLimit: 300, softTimeLimit: 240 }, { celery: '5.7.0', kombu: '5.7.0' });
    assert.deepEqual((await broker.send(message, { queue: 'celery' })).notes, []);
    const run = await eventually('SUCCESS', () => { const found = runs.get(message.id); return found?.state === 'SUCCESS' && found; });
    assert.equal(run.outcome, '5');
  });

  it('knows the worker and the queues, and asks it', async () => {
    const found = await eventually('the worker with its queues', () => broker.workers().find(other => other.name === worker.name && other.queues.length > 0));
    assert.deepEqual({ pool: found.pool, queues: found.queues, alive: found.alive }, { pool: 'prefork', queues: ['celery'], alive: true });
    const { replies, silent } = await broker.control('ping', {});
    assert.deepEqual(replies.map(reply => [reply.node, reply.value]), [[worker.name, { ok: 'pong' }]]);
    assert.deepEqual(silent, []);
    const queues = await broker.queues(['celery']);
    assert.deepEqual(queues.map(queue => ({ ...queue, inFlight: 0 })), [{ name: 'celery', ready: 0, inFlight: 0, consumers: 1, type: 'classic' }]);
  });
});
