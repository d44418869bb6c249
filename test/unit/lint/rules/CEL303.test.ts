import assert from 'node:assert/strict';
import { expectFindings, expectSilence, lint } from '../ruleTester';

describe('CEL303 duplicate-task-name', () => {
  it('finds a name that is given twice, by constants too', () => expectFindings('CEL303', {
    'tasks.py': `
from celery import Celery, shared_task as job
NAME = 'mail.send'
app = Celery('tasks')
task = app.task
@task(name=NAME)
def one(): ...
@app.task(name=«'mail.send'»)
def two(): ...
@job(name=«NAME»)
def three(): ...
`,
  }, { severity: 'error', messages: [/mail\.send is that of another task.*DuplicateTaskNameWarning/, /either run that one/], fixed: null }));

  it('speaks of no warning before Celery 5.7', () => expectFindings('CEL303', {
    'tasks.py': `
from celery import shared_task
@shared_task(name='a')
def one(): ...
@shared_task(name=«'a'»)
def two(): ...
@shared_task
@shared_task
def three(): ...
`,
  }, { messages: [/calls of either run that one$/], versions: { celery: '5.6', kombu: '5.6' } }));

  it('finds a name across modules and says where the other is', async () => {
    const sources = {
      'shop/__init__.py': '',
      'shop/a.py': `from celery import shared_task\n@shared_task(name='send')\ndef one(): ...\n`,
      'shop/b.py': `from celery import shared_task\n@shared_task(name=«'send'»)\ndef two(): ...\n`,
    };
    await expectFindings('CEL303', sources);
    const [found] = await lint('CEL303', { ...sources, 'shop/b.py': sources['shop/b.py'].replace(/[«»]/g, '') });
    assert.equal(found!.related![0]!.file.name, 'shop.a');
  });

  it('finds class-based tasks', () => expectFindings('CEL303', {
    'tasks.py': `
from celery import Celery, Task
app = Celery('tasks')
@app.task(name='work')
def one(): ...
class Work(Task):
    name = «'work'»
    def run(self): ...
app.register_task(Work())
`,
  }));

  it('finds functions of one name, and tells methods of classes apart', () => expectFindings('CEL303', {
    'tasks.py': `
from celery import shared_task
class A:
    @staticmethod
    @shared_task
    def send(x): ...
class B:
    @staticmethod
    @shared_task
    def «send»(x): ...
`,
  }, {
    fixed: {
      'tasks.py': `
from celery import shared_task
class A:
    @staticmethod
    @shared_task
    def send(x): ...
class B:
    @staticmethod
    @shared_task(name='tasks.B.send')
    def send(x): ...
`,
    },
  }));

  it('finds shared_task twice on one function, from Celery 5.7', () => expectFindings('CEL303', {
    'tasks.py': `
from celery import shared_task
@shared_task(name='x')
@«shared_task»
def one(): ...
`,
  }, { messages: [/applied twice to one: Celery raises a TypeError/] }));

  it('stays silent for alternatives, separate apps, separate programs and tests', () => expectSilence('CEL303', {
    'shop/__init__.py': '',
    'shop/tasks.py': `
from celery import Celery, shared_task
one = Celery('one')
two = Celery('two')
if DEBUG:
    @shared_task
    def send(): ...
else:
    @shared_task
    def send(): ...
try:
    import fast
    @shared_task(name='run')
    def run_fast(): ...
except ImportError:
    @shared_task(name='run')
    def run_slow(): ...
@one.task(name='x')
def a(): ...
@two.task(name='x')
def b(): ...
def make():
    @one.task(name='x')
    def c(): ...
`,
    'shop/tests/__init__.py': '',
    'shop/tests/test_tasks.py': `from shop.tasks import one\n@one.task(name='x')\ndef fake(): ...\n`,
    'worker_a/pyproject.toml': '',
    'worker_a/jobs.py': `from celery import shared_task\n@shared_task\ndef go(): ...\n`,
    'worker_b/pyproject.toml': '',
    'worker_b/jobs.py': `from celery import shared_task\n@shared_task\ndef go(): ...\n`,
  }));

  it('stays silent where a name or a decorator is not known', () => expectSilence('CEL303', {
    'tasks.py': `
from celery import shared_task
from elsewhere import NAME, job, make_app
app = make_app()
def wrapper(name):
    return shared_task(name=name + '.x')
@shared_task(name=NAME)
def one(): ...
@shared_task(name=NAME)
def two(): ...
@job(name='a')
def three(): ...
@job(name='a')
def four(): ...
@app.task(name='a')
def five(): ...
@wrapper('a')
def six(): ...
@wrapper('a')
def seven(): ...
`,
  }));

  it('finds a name that is given twice above a decorator that would give another', () => expectFindings('CEL303', {
    'tasks.py': `from celery import shared_task
def timed(f):
    def wrapper(*args):
        return f(*args)
    return wrapper
@shared_task(name='a')
@timed
def one(): ...
@shared_task(name=«'a'»)
@timed
def two(): ...
`,
  }));

  it('leaves tasks that a decorator names alike to CEL304', () => expectSilence('CEL303', {
    'tasks.py': `from celery import shared_task
def timed(f):
    def wrapper(*args):
        return f(*args)
    return wrapper
@shared_task
@timed
def one(): ...
@shared_task
@timed
def two(): ...
`,
  }));
});
