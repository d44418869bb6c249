import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL307 rate-limit-format', () => {
  it('finds rates that the worker cannot read', () => expectFindings('CEL307', {
    'tasks.py': `
from celery import Celery, shared_task as job, Task
LIMIT = '5 per minute'
app = Celery('tasks')
app.conf.task_default_rate_limit = «'100/sec'»
task = app.task
@app.task(rate_limit=«'10/min'»)
def one(): ...
@job(rate_limit=«"3 / h"»)
def two(): ...
@task(rate_limit=«'24/d'»)
def three(): ...
class Four(Task):
    rate_limit = «'1/hour'»
    def run(self): ...
app.register_task(Four())
`,
  }, {
    severity: 'error',
    messages: [/"sec" is no unit of a rate limit.*KeyError/, /"min"/, /" h"/, /"d"/, /"hour"/],
    fixed: {
      'tasks.py': `
from celery import Celery, shared_task as job, Task
LIMIT = '5 per minute'
app = Celery('tasks')
app.conf.task_default_rate_limit = '100/s'
task = app.task
@app.task(rate_limit='10/m')
def one(): ...
@job(rate_limit="3/h")
def two(): ...
@task(rate_limit='1/h')
def three(): ...
class Four(Task):
    rate_limit = '1/h'
    def run(self): ...
app.register_task(Four())
`,
    },
  }));

  it('finds what has no plain correction, and constants', () => expectFindings('CEL307', {
    'tasks.py': `
from celery import shared_task
LIMIT = 'ten/m'
@shared_task(rate_limit=«LIMIT»)
def one(): ...
@shared_task(rate_limit=«'10/d'»)
def two(): ...
@shared_task(rate_limit=«'5 per minute'»)
def three(): ...
`,
  }, { messages: [/"ten" is no number.*ValueError/, /"d"/, /no number/], fixed: null }));

  it('finds them in annotations of tasks', () => expectFindings('CEL307', {
    'config.py': `
from celery import Celery
from celery.app.control import Control
from tasks import three
SLOW = {'rate_limit': «'10/sec'»}
app = Celery('tasks')
app.conf.task_annotations = {'tasks.one': {'rate_limit': «'10/min'», 'time_limit': 5}, 'tasks.two': dict(rate_limit=«'24/d'»), 'celery.backend_cleanup': {'rate_limit': «'1/x'»}, three.name: SLOW}
app.conf.task_annotations['tasks.two'] = {'rate_limit': «'ten'»}
app.conf.task_annotations.update({'tasks.one': {'rate_limit': «'1/hour'»}})
`,
    'tasks.py': `
from celery import shared_task
@shared_task
def one(): ...
@shared_task
def two(): ...
@shared_task
def three(): ...
`,
  }, { messages: [/"sec"/, /"min" is no unit.*worker ends with a KeyError when it starts/, /"d"/, /"x"/, /no number; the worker ends with a ValueError/, /"hour"/] }));

  it('finds them in annotations of all tasks, in lists of maps, and in settings of their own', () => expectFindings('CEL307', {
    'settings.py': `
CELERY_TASK_ANNOTATIONS = [{'*': {'rate_limit': «'10/min'»}}, {'tasks.one': {'rate_limit': '10/min'}}]
`,
    'tasks.py': `
from celery import Celery
app = Celery('tasks')
app.config_from_object('settings', namespace='CELERY')
@app.task
def one(): ...
`,
  }, {
    fixed: {
      'settings.py': `
CELERY_TASK_ANNOTATIONS = [{'*': {'rate_limit': '10/m'}}, {'tasks.one': {'rate_limit': '10/min'}}]
`,
    },
  }));

  it('finds them in commands to workers', () => expectFindings('CEL307', {
    'tasks.py': `
from celery import Celery, current_app
app = Celery('tasks')
app.control.rate_limit('tasks.one', «'10/min'»)
app.control.rate_limit('tasks.one', rate_limit=«'10/x'», reply=True)
current_app.control.rate_limit('tasks.one', «'ten'», destination=['one@example.com'])
control = app.control
control.rate_limit('tasks.one', «'10/sec'»)
def slow(task):
    task.app.control.rate_limit(task.name, '1/m')
`,
  }, { messages: [/"min" is no unit.*; workers answer with a KeyError and go on as before/, /"x"/, /workers answer with a ValueError/, /"sec"/] }));

  it('stays silent for annotations that another one undoes, or that change no task we know', () => expectSilence('CEL307', {
    'tasks.py': `
from celery import Celery
from elsewhere import control, NAME, rates
app = Celery('tasks')
app.conf.task_annotations = {'tasks.one': {'rate_limit': '10/min'}, '*': {'rate_limit': '10/m'}, 'elsewhere.two': {'rate_limit': '10/min'}, NAME: {'rate_limit': '10/min'}}
app.conf.task_routes = {'tasks.one': {'rate_limit': '10/min'}}
other = Celery('other')
other.conf.task_annotations = rates('10/min')
app.control.rate_limit('tasks.one', '10/m')
app.control.rate_limit('tasks.one', 10)
app.control.rate_limit(*rates('1/x'))
app.control.time_limit('tasks.one', '10/min')
control.rate_limit('tasks.one', '10/min')
app.conf.control.rate_limit('tasks.one', '10/min')
@app.task
def one(): ...
`,
  }));

  it('stays silent for what Celery reads, and for what is not known', () => expectSilence('CEL307', {
    'tasks.py': `
from celery import Celery, shared_task
from elsewhere import LIMIT, job
from invoke import task
app = Celery('tasks')
app.conf.task_default_rate_limit = None
RATES = {'slow': '1/fortnight'}
def limited(rate):
    return shared_task(rate_limit=rate.replace('min', 'm'))
@shared_task(rate_limit='10/m')
def one(): ...
@app.task(rate_limit='0.5/s')
def two(): ...
@app.task(rate_limit=10)
def three(): ...
@app.task(rate_limit='')
def four(): ...
@app.task(rate_limit=LIMIT)
def five(): ...
@job(rate_limit='10/min')
def six(): ...
@task(rate_limit='10/min')
def seven(): ...
@limited('10/min')
def eight(): ...
@app.task(rate_limit=' 10/h')
def nine(): ...
`,
  }));
});
