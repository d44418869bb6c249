import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL406 retry-forever', () => {
  it('finds retries without an end', () => expectFindings('CEL406', {
    'tasks.py': `
from celery import Celery, Task, shared_task as job
app = Celery('tasks')
task = app.task
@job(autoretry_for=(OSError,), max_retries=«None»)
def one(): ...
@app.task(bind=True, max_retries=«None»)
def two(self):
    self.retry(countdown=3)
@task(bind=True, max_retries=«None»)
def three(self):
    if self.request.retries: self.retry(max_retries=3)
    self.retry()
@job(autoretry_for=(OSError,), max_retries=«None», retry_kwargs={'countdown': 3})
def four(): ...
class Five(Task):
    max_retries = «None»
    def run(self): self.retry()
app.register_task(Five())
`,
  }, { severity: 'info', messages: [/one is retried for ever/, /two/, /three/, /four/, /Five/], fixed: null }));

  it('stays silent where there is a limit, or no retry that is known', () => expectSilence('CEL406', {
    'tasks.py': `
from celery import Task, shared_task
from invoke import task
from somewhere import again, limit, wrapper
@shared_task(bind=True, max_retries=None)
def one(self):
    self.retry(max_retries=3)
@shared_task(bind=True, max_retries=None)
def two(self, **more):
    self.retry(**more)
@shared_task(max_retries=None)
def three(): ...
@shared_task(autoretry_for=(OSError,), max_retries=None, retry_kwargs={'max_retries': 3})
def four(): ...
@shared_task(autoretry_for=(OSError,), max_retries=None, retry_kwargs=unknown)
def five(): ...
@shared_task(autoretry_for=(OSError,), max_retries=limit)
def six(): ...
@shared_task(autoretry_for=(OSError,), max_retries=3)
def seven(): ...
@shared_task(bind=True, max_retries=None)
def eight(self): again(self)
@task(autoretry_for=(OSError,), max_retries=None)
def nine(): ...
@wrapper(autoretry_for=(OSError,), max_retries=None)
def ten(): ...
`,
  }));
});
