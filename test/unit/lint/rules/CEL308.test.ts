import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL308 decorator-order', () => {
  it('finds decorators that hide a task that is sent', () => expectFindings('CEL308', {
    'a.py': `
import functools
from functools import lru_cache
from celery import Celery, shared_task as job
from django.db.transaction import atomic
app = Celery('a')
def timed(f):
    @functools.wraps(f)
    def wrapper(*args): return f(*args)
    return wrapper
@«atomic»
@job
def one(): ...
@«lru_cache(maxsize=3)»
@app.task(name='two')
def two(): ...
@«timed»
@app.task
def three(): ...
one.delay()
two.apply_async()
`,
    'b.py': `from a import three\nimport celery\ndef view():\n    three.delay()\n`,
  }, {
    severity: 'warning',
    messages: [/atomic puts a function in place of the task: one\.delay raises/, /two\.apply_async/, /three\.delay/],
    fixed: {
      'a.py': `
import functools
from functools import lru_cache
from celery import Celery, shared_task as job
from django.db.transaction import atomic
app = Celery('a')
def timed(f):
    @functools.wraps(f)
    def wrapper(*args): return f(*args)
    return wrapper
@job
@atomic
def one(): ...
@app.task(name='two')
@lru_cache(maxsize=3)
def two(): ...
@app.task
@timed
def three(): ...
one.delay()
two.apply_async()
`,
    },
  }));

  it('stays silent where nothing is sent, the task stays reachable, or a decorator is not known', () => expectSilence('CEL308', {
    'tasks.py': `
import functools
from celery import shared_task
from django.db.transaction import atomic
from elsewhere import job, marked, queued
from invoke import task
def register(f):
    f.registered = True
    return f
def sending(f):
    def wrapper(*args): return f.delay(*args)
    wrapper.delay = f.delay
    return wrapper
@atomic
@shared_task
def one(): ...
one()
@register
@shared_task
def two(): ...
two.delay()
@sending
@shared_task
def three(): ...
three.delay()
@queued
@shared_task
def four(): ...
four.delay()
@shared_task
@atomic
def five(): ...
five.delay()
@atomic
@job
def six(): ...
six.delay()
@atomic
@task
def seven(): ...
seven.delay()
@functools.wraps(one)
@shared_task
def eight(): ...
eight.delay()
`,
  }));

  it('finds tasks whose signatures are made', () => expectFindings('CEL308', {
    'tasks.py': `
from functools import lru_cache
from celery import shared_task
@«lru_cache»
@shared_task
def one(x): ...
one.s(1).delay()
`,
  }, { messages: [/one\.s raises an AttributeError/] }));
});
