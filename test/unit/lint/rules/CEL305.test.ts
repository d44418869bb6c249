import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL305 async-task', () => {
  it('finds coroutines under Celery\'s decorators, and runs them in a loop', () => expectFindings('CEL305', {
    'tasks.py': `
from celery import Celery, shared_task as job
app = Celery('tasks')
task = app.task
@job
async def «one»(url, *rest, key=None, **more) -> str:
    return await get(url)
@app.task(bind=True)
async def «two»(self): ...
@task()
async def «three»(
    a: int,
    b,
):
    """Text."""
`,
  }, {
    severity: 'error',
    messages: [/does not await one/, /two/, /three/],
    fixed: {
      'tasks.py': `
import asyncio
from celery import Celery, shared_task as job
app = Celery('tasks')
task = app.task
@job
def one(url, *rest, key=None, **more) -> str:
    return asyncio.run(_one(url, *rest, key=key, **more))


async def _one(url, *rest, key=None, **more) -> str:
    return await get(url)
@app.task(bind=True)
def two(self):
    return asyncio.run(_two(self))


async def _two(self): ...
@task()
def three(
    a: int,
    b,
):
    return asyncio.run(_three(a, b))


async def _three(
    a: int,
    b,
):
    """Text."""
`,
    },
  }));

  it('offers nothing where a loop is not enough or the name is taken', () => expectFindings('CEL305', {
    'tasks.py': `
from celery import shared_task
def _two(): ...
@shared_task
async def «one»():
    yield 1
@shared_task
async def «two»(): ...
def make():
    @shared_task
    async def «three»(): ...
`,
  }, { fixed: null }));

  it('stays silent where something may run the coroutine', async () => {
    await expectSilence('CEL305', {
      'tasks.py': `
from asgiref.sync import async_to_sync
from celery import Celery, shared_task, Task
from elsewhere import Base, job, run_async
from invoke import task
class Running(Task):
    def __call__(self, *args):
        return loop.run_until_complete(self.run(*args))
class Asynchronous(Celery):
    def task(self, *args, **options): ...
own = Asynchronous('tasks')
@shared_task
@run_async
async def one(): ...
@shared_task(base=Running)
async def two(): ...
@shared_task(base=Base)
async def three(): ...
@job
async def four(): ...
@task
async def five(): ...
@own.task
async def six(): ...
@shared_task
def seven():
    async def inner(): ...
    return async_to_sync(inner)()
async def eight(): ...
`,
    });
    await expectSilence('CEL305', {
      'app.py': `from celery import Celery\nimport celery_aio_pool\napp = Celery('app')\n`,
      'tasks.py': `from celery import shared_task\n@shared_task\nasync def one(): ...\n`,
    });
    await expectSilence('CEL305', {
      'tasks.py': `from celery import Celery\napp = Celery('app')\napp.conf.worker_pool = 'pools.asynchronous:Pool'\n@app.task\nasync def one(): ...\n`,
    });
  });
});
