import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL408 no-backoff', () => {
  it('finds automatic retries that all wait the same', () => expectFindings('CEL408', {
    'tasks.py': `
from celery import Celery, Task, shared_task as job
app = Celery('tasks')
task = app.task
@job(«autoretry_for»=(OSError,))
def one(): ...
@app.task(bind=True, «autoretry_for»=[OSError], retry_kwargs={'max_retries': 9})
def two(self): ...
@task(«autoretry_for»=(OSError,), max_retries=4, retry_kwargs=dict(max_retries=3))
def three(): ...
class Four(Task):
    «autoretry_for» = (OSError,)
    def run(self): ...
app.register_task(Four())
`,
  }, {
    severity: 'info',
    messages: [/Every retry of one waits the same 180 seconds/, /two/, /three/, /Four/],
    fixed: {
      'tasks.py': `
from celery import Celery, Task, shared_task as job
app = Celery('tasks')
task = app.task
@job(autoretry_for=(OSError,), retry_backoff=True)
def one(): ...
@app.task(bind=True, autoretry_for=[OSError], retry_kwargs={'max_retries': 9}, retry_backoff=True)
def two(self): ...
@task(autoretry_for=(OSError,), max_retries=4, retry_kwargs=dict(max_retries=3), retry_backoff=True)
def three(): ...
class Four(Task):
    autoretry_for = (OSError,)
    def run(self): ...
app.register_task(Four())
`,
    },
  }));

  it('stays silent where a delay is given, or may be', async () => {
    await expectSilence('CEL408', {
      'tasks.py': `
from celery import Task, shared_task
from invoke import task
from somewhere import Base, wrapper
class Waiting(Task):
    default_retry_delay = 9
@shared_task(autoretry_for=(OSError,), retry_backoff=True)
def one(): ...
@shared_task(autoretry_for=(OSError,), retry_backoff=False)
def two(): ...
@shared_task(autoretry_for=(OSError,), interval_start=9)
def named_elsewhere(): ...
@shared_task(autoretry_for=(OSError,), default_retry_delay=9)
def three(): ...
@shared_task(autoretry_for=(OSError,), retry_kwargs={'countdown': 9})
def four(): ...
@shared_task(autoretry_for=(OSError,), retry_kwargs=dict(countdown=9))
def five(): ...
@shared_task(autoretry_for=(OSError,), retry_kwargs=unknown)
def six(): ...
@shared_task(autoretry_for=(OSError,), retry_kwargs={**unknown})
def seven(): ...
@shared_task(autoretry_for=(OSError,), base=Waiting)
def eight(): ...
@shared_task(autoretry_for=(OSError,), base=Base)
def nine(): ...
@shared_task(autoretry_for=(OSError,), **more)
def ten(): ...
@shared_task(autoretry_for=())
def eleven(): ...
@shared_task(max_retries=3)
def twelve(): ...
@task(autoretry_for=(OSError,))
def thirteen(): ...
@wrapper(autoretry_for=(OSError,))
def fourteen(): ...
`,
    });
    await expectSilence('CEL408', { 'tasks.py': 'from celery import Celery\napp = Celery("t")\napp.conf.task_annotations = {"*": {"retry_backoff": True}}\n@app.task(autoretry_for=(OSError,))\ndef one(): ...\n' });
  });

  it('finds a backoff that is turned off beside what is for it', () => expectFindings('CEL408', {
    'tasks.py': `
from functools import partial
from celery import Celery, Task, shared_task
app = Celery('tasks')
@shared_task(autoretry_for=(OSError,), retry_backoff=«False», retry_backoff_max=600)
def one(): ...
@app.task(autoretry_for=(OSError,), retry_jitter=True, retry_backoff_max=60, retry_backoff=«0», retry_kwargs={'max_retries': 3})
def two(): ...
class Three(Task):
    autoretry_for = (OSError,)
    retry_backoff = «None»
    retry_jitter = True
    def run(self): ...
app.register_task(Three())
`,
  }, {
    severity: 'info',
    messages: [/^This turns off what retry_backoff_max is for: every retry of one waits the same 180 seconds$/, /what retry_backoff_max and retry_jitter are for/, /what retry_jitter is for: every retry of Three/],
    fixed: {
      'tasks.py': `
from functools import partial
from celery import Celery, Task, shared_task
app = Celery('tasks')
@shared_task(autoretry_for=(OSError,), retry_backoff=True, retry_backoff_max=600)
def one(): ...
@app.task(autoretry_for=(OSError,), retry_jitter=True, retry_backoff_max=60, retry_backoff=True, retry_kwargs={'max_retries': 3})
def two(): ...
class Three(Task):
    autoretry_for = (OSError,)
    retry_backoff = True
    retry_jitter = True
    def run(self): ...
app.register_task(Three())
`,
    },
  }));

  it('stays silent where a backoff that is turned off fits what is beside it', () => expectSilence('CEL408', {
    'tasks.py': `
from celery import shared_task
from somewhere import FAST, wrapper
@shared_task(autoretry_for=(OSError,), retry_backoff=False, retry_jitter=False)
def one(): ...
@shared_task(autoretry_for=(OSError,), retry_backoff=FAST, retry_backoff_max=60)
def two(): ...
@shared_task(autoretry_for=(OSError,), retry_backoff=False, retry_backoff_max=60, default_retry_delay=5)
def three(): ...
@shared_task(autoretry_for=(OSError,), retry_backoff=False, retry_jitter=True, retry_kwargs={'countdown': 5})
def four(): ...
@shared_task(retry_backoff=False, retry_jitter=True)
def five(): ...
@wrapper(autoretry_for=(OSError,), retry_backoff=False, retry_jitter=True)
def six(): ...
@shared_task(autoretry_for=(OSError,), retry_backoff=False, retry_jitter=FAST)
def seven(): ...
`,
  }));

  it('stays silent where the project reads the option itself', () => expectSilence('CEL408', {
    'tasks.py': `
from celery import shared_task
@shared_task(bind=True, autoretry_for=(OSError,), retry_backoff=False, retry_backoff_max=60)
def one(self):
    raise self.retry(countdown=min(2 ** self.request.retries, self.retry_backoff_max))
`,
  }));
});
