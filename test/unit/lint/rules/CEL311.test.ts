import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL311 nested-task', () => {
  it('finds tasks that are defined when a function runs', () => expectFindings('CEL311', {
    'tasks.py': `
from celery import Celery, shared_task as job
app = Celery('tasks')
task = app.task
def notify(user):
    @app.task
    def «one»(): ...
    one.delay()
class Service:
    def run(self):
        @job(name='two')
        def «two»(): ...
        if self.ready:
            two.apply_async(countdown=3)
async def stream():
    if True:
        @task()
        def «three»(): ...
        three.delay()
`,
  }, { severity: 'info', messages: [/one is registered when notify runs/, /two is registered when run runs/, /three/], fixed: null }));

  it('stays silent for factories, hooks, functions that modules call, and tests', () => expectSilence('CEL311', {
    'tasks.py': `
from celery import Celery, shared_task
from elsewhere import fixture, job
from invoke import task
app = Celery('tasks')
def create_app():
    @app.task
    def one(): ...
    one.delay()
def attach(app):
    @app.task
    def two(): ...
    two.delay()
def worker():
    local = Celery('local')
    @local.task
    def three(): ...
    three.delay()
def prepare():
    @shared_task
    def four(): ...
    four.delay()
prepare()
def shared():
    @shared_task
    def five(): ...
@fixture
def six():
    @shared_task
    def inner(): ...
    inner.delay()
class Config:
    def ready(self):
        @shared_task
        def seven(): ...
def wrap(function):
    @shared_task
    def eight(*args): return function(*args)
    return eight
@wrap
def nine(): ...
def other():
    @job
    def ten(): ...
    ten.delay()
    @task
    def eleven(): ...
class Holder:
    @staticmethod
    @shared_task
    def twelve(): ...
`,
    'main.py': 'import tasks\ntasks.shared()\n',
    'tests/test_tasks.py': 'from celery import shared_task\ndef helper():\n    @shared_task\n    def one(): ...\n    one.delay()\n',
  }));
});
