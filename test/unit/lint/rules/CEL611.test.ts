import { expectFindings, expectSilence } from '../ruleTester';

const app = (schedule: string, more = ''): string => `from celery import Celery\nfrom celery.schedules import crontab\napp = Celery('app')\n${more}app.conf.beat_schedule = {'a': {'task': 't', 'schedule': ${schedule}}, 'b': {'task': 't', 'schedule': crontab(minute=0, hour=5)}}\n`;

describe('CEL611 timezone', () => {
  it('says once that hours are in UTC', () => expectFindings('CEL611', { 'a.py': app('«crontab(minute=0, hour=3)»') }, { severity: 'info', fixed: null }));

  it('says it of the project, not of its tests', () => expectFindings('CEL611', {
    'a_tests.py': app('crontab(minute=0, hour=3)'), 'b.py': "from celery.schedules import crontab\nfrom a_tests import app\napp.conf.beat_schedule = {'a': {'task': 't', 'schedule': «crontab(minute=0, hour=3)»}}\n",
  }));

  it('finds times that depend on the machine', () => expectFindings('CEL611', { 'a.py': "from celery import Celery\napp = Celery('app')\napp.conf.«enable_utc» = False\napp.conf.timezone = 'UTC'\n" }));

  it('stays silent where a zone is given, or may be', async () => {
    await expectSilence('CEL611', { 'a.py': app('crontab(minute=0, hour=3)', "app.conf.timezone = 'Europe/Paris'\n") });
    await expectSilence('CEL611', { 'a.py': app('crontab(minute=0, hour=3)', "app.config_from_object('elsewhere')\n") });
    await expectSilence('CEL611', { 'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")\n', 'proj/__init__.py': '', 'proj/settings.py': 'TIME_ZONE = "Europe/Paris"\n', 'proj/celery.py': app('crontab(minute=0, hour=3)', "app.config_from_object('django.conf:settings', namespace='CELERY')\n") });
    await expectSilence('CEL611', { 'a.py': "from celery import Celery\nfrom celery.schedules import crontab\napp = Celery('app')\napp.conf.beat_schedule = {'a': {'task': 't', 'schedule': crontab(minute=0)}, 'b': {'task': 't', 'schedule': 30}}\n" });
  });
});
