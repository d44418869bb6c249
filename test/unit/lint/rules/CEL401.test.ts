import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL401 retry-swallowed', () => {
  it('finds a broad handler around retry()', () => expectFindings('CEL401', {
    'tasks.py': `
from celery import Celery, shared_task
app = Celery('tasks')
@shared_task(bind=True)
def one(self):
    try:
        if busy():
            raise self.retry(countdown=3)
    «except Exception» as error:
        print(error)
@app.task(bind=True)
def two(task):
    try:
        task.retry()
    except ValueError:
        raise
    «except (KeyError, BaseException)»:
        return None
@shared_task(bind=True)
def three(self):
    try:
        try:
            work()
        except OSError as error:
            self.retry(exc=error)
    «except»:
        pass
@shared_task
def four():
    try:
        four.retry()
    «except Exception»:
        pass
`,
  }, {
    severity: 'error',
    messages: [/sent the task again, and except Exception catches it/, /except \(KeyError, BaseException\)/, /this except catches it/, /success/],
  }));

  it('finds it by aliases, in classes and for current_task', () => expectFindings('CEL401', {
    'app.py': 'from celery import Celery\napp = Celery("app")\ntask = app.task\n',
    'tasks.py': `
from app import app, task
from celery import Task, current_task, shared_task as job
@task(bind=True)
def one(self):
    try:
        self.retry()
    «except Exception»:
        pass
@job(bind=True)
def two(self):
    try:
        self.retry()
    except OSError:
        pass
    else:
        pass
    finally:
        pass
    try:
        with open('x'):
            for _ in range(3):
                self.retry()
    «except Exception»:
        pass
class Three(Task):
    def run(self):
        try:
            self.retry()
        «except Exception»:
            pass
three = app.register_task(Three())
def helper():
    try:
        current_task.retry()
    «except Exception»:
        pass
`,
  }));

  it('finds Ignore and Reject that are kept', () => expectFindings('CEL401', {
    'tasks.py': `
from celery import shared_task
from celery.exceptions import Ignore, Reject
@shared_task(bind=True)
def one(self):
    try:
        raise Ignore()
    «except Exception»:
        pass
@shared_task
def two():
    try:
        raise Reject('no', requeue=False)
    «except Exception»:
        pass
`,
  }, { messages: [/Ignore tells the worker/, /Reject tells the worker/] }));

  it('lets the exception pass', () => expectFindings('CEL401', {
    'tasks.py': `from celery import shared_task
@shared_task(bind=True)
def one(self):
    try:
        raise self.retry()
    «except Exception»:
        print('no')
`,
  }, { fixed: {
    'tasks.py': `from celery.exceptions import Retry
from celery import shared_task
@shared_task(bind=True)
def one(self):
    try:
        raise self.retry()
    except Retry:
        raise
    except Exception:
        print('no')
`,
  } }));

  it('has no fix where Retry means something else', () => expectFindings('CEL401', {
    'tasks.py': `from celery import shared_task
from urllib3 import Retry
@shared_task(bind=True)
def one(self):
    try:
        raise self.retry()
    «except Exception»:
        print('no')
`,
  }, { fixed: null }));

  it('stays silent where Retry gets out', () => expectSilence('CEL401', {
    'tasks.py': `
import celery
from celery import shared_task
from celery.exceptions import Ignore, Retry
from somewhere import Anything, suppressing
def fail(error):
    raise RuntimeError from error
@shared_task(bind=True)
def handler(self):
    try:
        work()
    except Exception as error:
        raise self.retry(exc=error)
@shared_task(bind=True)
def passes(self):
    try:
        self.retry()
    except (Retry, Ignore):
        raise
    except Exception:
        pass
@shared_task(bind=True)
def passes_too(self):
    try:
        self.retry()
    except celery.exceptions.Retry:
        raise
    except Exception:
        pass
@shared_task(bind=True)
def raises(self):
    try:
        self.retry()
    except Exception:
        print('no')
        raise
@shared_task(bind=True)
def raises_other(self):
    try:
        try:
            self.retry()
        except Exception as error:
            raise ValueError from error
    except Exception:
        pass
@shared_task(bind=True)
def asks(self):
    try:
        self.retry()
    except Exception as error:
        if isinstance(error, Retry):
            raise
@shared_task(bind=True)
def calls(self):
    try:
        self.retry()
    except Exception as error:
        fail(error)
@shared_task(bind=True)
def again(self):
    try:
        self.retry()
    except Exception as error:
        self.retry(exc=error)
@shared_task(bind=True)
def on_purpose(self):
    try:
        self.retry()
    except Retry:
        pass
@shared_task(bind=True)
def no_throw(self):
    try:
        self.retry(throw=False)
    except Exception:
        pass
@shared_task(bind=True)
def options(self, **more):
    try:
        self.retry(**more)
    except Exception:
        pass
@shared_task(bind=True)
def narrow(self):
    try:
        self.retry()
    except (OSError, ValueError):
        pass
@shared_task(bind=True)
def otherwise(self):
    try:
        work()
    except Exception:
        pass
    else:
        self.retry()
@shared_task(bind=True)
def inner(self):
    try:
        def later(): self.retry()
        schedule(later)
    except Exception:
        pass
`,
  }));

  it('stays silent for what is not a task\'s retry, or not known', () => expectSilence('CEL401', {
    'tasks.py': `
from celery import Task, shared_task
from invoke import task
from somewhere import Base, wrapper
class Own(Task):
    def retry(self, *args, **kwargs): return None
class Client:
    def fetch(self):
        try:
            self.retry()
        except Exception:
            pass
@shared_task
def unbound(self, client):
    try:
        self.retry()
        client.retry()
    except Exception:
        pass
@shared_task(bind=True, base=Own)
def own(self):
    try:
        self.retry()
    except Exception:
        pass
@shared_task(bind=True, base=Base)
def foreign(self):
    try:
        self.retry()
    except Exception:
        pass
@task(bind=True)
def invoked(self):
    try:
        self.retry()
    except Exception:
        pass
@wrapper(bind=True)
def wrapped(self):
    try:
        self.retry()
    except Exception:
        pass
`,
  }));
});
