import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL301 unknown-task-option', () => {
  it('finds misspelt options', () => expectFindings('CEL301', {
    'tasks.py': `
from celery import Celery, shared_task
app = Celery('tasks')
@shared_task(«ignore_results»=True, bind=True)
def one(self): ...
@app.task(«max_retry»=3, «soft_timeout»=10)
def two(): ...
@app.task(«defualt_retry_delay»=10)
def three(): ...
`,
  }, {
    severity: 'warning',
    fixed: {
      'tasks.py': `
from celery import Celery, shared_task
app = Celery('tasks')
@shared_task(ignore_result=True, bind=True)
def one(self): ...
@app.task(max_retries=3, soft_time_limit=10)
def two(): ...
@app.task(default_retry_delay=10)
def three(): ...
`,
    },
  }));

  it('finds the words of a policy for sending, once a task', () => expectFindings('CEL301', {
    'tasks.py': `
from celery import shared_task
@shared_task(autoretry_for=(OSError,), «interval_start»=5)
def one(): ...
@shared_task(autoretry_for=(OSError,), «interval_start»=5, interval_step=5)
def three(): ...
@shared_task(default_retry_delay=10, «interval_step»=5, interval_max=60)
def two(): ...
`,
  }, {
    severity: 'warning',
    fixed: {
      'tasks.py': `
from celery import shared_task
@shared_task(autoretry_for=(OSError,), default_retry_delay=5)
def one(): ...
@shared_task(autoretry_for=(OSError,), interval_start=5, interval_step=5)
def three(): ...
@shared_task(default_retry_delay=10, interval_step=5, interval_max=60)
def two(): ...
`,
    },
  }));

  it('stays silent for a policy where it belongs, and one that a base reads', () => expectSilence('CEL301', {
    'tasks.py': `
from celery import shared_task, Task
class Base(Task):
    interval_step = 0
    def retry(self, *args, **kwargs):
        return super().retry(*args, countdown=self.interval_start, **kwargs)
@shared_task
def one(): ...
one.apply_async(retry_policy={'interval_start': 5, 'interval_step': 5})
@shared_task(base=Base, interval_start=5)
def two(): ...
@shared_task(base=Base, interval_step=5)
def three(): ...
`,
  }));

  it('stays silent for attributes of the project\'s own', () => expectSilence('CEL301', {
    'tasks.py': `
from celery import Celery, shared_task, Task
from somewhere import Singleton
class Base(Task):
    retries = 0
app = Celery('tasks')
@shared_task(verbose_name='x', lock_expiry=3)
def one(): ...
@app.task(base=Base, retries=2)
def two(): ...
@app.task(bind=True, timeout=3)
def three(self): return self.timeout
@app.task(base=Singleton, retry_delay=4)
def four(): ...
`,
  }));

  it('finds them in decorators that are prepared under a name, once', () => expectFindings('CEL301', {
    'jobs.py': `
import functools
from celery import Celery, shared_task
app = Celery('jobs')
job = shared_task(«max_retry»=5, acks_late=True)
quick = functools.partial(app.task, «soft_timeout»=10)
`,
    'tasks.py': `
from jobs import app, job, quick
@job
def one(): ...
@job
def two(): ...
@quick
def three(): ...
@quick(«ignore_results»=True)
def four(): ...
def five(): ...
app.task(five, «ratelimit»='1/m')
`,
  }, { messages: [/max_retries is meant/, /soft_time_limit is meant/, /ignore_result is meant/, /rate_limit is meant/] }));

  it('stays silent where one of the tasks of a prepared decorator may read them', () => expectSilence('CEL301', {
    'tasks.py': `
import functools
from celery import shared_task, Task
from somewhere import prepared
class Base(Task):
    max_retry = 3
job = functools.partial(shared_task, max_retry=5)
other = prepared(shared_task, max_retry=5)
@job(base=Base)
def one(): ...
@job
def two(): ...
@other
def three(): ...
`,
  }));

  it('finds misspelt attributes of task classes', () => expectFindings('CEL301', {
    'tasks.py': `
from celery import Celery, Task
from somewhere import Other
app = Celery('tasks')
class Base(Task):
    retries = 3
class One(Base):
    «max_retry» = 5
    retries = 4
    label = 'x'
    def run(self): ...
class Two(Other):
    max_retry = 5
    def run(self): ...
class Three(Task):
    timeout = 5
    def run(self): return self.timeout
for type in (One, Two, Three):
    app.register_task(One())
    app.register_task(Two())
    app.register_task(Three())
`,
  }, { messages: [/max_retries is meant/] }));

  it('knows names of other libraries', () => expectFindings('CEL301', {
    'tasks.py': `
from celery import shared_task
@shared_task(«bound»=True, «soft_limit»=3, «retry_on»=(OSError,))
def one(self): ...
`,
  }, { messages: [/bind is meant/, /soft_time_limit is meant/, /autoretry_for is meant/] }));

  it('finds misspelt options in annotations of tasks', () => expectFindings('CEL301', {
    'tasks.py': `
from celery import Celery
NAME = 'rate_limt'
app = Celery('tasks')
app.conf.task_annotations = {'tasks.one': {«'max_retry'»: 5, 'label': 1}, '*': {«"soft_timeout"»: 30, «NAME»: '1/s', 'label': 'x'}}
app.conf.task_annotations['tasks.two'] = dict(«ack_late»=True, bound=True)
@app.task
def one(): ...
@app.task
def two(): ...
`,
  }, {
    messages: [/no task option max_retry, so it is kept as an attribute and never read; max_retries is meant/, /soft_time_limit is meant/, /rate_limt.*rate_limit is meant/, /acks_late is meant/],
    fixed: {
      'tasks.py': `
from celery import Celery
NAME = 'rate_limt'
app = Celery('tasks')
app.conf.task_annotations = {'tasks.one': {'max_retries': 5, 'label': 1}, '*': {"soft_time_limit": 30, NAME: '1/s', 'label': 'x'}}
app.conf.task_annotations['tasks.two'] = dict(acks_late=True, bound=True)
@app.task
def one(): ...
@app.task
def two(): ...
`,
    },
  }));

  it('stays silent for annotations of which the project has a use, or of tasks that it has not', () => expectSilence('CEL301', {
    'tasks.py': `
from celery import Celery, Task
from elsewhere import Base
app = Celery('tasks')
app.conf.task_annotations = {
    'elsewhere.one': {'max_retry': 5}, 'tasks.two': {'retries': 5}, 'tasks.three': {'max_retry': 5, 'max_retries': 3, 'on_failure': print, '@rate_limit': print},
    'tasks.four': {'max_retry': 5}, 'tasks.three': {'bound': True, 'binds': True},
}
app.conf.beat_schedule = {'tasks.three': {'max_retry': 5}}
class Counting(Task):
    retries = 3
@app.task(base=Counting)
def two(): ...
@app.task
def three(): ...
@app.task(base=Base)
def four(): ...
`,
  }));
});
