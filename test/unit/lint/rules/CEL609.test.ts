import { expectFindings, expectSilence } from '../ruleTester';

const app = (entries: string, head = ''): string => `from datetime import timedelta\nfrom celery import Celery\n${head}app = Celery('app')\napp.conf.beat_schedule = {\n${entries}\n}\n`;

describe('CEL609 beat-long-interval', () => {
  it('finds intervals of an hour and more', () => expectFindings('CEL609', {
    'a.py': app(`
    'a': {'task': 't', 'schedule': «3600»},
    'b': {'task': 't', 'schedule': «timedelta(days=1)»},
    'c': {'task': 't', 'schedule': «60 * 60 * 6.0»},
    'd': {'task': 't', 'schedule': «timedelta(hours=5)»},`),
  }, {
    severity: 'info',
    messages: [/^This comes every hour after Beat's start/, /every day/, /every 6 hours/, /every 5 hours/],
    fixed: {
      'a.py': `from celery.schedules import crontab\n${app(`
    'a': {'task': 't', 'schedule': crontab(minute=0)},
    'b': {'task': 't', 'schedule': crontab(minute=0, hour=0)},
    'c': {'task': 't', 'schedule': crontab(minute=0, hour='*/6')},
    'd': {'task': 't', 'schedule': timedelta(hours=5)},`).replace('from celery.schedules import crontab\n', '')}`,
    },
  }));

  it('stays silent for short ones, crontabs, unknown ones and schedulers that remember', async () => {
    await expectSilence('CEL609', { 'a.py': app("'a': {'task': 't', 'schedule': 3599},\n'b': {'task': 't', 'schedule': crontab(minute=0, hour=0)},\n'c': {'task': 't', 'schedule': timedelta(days=DAYS)},", 'from celery.schedules import crontab\nfrom elsewhere import DAYS\n') });
    await expectSilence('CEL609', { 'a.py': `${app("'a': {'task': 't', 'schedule': 86400}")}app.conf.beat_scheduler = 'redbeat.RedBeatScheduler'\n` });
    await expectSilence('CEL609', { 'a.py': app("'a': {'task': 't', 'schedule': 86400}", 'INSTALLED_APPS = ["django_celery_beat"]\n') });
  });
});
