import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import shared_task
@shared_task
def remind(user_id, text='Hi', *, urgent=False): ...
@shared_task(bind=True)
def bound(self, user_id, priority=1): ...
`;

describe('CEL104 unknown-apply-option', () => {
  it('finds arguments of the task among the options, and misspelt options', () => expectFindings('CEL104', {
    'tasks.py': tasks,
    'use.py': `
from celery import Celery
from tasks import bound, remind
app = Celery('app')
remind.apply_async((7,), «text»='Bye')
remind.apply_async((7,), «urgent»=True, «text»='Bye', queue='mail')
remind.apply_async(«user_id»=7)
remind.apply_async((7,), «countdwn»=3)
bound.apply_async((), «user_id»=7, priority=3)
app.send_task('tasks.remind', (7,), «text»='Bye')
app.send_task('elsewhere.task', (7,), «expire»=7)
`,
  }, {
    severity: 'warning',
    messages: [
      /^text is a parameter of remind, and is given as an option of apply_async: it is lost unless it is in kwargs, and the task runs with text='Hi'$/,
      /^urgent is a parameter of remind.*runs with urgent=False$/,
      /^text is a parameter/,
      /^user_id is a parameter of remind.* and TypeError, for it is missing$/,
      /^apply_async has no option countdwn, so it goes with the message and nobody reads it; countdown is meant\?$/,
      /^user_id is a parameter of bound/,
      /^text is a parameter of remind, and is given as an option of send_task/,
      /^send_task has no option expire, .*; expires is meant\?$/,
    ],
  }));

  it('finds them on commit and in signatures', () => expectFindings('CEL104', {
    'tasks.py': tasks,
    'use.py': `
import celery
from celery import chain, chord
from tasks import remind
remind.apply_async_on_commit((7,), «text»='Bye')
remind.s(7).set(«countdwn»=3)
remind.s(7).set(immutable=True, link_error=None)
remind.s(7).set(stamped_headers=['quue'], quue=3)
remind.s(7).set(tenant=3)
remind.s(7).apply_async(«expire»=3)
(remind.si(7) | remind.si(8)).apply_async(«quee»='mail')
chain(remind.si(7), remind.si(8), «countdwn»=3)
celery.group([remind.si(7)], «quee»='mail', app=None, use_link=True)
chord([remind.si(7)], remind.si(8), intrval=3)
`,
  }, { messages: [/text is a parameter of remind, and is given as an option of apply_async_on_commit/, /^set has no option countdwn/, /^apply_async has no option expire/, /queue is meant/, /^chain has no option countdwn/, /^group has no option quee/] }));

  it('moves them into kwargs', () => expectFindings('CEL104', {
    'app.py': `
from celery import Celery, shared_task as task
app = Celery('app')
@app.task
def one(x=1, y=2): ...
@task
def two(x=1, y=2): ...
one.apply_async((), «x»=1)
one.apply_async(«x»=1, countdown=3, «y»=2)
one.apply_async(None, {'x': 1}, «y»=2)
two.apply_async(countdown=3, kwargs={'x': 1}, «y»=2)
two.apply_async(kwargs={}, «y»=2)
two.apply_async(kwargs=dict(x=1), «y»=2)
app.send_task('app.one', «x»=1)
app.send_task('app.one', (), {'x': 1}, «y»=1)
two.apply_async((), «expres»=3)
`,
  }, {
    fixed: {
      'app.py': `
from celery import Celery, shared_task as task
app = Celery('app')
@app.task
def one(x=1, y=2): ...
@task
def two(x=1, y=2): ...
one.apply_async((), kwargs={"x": 1})
one.apply_async(kwargs={"x": 1, "y": 2}, countdown=3)
one.apply_async(None, {'x': 1, "y": 2})
two.apply_async(countdown=3, kwargs={'x': 1, "y": 2})
two.apply_async(kwargs={"y": 2})
two.apply_async(kwargs=dict(x=1), y=2)
app.send_task('app.one', kwargs={"x": 1})
app.send_task('app.one', (), {'x': 1, "y": 1})
two.apply_async((), expires=3)
`,
    },
  }));

  it('stays silent for options, and for what may be read on the way', () => expectSilence('CEL104', {
    'tasks.py': tasks,
    'use.py': `
from tasks import bound, remind
from elsewhere import thing
remind.apply_async((7,), countdown=3, expires=7, queue='mail', MessageGroupId='7', message_group='x', correlation_id='7')
remind.apply_async((7,), {'text': 'Bye'}, headers={'x': 1}, add_to_parent=False, argsrepr='x')
remind.apply_async((7,), stamped_headers=['text'], text='stamp')
remind.apply_async((7,), **thing)
bound.apply_async((7,), priority=3)
remind.delay(7, text='Bye')
remind.apply_async((7,), tenant='a')
thing.apply_async(text='Bye', countdwn=3)
def shadowed(remind):
    remind.apply_async((7,), text='Bye')
`,
  }));

  it('stays silent where a base class may take other options, or is not known', () => expectSilence('CEL104', {
    'tasks.py': `
from celery import Celery, Task
from elsewhere import Base
class Deduplicating(Task):
    def apply_async(self, args=None, kwargs=None, key=None, **options):
        return super().apply_async(args, kwargs, **options)
app = Celery('app', task_cls=Deduplicating)
@app.task
def own(key=None): ...
@app.task(base=Base)
def foreign(key=None): ...
own.apply_async((), key=1, countdwn=3)
foreign.apply_async((), key=1, countdwn=3)
`,
  }));
});
