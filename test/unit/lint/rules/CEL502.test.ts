import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import Celery, Task, shared_task
app = Celery('app', broker='redis://')
@app.task
def pay(order_id): ...
@app.task
def nothing(): ...
@app.task
def one(task_id): ...
@app.task
def two(task_id, order_id): ...
@app.task
def three(request, exc, traceback): ...
@app.task
def four(request, exc, traceback, order_id): ...
@app.task(bind=True)
def bound(self, task_id): ...
@shared_task(bind=True)
def bound_three(self, request, exc, traceback): ...
@shared_task
def default(task_id, retried=False): ...
@shared_task
def keyword(task_id, *, order_id=None): ...
@shared_task
def anything(*args, **kwargs): ...
class Report(Task):
    name = 'report'
    def run(self, request, exc, traceback): ...
report = app.register_task(Report())
`;

describe('CEL502 errback-signature', () => {
  it('finds errbacks that cannot take what they are given, however they are linked', () => expectFindings('CEL502', {
    'tasks.py': tasks,
    'use.py': `
from celery import chain, signature
from tasks import *
pay.apply_async((1,), link_error=«nothing.s()»)
pay.apply_async((1,), link_error=[one.s(), «one.s(1)», three.s()])
pay.apply_async((1,), link_error=«two.s()»)
pay.apply_async((1,), link_error=«four.s()»)
pay.apply_async((1,), link_error=«bound_three.s()»)
pay.apply_async((1,), link_error=«default.s()»)
pay.apply_async((1,), link_error=«report.s()»)
pay.s(1).on_error(«nothing.s()»).delay()
pay.signature((1,), link_error=«nothing.s()»)
pay.s(1).set(link_error=«nothing.s().set(queue='slow')»)
chain(pay.s(1), pay.si(2)).on_error(«bound_three.s(1)»)
(pay.s(1) | pay.si(2)).apply_async(link_error=«bound.s(1)»)
work = pay.s(1)
work.link_error(«nothing.s()»)
work.link_error(«signature('tasks.nothing')»)
signature('tasks.pay', (1,), link_error=«nothing.s()»)
unknown.on_error(«nothing.s()»)
`,
  }, { severity: 'error' }));

  it('says what Celery passes, and what the task takes', () => expectFindings('CEL502', {
    'tasks.py': tasks,
    'use.py': 'from tasks import *\npay.s(1).on_error(«two.s()»)\npay.s(1).on_error(«bound_three.s()»)\npay.s(1).on_error(«nothing.s()»)\n',
  }, {
    messages: [
      /^When the task fails Celery calls two with request, exc and traceback first: TypeError, for it is two\(task_id, order_id\)$/,
      /^When the task fails Celery sends bound_three the id of the failed task first, as it does with bound tasks: TypeError, for it is bound_three\(request, exc, traceback\)$/,
      /^When the task fails Celery sends nothing the id of the failed task first: TypeError, for it is nothing\(\)$/,
    ],
  }));

  it('makes it immutable where its own arguments are enough', () => expectFindings('CEL502', {
    'tasks.py': tasks,
    'use.py': 'from tasks import *\npay.s(1).on_error(«nothing.s()»)\npay.s(1).on_error(«one.s(7)»)\npay.s(1).on_error(«four.s()»)\n',
  }, { fixed: { 'use.py': 'from tasks import *\npay.s(1).on_error(nothing.si())\npay.s(1).on_error(one.si(7))\npay.s(1).on_error(four.s())\n' } }));

  it('counts parameters as the version in use does', async () => {
    const files = (first: string, second: string, third: string): Record<string, string> => ({ 'tasks.py': tasks, 'use.py': `from tasks import *\npay.s(1).on_error(${first})\npay.s(1).on_error(${second})\npay.s(1).on_error(${third})\n` });
    await expectFindings('CEL502', files('«two.s(1)»', '«two.s(order_id=1)»', '«default.s(retried=True)»'), { versions: { celery: '5.6' } });
    await expectSilence('CEL502', files('two.s(1)', 'two.s(order_id=1)', 'default.s(retried=True)'), {}, { celery: '5.7' });
    // A parameter that is given by name closes *args, so only the id is passed.
    const starred = (first: string): Record<string, string> => ({ 'tasks.py': 'from celery import shared_task\n@shared_task\ndef log(a, b, c, *rest): ...\n', 'use.py': `from tasks import log\nlog.apply_async(link_error=${first})\n` });
    await expectSilence('CEL502', starred('log.s(0, c=1)'), {}, { celery: '5.7' });
    await expectFindings('CEL502', starred('«log.s(0, c=1)»'), { versions: { celery: '5.6' } });
  });

  it('stays silent where the errback fits', () => expectSilence('CEL502', {
    'tasks.py': tasks,
    'use.py': `
from tasks import *
pay.apply_async((1,), link_error=one.s())
pay.apply_async((1,), link_error=three.s())
pay.apply_async((1,), link_error=four.s(7))
pay.apply_async((1,), link_error=four.s(order_id=7))
pay.apply_async((1,), link_error=bound.s())
pay.apply_async((1,), link_error=bound_three.s(1, 2))
pay.apply_async((1,), link_error=report.s(1, 2))
pay.apply_async((1,), link_error=anything.s(1, 2))
pay.apply_async((1,), link_error=keyword.s(order_id=1))
pay.apply_async((1,), link_error=nothing.si())
pay.apply_async((1,), link_error=two.si(1, 2))
pay.apply_async((1,), link_error=nothing.s().set(immutable=True))
pay.apply_async((1,), link_error=nothing.signature(immutable=True))
pay.apply_async((1,), link_error=nothing.s(*unknown))
pay.apply_async((1,), link_error=None)
pay.apply_async((1,), link=nothing.s())
`,
  }));

  it('stays silent where it is not known what the errback takes', () => expectSilence('CEL502', {
    'tasks.py': `
import functools
from celery import Celery, Task
from elsewhere import Base, remote, decorate
app = Celery('app')
class Injecting(Task):
    def __call__(self, *args, **kwargs):
        return self.run()
def wrapper(f):
    @functools.wraps(f)
    def inner(*args, **kwargs): return f()
    return inner
@app.task
def pay(): ...
@app.task(base=Base)
def foreign(): ...
@app.task(base=Injecting)
def injected(): ...
@app.task
@wrapper
def wrapped(): ...
@decorate
@app.task
def decorated(): ...
@app.task(typing=False)
def loose(): ...
flag = bool(remote)
@app.task(bind=flag)
def maybe_bound(self): ...
for errback in (foreign.s(), injected.s(), wrapped.s(), loose.s(), remote.s(), maybe_bound.s()):
    pay.apply_async(link_error=errback)
pay.apply_async(link_error=foreign.s())
pay.apply_async(link_error=injected.s())
pay.apply_async(link_error=wrapped.s())
pay.apply_async(link_error=loose.s())
pay.apply_async(link_error=remote.s())
pay.apply_async(link_error=maybe_bound.s())
`,
  }));
});
