import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import shared_task
@shared_task
def fetch(url): ...
@shared_task(ignore_result=True)
def quiet(x): ...
`;

describe('CEL503 result-get-in-task', () => {
  it('finds a task that waits for another one', () => expectFindings('CEL503', {
    'tasks.py': tasks,
    'use.py': `
from celery import Celery, Task, chain, group, shared_task as task
from celery.result import AsyncResult, GroupResult
from tasks import fetch
app = Celery('app')
@app.task
def direct(urls):
    fetch.delay(urls[0]).«get»()
    fetch.apply_async((1,)).«wait»(timeout=3)
    fetch.apply((1,)).«get»()
    app.send_task('elsewhere.task').«get»()
    result = fetch.delay(1)
    if result.ready():
        return result.«get»(timeout=3)
@task(bind=True)
def canvases(self, urls):
    group(fetch.s(url) for url in urls).delay().«join»()
    chain(fetch.s(1), fetch.s())().«get»()
    (fetch.s(1) | fetch.s()).apply_async().«get»()
    results = [fetch.delay(url) for url in urls]
    return [result.«get»() for result in results]
@app.task
def named(id):
    AsyncResult(id).«get»()
    app.AsyncResult(id).«get»()
    fetch.AsyncResult(id).«get»()
    GroupResult.restore(id).«get»()
class Import(Task):
    name = 'import'
    def run(self, url):
        return fetch.delay(url).«get»()
app.register_task(Import())
`,
  }, { severity: 'warning' }));

  it('says what comes of it', () => expectFindings('CEL503', {
    'tasks.py': `${tasks}@shared_task\ndef crawl(url):\n    return fetch.delay(url).«get»()\n`,
  }, { fixed: null, messages: [/^crawl waits for another task with get\(\): RuntimeError in a worker\. A chain, a chord or link= runs what comes after it$/] }));

  it('stays silent outside of tasks, where it is allowed, and where it is no result', () => expectSilence('CEL503', {
    'tasks.py': tasks,
    'use.py': `
from celery import shared_task
from celery.result import AsyncResult, allow_join_result
from elsewhere import thing
from tasks import fetch, quiet
import os
def view(url):
    return fetch.delay(url).get()
fetch.delay(1).get()
@shared_task
def job(self, url, result, options):
    fetch.delay(url).get(disable_sync_subtasks=False)
    fetch.delay(url).get(**options)
    with allow_join_result():
        fetch.delay(url).get()
    quiet.delay(url).get()
    fetch.delay(url).forget()
    AsyncResult(url).ready()
    {}.get(url)
    os.environ.get(url)
    result.get()
    thing.delay(url).get()
    ','.join([url])
    def later():
        return fetch.delay(url).get()
    return lambda: fetch.delay(url).get()
`,
  }));

  it('stays silent with green threads, and where the check is turned off', async () => {
    const body = '@app.task\ndef job():\n    return job.delay().get()\n';
    await expectSilence('CEL503', { 'app.py': `from celery import Celery\napp = Celery('app')\napp.conf.worker_pool = 'gevent'\n${body}` });
    await expectSilence('CEL503', { 'app.py': `from celery import Celery\nfrom elsewhere import pool\napp = Celery('app')\napp.conf.worker_pool = pool\n${body}` });
    await expectSilence('CEL503', { 'app.py': `from celery import Celery\nfrom celery._state import _set_task_join_will_block\n_set_task_join_will_block(False)\napp = Celery('app')\n${body}` });
    await expectFindings('CEL503', { 'app.py': `from celery import Celery\napp = Celery('app')\napp.conf.worker_pool = 'prefork'\n${body.replace('get', '«get»')}` });
  });

  it('stays silent where the base class sends in its own way, or is not known', () => expectSilence('CEL503', {
    'tasks.py': `
from celery import Task, shared_task
from elsewhere import Base
class Cached(Task):
    def delay(self, *args):
        return {}
@shared_task(base=Cached)
def cached(): ...
@shared_task(base=Base)
def foreign(): ...
@shared_task
def job():
    cached.delay().get('x')
    foreign.delay().get('x')
`,
  }));
});
