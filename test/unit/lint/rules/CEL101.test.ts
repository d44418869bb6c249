import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import shared_task
@shared_task
def add(x, y): ...
@shared_task(bind=True)
def bound(self, order_id, *, amount=1): ...
@shared_task
def any_number(*numbers, **rest): ...
@shared_task
def only(first, /, second=2): ...
`;

describe('CEL101 arity-mismatch', () => {
  it('finds what does not fit, in every way of calling', () => expectFindings('CEL101', {
    'tasks.py': tasks,
    'use.py': `
from tasks import add, bound, only
from celery import signature, current_app
from functools import partial
add.delay(1, 2, «3»)
add.delay(1, 2, «3, 4»)
add.«delay»(1)
add.«delay»()
add.delay(1, «x»=2, y=3)
add.apply_async((1, 2, «3»))
add.apply_async(args=[1], kwargs={'y': 2, «'z'»: 3})
add.«apply_async»((1,), countdown=3)
add.«apply_async»()
add.s(1, 2, «3»)
add.si(1, 2, «z»=1)
add.«si»(1)
add.«signature»((1,), immutable=True)
add.«delay_on_commit»(1)
partial(add.delay, 1, 2, «3»)
bound.delay(1, «2»)
bound.delay(1, «price»=2)
only.«delay»(«first»=1)
«signature»('tasks.add', args=(1,), immutable=True)
current_app.«send_task»('tasks.add', (1,))
current_app.send_task('tasks.add', args=(1, 2, «3»))
`,
  }));

  it('finds what signatures lack that are sent as they are', () => expectFindings('CEL101', {
    'tasks.py': tasks,
    'use.py': `
from tasks import add
add.«s»(1).delay()
add.«s»(1).apply_async(countdown=3)
add.«signature»((1,)).apply_async()
add.s(1).delay(2)
add.s(1).delay(y=2)
add.s(1).apply_async((2,))
add.s(1).apply_async(kwargs={'y': 2})
add.s(1).apply_async(**options)
add.s(1).set(countdown=3)
`,
  }, { messages: [/^add is called without y: TypeError at this call/, /at this call/, /at this call/], fixed: { 'use.py': `
from tasks import add
add.s(1, y=1).delay()
add.s(1, y=1).apply_async(countdown=3)
add.signature((1,), kwargs={"y": 1}).apply_async()
add.s(1).delay(2)
add.s(1).delay(y=2)
add.s(1).apply_async((2,))
add.s(1).apply_async(kwargs={'y': 2})
add.s(1).apply_async(**options)
add.s(1).set(countdown=3)
` } }));

  it('says what is wrong and what the task takes', () => expectFindings('CEL101', {
    'tasks.py': tasks,
    'use.py': 'from tasks import add, bound\nadd.delay(1, 2, «3»)\nadd.«delay»(1)\nbound.delay(1, «price»=2)\nadd.s(«z»=1)\n',
  }, {
    severity: 'error',
    messages: [
      /^add takes 2 positional arguments, 3 are given: TypeError at this call\. It is add\(x, y\)$/,
      /^add is called without y: TypeError at this call\./,
      /^bound has no parameter price: TypeError at this call\. It is bound\(order_id, \*, amount=1\)$/,
      /^add has no parameter z: TypeError in the worker\./,
    ],
  }));

  it('knows that on_commit calls a partial as it is, and where that fails', () => expectFindings('CEL101', {
    'tasks.py': tasks,
    'use.py': `
from functools import partial
from django.db import transaction
from tasks import add
transaction.on_commit(«partial»(add.delay, 1))
transaction.on_commit(«partial»(add.apply_async, (1,)), robust=True)
transaction.on_commit(partial(add.delay, 1, 2))
later = partial(add.delay, 1)
later(2)
partial(add.s, 1, 2, «3»)
`,
  }, {
    messages: [
      /^add is called without y: TypeError when this is called\. It is add\(x, y\)$/,
      /^add is called without y: TypeError when this is called\./,
      /^add takes 2 positional arguments, 3 are given: TypeError in the worker\./,
    ],
  }));

  it('adds what is missing to the kwargs that are there, by position too', () => expectFindings('CEL101', {
    'tasks.py': tasks,
    'use.py': 'from tasks import add\nadd.«apply_async»((1,), {})\nadd.«apply_async»((1,), kwargs=None)\n',
  }, { fixed: { 'use.py': 'from tasks import add\nadd.apply_async((1,), {"y": 1})\nadd.apply_async((1,), kwargs=None)\n' } }));

  it('offers to rename, to remove, and to add what is missing', () => expectFindings('CEL101', {
    'tasks.py': tasks,
    'use.py': 'from tasks import add, bound\nbound.delay(1, «ammount»=2)\nadd.«delay»(1)\nadd.«apply_async»((1,), countdown=3)\nadd.«delay»(1,)\n',
  }, {
    fixed: { 'use.py': 'from tasks import add, bound\nbound.delay(1, amount=2)\nadd.delay(1, y=1)\nadd.apply_async((1,), countdown=3, kwargs={"y": 1})\nadd.delay(1, y=1)\n' },
  }));

  it('tells a name and the parameter that it stands for as one mistake', () => expectFindings('CEL101', {
    'tasks.py': `${tasks}
