import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL309 removed-api', () => {
  it('finds imports of what is gone, and puts shared_task in place of task', () => expectFindings('CEL309', {
    'a.py': `
from celery import Celery, «task»
from celery import «task» as job
@task
def one(): ...
`,
    'b.py': `from «celery.decorators» import task\n@task(name='x')\ndef two(): ...\n`,
    'c.py': `from «celery.task» import task as job\n@job\ndef three(): ...\n`,
    'd.py': `import celery as c\n@«c.task»(bind=True)\ndef four(self): ...\n`,
  }, {
    severity: 'error',
    messages: [/removed celery\.task: the import fails/, /celery\.task/, /celery\.decorators/, /celery\.task/, /AttributeError/],
    fixed: {
      'a.py': `
from celery import Celery, shared_task as task
from celery import shared_task as job
@task
def one(): ...
`,
      'b.py': `from celery import shared_task as task\n@task(name='x')\ndef two(): ...\n`,
      'c.py': `from celery import shared_task as job\n@job\ndef three(): ...\n`,
      'd.py': `import celery as c\n@c.shared_task(bind=True)\ndef four(self): ...\n`,
    },
  }));

  it('finds what has no plain successor', () => expectFindings('CEL309', {
    'a.py': `
import «celery.task.http»
import «djcelery»
import celery
from «celery.task» import task, periodic_task, PeriodicTask
from «celery.task.sets» import TaskSet
from «celery.contrib.batches» import Batches
from «celery.utils.encoding» import safe_repr
from «celery.five» import string_t
from celery import «periodic_task»
app = celery.Celery('a', backend=«'amqp://'»)
app.conf.result_backend = «'amqp'»
def later():
    from «djcelery.models» import PeriodicTask
@«celery.periodic_task»(run_every=3)
def one(): ...
`,
  }, { fixed: null }));

  it('stays silent for alternatives, the project\'s own names, and what is still there', () => expectSilence('CEL309', {
    'a.py': `
import celery
import celery.utils.functional
from celery import shared_task as task, Celery, Task, subtask
from celery.backends.redis import RedisBackend
from djcelery.models import Entry
from django_celery_beat.models import PeriodicTask
from . import decorators
from elsewhere import periodic_task
app = Celery('a', backend='rpc://', broker='amqp://')
try:
    from celery.task import task
except ImportError:
    from celery import shared_task as task
if celery.VERSION < (5,):
    from celery.decorators import periodic_task
class IndicoCelery(Celery):
    def periodic_task(self, *args): ...
@app.task
def one(): ...
@periodic_task
def two(): ...
`,
    'djcelery/__init__.py': '',
    'djcelery/models.py': 'class Entry: ...',
  }));

  it('stays silent before Celery 5', () => expectSilence('CEL309', { 'a.py': 'from celery.decorators import task\n@task\ndef one(): ...\n' }, {}, { celery: '4.4', kombu: '4.6' }));
});
