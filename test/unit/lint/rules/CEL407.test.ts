import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL407 autoretry-broad', () => {
  it('finds tasks that retry for everything', () => expectFindings('CEL407', {
    'tasks.py': `
from celery import Celery, Task, shared_task as job
app = Celery('tasks')
task = app.task
everything = (Exception,)
@job(autoretry_for=(«Exception»,))
def one(): ...
@app.task(autoretry_for=[OSError, «BaseException»])
def two(): ...
@task(autoretry_for=«everything»)
def three(): ...
class Four(Task):
    autoretry_for = («Exception»,)
    def run(self): ...
app.register_task(Four())
`,
  }, { severity: 'info', messages: [/Every mistake in one/, /two/, /three/, /Four/], fixed: null }));

  it('stays silent for what is chosen, not known, or no task', () => expectSilence('CEL407', {
    'tasks.py': `
from celery import Task, shared_task
from invoke import task
from somewhere import Base, Exception as Failure, retriable, wrapper
class Choosing(Task):
    dont_autoretry_for = (ValueError,)
@shared_task(autoretry_for=(OSError,))
def one(): ...
@shared_task(autoretry_for=(Exception,), dont_autoretry_for=(ValueError,))
def two(): ...
@shared_task(autoretry_for=(Exception,), base=Choosing)
def three(): ...
@shared_task(autoretry_for=(Exception,), base=Base)
def four(): ...
@shared_task(autoretry_for=(Failure,))
def five(): ...
@shared_task(autoretry_for=retriable)
def six(): ...
@shared_task(autoretry_for=(Exception,), **more)
def seven(): ...
@task(autoretry_for=(Exception,))
def eight(): ...
@wrapper(autoretry_for=(Exception,))
def nine(): ...
`,
  }));
});
