import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL405 retry-options-dead', () => {
  it('finds options of automatic retries without autoretry_for', () => expectFindings('CEL405', {
    'tasks.py': `
from celery import Celery, Task, shared_task as job
app = Celery('tasks')
task = app.task
@job(«retry_backoff»=True)
def one(): ...
@app.task(bind=True, «retry_jitter»=True, queue='x', retry_backoff_max=9)
def two(self):
    raise self.retry(countdown=3)
@task(«retry_kwargs»={'max_retries': 3}, name='three')
def three(): ...
@task(«retry_backoff»=2, autoretry_for=())
def four(): ...
class Five(Task):
    «retry_backoff» = True
    def run(self):
        self.retry()
app.register_task(Five())
`,
  }, {
    severity: 'warning',
    messages: [/Nothing reads retry_backoff: only automatic retries read it/, /retry_jitter and retry_backoff_max: only automatic retries read them/, /retry_kwargs/, /retry_backoff/, /retry_backoff/],
  }));

  it('removes them', () => expectFindings('CEL405', {
    'tasks.py': `
from celery import shared_task
@shared_task(«retry_backoff»=True)
def one(): ...
@shared_task(«retry_backoff»=True, retry_jitter=True, queue='x')
def two(): ...
@shared_task(queue='x', «retry_backoff»=True, name='y', retry_jitter=False)
def three(): ...
@shared_task(
    queue='x',
    «max_retries»=4,
)
def four(): ...
`,
  }, { fixed: {
    'tasks.py': `
from celery import shared_task
@shared_task()
def one(): ...
@shared_task(queue='x')
def two(): ...
@shared_task(queue='x', name='y')
def three(): ...
@shared_task(
    queue='x',
)
def four(): ...
`,
  } }));

  it('finds a limit or a delay on a task that never retries', () => expectFindings('CEL405', {
    'tasks.py': `
from celery import shared_task
@shared_task(«max_retries»=5, default_retry_delay=30)
def one(): ...
@shared_task(bind=True, «max_retries»=5)
def two(self): return self.request.id
`,
  }, { messages: [/max_retries and default_retry_delay: the task neither has autoretry_for nor calls retry\(\)/, /max_retries/] }));

  it('stays silent where they are read', () => expectSilence('CEL405', {
    'tasks.py': `
from functools import partial
from celery import Task, shared_task
from somewhere import Base, again, measured, retried, wrapper
class Automatic(Task):
    autoretry_for = (OSError,)
class Inheriting(Automatic): pass
@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=4)
def one(): ...
@shared_task(bind=True, max_retries=4, default_retry_delay=9)
def two(self): self.retry()
@shared_task(bind=True, retry_backoff=True, max_retries=3)
def three(self): again(self)
@shared_task(base=Inheriting, retry_backoff=True, max_retries=3)
def four(): ...
@shared_task(base=Base, retry_backoff=True, max_retries=3)
def five(): ...
@shared_task(**more, retry_backoff=True)
def six(): ...
@wrapper(retry_backoff=True)
def seven(): ...
@shared_task(bind=True, retry_backoff=True)
@retried
def eight(self): ...
@shared_task(max_retries=0)
def nine(): ...
@shared_task(max_retries=None)
def ten(): ...
@shared_task(max_retries=3)
def eleven(): eleven.retry()
class Twelve(Automatic):
    retry_backoff = True
    def run(self): ...
app.register_task(Twelve())
many = shared_task(**options)
@many(retry_backoff=True)
def thirteen(): ...
@shared_task(autoretry_for=unknown, retry_backoff=True)
def fourteen(): ...
some = partial(shared_task, **options)
@some(retry_backoff=True)
def fifteen(): ...
`,
  }));

  it('stays silent where the project reads the attribute itself', () => expectSilence('CEL405', {
    'tasks.py': `
from celery import shared_task
@shared_task(bind=True, retry_backoff=60)
def one(self):
    raise self.retry(countdown=self.retry_backoff * 2 ** self.request.retries)
@shared_task(retry_jitter=True)
def two(): ...
`,
    'other.py': `
from celery.result import AsyncResult
from tasks import two
def wait(): return getattr(two, 'retry_jitter', None)
`,
  }));

  it('stays silent about a limit where a helper may retry the current task', () => expectSilence('CEL405', {
    'tasks.py': `
from celery import current_task, shared_task
def again(): current_task.retry()
@shared_task(max_retries=4)
def one(): again()
`,
  }));

  it('stays silent where annotations may give more', () => expectSilence('CEL405', {
    'tasks.py': `
from celery import Celery
app = Celery('tasks')
app.conf.task_annotations = {'*': {'autoretry_for': (OSError,)}}
@app.task(retry_backoff=True)
def one(): ...
`,
  }));

  it('finds options that a decorator is prepared with, once for all its tasks', () => expectFindings('CEL405', {
    'jobs.py': `
from functools import partial
from celery import Celery, shared_task
app = Celery('jobs')
retrying = partial(app.task, queue='x', «retry_backoff»=True, retry_jitter=True)
several = shared_task(bind=True, «max_retries»=5)
live = shared_task(max_retries=5)
unused = shared_task(max_retries=5)
`,
    'tasks.py': `
from jobs import live, retrying, several
@retrying()
def one(): ...
@retrying(name='two')
def two(): ...
@several
def three(self): ...
@live
def four(): ...
@live
def five():
    five.retry()
`,
  }, {
    messages: [/^Nothing reads retry_backoff and retry_jitter: only automatic retries read them, and none of its tasks has autoretry_for$/, /^Nothing reads max_retries: the task neither has/],
    fixed: {
      'jobs.py': `
from functools import partial
from celery import Celery, shared_task
app = Celery('jobs')
retrying = partial(app.task, queue='x')
several = shared_task(bind=True)
live = shared_task(max_retries=5)
unused = shared_task(max_retries=5)
`,
    },
  }));

  it('finds what is prepared and what is given beside it', () => expectFindings('CEL405', {
    'tasks.py': `
from celery import shared_task
job = shared_task(«retry_backoff»=True)
@job
def one(): ...
@job
def two(): ...
many = shared_task(retry_backoff=True, autoretry_for=(OSError,))
@many
def three(): ...
`,
  }, { messages: [/none of its tasks/] }));
});
