import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL302 bind-self-mismatch', () => {
  it('finds self without bind=True, by every way to Celery\'s decorator', () => expectFindings('CEL302', {
    'tasks.py': `
import celery
from celery import Celery, shared_task, shared_task as job
app = Celery('tasks')
task = app.task
@shared_task
def one(«self», url): ...
@app.task(name='two')
def two(«self»): ...
@task()
def three(«self», /, url): ...
@job(bind=False, max_retries=3)
def four(«self»): ...
@celery.shared_task(
    name='five',
)
def five(«self»): ...
`,
  }, {
    severity: 'error',
    messages: [/passes no self to one/, /two/, /three/, /four/, /five/],
    fixed: {
      'tasks.py': `
import celery
from celery import Celery, shared_task, shared_task as job
app = Celery('tasks')
task = app.task
@shared_task(bind=True)
def one(self, url): ...
@app.task(name='two', bind=True)
def two(self): ...
@task(bind=True)
def three(self, /, url): ...
@job(bind=True, max_retries=3)
def four(self): ...
@celery.shared_task(
    name='five',
    bind=True,
)
def five(self): ...
`,
    },
  }));

  it('finds a body that uses the task where nothing is called self', () => expectFindings('CEL302', {
    'tasks.py': `
from celery import shared_task
@shared_task
def one(url):
    try:
        pass
    except ValueError as e:
        raise «self».retry(exc=e)
@shared_task()
def two():
    return «self».request.id
`,
  }, {
    messages: [/no self in one/, /no self in two/],
    fixed: {
      'tasks.py': `
from celery import shared_task
@shared_task(bind=True)
def one(self, url):
    try:
        pass
    except ValueError as e:
        raise self.retry(exc=e)
@shared_task(bind=True)
def two(self):
    return self.request.id
`,
    },
  }));

  it('finds bind=True where nothing takes the task', () => expectFindings('CEL302', {
    'tasks.py': `
from celery import Celery, shared_task
bound = shared_task(bind=True)
app = Celery('tasks')
@app.task(bind=True)
def «one»(): ...
@shared_task(bind=True)
def «two»(*, key): ...
@bound
def «three»(**kwargs): ...
@shared_task(bind=True)
def «four»[T]( ) -> T: ...
`,
  }, {
    severity: 'error',
    messages: [/one has no parameter for it/, /two/, /three/, /four/],
    fixed: {
      'tasks.py': `
from celery import Celery, shared_task
bound = shared_task(bind=True)
app = Celery('tasks')
@app.task(bind=True)
def one(self): ...
@shared_task(bind=True)
def two(self, *, key): ...
@bound
def three(self, **kwargs): ...
@shared_task(bind=True)
def four[T](self ) -> T: ...
`,
    },
  }));

  it('finds bind=True on a staticmethod', () => expectFindings('CEL302', {
    'tasks.py': `
from celery import shared_task
@shared_task(bind=True)
@«staticmethod»
def one(self): ...
`,
  }, { messages: [/staticmethod is given no task/], fixed: null }));

  it('stays silent where bind and the parameters agree', () => expectSilence('CEL302', {
    'tasks.py': `
from celery import Celery, shared_task, Task
app = Celery('tasks')
@shared_task(bind=True)
def one(self, url): ...
@shared_task(bind=True)
def two(task): ...
@app.task(bind=True)
def three(*args): ...
@shared_task
def four(url, self=None): ...
@shared_task
def five(url):
    self = open(url)
    return self.request
@shared_task
def six():
    class Inner:
        def method(self):
            return self.request
class Work(Task):
    def run(self, url):
        self.retry()
app.register_task(Work())
class Service:
    @app.task
    def method(self): ...
def make(self):
    @app.task
    def inner():
        return self.request
`,
  }));

  it('stays silent where options, decorators or base classes are not known', () => expectSilence('CEL302', {
    'tasks.py': `
from functools import partial
from celery import Celery, shared_task, Task
from elsewhere import BIND, OPTIONS, job, inject
from invoke import task
class Passing(Task):
    def __call__(self, *args, **kwargs):
        return self.run(self, *args, **kwargs)
class Binding(Celery):
    def task(self, *args, **options):
        return super().task(*args, bind=True, **options)
app = Binding('tasks')
with_options = shared_task(**OPTIONS)
bound = partial(shared_task, bind=True)
def wrapper(function):
    return shared_task(bind=True)(function)
@shared_task(bind=BIND)
def one(self): ...
@shared_task(**OPTIONS)
def two(self): ...
@shared_task(bind=True)
@inject
def three(): ...
@shared_task
@inject
def four(self): ...
@shared_task(base=Passing)
def five(self): ...
@app.task
def six(self): ...
@with_options
def seven(self): ...
@bound()
def eight(self): ...
@wrapper
def nine(self): ...
@job
def ten(self): ...
@task
def eleven(self): ...
`,
  }));

  it('takes for bind=True what Celery takes for it', () => expectSilence('CEL302', {
    'tasks.py': "from celery import shared_task\n@shared_task(bind=1)\ndef one(self): ...\n@shared_task(bind='yes')\ndef two(self): ...\n",
  }));

  it('adds bind=True only to a decorator that takes more options', () => expectFindings('CEL302', {
    'tasks.py': `
import functools
from celery import Celery, shared_task
app = Celery('tasks')
job = shared_task(acks_late=True)
quick = functools.partial(app.task, acks_late=True)
@job
def one(«self»): ...
@quick
def two(«self»): ...
`,
  }, {
    fixed: {
      'tasks.py': `
import functools
from celery import Celery, shared_task
app = Celery('tasks')
job = shared_task(acks_late=True)
quick = functools.partial(app.task, acks_late=True)
@job
def one(self): ...
@quick(bind=True)
def two(self): ...
`,
    },
  }));

  it('knows apps of a class of the project that makes tasks as Celery does, and no other', async () => {
    await expectFindings('CEL302', {
      'tasks.py': `
from celery import Celery
class Shop(Celery):
    def on_init(self): ...
app = Shop('tasks')
@app.task
def one(«self»): ...
`,
    });
    for (const own of ['def task(self, *args, **options):\n        return super().task(*args, bind=True, **options)', 'def _task_from_fun(self, fun, **options):\n        return super()._task_from_fun(fun, bind=True)']) {
      await expectSilence('CEL302', { 'tasks.py': `from celery import Celery\nclass Shop(Celery):\n    ${own}\napp = Shop('tasks')\n@app.task\ndef one(self): ...\n` });
    }
    await expectSilence('CEL302', { 'tasks.py': "from celery import Celery\nfrom somewhere import Binding\nclass Shop(Binding, Celery):\n    pass\napp = Shop('tasks')\n@app.task\ndef one(self): ...\n" });
  });
});
