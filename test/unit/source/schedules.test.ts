import assert from 'node:assert/strict';
import { withWorkspace } from './workspace';

async function schedules(files: Record<string, string>): Promise<(readonly unknown[])[]> {
  return withWorkspace(files, project => project.snapshot().schedules.map(({ key, task, words, call, options }) => [key, task.name, words, call, options]));
}

const tasks = 'from celery import shared_task\n@shared_task\ndef ping(n=1): ...\n@shared_task\ndef mail(to, subject=""): ...\n';

describe('Beat schedules', () => {
  it('reads a setting of the app, whatever gives it', async () => {
    assert.deepEqual(await schedules({
      'tasks.py': tasks,
      'app.py': `
from datetime import timedelta
from celery import Celery
from celery.schedules import crontab, schedule, solar
app = Celery('x')
MINUTE = 60
app.conf.beat_schedule = {
    'every-half': {'task': 'tasks.ping', 'schedule': 30.0, 'args': (1,)},
    'folded': {'task': 'tasks.' + 'ping', 'schedule': 2 * MINUTE, 'kwargs': {'n': 4}, 'options': {'queue': 'slow', 'expires': 10}},
    'mornings': dict(task='tasks.mail', schedule=crontab(hour=7, minute=30, day_of_week='mon-fri'), args=['ada@example.com']),
    'delta': {'task': 'tasks.ping', 'schedule': schedule(run_every=timedelta(minutes=5))},
    'sun': {'task': 'tasks.ping', 'schedule': solar('sunset', -37.8, 144.9)},
    'unknown': {'task': 'tasks.ping', 'schedule': make(), 'args': (make(),)},
}
app.conf.beat_schedule['later'] = {'task': 'tasks.ping', 'schedule': timedelta(hours=1)}
app.conf.beat_schedule.update({'updated': {'task': 'gone', 'schedule': crontab(minute=0)}})
@app.on_after_configure.connect
def setup(sender, **kwargs):
    from tasks import mail
    sender.add_periodic_task(10.0, mail.s('bob@example.com'), name='named', queue='q')
    sender.add_periodic_task(crontab(minute='*/15'), mail.si('eve@example.com', subject='Hi'))
`,
    }), [
      ['every-half', 'tasks.ping', 'every 30 seconds', 'ping(1)', ''],
      ['folded', 'tasks.ping', 'every 2 minutes', 'ping(n=4)', 'queue="slow", expires=10'.replace('"slow"', "'slow'")],
      ['mornings', 'tasks.mail', 'weekdays at 07:30', "mail('ada@example.com')", ''],
      ['delta', 'tasks.ping', 'every 5 minutes', 'ping()', ''],
      ['sun', 'tasks.ping', 'at sunset at 37.8° S, 144.9° E', 'ping()', ''],
      ['unknown', 'tasks.ping', null, null, ''],
      ['later', 'tasks.ping', 'every hour', 'ping()', ''],
      ['updated', 'gone', 'every hour', 'gone()', ''],
      ['named', 'tasks.mail', 'every 10 seconds', "mail('bob@example.com')", "queue='q'"],
      ["mail('eve@example.com', subject='Hi')", 'tasks.mail', 'every 15 minutes', "mail('eve@example.com', subject='Hi')", ''],
    ]);
  });

  it('reads Django settings through their namespace and star imports', async () => {
    await withWorkspace({
      'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings.prod")\n',
      'proj/__init__.py': '',
      'proj/celery.py': 'from celery import Celery\napp = Celery("proj")\napp.config_from_object("django.conf:settings", namespace="CELERY")\napp.autodiscover_tasks()\n',
      'proj/settings/__init__.py': '',
      'proj/settings/base.py': 'from celery.schedules import crontab\nCELERY_BEAT_SCHEDULE = {"nightly": {"task": "shop.tasks.ping", "schedule": crontab(hour=3, minute=0)}}\nCELERY_TIMEZONE = "Europe/Paris"\nCELERY_BROKER_URL = "redis://localhost:6379/5"\n',
      'proj/settings/prod.py': 'import os\nfrom .base import *\nCELERY_BEAT_SCHEDULE["weekly"] = {"task": "shop.tasks.ping", "schedule": crontab(hour=4, minute=0, day_of_week=1)}\nCELERY_RESULT_BACKEND = os.environ.get("BACKEND", "redis://localhost:6379/6")\n',
      'shop/__init__.py': '',
      'shop/tasks.py': tasks,
    }, project => {
      const { schedules: found, apps } = project.snapshot(Date.UTC(2025, 6, 1));
      assert.deepEqual(found.map(({ key, timezone, next }) => [key, timezone, new Date(next[0]!).toISOString()]), [
        ['nightly', 'Europe/Paris', '2025-07-01T01:00:00.000Z'],
        ['weekly', 'Europe/Paris', '2025-07-07T02:00:00.000Z'],
      ]);
      assert.deepEqual(apps.map(({ app, broker, backend }) => [app, broker, backend]), [['proj.celery:app', 'redis://localhost:6379/5', 'redis://localhost:6379/6']]);
    });
  });

  it('collects the queues that the source names', async () => {
    await withWorkspace({
      'app.py': `
from celery import Celery
from kombu import Queue, Exchange
app = Celery('x', broker='redis://', backend='rpc://')
app.conf.update(
    task_default_queue='main',
    task_queues=[Queue('fast', Exchange('fast')), Queue(name='bulk')],
    task_routes={'app.*': {'queue': 'routed'}, 'app.special': 'plain'},
)
@app.task(queue='own')
def one(): ...
one.apply_async(queue='asked')
one.delay(queue='not an option here')
`,
    }, project => assert.deepEqual(project.snapshot().queues, ['asked', 'bulk', 'fast', 'main', 'own', 'plain', 'routed']));
  });
});
