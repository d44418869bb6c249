import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL310 task-on-method', () => {
  it('finds methods that need their instance or class', () => expectFindings('CEL310', {
    'tasks.py': `
from celery import Celery, shared_task as job
app = Celery('tasks')
task = app.task
class Service:
    @app.task
    def «one»(self, x): ...
    @job(name='two')
    def «two»(self): ...
    @classmethod
    @task
    def «three»(cls, x): ...
    @task()
    @«classmethod»
    def four(cls, x): ...
`,
  }, { severity: 'error', messages: [/no instance to one: .* argument self/, /two/, /no class to three.* argument cls/, /classmethod.*TypeError/], fixed: null }));

  it('puts staticmethod above the task', () => expectFindings('CEL310', {
    'tasks.py': `
from celery import shared_task
class Service:
    @shared_task(name='x')
    @«staticmethod»
    def one(x): ...
`,
  }, {
    messages: [/staticmethod.*AttributeError/],
    fixed: {
      'tasks.py': `
from celery import shared_task
class Service:
    @staticmethod
    @shared_task(name='x')
    def one(x): ...
`,
    },
  }));

  it('finds one that expects its class', () => expectFindings('CEL310', {
    'a.py': `
from celery import shared_task
class A:
    @shared_task
    def «one»(cls, x): ...
`,
  }, { messages: [/passes no class to one: .* argument cls/] }));

  it('stays silent for methods that need no instance, and where something is not known', () => expectSilence('CEL310', {
    'tasks.py': `
from celery import Celery, shared_task, Task
from elsewhere import OPTIONS, Base, inject, job
from invoke import task
app = Celery('tasks')
class Service:
    @staticmethod
    @shared_task
    def one(x): ...
    @shared_task(bind=True)
    def two(self, x): ...
    @shared_task
    def three(x): ...
    @shared_task
    @inject
    def four(self): ...
    @inject
    @shared_task
    def five(self): ...
    @job
    def six(self): ...
    @task
    def seven(self): ...
    @shared_task(base=Base)
    def eight(self): ...
    @shared_task(**OPTIONS)
    def nine(self): ...
    @shared_task
    def ten(self=None): ...
class Work(Task):
    def run(self): ...
app.register_task(Work())
@shared_task
def eleven(self): ...
`,
  }));
});
