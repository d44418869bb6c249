import assert from 'node:assert/strict';
import { workerCommands } from '../../../src/celery/commandLine';

const started = (text: string): string[] => workerCommands(text).map(({ line, app, pool }) => `${line} ${app} ${pool}`);

describe('commands that start workers', () => {
  it('are read from scripts, also over several lines', () => {
    assert.deepEqual(started('celery -A proj worker -P gevent'), ['1 proj gevent']);
    assert.deepEqual(started('exec /usr/bin/celery --app=proj.celery:app worker --pool=solo -Q celery\n'), ['1 proj.celery:app solo']);
    assert.deepEqual(started('python -m celery worker -Aproj -Pthreads'), ['1 proj threads']);
    assert.deepEqual(started('\ncelery -A proj \\\n  worker -l info \\\n  -Q celery \\\n  --pool "eventlet"\n'), ['2 proj eventlet']);
    assert.deepEqual(started('worker: celery worker\nbeat: celery -A proj beat -P gevent\n'), ['1 null null']);
    assert.deepEqual(started('celery -A one worker && celery -A two worker -P solo; celery -A three beat\ncelery -A four worker -P $POOL\n'), ['1 one null', '1 two solo', '2 four $POOL']);
  });

  it('are read from lists', () => {
    assert.deepEqual(started('CMD ["celery", "-A", "proj.celery", "worker", "-P", "gevent"]'), ['1 proj.celery gevent']);
    assert.deepEqual(started("services:\n  worker:\n    command:\n      - celery\n      - -A\n      - proj.celery\n      - worker\n      - --pool\n      - gevent\n"), ['4 proj.celery gevent']);
    assert.deepEqual(started('run:\n  - celery -A one worker\n  - celery -A two worker -P gevent\n'), ['2 one null', '3 two gevent']);
  });

  it('are not what only looks like one', () => {
    assert.deepEqual(started('# celery -A proj worker -P gevent\n'), []);
    assert.deepEqual(started('celery -A proj worker # -P gevent\n'), ['1 proj null']);
    assert.deepEqual(started('services:\n  celery:\n    image: proj\n  worker:\n    command: gunicorn -P gevent\n'), []);
    assert.deepEqual(started(`celery -A proj inspect ${'\\\n  -t 3 '.repeat(60)}active`), []);
    assert.deepEqual(started('celery -A proj inspect active\nrq worker -P gevent\n'), []);
  });
});
