import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL402 retry-positional-exc', () => {
  it('finds exceptions in the place of the arguments', () => expectFindings('CEL402', {
    'tasks.py': `
from celery import Celery, Task, shared_task as job
app = Celery('tasks')
class Busy(Exception): pass
@job(bind=True)
def one(self):
    try:
        work()
    except OSError as error:
        raise self.retry(«error»)
    except library.Error as failure:
        self.retry(«failure», countdown=3)
@app.task(bind=True)
def two(task):
    task.retry(«Busy('x')»)
    two.retry(«ValueError()»)
class Three(Task):
    def run(self):
        self.retry(«Busy()»)
app.register_task(Three())
`,
  }, {
    severity: 'error',
    messages: Array.from({ length: 5 }, () => /first parameter of retry\(\) is args/),
    fixed: {
      'tasks.py': `
from celery import Celery, Task, shared_task as job
app = Celery('tasks')
class Busy(Exception): pass
@job(bind=True)
def one(self):
    try:
        work()
    except OSError as error:
        raise self.retry(exc=error)
    except library.Error as failure:
        self.retry(exc=failure, countdown=3)
@app.task(bind=True)
def two(task):
    task.retry(exc=Busy('x'))
    two.retry(exc=ValueError())
class Three(Task):
    def run(self):
        self.retry(exc=Busy())
app.register_task(Three())
`,
    },
  }));

  it('has no fix where it would not be enough', () => expectFindings('CEL402', {
    'tasks.py': `
from celery import shared_task
@shared_task(bind=True)
def one(self):
    try:
        work()
    except OSError as error:
        self.retry(«error», {})
        self.retry(«error», exc=error)
`,
  }, { fixed: null }));

  it('stays silent for arguments, and for what is not known', () => expectSilence('CEL402', {
    'tasks.py': `
from celery import Task, shared_task
from somewhere import Base, make, wrapper
class Own(Task):
    def retry(self, exc=None): ...
@shared_task(bind=True)
def one(self, url, client):
    try:
        work()
    except OSError as error:
        self.retry(exc=error)
        self.retry((url,), {})
        self.retry([error])
        self.retry(make())
        self.retry(url)
        client.retry(error)
@shared_task(bind=True, base=Own)
def own(self):
    try: work()
    except OSError as error: self.retry(error)
@shared_task(bind=True, base=Base)
def foreign(self):
    try: work()
    except OSError as error: self.retry(error)
@wrapper(bind=True)
def wrapped(self):
    try: work()
    except OSError as error: self.retry(error)
@shared_task
def unbound(self):
    try: work()
    except OSError as error: self.retry(error)
@shared_task(bind=True)
def reused(self, error):
    try: work()
    except OSError as error: pass
    self.retry(error)
`,
  }));

  it('finds a class in place of an exception', () => expectFindings('CEL402', {
    'tasks.py': 'from celery import shared_task\n@shared_task(bind=True)\ndef one(self):\n    raise self.retry(«ValueError»)\n',
  }, { fixed: { 'tasks.py': 'from celery import shared_task\n@shared_task(bind=True)\ndef one(self):\n    raise self.retry(exc=ValueError)\n' } }));
});
