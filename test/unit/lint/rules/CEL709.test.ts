import { expectFindings, expectSilence } from '../ruleTester';
import { configured, django } from './django';

describe('CEL709 eager-outside-tests', () => {
  it('finds eager tasks in production', async () => {
    await expectFindings('CEL709', django('«CELERY_TASK_ALWAYS_EAGER» = True\n'), { severity: 'warning', fixed: null });
    await expectFindings('CEL709', { 'a.py': configured('app.conf.update(«task_always_eager»=True)\n') });
  });

  it('stays silent for tests, development, conditions and False', async () => {
    await expectSilence('CEL709', django('CELERY_TASK_ALWAYS_EAGER = False\nif TESTING:\n    CELERY_TASK_ALWAYS_EAGER = True\n'));
    await expectSilence('CEL709', django('CELERY_TASK_ALWAYS_EAGER = True\n', { 'proj/production.py': 'from .settings import *\nCELERY_TASK_ALWAYS_EAGER = False\n' }));
    await expectSilence('CEL709', { 'settings/local.py': configured('app.conf.task_always_eager = True\n'), 'tests/conftest.py': configured('app.conf.task_always_eager = True\n') });
    await expectSilence('CEL709', { 'a.py': configured('app.conf.task_always_eager = EAGER\ndef eager():\n    app.conf.task_always_eager = True\n', 'from elsewhere import EAGER\n') });
  });

  it('finds them in a module of settings that names nothing else of Celery', () => expectFindings('CEL709', { 'app.py': "from celery import Celery\napp = Celery('app')\napp.config_from_object('conf')\n", 'conf.py': '«task_always_eager» = True\n' }));
});
