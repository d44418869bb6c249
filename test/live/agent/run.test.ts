import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isProblem, ProblemError } from '../../../src/shared/problem';
import type { EnvironmentName } from '../../../scripts/lib/environments.mjs';
import { AgentBench, run, seen, succeeded, type BenchOptions } from './parts';
import { until } from '../../harness/until';

async function withBench(options: BenchOptions, use: (bench: AgentBench) => Promise<void>): Promise<void> {
  const bench = await AgentBench.open(options);
  try {
    await use(bench);
  } finally {
    bench.close();
  }
}

/** The problem that a request was refused with. */
async function refusal(request: Promise<unknown>): Promise<{ reason: string; message: string }> {
  try {
    await request;
  } catch (error) {
    assert.ok(error instanceof ProblemError && isProblem(error.problem), String(error));
    return error.problem;
  }
  assert.fail('it was not refused');
}

const APP = (body: string) => ({ 'proj.py': `from celery import Celery\n${body}\n\n@app.task\ndef add(x, y):\n    return x + y\n` });

describe('a run through the agent', () => {
  for (const version of ['5.2', '5.4', '5.6', '5.7']) {
    it(`ends in SUCCESS from nothing with Celery ${version}`, () => withBench({ python: `celery-${version}` as EnvironmentName }, async bench => {
      const client = await bench.window();
      const { id, queue } = await run(client, 'shop.tasks.add', 'add(2, 3)');
      assert.equal(queue, 'celery');
      const done = await seen(client, id, succeeded);
      assert.equal(done.outcome, '5');
      assert.equal(done.call, 'add(2, 3)');
      assert.equal(client.projection.services['broker']?.state, 'running');
      assert.equal(client.projection.services['worker']?.state, 'running');
      assert.ok(client.projection.services['broker'].detail.endsWith(`localhost:${bench.brokerPort}/0`), 'started at the address of the app');
      assert.ok(client.projection.facts.app?.celery.startsWith(version));
    }));
  }

  it('runs the code as it is now', () => withBench({}, async bench => {
    const client = await bench.window();
    await seen(client, (await run(client, 'shop.tasks.add', 'add(2, 3)')).id, succeeded);
    const file = path.join(bench.folder, 'shop/tasks.py');
    writeFileSync(file, `from .celery_app import app\n\n@app.task\ndef add(x, y):\n    return x * y\n`);
    const { id, notes } = await run(client, 'shop.tasks.add', 'add(2, 3)');
    assert.equal((await seen(client, id, succeeded)).outcome, '6');
    assert.ok(notes.some(note => note.includes('tasks.py')), notes.join());
  }));

  it('finds a module that was added', () => withBench({ files: { ...APP('app = Celery(broker="redis://localhost:6379/0")\napp.autodiscover_tasks(["added"])'), 'added/__init__.py': '' }, settings: { app: 'proj:app' } }, async bench => {
    const file = path.join(bench.folder, 'proj.py');
    writeFileSync(file, readFileSync(file, 'utf8').replace('localhost:6379', `localhost:${bench.brokerPort}`));
    const client = await bench.window();
    await seen(client, (await run(client, 'proj.add', 'add(2, 3)')).id, succeeded);
    writeFileSync(path.join(bench.folder, 'added/tasks.py'), 'from celery import shared_task\n\n@shared_task\ndef hello():\n    return "new"\n');
    const { id, notes } = await run(client, 'added.tasks.hello', 'hello()');
    assert.equal((await seen(client, id, succeeded)).outcome, "'new'");
    assert.ok(notes.some(note => note.includes('added.tasks.hello was added')), notes.join());
  }));

  it('looks into a queue that nobody attends, first to run first, and takes one message out', () => withBench({}, async bench => {
    const client = await bench.window();
    const first = await run(client, 'shop.tasks.add', 'add(2, 3)', { options: "queue='later'" });
    const second = await run(client, 'shop.tasks.add', "add(4, 5)", { options: "queue='later', countdown=60" });
    const { messages, depth, removable } = await client.request('queue/peek', { name: 'later' });
    assert.deepEqual(messages.map(({ id, name, call, fault }) => ({ id, name, call, fault })), [
      { id: first.id, name: 'shop.tasks.add', call: 'add(2, 3)', fault: null },
      { id: second.id, name: 'shop.tasks.add', call: 'add(4, 5)', fault: null },
    ]);
    assert.deepEqual([depth, removable, messages[0]!.eta, messages[1]!.eta! > Date.now()], [2, true, null, true]);
    assert.deepEqual(await client.request('queue/remove', { key: messages[0]!.key }), { removed: true });
    assert.deepEqual(await client.request('queue/remove', { key: messages[0]!.key }), { removed: false });
    assert.deepEqual((await client.request('queue/peek', { name: 'later' })).messages.map(({ id }) => id), [second.id]);
    assert.equal((await client.request('queue/purge', { name: 'later' })).removed, 1);
  }));

  it('asks before it restarts a busy worker', () => withBench({}, async bench => {
    const client = await bench.window();
    const slow = await run(client, 'shop.reports.build_report', 'build_report(60)');
    await seen(client, slow.id, ({ state, progress }) => state === 'PROGRESS' && progress !== null);
    writeFileSync(path.join(bench.folder, 'shop/tasks.py'), `from .celery_app import app\n\n@app.task\ndef add(x, y):\n    return x - y\n`);
    assert.equal((await refusal(run(client, 'shop.tasks.add', 'add(2, 3)'))).reason, 'worker-busy');
    const { id } = await run(client, 'shop.tasks.add', 'add(2, 3)', { consent: { busy: 'stop' } });
    assert.equal((await seen(client, id, succeeded)).outcome, '-1');
  }));

  it('shows a failure with frames of the project, and a retry with its attempts', () => withBench({}, async bench => {
    const client = await bench.window();
    const retrying = await run(client, 'shop.orders.charge', 'charge(1)');
    const failing = await run(client, 'shop.orders.refund', 'refund(404)');
    await seen(client, failing.id, ({ state }) => state === 'FAILURE');
    const details = await client.request('run/details', { id: failing.id });
    assert.ok(details?.exception?.type);
    const own = details.traceback?.find(({ frame }) => frame?.own);
    assert.equal(own?.frame?.file, path.join(bench.folder, 'shop/orders.py'));
    assert.ok(details.log.some(line => line.includes(failing.id)));
    assert.equal((await seen(client, retrying.id, succeeded)).retries, 2);
    const attempts = (await client.request('run/details', { id: retrying.id }))?.timeline.filter(({ state }) => state === 'RETRY');
    assert.equal(attempts?.length, 2);
    assert.match(attempts[0]?.note ?? '', /GatewayTimeout/);
  }));

  it('uses a broker that is there already, and asks when others use it', () => withBench({}, async first => {
    const one = await first.window();
    await seen(one, (await run(one, 'shop.tasks.add', 'add(1, 1)')).id, succeeded);
    await withBench({ files: APP(`app = Celery(broker='redis://localhost:${first.brokerPort}/0', backend='redis://localhost:${first.brokerPort}/0')`), settings: { app: 'proj:app' } }, async second => {
      const two = await second.window();
      const refused = await refusal(run(two, 'proj.add', 'add(2, 3)'));
      assert.equal(refused.reason, 'confirm-foreign');
      assert.match(refused.message, /workbench-/, 'names the worker');
      const { notes } = await run(two, 'proj.add', 'add(2, 3)', { consent: { foreign: true } });
      assert.equal(two.projection.services['broker']?.foreign, true);
      assert.ok(notes.some(note => note.includes('same queues')), notes.join());
      assert.equal((await refusal(two.request('service/stop', { id: 'broker', force: false }))).reason, 'unsupported');
    });
  }));

  it('takes a sandbox for an app whose broker is elsewhere', () => withBench({ files: APP('app = Celery(broker="redis://:secret@broker.example.com/0", backend="redis://:secret@broker.example.com/1")'), settings: { app: 'proj:app' } }, async bench => {
    const client = await bench.window();
    const { id } = await run(client, 'proj.add', 'add(2, 3)');
    await seen(client, id, succeeded);
    const broker = client.projection.services['broker']!;
    assert.match(broker.detail, /^127\.0\.0\.1:\d+\/0 · sandbox$/);
    assert.ok(broker.facts.some(fact => fact.includes('broker.example.com')));
    assert.ok(!JSON.stringify(client.projection).includes('secret'));
  }));

  it('brings redis-py along for a sandbox where the project has none, after a yes', () => withBench({ python: 'celery-bare', files: APP('app = Celery(broker="amqp://broker.example.com//")'), settings: { app: 'proj:app' } }, async bench => {
    const client = await bench.window();
    const asked = await refusal(run(client, 'proj.add', 'add(2, 3)', { consent: { install: false } }));
    assert.equal(asked.reason, 'consent-required', JSON.stringify(asked));
    assert.match(asked.message, /"redis"/);
    await seen(client, (await run(client, 'proj.add', 'add(2, 3)')).id, succeeded);
  }));

  it('reads results of a backend that only the app can read', () => withBench({ files: APP('app = Celery(broker=\'redis://localhost:BROKER/0\', backend=\'file:///RESULTS\')'), settings: { app: 'proj:app' } }, async bench => {
    const results = path.join(bench.folder, 'results');
    mkdirSync(results);
    const file = path.join(bench.folder, 'proj.py');
    writeFileSync(file, readFileSync(file, 'utf8').replace('BROKER', String(bench.brokerPort)).replace('/RESULTS', results));
    const client = await bench.window();
    const { id } = await run(client, 'proj.add', 'add([1, 2], [3])');
    await seen(client, id, succeeded);
    const details = await until('the result is stored', async () => {
      const found = await client.request('run/details', { id });
      return found?.result?.complete ? found : null;
    });
    assert.equal(details.result?.text, '[1, 2, 3]');
    assert.equal(details.note, null);
  }));

  it('refuses what does not fit before anything is sent', () => withBench({}, async bench => {
    const client = await bench.window();
    assert.equal((await refusal(run(client, 'shop.tasks.add', 'add(2)'))).reason, 'call-arguments');
    assert.equal((await refusal(run(client, 'shop.tasks.add', 'add({1}, 2)'))).reason, 'call-serialization');
    assert.equal((await refusal(run(client, 'shop.tasks.add', 'add(2, '))).reason, 'call-syntax');
    assert.equal((await refusal(run(client, 'shop.tasks.add', 'add(1/0, 2)'))).reason, 'call-raised');
    assert.equal((await refusal(run(client, 'shop.tasks.nothing', 'nothing()'))).reason, 'task-unknown');
    assert.equal((await refusal(run(client, 'shop.tasks.add', 'add(1, 2)', { guessed: ['x'] }))).reason, 'confirm-guess');
    assert.deepEqual(Object.keys(client.projection.runs), []);
  }));

  it('tells a second window the same', () => withBench({}, async bench => {
    const [one, two] = [await bench.window(), await bench.window()];
    assert.equal(bench.processes(/agent\.js/).length, 1);
    const { id } = await run(one, 'shop.tasks.add', 'add(2, 3)');
    await seen(two, id, succeeded);
    assert.deepEqual(two.projection.last, one.projection.last);
    await one.request('run/clear', null);
    await until('nothing is left in either window', () => [one, two].every(({ projection }) => Object.keys({ ...projection.runs, ...projection.last }).length === 0));
  }));

  it('starts and stops Beat, and tells what went with the broker', () => withBench({}, async bench => {
    const client = await bench.window();
    await client.request('service/start', { id: 'beat', consent: { install: true } });
    await until('Beat runs', () => client.projection.services['beat']?.state === 'running');
    await client.request('service/start', { id: 'worker', consent: { install: true } });
    const { id } = await run(client, 'shop.tasks.add', 'add(2, 3)', { options: 'countdown=3600' });
    await client.request('service/stop', { id: 'broker', force: false });
    await seen(client, id, ({ state }) => state === 'LOST');
    await until('all are stopped', () => Object.values(client.projection.services).every(({ state }) => state === 'stopped'));
  }));
});
