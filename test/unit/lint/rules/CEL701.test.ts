import { expectFindings, expectSilence } from '../ruleTester';
import { django } from './django';

const versions = { celery: '5.6.3' };

describe('CEL701 legacy-setting-ignored', () => {
  it('finds old names beside a namespace', () => expectFindings('CEL701', django(`
«CELERYBEAT_SCHEDULE» = {}
«CELERYD_CONCURRENCY» = 4
«CELERY_ALWAYS_EAGER»: bool = False
if True:
    «CELERY_ACKS_LATE» = True
«BROKER_URL» = 'redis://'
`), {
    versions, severity: 'warning',
    messages: [/the setting is called CELERY_BEAT_SCHEDULE$/, /CELERY_WORKER_CONCURRENCY$/, /CELERY_TASK_ALWAYS_EAGER/, /CELERY_TASK_ACKS_LATE/, /CELERY_BROKER_URL/],
    fixed: {
      'proj/settings.py': `
CELERY_BEAT_SCHEDULE = {}
CELERY_WORKER_CONCURRENCY = 4
CELERY_TASK_ALWAYS_EAGER: bool = False
if True:
    CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_URL = 'redis://'
`,
    },
  }));

  it('finds them in settings that are imported with a star', () => expectFindings('CEL701', django('from .base import *\n', { 'proj/base.py': '«CELERYD_POOL» = "threads"\n' }), { versions }));

  it('only informs where both names are given', () => expectFindings('CEL701', django("CELERY_BROKER_URL = 'redis://'\n«BROKER_URL» = 'redis://'\n"), { versions, severity: 'info', fixed: null }));

  it('stays silent for names that count, that somebody reads, and with Celery 5.7', async () => {
    await expectSilence('CEL701', django("CELERY_IMPORTS = ()\nCELERY_TASK_SERIALIZER = 'json'\nCELERY_RESULT_BACKEND = 'redis://'\nOWN = 1\n"), {}, versions);
    await expectSilence('CEL701', django("BROKER_URL = 'redis://'\nCELERY_BROKER_URL = BROKER_URL\n"), {}, versions);
    await expectSilence('CEL701', django('CELERYD_CONCURRENCY = 4\n', { 'proj/start.py': 'from django.conf import settings\nimport celery\nprint(settings.CELERYD_CONCURRENCY)\n' }), {}, versions);
    await expectSilence('CEL701', django('CELERYBEAT_SCHEDULE = {}\n'), {}, { celery: '5.7.0' });
    await expectSilence('CEL701', { 'app.py': "from celery import Celery\napp = Celery('app')\napp.config_from_object('celeryconfig')\n", 'celeryconfig.py': 'CELERYBEAT_SCHEDULE = {}\n' }, {}, versions);
  });
});
