import { expectFindings, expectSilence } from '../ruleTester';
import { django } from './django';

describe('CEL404 autoretry-on-hard-limit', () => {
  it('finds tasks that wait for the hard limit', () => expectFindings('CEL404', {
    'tasks.py': `
import billiard.exceptions
from celery import Celery, Task, shared_task as job
from celery.exceptions import TimeLimitExceeded
app = Celery('tasks')
@job(autoretry_for=(OSError, «TimeLimitExceeded»))
def one(): ...
@app.task(autoretry_for=[«billiard.exceptions.TimeLimitExceeded», OSError], time_limit=9)
def two(): ...
@app.task(autoretry_for=(OSError, «TimeLimitExceeded», ValueError,))
def three(): ...
@app.task(time_limit=9, autoretry_for=(«TimeLimitExceeded»,))
def four(): ...
class Five(Task):
    autoretry_for = (OSError, «TimeLimitExceeded»,)
    def run(self): ...
app.register_task(Five())
`,
  }, {
    severity: 'warning',
    messages: Array.from({ length: 5 }, () => /hard limit kills the process/),
    fixed: {
      'tasks.py': `
import billiard.exceptions
from celery import Celery, Task, shared_task as job
from celery.exceptions import TimeLimitExceeded
app = Celery('tasks')
@job(autoretry_for=(OSError,))
def one(): ...
@app.task(autoretry_for=[OSError], time_limit=9)
def two(): ...
@app.task(autoretry_for=(OSError, ValueError,))
def three(): ...
@app.task(time_limit=9)
def four(): ...
class Five(Task):
    autoretry_for = (OSError,)
    def run(self): ...
app.register_task(Five())
`,
    },
  }));

  it('finds it in handlers, and catches the soft limit where there is one', () => expectFindings('CEL404', {
    'tasks.py': `from celery import shared_task
from celery.exceptions import TimeLimitExceeded
@shared_task(soft_time_limit=9)
def one():
    try:
        work()
    except (OSError, «TimeLimitExceeded»):
        pass
@shared_task
def two():
    try:
        work()
    except «TimeLimitExceeded»:
        pass
`,
  }, { fixed: {
    'tasks.py': `from celery.exceptions import SoftTimeLimitExceeded
from celery import shared_task
from celery.exceptions import TimeLimitExceeded
@shared_task(soft_time_limit=9)
def one():
    try:
        work()
    except (OSError, SoftTimeLimitExceeded):
        pass
@shared_task
def two():
    try:
        work()
    except TimeLimitExceeded:
        pass
`,
  } }));

  it('finds a soft limit that nobody sets', () => expectFindings('CEL404', django('CELERY_TASK_TIME_LIMIT = 9\n', {
    'proj/tasks.py': `
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
@shared_task(autoretry_for=(«SoftTimeLimitExceeded», OSError))
def one(): ...
@shared_task(autoretry_for=(SoftTimeLimitExceeded,), soft_time_limit=3)
def two(): ...
`,
  }), { severity: 'info', messages: [/only where there is a soft time limit, and one has none/], fixed: null }));

  it('stays silent where something may set a soft limit', async () => {
    const tasks = 'from celery import shared_task\nfrom celery.exceptions import SoftTimeLimitExceeded\n@shared_task(autoretry_for=(SoftTimeLimitExceeded,))\ndef one(): ...\n';
    await expectSilence('CEL404', django('CELERY_TASK_SOFT_TIME_LIMIT = 9\n', { 'proj/tasks.py': tasks }));
    await expectSilence('CEL404', django('from somewhere import *\n', { 'proj/tasks.py': tasks }));
    await expectSilence('CEL404', django('CELERY_TASK_ANNOTATIONS = annotations\n', { 'proj/tasks.py': tasks }));
    await expectSilence('CEL404', django('', { 'proj/tasks.py': `${tasks}one.apply_async(soft_time_limit=3)\n` }));
    await expectSilence('CEL404', django('', { 'proj/tasks.py': tasks.replace('@shared_task(', '@shared_task(**more, ') }));
    await expectSilence('CEL404', django('', { 'proj/tasks.py': `${tasks.replace('@shared_task(', 'from somewhere import Base\n@shared_task(base=Base, ')}` }));
  });

  it('stays silent for other exceptions and outside of tasks', () => expectSilence('CEL404', {
    'tasks.py': `
from celery import shared_task
from celery.exceptions import TimeLimitExceeded
from invoke import task
from somewhere import TimeLimitExceeded as Other, wrapper
@shared_task(autoretry_for=(Other,))
def one():
    try:
        work()
    except Other:
        pass
@shared_task
def two(result):
    try:
        result.get()
    except TimeLimitExceeded:
        pass
def helper():
    try:
        work()
    except TimeLimitExceeded:
        pass
@task(autoretry_for=(TimeLimitExceeded,))
def three(): ...
@wrapper(autoretry_for=(TimeLimitExceeded,))
def four(): ...
@shared_task(autoretry_for=unknown)
def five(): ...
`,
  }));
});
