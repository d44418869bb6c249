import { expectFindings, expectSilence } from '../ruleTester';

const crossed = {
  'tasks.py': `
from celery import Celery, shared_task as job, Task
HOUR = 60 * 60
app = Celery('tasks')
task = app.task
@app.task(soft_time_limit=«20», time_limit=10)
def one(): ...
@job(time_limit=30, soft_time_limit=«HOUR»)
def two(): ...
@task(soft_time_limit=«2.5», time_limit=2)
def three(): ...
class Four(Task):
    time_limit = 5
    soft_time_limit = «6»
    def run(self): ...
app.register_task(Four())
`,
};

describe('CEL306 time-limit-order', () => {
  it('finds soft limits above the hard one', () => expectFindings('CEL306', crossed, {
    severity: 'error', messages: [/one has a soft time limit of 20 s above the hard one of 10 s: apply_async raises a ValueError/, /3600/, /2\.5/, /Four/], fixed: null,
  }));

  it('warns only of a limit from the settings, before Celery 5.7 reads them at the call', async () => {
    const sources = {
      'tasks.py': `
from celery import Celery
app = Celery('tasks', broker='redis://')
app.conf.task_time_limit = 100
app.conf.task_soft_time_limit = «200»
@app.task(soft_time_limit=«300»)
def one(): ...
`,
    };
    await expectFindings('CEL306', sources, { severity: 'error', messages: [/^Tasks have .*raises/, /^one has .*raises/] });
    await expectFindings('CEL306', sources, { severity: 'warning', messages: [/^Tasks have .*killed/, /^one has .*killed/], versions: { celery: '5.6', kombu: '5.6' } });
  });

  it('warns only, before Celery 5.5 refuses the call', () => expectFindings('CEL306', crossed, {
    severity: 'warning', messages: [/never|killed/, /killed/, /killed/, /killed/], versions: { celery: '5.4', kombu: '5.4' },
  }));

  it('warns where both are equal', () => expectFindings('CEL306', {
    'tasks.py': `
from celery import shared_task
@shared_task(soft_time_limit=«60», time_limit=60)
def one(): ...
`,
  }, { severity: 'warning', messages: [/both 60 s/] }));

  it('takes from the settings what the task does not say', () => expectFindings('CEL306', {
    'tasks.py': `
from celery import Celery
app = Celery('tasks', broker='redis://')
app.conf.task_time_limit = 100
app.conf.update(task_soft_time_limit=«200»)
@app.task(soft_time_limit=«300»)
def one(): ...
@app.task(time_limit=«50»)
def two(): ...
@app.task(time_limit=400)
def three(): ...
@app.task(soft_time_limit=«150», time_limit=None)
def four(): ...
`,
  }, { messages: [/^Tasks have a soft time limit of 200 s/, /one .*300 s .*100 s/, /two .*200 s .*50 s/, /four .*150 s .*100 s/] }));

  it('stays silent where the order is right, a limit is off or not known', () => expectSilence('CEL306', {
    'tasks.py': `
from celery import Celery, shared_task, Task
from elsewhere import LIMIT, OPTIONS, Other, job
from invoke import task
class Long(Task):
    time_limit = 1000
app = Celery('tasks')
app.conf.task_time_limit = 100
app.conf.task_soft_time_limit = 90
def limited(**options):
    return shared_task(soft_time_limit=20, **options)
@app.task(soft_time_limit=10, time_limit=20)
def one(): ...
@app.task(soft_time_limit=20, time_limit=0)
def two(): ...
@app.task(soft_time_limit=LIMIT, time_limit=20)
def three(): ...
@app.task(soft_time_limit=200, **OPTIONS)
def four(): ...
@app.task(soft_time_limit=200, base=Long)
def five(): ...
@app.task(soft_time_limit=200, base=Other)
def six(): ...
@job(soft_time_limit=20, time_limit=10)
def seven(): ...
@task(soft_time_limit=20, time_limit=10)
def eight(): ...
@limited(time_limit=10)
def nine(): ...
@app.task(soft_time_limit=0, time_limit=10)
def ten(): ...
`,
    'other/pyproject.toml': '',
  }));

  it('stays silent where annotations or settings from elsewhere may change the limits', () => expectSilence('CEL306', {
    'annotated.py': `
from celery import Celery
app = Celery('annotated')
app.conf.task_annotations = {'*': {'time_limit': 500}}
@app.task(soft_time_limit=20, time_limit=10)
def one(): ...
`,
    'loaded.py': `
from celery import Celery
loaded = Celery('loaded')
loaded.config_from_object('somewhere.else')
@loaded.task(soft_time_limit=20)
def one(): ...
`,
  }));
});
