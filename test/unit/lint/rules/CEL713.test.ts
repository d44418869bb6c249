import { expectFindings, expectSilence } from '../ruleTester';
import { configured } from './django';

describe('CEL713 pool-mismatch', () => {
  it('finds settings that the pool does not heed', async () => {
    await expectFindings('CEL713', { 'a.py': configured("app.conf.update(worker_pool='gevent', «task_soft_time_limit»=60, task_time_limit=90, «worker_max_tasks_per_child»=10)\n") }, { severity: 'info', fixed: null });
    await expectFindings('CEL713', { 'a.py': configured("app.conf.worker_pool = 'threads'\napp.conf.«task_time_limit» = 60\napp.conf.«worker_max_memory_per_child» = 200000\n") });
  });

  it('stays silent for prefork, for none and for what is not known', () => expectSilence('CEL713', {
    'a.py': configured("app.conf.task_soft_time_limit = 60\n"),
    'b.py': configured("app.conf.worker_pool = POOL\napp.conf.task_soft_time_limit = 60\n", 'from elsewhere import POOL\n'),
    'c.py': configured("app.conf.worker_pool = 'gevent'\napp.conf.task_soft_time_limit = None\n"),
  }));

  const shop = (code: string): Readonly<Record<string, string>> => ({ 'shop/__init__.py': '', 'shop/celery.py': configured(code) });
  const limited = shop('app.conf.task_soft_time_limit = 60\napp.conf.task_time_limit = 90\n');

  it('finds settings that no worker heeds by the commands that start them', async () => {
    const found = shop('app.conf.«task_soft_time_limit» = 60\napp.conf.task_time_limit = 90\n');
    await expectFindings('CEL713', { ...found, 'docker-compose.yml': 'services:\n  worker:\n    command: celery -A shop worker -P gevent -c 100\n' }, {
      severity: 'info', messages: [/^The worker that docker-compose\.yml:3 starts has the pool gevent, which has no soft time limits: this does nothing$/],
    });
    await expectFindings('CEL713', { ...found, 'Procfile': 'web: gunicorn shop\nworker: celery -A shop.celery:app worker --pool=gevent\nbeat: celery -A shop beat\n' }, { messages: [/Procfile:2/] });
    await expectFindings('CEL713', { ...found, 'deploy/Dockerfile': 'CMD ["celery", "-A", "shop", "worker", "-P", "gevent"]\n' }, { messages: [/deploy\/Dockerfile:1/] });
    await expectFindings('CEL713', { ...found, 'deploy/worker.service': '[Service]\nExecStart=/srv/bin/celery -A shop worker --pool gevent --max-tasks-per-child=10\n', 'start.sh': 'celery -A shop worker -P eventlet\n' });
    await expectFindings('CEL713', { ...shop('app.conf.«task_soft_time_limit» = 60\napp.conf.«task_time_limit» = 90\n'), 'start.sh': 'celery -A shop worker -P threads\ncelery -A other worker\n' }, { messages: [/start\.sh:1/, /start\.sh:1/] });
    await expectFindings('CEL713', { ...shop("app.conf.worker_pool = 'threads'\napp.conf.«task_soft_time_limit» = 60\n"), 'start.sh': 'celery -A shop worker\ncelery -A shop worker -P solo\n' }, { messages: [/start\.sh:2 starts has the pool solo/] });
    await expectFindings('CEL713', { ...shop("app.conf.worker_pool = 'threads'\napp.conf.«task_soft_time_limit» = 60\n"), 'start.sh': 'celery -A shop worker -P prefork\n' }, { messages: [/^The pool threads has no/] });
  });

  it('stays silent where some worker heeds them, or may', async () => {
    const silences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      'another worker': { 'Procfile': 'fast: celery -A shop worker -P gevent\nslow: celery -A shop worker\n' },
      'another worker without an app': { 'Procfile': 'fast: celery -A shop worker -P gevent\nslow: celery worker\n' },
      'an app that is not named': { 'Procfile': 'fast: celery worker -P gevent\n' },
      'the app of another project': { 'Procfile': 'fast: celery -A stall worker -P gevent\n' },
      'a pool by a variable': { 'start.sh': 'celery -A shop worker -P ${POOL:-gevent}\n' },
      'a pool of the project': { 'start.sh': 'celery -A shop worker -P shop.pools:Pool\n' },
      'development': { 'docker-compose.dev.yml': 'command: celery -A shop worker -P gevent\n', 'tests/start.sh': 'celery -A shop worker -P gevent\n' },
      'another command': { 'start.sh': 'celery -A shop flower -P gevent\n' },
      'a worker that Python starts': { 'start.sh': 'celery -A shop worker -P gevent\n', 'shop/run.py': "from shop.celery import app\napp.worker_main(['worker', '-P', 'prefork'])\n" },
    };
    for (const files of Object.values(silences)) await expectSilence('CEL713', { ...limited, ...files });
    await expectSilence('CEL713', { ...shop("app.conf.worker_pool = POOL\napp.conf.task_soft_time_limit = 60\n"), 'start.sh': 'celery -A shop worker\ncelery -A shop worker -P solo\n' });
  });
});