@shared_task
def charge(order_id, amount, currency): ...
`,
    'use.py': `
from tasks import add, charge
add.delay(1, «z»=2)
add.apply_async((1,), {«'yy'»: 2})
charge.delay(«ordr_id»=1, «amont»=2, currency='EUR')
charge.«delay»(«order»=1, amount=2)
charge.«delay»(1, «amout»=2)
charge.«delay»(1, «first»=2, «second»=3)
add.«delay»(1, countdown=3)
`,
  }, {
    messages: [
      /^add has no parameter z: TypeError at this call; y is meant\? It is add\(x, y\)$/, /; y is meant\?/, /; order_id is meant\?/, /; amount is meant\?/,
      /^charge is called without order_id and currency:/, /^charge has no parameter order: TypeError at this call\. It is/,
      /^charge is called without currency:/, /; amount is meant\?/,
      /^charge is called without amount and currency:/, /no parameter first: TypeError at this call\./, /no parameter second: TypeError at this call\./,
      /^add is called without y:/,
    ],
  }));

  it('renames it to what is meant, however unlike', () => expectFindings('CEL101', {
    'tasks.py': tasks,
    'use.py': "from tasks import add\nadd.delay(1, «z»=2)\nadd.apply_async((1,), {«'other'»: 2})\n",
  }, { fixed: { 'use.py': "from tasks import add\nadd.delay(1, y=2)\nadd.apply_async((1,), {'y': 2})\n" } }));

  it('stays silent where the call fits, or where it is not known what it takes', () => expectSilence('CEL101', {
    'tasks.py': `${tasks}
import functools
from celery import Task
def wrapper(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        return f(*args, **kwargs)
    return inner
@shared_task
@wrapper
def wrapped(a): ...
class Injecting(Task):
    def __call__(self, *args, **kwargs):
        return super().__call__(1, *args, **kwargs)
@shared_task(base=Injecting)
def injected(a, b): ...
@shared_task(typing=False)
def untyped(a, b): ...
from somewhere import Base
@shared_task(base=Base)
def foreign_base(a, b): ...
`,
    'use.py': `
from tasks import add, bound, any_number, only, wrapped, injected, untyped, foreign_base
rest = [1]
options = {}
add.delay(1, 2)
add.delay(*rest)
add.delay(1, **options)
add.delay(x=1, y=2)
add.apply_async(rest)
add.apply_async((1,), options)
add.apply_async((1,), y=2)  # CEL104
add.apply_async(args=(1,), kwargs={**options})
add.s(1)
add.s()
add.signature((1,))
bound.delay(1)
bound.apply_async((1,), {'amount': 3})
any_number.delay(1, 2, 3, z=4)
only.delay(1, second=3)
wrapped.delay(1, 2, 3)
injected.delay(1)
untyped.delay()
foreign_base.delay()
def f(add):
    add.delay(1)
def g():
    add = lambda: 1
    add.delay(1)
unknown.delay(1)
`,
  }));

  it('stays silent where the app itself changes its tasks', () => expectSilence('CEL101', {
    'app.py': `
from celery import Celery, Task
class Base(Task):
    def apply_async(self, args=None, kwargs=None, **options):
        return super().apply_async(args, {**(kwargs or {}), 'user': 1}, **options)
app = Celery('app', task_cls=Base)
@app.task
def job(a, user): ...
job.delay(1)
`,
  }));

  it('leaves calls of a task that lacks bind to the rule about its definition', async () => {
    const source = { 'app.py': "from celery import shared_task\n@shared_task\ndef job(self, a): ...\njob.delay(1)\njob.apply_async((1,))\njob.s(1)\n" };
    await expectSilence('CEL101', source);
    await expectFindings('CEL302', { 'app.py': source['app.py'].replace('self', '«self»') });
  });
});
