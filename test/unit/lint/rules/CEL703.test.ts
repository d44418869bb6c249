import { expectFindings, expectSilence } from '../ruleTester';

const app = (call: string): string => `from celery import Celery\napp = Celery('app')\n${call}\n`;

describe('CEL703 prefixed-without-namespace', () => {
  it('finds the call that names no namespace', () => expectFindings('CEL703', {
    'app.py': app("«app.config_from_object»('conf')"),
    'conf.py': "CELERY_BROKER_URL = 'redis://'\nCELERY_BEAT_SCHEDULE = {}\nCELERY_TASK_SERIALIZER = 'json'\nCELERY_WORKER_POOL = 'threads'\nCELERY_WORKER_CONCURRENCY = 1\n",
  }, { severity: 'warning', messages: [/ignores CELERY_BROKER_URL, CELERY_BEAT_SCHEDULE, CELERY_WORKER_POOL and 1 more$/], fixed: { 'app.py': app("app.config_from_object('conf', namespace='CELERY')") } }));

  it('finds a namespace in the wrong case', () => expectFindings('CEL703', {
    'app.py': app("«app.config_from_object»('conf', namespace='celery')"), 'conf.py': "CELERY_BEAT_SCHEDULE = {}\n",
  }, { versions: { celery: '5.6.3' }, fixed: { 'app.py': app("app.config_from_object('conf', namespace='CELERY')") } }));

  it('offers no namespace that would take others their effect', () => expectFindings('CEL703', {
    'app.py': app("«app.config_from_object»('conf')"), 'conf.py': "CELERY_BEAT_SCHEDULE = {}\nCELERYD_CONCURRENCY = 2\n",
  }, { versions: { celery: '5.6.3' }, fixed: null }));

  it('stays silent where the prefix counts, or the project reads the names', async () => {
    await expectSilence('CEL703', { 'app.py': app("app.config_from_object('conf', namespace='CELERY')"), 'conf.py': 'CELERY_BEAT_SCHEDULE = {}\n' });
    await expectSilence('CEL703', { 'app.py': app("app.config_from_object('conf')"), 'conf.py': "CELERY_TASK_SERIALIZER = 'json'\nCELERY_IMPORTS = ()\nbroker_url = 'redis://'\nCELERY_OWN = 1\n" });
    await expectSilence('CEL703', { 'app.py': app("app.config_from_object('conf')"), 'conf.py': 'CELERY_BEAT_SCHEDULE = {}\nbeat_schedule = CELERY_BEAT_SCHEDULE\n' });
    await expectSilence('CEL703', { 'app.py': app("app.config_from_object('elsewhere')") });
  });
});
