import assert from 'node:assert/strict';
import { diagnose } from '../../../src/live/process/diagnose';
import type { Exit } from '../../../src/live/process/guarded';
import { tracebacks } from '../../../src/live/process/traceback';

const exited = (code: number): Exit => ({ code, signal: null, error: null });
const killed: Exit = { code: null, signal: 'SIGKILL', error: null };

/** As Celery 5.7 logs a task that failed. */
const FAILED_TASK = `[2026-11-23 17:10:00,000: INFO/MainProcess] Task shop.add[0a] received
[2026-11-23 17:10:00,010: ERROR/ForkPoolWorker-1] Task shop.add[0a] raised unexpected: ModuleNotFoundError("No module named 'redis'")
Traceback (most recent call last):
  File "/v/lib/python3.11/site-packages/celery/app/trace.py", line 453, in trace_task
    R = retval = fun(*args, **kwargs)
                 ^^^^^^^^^^^^^^^^^^^^
  File "/work/shop/tasks.py", line 7, in add
    import redis
ModuleNotFoundError: No module named 'redis'`.split('\n');

const LOST_BROKER = `[2026-11-23 17:11:00,000: CRITICAL/MainProcess] Unrecoverable error: OperationalError('Error 111 connecting to localhost:6379. Connection refused.')
Traceback (most recent call last):
  File "/v/lib/python3.11/site-packages/celery/worker/worker.py", line 203, in start
    self.blueprint.start(self)
kombu.exceptions.OperationalError: Error 111 connecting to localhost:6379. Connection refused.`.split('\n');

describe('the end of a worker that was running', () => {
  const context = { directory: '/work/shop', app: 'shop:app', wasRunning: true };

  it('is not laid to tasks that failed before', () => {
    assert.equal(diagnose('worker', FAILED_TASK, exited(1), context).message, 'The worker exited with status 1');
    const { message, advice } = diagnose('worker', FAILED_TASK, killed, context);
    assert.equal(message, 'The worker was ended by SIGKILL');
    assert.match(advice ?? '', /memory/);
  });

  it('is what it said last', () => {
    const { message, reason } = diagnose('worker', [...FAILED_TASK, ...LOST_BROKER], exited(1), context);
    assert.equal(message, 'The worker ended: OperationalError: Error 111 connecting to localhost:6379. Connection refused.');
    assert.equal(reason, 'exited');
  });
});

describe('tracebacks in a log', () => {
  it('are read with their frames, also where each piece went through the logger', () => {
    const redirected = ['Traceback (most recent call last):', '  File "/v/site-packages/celery/beat.py", line 10, in setup', '    open()', '^', '', 'FileNotFoundError', ': ', '[Errno 2] No such file']
      .filter(piece => piece !== '^' && piece !== '').map(piece => `[2026-11-23 17:06:05,218: WARNING/MainProcess] ${piece}`);
    assert.deepEqual(tracebacks(redirected), [{ frames: [{ file: '/v/site-packages/celery/beat.py', line: 10 }], type: 'FileNotFoundError', message: '[Errno 2] No such file' }]);
  });

  it('keep a message over several lines, and each of a chain', () => {
    const text = `Traceback (most recent call last):
  File "/a.py", line 1, in <module>
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "<frozen importlib._bootstrap>", line 1, in f
  File "/b.py", line 2, in g
    raise
celery.exceptions.ImproperlyConfigured:

Cannot mix
names

[2026-11-23 17:06:05,218: INFO/MainProcess] next`;
    assert.deepEqual(tracebacks(text.split('\n')).map(({ type, message }) => [type, message]), [['KeyError', "'x'"], ['ImproperlyConfigured', 'Cannot mix\nnames']]);
  });

  it('that are cut off are none', () => {
    assert.deepEqual(tracebacks(['Traceback (most recent call last):', '  File "/a.py", line 1, in f']), []);
    assert.deepEqual(tracebacks(['Traceback (most recent call last):']), []);
  });
});
