import { expectFindings, expectSilence } from '../ruleTester';
import { configured, django, plain } from './django';

describe('CEL702 unknown-setting', () => {
  it('finds names that are almost a setting', () => expectFindings('CEL702', django(`
«CELERY_TASK_SERIALISER» = 'json'
«CELERY_MAX_TASKS_PER_CHILD» = 10
«CELERY_RESULTS_EXTENDED» = True
CELERY_REDBEAT_LOCK_TIMEOUT = 3
CELERY_PRIVATE_QUEUE_PREFIX = 'x'
`), {
    severity: 'warning',
    messages: [/CELERY_TASK_SERIALIZER is meant\?$/, /CELERY_WORKER_MAX_TASKS_PER_CHILD is meant/, /CELERY_RESULT_EXTENDED is meant/],
    fixed: {
      'proj/settings.py': `
CELERY_TASK_SERIALIZER = 'json'
CELERY_WORKER_MAX_TASKS_PER_CHILD = 10
CELERY_RESULT_EXTENDED = True
CELERY_REDBEAT_LOCK_TIMEOUT = 3
CELERY_PRIVATE_QUEUE_PREFIX = 'x'
`,
    },
  }));

  it('finds them on the configuration, in dicts, keywords and in modules without a namespace', async () => {
    await expectFindings('CEL702', {
      'a.py': configured(`app.conf.«task_acks_lat» = True
app.conf[«'resultt_backend'»] = 'rpc://'
app.conf.update(«prefetch_multiplier»=1, **{«'broker_ur'»: 'redis://'})
app.conf.update({«'task_trak_started'»: True})
`),
    }, {
      severity: 'warning',
      fixed: {
        'a.py': configured(`app.conf.task_acks_late = True
app.conf['result_backend'] = 'rpc://'
app.conf.update(worker_prefetch_multiplier=1, **{'broker_url': 'redis://'})
app.conf.update({'task_track_started': True})
`),
      },
    });
    await expectFindings('CEL702', plain("broker_url = 'redis://'\n«task_serialiser» = 'json'\n«TASK_IGNORE_RESULT» = True\n"), { fixed: { 'celeryconfig.py': "broker_url = 'redis://'\ntask_serializer = 'json'\ntask_ignore_result = True\n" } });
    await expectFindings('CEL702', plain("CELERY_RESULT_SERIALIZER = 'json'\n«CELERY_TASK_SERIALISER» = 'json'\n"), { fixed: { 'celeryconfig.py': "CELERY_RESULT_SERIALIZER = 'json'\nCELERY_TASK_SERIALIZER = 'json'\n" } });
  });

  it('finds a prefix where none belongs', () => expectFindings('CEL702', { 'a.py': configured("app.conf.«CELERY_BEAT_SCHEDULE» = {}\n") }, { messages: [/the setting is called beat_schedule$/], fixed: { 'a.py': configured('app.conf.beat_schedule = {}\n') } }));

  it('says what became of settings that are gone', () => expectFindings('CEL702', django("«CELERYD_FORCE_EXECV» = True\n«CELERY_SEND_TASK_ERROR_EMAILS» = True\n"), { fixed: null, messages: [/no longer has .*worker_pool_start_method/, /use a receiver of the signal task_failure/] }));

  it('mentions what Celery never reads', () => expectFindings('CEL702', { 'a.py': configured("app.conf.«shop_currency» = 'EUR'\n") }, { severity: 'info', fixed: null }));

  it('stays silent for known names, names of other packages and what the project reads', async () => {
    await expectSilence('CEL702', django("CELERY_TASK_SERIALIZER = 'json'\nCELERY_ONCE = {}\nCELERY_SINGLETON_BACKEND_URL = ''\nDJANGO_CELERY_BEAT_TZ_AWARE = False\nCELERY_ENABLED = True\nCELERY_LOG_LEVEL = 'x'\nOTHER = 1\n"));
    await expectSilence('CEL702', django("CELERY_TASK_SERIALISER = 'json'\n", { 'proj/use.py': 'import celery\nfrom django.conf import settings\nprint(settings.CELERY_TASK_SERIALISER)\n' }));
    await expectSilence('CEL702', { 'a.py': configured("app.conf.shop_currency = 'EUR'\nprint(app.conf.shop_currency)\napp.conf.redbeat_redis_url = 'x'\napp.conf.CELERYBEAT_SCHEDULE = {}\napp.conf.BROKER_URL = 'redis://'\n") });
    await expectSilence('CEL702', { ...django(''), 'proj/more.py': "from proj.celery import app\napp.conf.update(CELERY_BEAT_SCHEDULE={})\n" });
    await expectSilence('CEL702', plain("from os import environ\nbroker_url = 'redis://'\nhelper = 3\nname = 'x'\n_task_serialiser = 1\n"));
  });
});
