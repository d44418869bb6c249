import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import Celery, shared_task as job, Task
app = Celery('tasks')
task = app.task
@app.task(«queue»='mail', «priority»=3)
def one(): ...
@job(«routing_key»='x', «exchange»='y', «exchange_type»='topic')
def two(): ...
@task(bind=True, «delivery_mode»=1)
def three(self): ...
class Four(Task):
    «queue» = 'mail'
    def run(self): ...
app.register_task(Four())
`;

describe('CEL315 deprecated-task-attribute', () => {
  it('finds the attributes that Celery 5.7 warns of', () => expectFindings('CEL315', { 'tasks.py': tasks }, {
    severity: 'hint', fixed: null,
    messages: [/5\.7\.0 warns of the task attribute queue.*task_routes.*tasks\.one/, /priority/, /routing_key/, /exchange/, /exchange_type/, /delivery_mode/, /queue/],
  }));

  it('stays silent before 5.7', () => expectSilence('CEL315', { 'tasks.py': tasks.replace(/[«»]/g, '') }, {}, { celery: '5.6', kombu: '5.7' }));

  it('stays silent for other options, calls, and decorators that are not Celery\'s', () => expectSilence('CEL315', {
    'tasks.py': `
from celery import shared_task
from elsewhere import job
from invoke import task
def queued(queue):
    def decorate(function):
        return shared_task(name=queue)(function)
    return decorate
@shared_task(serializer='json', rate_limit='1/m')
def one(): ...
@job(queue='x')
def two(): ...
@task(queue='x')
def three(): ...
@queued(queue='x')
def four(): ...
one.apply_async(queue='x', priority=3)
class Plain:
    queue = 'x'
`,
  }));
});
