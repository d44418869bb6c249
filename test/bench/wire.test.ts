import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openBroker, type Broker } from '../../src/live/broker/broker';
import { RunStore } from '../../src/live/runs/store';
import { plainBody, readEnvelope } from '../../src/live/wire/envelope';
import { readEvents } from '../../src/live/wire/events';
import { buildTask } from '../../src/live/wire/message';
import type { RunQuery } from '../../src/shared/run';
import { pythonOf, runPython, startRedis, startWorker, type TestBroker, type TestWorker, wiredEnvironment } from '../harness/celery';
import { record } from './recording';
import { median, report } from './report';

const TASKS = 100_000;
/** Has Flower 2.2.0 beside Celery 5.7: `node scripts/environments.mjs flower`. */
const FLOWER = path.join(process.env.CELERY_WORKBENCH_VENVS ?? path.join(homedir(), '.cache/celery-workbench/venv'), 'flower/bin/python');
const PAGE: RunQuery = { text: '', states: [], task: null, sort: 'time', descending: true, anchor: null, offset: 0, limit: 50 };

interface Peer {
  readonly seconds: number;
  readonly tasks: number;
  readonly bytes: number;
  readonly page: number;
  readonly search: number;
}

function peer(kind: 'state' | 'flower', recording: string): Peer {
  const { status, stdout, stderr } = spawnSync(FLOWER, [path.join(process.env.REPOSITORY!, 'test/bench/peers.py'), kind, recording], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Peer;
}

/** Processor time of an action, ms: machines are shared. */
function cost(action: () => unknown): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function heap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('the wire', function () {
  this.timeout(600_000);

  it('takes in events, keeps runs and finds them, beside Celery and Flower', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'wire-bench-'));
    const recording = path.join(folder, 'events');
    const messages = record(TASKS);
    writeFileSync(recording, messages.join('\n'));
    const state = peer('state', recording);
    const flower = peer('flower', recording);
    rmSync(folder, { recursive: true });

    const buffers = messages.map(message => Buffer.from(message));
    const before = heap();
    const store = new RunStore();
    const spent = cost(() => {
      for (const buffer of buffers) {
        const message = readEnvelope(buffer.toString('utf8'))!;
        for (const event of readEvents(plainBody(message)!.toString('utf8'))) if (event.kind === 'task') store.event(event);
      }
    });
    const bytes = (heap() - before) / store.size;
    assert.deepEqual([store.size, state.tasks, flower.tasks], [TASKS, TASKS, TASKS]);
    report('events taken in', 'per second of processor time', TASKS * 3000 / spent, { Celery: TASKS * 3 / state.seconds, Flower: TASKS * 3 / flower.seconds });
    report('memory of a run', 'bytes', bytes, { Celery: state.bytes, Flower: flower.bytes });
    assert.ok(flower.seconds * 1000 / spent >= 5, 'five times as fast as Flower');
    assert.ok(bytes <= 1024, 'a run costs at most 1 KB');

    const measure = (query: RunQuery): number => {
      store.query(query);
      return median(Array.from({ length: 7 }, () => cost(() => store.query(query))));
    };
    const page = measure(PAGE);
    const search = measure({ ...PAGE, text: 'customer-500' });
    report('a page of 100,000 runs', 'ms', page, { Flower: flower.page });
    report('a search in 100,000 runs', 'ms', search, { Flower: flower.search });
    report('sorted by runtime', 'ms', measure({ ...PAGE, sort: 'runtime' }));
    report('filtered by state', 'ms', measure({ ...PAGE, states: ['FAILURE'] }));
    assert.ok(page < flower.page && search < flower.search);
  });

  describe('with a worker', () => {
    let server: TestBroker;
    let worker: TestWorker;
    let broker: Broker;
    before(async () => {
      server = await startRedis('valkey');
      worker = await startWorker({ version: '5.7', broker: server.url });
      broker = await openBroker({ url: server.url, oid: 'bench' });
      await broker.control('ping', {}, { destination: [worker.name] });
    });
    after(async () => {
      await broker?.close();
      await worker?.stop();
      await server?.stop();
    });

    it('asks a worker, beside celery inspect', async () => {
      const asked: number[] = [];
      for (let count = 0; count < 50; count++) {
        const startedAt = performance.now();
        assert.equal((await broker.control('ping', {}, { destination: [worker.name] })).replies.length, 1);
        asked.push(performance.now() - startedAt);
      }
      const startedAt = performance.now();
      const { status } = spawnSync(pythonOf('5.7'), ['-m', 'celery', '-A', 'wired', 'inspect', 'ping', '-d', worker.name], { cwd: path.join(process.env.REPOSITORY!, 'test/fixtures/wire'), env: { ...process.env, ...wiredEnvironment({ broker: server.url }) } });
      const inspect = performance.now() - startedAt;
      assert.equal(status, 0);
      report('ask a worker', 'ms', median(asked), { 'celery inspect': inspect });
      assert.ok(inspect / median(asked) >= 100, 'a hundred times as fast as celery inspect');
    });

    it("sends, beside Python's delay", async () => {
      const sent: number[] = [];
      for (let count = 0; count < 300; count++) {
        const startedAt = performance.now();
        await broker.send(buildTask({ name: 'wired.add', args: [count, 1] }, { celery: '5.7.0', kombu: '5.7.0' }), { queue: 'nobody' });
        sent.push(performance.now() - startedAt);
      }
      const delay = Number(await runPython('5.7', `
import time, wired
wired.add.apply_async((1, 1), queue='nobody')
spent = []
for number in range(300):
    start = time.perf_counter()
    wired.add.apply_async((number, 1), queue='nobody')
    spent.append(time.perf_counter() - start)
print(sorted(spent)[150] * 1000)
`, { broker: server.url }));
      report('send a task', 'ms', median(sent), { 'apply_async': delay });
      assert.ok(median(sent) < 2 * delay, 'at most twice what Python takes');
    });
  });
});
