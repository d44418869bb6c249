import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Supervised } from '../../../src/live/process/supervised';
import { probeAddress } from '../../../src/live/process/probe';
import { environment, fakeredisOf, guardOf, newMarker, pythonOf, temporaryFolder } from '../process/parts';
import { AgentBench, run, seen, succeeded } from './parts';
import { until } from '../../harness/until';

describe('on fakeredis, where no real server can be had', function () {
  this.timeout(120_000);

  it('a task is run, followed, revoked and counted as on a real one', async () => {
    const { folder, remove } = temporaryFolder();
    const bench = await AgentBench.open();
    const broker = new Supervised();
    try {
      const env = environment(newMarker());
      const storage = path.join(folder, 'brokers');
      mkdirSync(storage);
      const way = await fakeredisOf({ storage, python: pythonOf('5.7'), env, scripts: path.join(process.env.REPOSITORY!, 'python') });
      const serve = await way.prepare({ storage, pythons: [pythonOf('5.7')], guard: guardOf(), env, agreed: true });
      const address = { kind: 'redis', tls: false, host: '127.0.0.1', port: bench.brokerPort, socket: null, username: null, password: null, database: 0, verify: false } as const;
      const { command, args, input } = serve(address);
      await broker.start({ title: 'the broker', command, args, input: input!, cwd: folder, env, guard: guardOf(), ready: { probe: async () => (await probeAddress(address)).state === 'usable' }, readyTimeout: 20_000 });

      const window = await bench.window();
      const { id } = await run(window, 'shop.tasks.add', 'add(2, 3)');
      const done = await seen(window, id, succeeded);
      assert.equal(done.outcome, '5');
      assert.ok(done.worker?.startsWith('workbench-'), 'known by its events');
      assert.equal(window.projection.services['broker']?.foreign, true);

      const retrying = await run(window, 'shop.orders.charge', 'charge(1)');
      assert.equal((await seen(window, retrying.id, succeeded)).retries, 2);

      const later = await run(window, 'shop.tasks.add', 'add(1, 1)', { options: 'countdown=3600' });
      assert.match((await window.request('run/revoke', { id: later.id, terminate: false })).text, /revoked/);
      await until('the worker is shown with what it did', () => {
        const worker = Object.values(window.projection.workers)[0];
        return worker?.own && worker.alive && worker.processed >= 1;
      });
      await until('queues are counted', () => window.projection.queues['celery']?.ready === 0);
    } finally {
      bench.close();
      await broker.kill();
      remove();
    }
  });
});
