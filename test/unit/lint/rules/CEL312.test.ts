import { expectFindings, expectSilence, type Sources } from '../ruleTester';
import { django } from './django';

const jobs = (name = 'send'): string => `from celery import shared_task\n@shared_task\ndef ${name}(): ...\n@shared_task\ndef other(): ...\n`;
const shop = (app: string, more: Sources = {}): Sources => ({ 'shop/__init__.py': '', 'shop/app.py': `from celery import Celery\n${app}\n`, 'shop/tasks.py': jobs(), ...more });

describe('CEL312 task-not-imported', () => {
  it('finds a module that include leaves out, once', () => expectFindings('CEL312', shop("app = Celery('shop', include=['shop.tasks'])", {
    'shop/mail.py': jobs('«send»'), 'shop/web.py': 'from shop.mail import send\nsend.delay()\n',
  }), { severity: 'info', messages: [/No worker imports shop\.mail: .* drop messages for its tasks as unregistered/], fixed: null }));

  it('finds a name in include that is misspelt', () => expectFindings('CEL312', { ...shop("app = Celery('shop', include=['shop.task'])"), 'shop/tasks.py': jobs('«send»') }));

  it('finds tasks of an app that is not installed, and modules that are not called tasks', () => expectFindings('CEL312', {
    ...django('INSTALLED_APPS = ["shop"]\n', { 'shop/__init__.py': '', 'shop/tasks.py': jobs(), 'shop/mail.py': jobs('«send»'), 'blog/__init__.py': '', 'blog/tasks.py': jobs('«send»') }),
    'proj/celery.py': "from celery import Celery\napp = Celery('proj')\napp.config_from_object('django.conf:settings', namespace='CELERY')\napp.autodiscover_tasks()\n",
  }));

  it('finds tasks by the app, and class-based ones', () => expectFindings('CEL312', shop("app = Celery('shop', include=['shop.tasks'])", {
    'shop/mail.py': 'from shop.app import app\n@app.task\ndef «send»(): ...\n',
    'shop/reports.py': 'from celery import Task\nfrom shop.app import app\nclass «Report»(Task):\n    name = "report"\n    def run(self): ...\napp.register_task(Report())\n',
  })));

  it('finds shared tasks where nothing but the app itself is imported', () => expectFindings('CEL312', { ...shop("app = Celery('shop')"), 'shop/tasks.py': jobs('«send»') }));

  it('is a hint where a function says what to import', () => expectFindings('CEL312', shop('app = Celery("shop")\napp.autodiscover_tasks(lambda: ["shop"])', { 'shop/mail.py': jobs('«send»') }), { severity: 'hint' }));

  it('stays silent where the module is imported', async () => {
    await expectSilence('CEL312', shop("app = Celery('shop', include=['shop.tasks'])"));
    await expectSilence('CEL312', shop("app = Celery('shop')\nimport shop.tasks"));
    await expectSilence('CEL312', shop("app = Celery('shop')\napp.autodiscover_tasks(['shop'])"));
    await expectSilence('CEL312', shop("app = Celery('shop', include=['shop.tasks'])", { 'shop/mail.py': jobs(), 'shop/tasks.py': `from .mail import other\n${jobs('more')}` }));
  });

  it('stays silent where workers may import anything', async () => {
    for (const app of ["app = Celery('shop', include=names())", "app = Celery('shop')\napp.autodiscover_tasks(find())", "app = Celery('shop')\nfor name in names: import_module(name)", "app = Celery('shop')\napp.config_from_object(load())"]) {
      await expectSilence('CEL312', shop(app));
    }
  });

  it('stays silent where a command line names what a worker imports, and not for that of another program', async () => {
    const app = "app = Celery('shop', include=['shop.tasks'])";
    const others: readonly Sources[] = [
      { Procfile: 'worker: celery -A shop.app worker -I shop.mail\n' },
      { 'compose.yaml': 'services:\n  worker:\n    command: ["celery", "-A", "shop.app", "worker", "--include=shop.mail"]\n' },
      { 'compose.yaml': 'services:\n  worker:\n    command: celery -A shop.app worker\n    environment:\n      CELERY_WORKER_INCLUDE: shop.mail\n' },
      { 'shop/run.py': "from shop.app import app\napp.worker_main(['worker', '--include', 'shop.mail'])\n" },
    ];
    for (const more of others) await expectSilence('CEL312', shop(app, { 'shop/mail.py': jobs(), ...more }));
    await expectFindings('CEL312', shop(app, { 'shop/mail.py': jobs('«send»'), 'pack.sh': 'celery -A shop.app worker -l info\ngrep -I shop.mail\n' }));
  });

  it('stays silent about modules that may be given to -A', async () => {
    await expectSilence('CEL312', shop("app = Celery('shop')", { 'shop/tasks.py': 'from shop.app import app\n@app.task\ndef send(): ...\n' }));
    await expectSilence('CEL312', shop("app = Celery('shop')", { 'worker.py': 'from shop.app import app\nfrom shop import tasks\n' }));
    await expectSilence('CEL312', { 'tasks.py': 'from celery import Celery\napp = Celery("tasks")\n@app.task\ndef send(): ...\n' });
  });

  it('stays silent without an app, in another program, in tests, examples and samples, and about tasks that are made later', async () => {
    const app = "app = Celery('shop', include=['shop.app'])";
    await expectSilence('CEL312', { 'shop/tasks.py': jobs() });
    for (const file of ['tests/test_mail.py', 'shop/tests/mail.py', 'examples/mail.py', '.vscode/celery_samples.py']) await expectSilence('CEL312', { ...shop(app, { [file]: jobs() }), 'shop/tasks.py': '' });
    await expectSilence('CEL312', { 'services/web/setup.py': '', 'services/web/app.py': `from celery import Celery\n${app.replace('shop.app', 'app')}\n`, 'services/mail/setup.py': '', 'services/mail/jobs.py': jobs() });
    await expectSilence('CEL312', { ...shop(app, { 'shop/mail.py': 'from shop.app import app\ndef make():\n    @app.task\n    def send(): ...\n' }), 'shop/tasks.py': '' });
  });
});
