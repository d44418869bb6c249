import { expectFindings, expectSilence, type Sources } from '../ruleTester';
import { django } from './django';

const shared = { 'proj/tasks.py': 'from celery import shared_task\n@shared_task\ndef one(): ...\n' };
const marked = (sources: Sources): Sources => ({ ...sources, 'proj/celery.py': sources['proj/celery.py']!.replace("Celery('proj')", "«Celery('proj')»") });

describe('CEL802 app-not-imported', () => {
  it('finds an app that nothing imports, and imports it', () => expectFindings('CEL802', marked(django('', shared)), {
    severity: 'warning',
    messages: [/Nothing imports this app, so only workers have it/],
    fixed: { 'proj/__init__.py': 'from .celery import app as celery_app\n' },
  }));

  it('imports it below what is there', () => expectFindings('CEL802', marked({ ...django('', shared), 'proj/__init__.py': '"""The shop: its celery and its web."""' }), {
    fixed: { 'proj/__init__.py': '"""The shop: its celery and its web."""\nfrom .celery import app as celery_app\n' },
  }));

  it('finds it where only aliases of shared_task are used', () => expectFindings('CEL802', marked(django('', {
    'proj/tasks.py': 'from celery import shared_task as task\n@task(bind=True)\ndef one(self): ...\n',
  }))));

  it('stays silent where any file imports it', async () => {
    for (const [file, text] of [
      ['proj/__init__.py', 'from .celery import app as celery_app\n'],
      ['proj/__init__.py', 'from proj import celery\n'],
      ['proj/__init__.py', 'from . import celery\n'],
      ['proj/wsgi.py', 'import proj.celery\n'],
      ['proj/settings.py', 'from proj.celery import app\n'],
      ['proj/apps.py', 'class Config:\n    def ready(self):\n        from proj.celery import app\n'],
      ['proj/apps.py', 'load("proj.celery")\n'],
    ] as const) await expectSilence('CEL802', { ...django('', shared), [file]: text });
  });

  it('stays silent without shared tasks, without Django, and with several apps', async () => {
    await expectSilence('CEL802', django(''));
    await expectSilence('CEL802', django('', { 'proj/tasks.py': 'from somewhere import shared_task\n@shared_task\ndef one(): ...\n' }));
    await expectSilence('CEL802', { ...shared, 'proj/__init__.py': '', 'proj/celery.py': 'from celery import Celery\napp = Celery("proj")\n' });
    await expectSilence('CEL802', django('', { ...shared, 'proj/celery_other.py': 'from celery import Celery\nother = Celery("other")\n' }));
  });
});
