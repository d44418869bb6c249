import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import shared_task
@shared_task
def one(x): ...
`;

describe('CEL103 args-not-sequence', () => {
  it('finds what is no list or tuple, and what is no dict', () => expectFindings('CEL103', {
    'tasks.py': tasks,
    'use.py': `
import uuid
from celery import Celery, current_app
from tasks import one
app = Celery('app')
ORDER = 7
def use(order_id: int, key: uuid.UUID, ids):
    one.apply_async(«"x"»)
    one.apply_async((«"x"»))
    one.apply_async(«f'order-{ids}'»)
    one.apply_async(args=«7»)
    one.apply_async(«ORDER», countdown=3)
    one.apply_async(«order_id»)
    one.apply_async((«key»))
    one.apply_async(«{1, 2}»)
    one.apply_async(«{'x': 1}»)
    one.apply_async(«b'x'»)
    one.apply_async(«True»)
    one.apply_async(args=«(i for i in ids)»)
    one.apply_async(«map(str, ids)»)
    one.apply_async(«set(ids)»)
    one.apply_async(«{i for i in ids}»)
    one.apply_async((1,), «{'x'}»)
    one.apply_async((), kwargs=«[('x', 1)]»)
    one.apply_async(kwargs=«"x"»)
    app.send_task('tasks.one', «"x"»)
    app.send_task('tasks.one', args=«7»)
    current_app.send_task('other', (), «['x']»)
`,
  }, { severity: 'error' }));

  it('finds instances of models, and what is sent on commit', () => expectFindings('CEL103', {
    'tasks.py': tasks,
    'use.py': `
from django.contrib.auth.models import User
from tasks import one
def use(user: User):
    one.apply_async(args=(«user»))
    one.apply_async(«User.objects.get(pk=1)»)
    one.apply_async_on_commit(«7»)
`,
  }, { messages: [/not a Django model instance/, /model/, /a number/] }));

  it('says what it is', () => expectFindings('CEL103', {
    'tasks.py': tasks,
    'use.py': 'from tasks import one\none.apply_async(«"x"»)\none.apply_async(«{1}»)\none.apply_async((1,), «[2]»)\n',
  }, { messages: [/^args must be a list or a tuple, not a text: TypeError at this call$/, /not a set:/, /^kwargs must be a dict, not a list: TypeError at this call$/] }));

  it('adds the comma, and moves a dict to kwargs', () => expectFindings('CEL103', {
    'app.py': `
from celery import Celery, shared_task as task
app = Celery('app')
@app.task
def one(x): ...
@task(bind=True)
def two(self, x): ...
one.apply_async(«"x"»)
one.apply_async((«"x"»), countdown=3)
two.apply_async(args=«7»)
two.apply_async(«{7, 8}»)
two.apply_async(«{'x': 7}», countdown=3)
two.apply_async(args=«{'x': 7}»)
two.apply_async(args=«set("x")»)
app.send_task('app.one', («"x"»))
`,
  }, {
    fixed: {
      'app.py': `
from celery import Celery, shared_task as task
app = Celery('app')
@app.task
def one(x): ...
@task(bind=True)
def two(self, x): ...
one.apply_async(("x",))
one.apply_async(("x",), countdown=3)
two.apply_async(args=(7,))
two.apply_async([7, 8])
two.apply_async(kwargs={'x': 7}, countdown=3)
two.apply_async(kwargs={'x': 7})
two.apply_async(args=set("x"))
app.send_task('app.one', ("x",))
`,
    },
  }));

  it('stays silent where it fits, may fit, or is nothing', () => expectSilence('CEL103', {
    'tasks.py': tasks,
    'use.py': `
from tasks import one
from elsewhere import thing
def use(order, ids: list, rest: tuple, flag=None, *many: int, **named: int):
    one.apply_async((1,))
    one.apply_async([1], {'x': 1})
    one.apply_async(("x",))
    one.apply_async([i for i in ids])
    one.apply_async(ids, dict(x=1))
    one.apply_async(rest)
    one.apply_async(many, named)
    one.apply_async(order)
    one.apply_async(order.pk)
    one.apply_async(thing)
    one.apply_async(tuple(ids))
    one.apply_async(None)
    one.apply_async('')
    one.apply_async({}, {})
    one.apply_async((), [])
    one.apply_async(set())
    one.apply_async(*ids)
    one.apply_async("x" if flag else ("x",))
    one.apply("x")
    one.delay("x")
    thing.apply_async("x")
    thing.send_task('tasks.one', "x")
def shadowed(one):
    one.apply_async("x")
`,
  }));

  it('stays silent where the base class sends in its own way, or is not known', () => expectSilence('CEL103', {
    'tasks.py': `
from celery import Task, shared_task
from elsewhere import Base, SpecialCelery
class One(Task):
    def apply_async(self, args=None, kwargs=None, **options):
        return super().apply_async((args,), kwargs, **options)
@shared_task(base=One)
def own(x): ...
@shared_task(base=Base)
def foreign(x): ...
own.apply_async("x")
foreign.apply_async("x")
app = SpecialCelery()
app.send_task('tasks.own', "x")
`,
  }));
});
