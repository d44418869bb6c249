import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL403 autoretry-not-iterable', () => {
  it('finds one class where a tuple is wanted', () => expectFindings('CEL403', {
    'tasks.py': `
import celery.exceptions
from celery import Celery, Task, shared_task as job
from requests.exceptions import Timeout
app = Celery('tasks')
task = app.task
class Busy(Exception): pass
@job(autoretry_for=«ValueError»)
def one(): ...
@app.task(autoretry_for=(«OSError»), dont_autoretry_for=«Busy»)
def two(): ...
@task(autoretry_for=(
    «Timeout»
))
def three(): ...
class Four(Task):
    autoretry_for = «celery.exceptions.SoftTimeLimitExceeded»
    def run(self): ...
app.register_task(Four())
`,
  }, {
    severity: 'error',
    messages: [/autoretry_for must be a tuple, and ValueError is a class: TypeError/, /OSError/, /dont_autoretry_for must be a tuple/, /Timeout/, /SoftTimeLimitExceeded/],
    fixed: {
      'tasks.py': `
import celery.exceptions
from celery import Celery, Task, shared_task as job
from requests.exceptions import Timeout
app = Celery('tasks')
task = app.task
class Busy(Exception): pass
@job(autoretry_for=(ValueError,))
def one(): ...
@app.task(autoretry_for=(OSError,), dont_autoretry_for=(Busy,))
def two(): ...
@task(autoretry_for=(
    Timeout,
))
def three(): ...
class Four(Task):
    autoretry_for = (celery.exceptions.SoftTimeLimitExceeded,)
    def run(self): ...
app.register_task(Four())
`,
    },
  }));

  it('stays silent for what can be iterated, is not known, or is no task', () => expectSilence('CEL403', {
    'tasks.py': `
from celery import shared_task
from invoke import task
from somewhere import errors, Failure, wrapper
expected = (ValueError, OSError)
@shared_task(autoretry_for=(ValueError,), throws=KeyError)
def one(): ...
@shared_task(autoretry_for=[ValueError], dont_autoretry_for={KeyError})
def two(): ...
@shared_task(autoretry_for=expected)
def three(): ...
@shared_task(autoretry_for=errors.retriable)
def four(): ...
@shared_task(autoretry_for=Failure)
def five(): ...
@shared_task(autoretry_for=OSError if debug else expected)
def six(): ...
@task(autoretry_for=ValueError)
def seven(): ...
@wrapper(autoretry_for=ValueError)
def eight(): ...
`,
  }));

  it('knows that Celery 5.2 does not read dont_autoretry_for', () => expectSilence('CEL403', {
    'tasks.py': 'from celery import shared_task\n@shared_task(dont_autoretry_for=ValueError)\ndef one(): ...\n',
  }, {}, { celery: '5.2', kombu: '5.2' }));

  it('finds what is no exception at all, and exceptions of well-known libraries', () => expectFindings('CEL403', {
    'tasks.py': `
import requests
from celery import shared_task
@shared_task(autoretry_for=«True»)
def one(): ...
@shared_task(autoretry_for=«None»)
def two(): ...
@shared_task(autoretry_for=«requests.RequestException»)
def three(): ...
`,
  }, { messages: [/True is none: TypeError/, /None is none/, /RequestException is a class/] }));
});
