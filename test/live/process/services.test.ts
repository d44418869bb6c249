import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startBroker } from '../../../src/live/process/brokers';
import { workerCommand, colourLogLine } from '../../../src/live/process/celery';
import { diagnose } from '../../../src/live/process/diagnose';
import { Supervised } from '../../../src/live/process/supervised';
import { environment, eventually, guardOf, newMarker, pythonOf, survivors, temporaryFolder } from './parts';

describe('broker and worker', () => {
  it('starts, runs and stops', async () => {
    const { folder, remove } = temporaryFolder();
    const marker = newMarker();
    try {
      writeFileSync(path.join(folder, 'shop.py'), 'from celery import Celery\napp = Celery("shop")\n@app.task\ndef add(a, b):\n    return a + b\n');
      const broker = await startBroker({ address: null, consent: false, storage: folder, python: pythonOf('5.7'), guard: guardOf(), env: environment(marker) });
      assert.match(broker.label, /^(redis|valkey) \d/);
      const worker = new Supervised();
      const settings = { folder, app: 'shop:app', directory: folder, python: null, envFile: null, env: {}, queues: [], onlyQueues: [], pool: null, concurrency: 2, logLevel: 'INFO', brokerHint: null } as const;
      const command = workerCommand(settings, pythonOf('5.7'), [], { broker: broker.url, backend: broker.url });
      await worker.start({ ...command, title: 'the worker', env: environment(marker), guard: guardOf(), ready: { line: command.ready }, readyTimeout: 20_000, coldSignal: 'SIGQUIT', decorate: colourLogLine, diagnose: (lines, exit) => diagnose('worker', lines, exit) });
      assert.equal(worker.state, 'running');
      assert.ok(survivors(marker).length >= 4);
      await worker.stop({ grace: 10_000 });
      assert.equal(worker.state, 'stopped');
      await broker.process.stop({ grace: 2_000 });
      assert.ok(await eventually(() => survivors(marker).length === 0, 5_000), JSON.stringify(survivors(marker)));
    } finally {
      remove();
    }
  });
});
