import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import shared_task
@shared_task(ignore_result=True)
def quiet(x=1): ...
@shared_task
def loud(x=1): ...
`;

describe('CEL506 get-on-ignored', () => {
  it('finds results of tasks and calls that store none', () => expectFindings('CEL506', {
    'tasks.py': tasks,
    'use.py': `
from celery import Celery, chain, group
from tasks import loud, quiet
app = Celery('app')
quiet.delay().«get»()
quiet.apply_async((1,)).«wait»(timeout=3)
loud.apply_async((1,), ignore_result=True).«get»()
app.send_task('elsewhere.task', ignore_result=True).«get»()
result = quiet.delay()
value = result.«get»(timeout=3)
quiet.s().delay().«get»()
chain(loud.s(), quiet.s()).delay().«get»()
(loud.s() | quiet.s())().«get»()
group(quiet.s(i) for i in range(3)).delay().«join»()
def use(items):
    results = [quiet.delay(i) for i in items]
    return [result.«get»() for result in results]
`,
  }, { severity: 'warning' }));

  it('says what comes of it', () => expectFindings('CEL506', {
    'tasks.py': tasks,
    'use.py': 'from celery import group\nfrom tasks import quiet\nquiet.delay().«get»()\ngroup([quiet.s()]).delay().«get»()\n',
  }, { fixed: null, messages: [/^quiet stores no result \(ignore_result\), so get\(\) returns None at once: it neither waits nor tells of errors$/, /^quiet stores no result \(ignore_result\), and get\(\) waits for one that never comes$/] }));

  it('knows the setting for all tasks', () => expectFindings('CEL506', {
    'app.py': `
from celery import Celery
app = Celery('app')
app.conf.task_ignore_result = True
task = app.task
@task
def job(): ...
@task(ignore_result=False)
def stored(): ...
job.delay().«get»()
stored.delay().get()
app.send_task('elsewhere.task').get()
`,
  }));

  it('stays silent where the result is stored, or that is not known', () => expectSilence('CEL506', {
    'tasks.py': tasks,
    'use.py': `
from celery import Celery, chain, chord, group
from elsewhere import flag, other
from tasks import loud, quiet
loud.delay().get()
quiet.apply_async(ignore_result=False).get()
quiet.apply_async(ignore_result=flag).get()
quiet.apply_async(**flag).get()
quiet.apply().get()
quiet.delay().ready()
quiet.s().set(ignore_result=False).delay().get()
chain(quiet.s(), loud.s()).delay().get()
chord([quiet.s()], loud.s()).delay().get()
result = quiet.delay() if flag else loud.delay()
result.get()
other.delay().get()
{}.get('x')
quiet.AsyncResult('x').get()
def shadowed(quiet):
    quiet.delay().get()
`,
  }));

  it('stays silent where something else may decide', () => expectSilence('CEL506', {
    'app.py': `
from celery import Celery, Task
from elsewhere import Base, options, store
app = Celery('app', task_ignore_result=store)
class Stored(Task):
    ignore_result = False
class Blocking(Task):
    def delay(self, *args):
        return self.apply(args)
@app.task
def job(): ...
@app.task(base=Stored)
def stored(): ...
@app.task(base=Base)
def foreign(): ...
@app.task(**options)
def open_options(): ...
@app.task(base=Blocking, ignore_result=True)
def blocking(): ...
job.delay().get()
stored.delay().get()
foreign.delay().get()
open_options.delay().get()
blocking.delay().get()
`,
  }));

  it('stays silent where annotations may say otherwise', () => expectSilence('CEL506', {
    'app.py': "from celery import Celery\napp = Celery('app')\napp.conf.task_annotations = {'app.job': {'ignore_result': False}}\n@app.task(ignore_result=True)\ndef job(): ...\njob.delay().get()\n",
  }));

  it('follows what signatures and groups are told', () => expectFindings('CEL506', {
    'tasks.py': tasks,
    'use.py': `
from celery import group
from tasks import loud, quiet
loud.s().apply_async(ignore_result=True).«get»()
loud.s().set(ignore_result=True).delay().«get»()
loud.s().set(queue='x', ignore_result=True).on_error(quiet.si()).apply_async(countdown=3).«get»()
loud.signature((1,), ignore_result=True).delay().«get»()
later = loud.s(1).set(ignore_result=True)
later.delay().«get»()
later.apply_async(ignore_result=False).get()
group([loud.s(1), loud.s(2)]).apply_async(ignore_result=True).«get»()
group(loud.s(i) for i in range(3)).set(ignore_result=True).delay().«join»()
`,
  }, { messages: [/^loud stores no result \(ignore_result\), so get\(\) returns None at once/, /at once/, /at once/, /at once/, /at once/, /^loud stores no result .* waits for one that never comes/, /never comes/] }));

  it('stays silent where what they are told is not known, or not the same for each Celery', () => expectSilence('CEL506', {
    'tasks.py': tasks,
    'use.py': `
from celery import Task, chain, group, shared_task
from elsewhere import flag, parts
from tasks import loud, quiet
class Keeping(Task):
    def apply_async(self, *args, **options):
        return super().apply_async(*args, **{**options, 'ignore_result': False})
@shared_task(base=Keeping)
def kept(): ...
loud.s().apply_async(ignore_result=flag).get()
loud.s().set(ignore_result=True).apply_async(ignore_result=flag).get()
quiet.s().apply_async(ignore_result=False).get()
quiet.s().set(ignore_result=False).delay().get()
chain(loud.s(), loud.s()).apply_async(ignore_result=True).get()
group(parts).apply_async(ignore_result=True).get()
kept.s().apply_async(ignore_result=True).get()
loud.s().delay(ignore_result=True).get()
`,
  }));
});
