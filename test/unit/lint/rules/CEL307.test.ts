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
