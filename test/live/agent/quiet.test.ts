import assert from 'node:assert/strict';
import { freePort } from '../../../scripts/lib/samples.mjs';
import { until } from '../../harness/until';
import { AgentBench, run, seen, succeeded } from './parts';

/** An app that logs as it likes: nothing of what Celery says comes through. */
const OWN_LOGGING = (port: number): Record<string, string> => ({ 'proj.py': `
from celery import Celery
from celery.signals import setup_logging
app = Celery(broker='redis://localhost:${port}/0', backend='redis://localhost:${port}/0')
app.conf.beat_schedule = {'add': {'task': 'proj.add', 'schedule': 3600.0, 'args': (1, 1)}}

@setup_logging.connect
def keep_quiet(**kwargs):
    pass

@app.task
def add(x, y):
    return x + y
` });

describe('a worker and Beat that say little', () => {
  for (const version of ['5.2', '5.7'] as const) {
    for (const [title, logLevel, files] of [['by their log level', 'ERROR', false], ['by the app\'s own logging', 'INFO', true]] as const) {
      it(`are known to be ready, ${title}, with Celery ${version}`, async () => {
        const port = await freePort();
        const bench = await AgentBench.open({ python: `celery-${version}`, ...(files ? { files: OWN_LOGGING(port) } : {}), settings: { logLevel, ...(files ? { app: 'proj:app', queues: [] } : {}) } });
        try {
          const window = await bench.window();
          await seen(window, (await run(window, files ? 'proj.add' : 'shop.tasks.add', 'add(2, 3)')).id, succeeded);
          await window.request('service/start', { id: 'beat', consent: { install: true } });
          await until('Beat runs', () => window.projection.services['beat']?.state === 'running');
          const { text } = await window.request('service/log', { id: 'worker' });
          assert.ok(!text.includes(' ready.'), text);
        } finally {
          bench.close();
        }
      });
    }
  }
});
