import { expectFindings, expectSilence } from '../ruleTester';
import { django, plain } from './django';

describe('CEL706 mixed-setting-styles', () => {
  it('finds the fewer among the more', async () => {
    await expectFindings('CEL706', plain("broker_url = 'redis://'\ntask_serializer = 'json'\n«CELERYD_CONCURRENCY» = 4\n"), {
      severity: 'error', messages: [/an old name among new ones.*called worker_concurrency$/], fixed: { 'celeryconfig.py': "broker_url = 'redis://'\ntask_serializer = 'json'\nworker_concurrency = 4\n" },
    });
    await expectFindings('CEL706', plain("BROKER_URL = 'redis://'\nCELERY_TASK_SERIALIZER = 'json'\n«worker_concurrency» = 4\n"), {
      messages: [/a new name among old ones/], fixed: { 'celeryconfig.py': "BROKER_URL = 'redis://'\nCELERY_TASK_SERIALIZER = 'json'\nCELERYD_CONCURRENCY = 4\n" },
    });
  });

  it('finds them in a class', () => expectFindings('CEL706', {
    'app.py': "from celery import Celery\nclass Config:\n    broker_url = 'redis://'\n    task_serializer = 'json'\n    «CELERYD_CONCURRENCY» = 4\napp = Celery('app')\napp.config_from_object(Config)\n",
  }));

  it('stays silent for one style, for both names, under conditions and with a namespace', async () => {
    await expectSilence('CEL706', plain("broker_url = 'redis://'\ntask_serializer = 'json'\n"));
    await expectSilence('CEL706', plain("BROKER_URL = 'redis://'\nCELERYD_CONCURRENCY = 1\nOWN = 3\n"));
    await expectSilence('CEL706', plain("broker_url = 'redis://'\nBROKER_URL = broker_url\n"));
    await expectSilence('CEL706', plain("broker_url = 'redis://'\ntask_serializer = 'json'\nif OLD:\n    CELERYD_CONCURRENCY = 4\n"));
    await expectSilence('CEL706', django("CELERY_BROKER_URL = 'redis://'\nCELERYD_CONCURRENCY = 4\n"));
  });
});
