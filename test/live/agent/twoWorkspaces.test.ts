import assert from 'node:assert/strict';
import type { Service } from '../../../src/shared/service';
import { until } from '../../harness/until';
import { AgentBench, run, seen, succeeded } from './parts';

const APP = (port: number): Record<string, string> => ({ 'proj.py': `from celery import Celery\napp = Celery(broker='redis://localhost:${port}/0', backend='redis://localhost:${port}/0')\n\n@app.task\ndef add(x, y):\n    return x + y\n` });

describe('two workspaces with one address', () => {
  it('share the broker that one of them starts, although both see that there is none', async () => {
    const first = await AgentBench.open();
    const benches = [first, ...await Promise.all([1, 2].map(() => AgentBench.open({ files: APP(first.brokerPort), settings: { app: 'proj:app', queues: [] } })))];
    try {
      const windows = await Promise.all(benches.slice(1).map(bench => bench.window()));
      // Imported first, so that both look for the broker at the same moment.
      await Promise.all(windows.map(window => window.request('app/describe', null)));
      await Promise.all(windows.map(window => window.request('service/start', { id: 'broker', consent: { install: true, foreign: true } })));
      const brokers = (): Service[] => windows.map(window => window.projection.services['broker']!);
      await until('both have it', () => brokers().every(({ state, problem }) => state === 'running' && problem === null) || Promise.reject(new Error(JSON.stringify(brokers()))));
      assert.equal(brokers().filter(({ foreign }) => foreign).length, 1);
      for (const window of windows) await seen(window, (await run(window, 'proj.add', 'add(2, 3)', { consent: { foreign: true } })).id, succeeded);
    } finally {
      for (const bench of benches) bench.close();
    }
  });
});
