import assert from 'node:assert/strict';
import { openBroker, type Broker } from '../../../src/live/broker/broker';
import { openResults, type Results } from '../../../src/live/results/results';
import { RunStore } from '../../../src/live/runs/store';
import { eventually, runPython, startRedis, startWorker, type TestBroker, type TestWorker } from '../../harness/celery';

describe('wire: the first success', () => {
  let server: TestBroker;
  let worker: TestWorker;
  let broker: Broker;
  let results: Results;
  const runs = new RunStore({ limit: 1000 });

  before(async () => {
    server = await startRedis('valkey');
    worker = await startWorker({ version: '5.7', broker: server.url });
    broker = await openBroker({ url: server.url, oid: 'test-oid' });
    results = await openResults({ url: server.url });
  });
  after(async () => {
    await broker?.close();
    await results?.close();
    await worker?.stop();
    await server?.stop();
  });

  it('follows a run from events and results to SUCCESS', async () => {
    const up = new Promise<void>(resolve => {
      broker.events({ event: event => { if (event.kind === 'task') runs.event(event); }, up: resolve });
    });
    await up;
    const id = (await runPython('5.7', 'import wired; print(wired.add.delay(2, 3).id)', { broker: server.url })).trim();
    runs.sent({ id, name: 'wired.add', app: 'wired:app', queue: 'celery', at: Date.now(), call: 'add(2, 3)' });
    results.watch(id, { result: (meta, fresh) => runs.result(meta, fresh) });
    const run = await eventually('SUCCESS', () => { const found = runs.get(id); return found?.state === 'SUCCESS' && found.startedAt !== null && found; });
    assert.equal(run.outcome, '5');
    assert.equal(run.call, 'add(2, 3)');
    assert.equal(run.worker, worker.name);
    assert.deepEqual(runs.details(id)!.timeline.map(moment => moment.state), ['SENT', 'RECEIVED', 'STARTED', 'SUCCESS']);
    assert.deepEqual(runs.counts(), { SUCCESS: 1 });
    assert.equal((await results.get(id))!.status, 'SUCCESS');
    assert.equal(await results.get('nobody-sent-this'), null);
  });

  it('knows the worker, its pool and its queues, and asks it', async () => {
    const found = await eventually('the worker with its queues', () => broker.workers().find(other => other.name === worker.name && other.queues.length > 0));
    assert.deepEqual({ pool: found.pool, concurrency: found.concurrency, queues: found.queues, alive: found.alive }, { pool: 'prefork', concurrency: 2, queues: ['celery'], alive: true });
    const { replies, silent } = await broker.control('ping', {});
    assert.deepEqual(replies.map(reply => [reply.node, reply.value]), [[worker.name, { ok: 'pong' }]]);
    assert.deepEqual(silent, []);
    assert.deepEqual(await broker.queues(['celery']), [{ name: 'celery', ready: 0, inFlight: 0, consumers: 1, type: null }]);
  });
});
