import { expectFindings, expectSilence, type Sources } from '../ruleTester';

const tasks = 'from celery import shared_task\n@shared_task\ndef send(): ...\n@shared_task(name="mail.named")\ndef named(): ...\n';
const proj = (more: Sources): Sources => ({
  'pyproject.toml': '', 'proj/__init__.py': '', 'proj/celery.py': "from celery import Celery\napp = Celery('proj', include=['proj.tasks'])\n", 'proj/tasks.py': tasks,
  'proj/views.py': 'from proj.tasks import send\nsend.delay()\n', ...more,
});

describe('CEL314 import-path-name', () => {
  it('finds a module of tasks that is imported by its own name and by that of its package', () => expectFindings('CEL314', proj({ 'proj/run.py': 'from «tasks» import send\nsend.delay()\n' }), {
    severity: 'warning',
    messages: [/Imported as tasks, the task is called tasks\.send; imported as proj\.tasks, as elsewhere, it is called proj\.tasks\.send: a worker that knows it by one name drops/],
    fixed: { 'proj/run.py': 'from proj.tasks import send\nsend.delay()\n' },
  }));

  it('finds the name that fewer imports use', () => expectFindings('CEL314', proj({
    'proj/run.py': 'from tasks import send\nsend.delay()\n', 'proj/more.py': 'from tasks import send\nsend.delay()\n', 'proj/other.py': 'from tasks import *\nsend.delay()\n', 'proj/views.py': 'from «proj.tasks» import send\nsend.delay()\n',
  })));

  it('finds two source roots', () => expectFindings('CEL314', {
    'pyproject.toml': '', 'src/shop/__init__.py': '', 'src/shop/tasks.py': tasks, 'src/shop/web.py': 'from shop.tasks import send\nsend.delay()\n', 'src/shop/admin.py': 'from shop.tasks import send\nsend.delay()\n',
    'main.py': 'from «src.shop.tasks» import send\nsend.delay()\n',
  }, { fixed: { 'main.py': 'from shop.tasks import send\nsend.delay()\n' } }));

  it('finds a name that is another than that in include', () => expectFindings('CEL314', proj({ 'proj/views.py': 'from proj.celery import app\n', 'proj/run.py': 'from «tasks» import send\nsend.delay()\n' }), {
    fixed: { 'proj/run.py': 'from proj.tasks import send\nsend.delay()\n' },
  }));

  it('finds the module itself where its tasks are sent', () => expectFindings('CEL314', proj({ 'proj/run.py': 'import «tasks»\ntasks.send.delay()\n' })));

  it('stays silent about one name, tasks that are named, and what is no task', async () => {
    await expectSilence('CEL314', proj({}));
    await expectSilence('CEL314', proj({ 'proj/run.py': 'from .tasks import send\nsend.delay()\n' }));
    await expectSilence('CEL314', proj({ 'proj/run.py': 'from tasks import named\nnamed.delay()\n' }));
    await expectSilence('CEL314', proj({ 'proj/tasks.py': `${tasks}LIMIT = 1\n`, 'proj/run.py': 'from tasks import LIMIT\nprint("celery", LIMIT)\n' }));
    await expectSilence('CEL314', proj({ 'proj/run.py': 'import tasks\nprint("celery", tasks)\n' }));
  });

  it('stays silent about other modules of that name', async () => {
    await expectSilence('CEL314', proj({ 'other/run.py': 'from missing import send\nsend.delay()\n' }));
    await expectSilence('CEL314', proj({ 'tasks.py': tasks, 'run.py': 'from tasks import send\nsend.delay()\n' }));
  });

  it('stays silent about imports that are tried, tests, examples, and apps that name tasks themselves', async () => {
    await expectSilence('CEL314', proj({ 'proj/run.py': 'try:\n    from proj.tasks import send\nexcept ImportError:\n    from tasks import send\nsend.delay()\n' }));
    await expectSilence('CEL314', proj({ 'proj/test_run.py': 'from tasks import send\nsend.delay()\n', 'examples/run.py': 'from proj.tasks import send\nsend.delay()\n' }));
    await expectSilence('CEL314', proj({ 'proj/run.py': 'from tasks import send\nsend.delay()\n', 'proj/base.py': 'from celery import Celery\nclass App(Celery):\n    def gen_task_name(self, name, module): ...\n' }));
  });
});
