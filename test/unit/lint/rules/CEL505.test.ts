import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import shared_task
@shared_task
def fetch(url): ...
@shared_task
def nothing(): ...
@shared_task
def one(x): ...
@shared_task(bind=True)
def two(self, x, y): ...
@shared_task
def keyword(*, x=1): ...
@shared_task
def anything(*args): ...
@shared_task
def default(x=None): ...
`;

describe('CEL505 chain-mutability', () => {
  it('finds what has no room for the result before it', () => expectFindings('CEL505', {
    'tasks.py': tasks,
    'use.py': `
from celery import chain, chord, group
from tasks import *
chain(fetch.s(1), «nothing.s()»).delay()
chain([fetch.s(1), one.s(), «one.s(2)», «keyword.s(x=2)»]).delay()
(fetch.s(1) | «one.s(x=2)» | two.s(1)).delay()
chain(fetch.s(1), group(one.s(), «nothing.s()»)).delay()
chain(fetch.s(1), group(«nothing.s()» for _ in range(3))).delay()
chain(fetch.s(1), chord([«nothing.s()»], one.s())).delay()
chain(fetch.s(1), chain(«nothing.s()», one.s())).delay()
(group(fetch.s(1), fetch.s(2)) | «nothing.s()».set(queue='slow')).delay()
chord([fetch.s(1)], «nothing.s()»).delay()
chord([fetch.s(1)])(«nothing.s()»)
fetch.apply_async((1,), link=«nothing.s()»)
fetch.s(1).set(link=[one.s(), «nothing.s()»]).delay()
work = chain(fetch.s(1), one.s())
work.link(«nothing.s()»)
chain(fetch.s(1), «nothing.signature()»)
`,
  }, { severity: 'warning' }));

  it('finds what is still missing, and what an immutable one does not get', () => expectFindings('CEL505', {
    'tasks.py': tasks,
    'use.py': `
from celery import chain
from tasks import *
chain(fetch.s(1), «two.s()», «one.si()», «two.si(1)»).delay()
one.si(1).delay(«2»)
one.si(1).set(queue='slow').apply_async(«(2,)»)
default.si().delay(«2, 3»)
`,
  }, {
    messages: [
      /^two gets the result of what runs before it and no y: TypeError in the worker\. It is two\(x, y\)$/,
      /^one is immutable and gets nothing from what runs before it, so an argument is missing: TypeError in the worker\. It is one\(x\)$/,
      /^two is immutable/,
      /^An immutable signature takes no more arguments: one is sent without this$/,
      /^An immutable signature takes no more arguments: one is sent without this$/,
      /^An immutable signature takes no more arguments: default is sent without these$/,
    ],
  }));

  it('changes s to si and back', () => expectFindings('CEL505', {
    'app.py': `
from celery import Celery, chain, shared_task as task
app = Celery('app')
@app.task
def nothing(): ...
@task
def one(x=1): ...
@task(bind=True)
def two(self, x, y): ...
chain(one.s(1), «nothing.s()», «two.si(1)», «two.s()»).delay()
one.si().delay(«2»)
`,
  }, {
    fixed: {
      'app.py': `
from celery import Celery, chain, shared_task as task
app = Celery('app')
@app.task
def nothing(): ...
@task
def one(x=1): ...
@task(bind=True)
def two(self, x, y): ...
chain(one.s(1), nothing.si(), two.s(1), two.s()).delay()
one.s().delay(2)
`,
    },
  }));

  it('leaves it to CEL505 to say what an immutable one does not get', () => expectFindings('CEL101', {
    'tasks.py': tasks,
    'use.py': 'from celery import chain\nfrom tasks import *\nchain(fetch.s(1), one.si(), two.«si»()).delay()\none.«si»().delay()\n',
  }));

  it('stays silent where it fits', () => expectSilence('CEL505', {
    'tasks.py': tasks,
    'use.py': `
from celery import chain, chord, group
from elsewhere import steps
from tasks import *
chain(nothing.s(), one.s(), two.s(1), nothing.si(), one.si(1)).delay()
chain(fetch.s(1), anything.s(1, 2), default.s(), two.s(y=1)).delay()
chain(fetch.s(1), one.s(*steps), two.s(**steps)).delay()
chain(fetch.s(1), one.chunks([(1,)], 1), fetch.map([1]), nothing.s(1).set(immutable=True)).delay()
chord([nothing.s()], one.s()).delay()
chord([nothing.s()])(default.s())
group(nothing.s(), nothing.s()).delay()
group(one.s(1)).link(nothing.s())
steps.link(nothing.s())
chain(steps, nothing.s()).delay()
(steps | nothing.s()).delay()
fetch.apply_async((1,), link=nothing.si())
fetch.apply_async((1,), link_error=nothing.s())
fetch.si(1).delay()
fetch.si(1).apply_async((), queue='slow')
fetch.si(1).apply_async(countdown=3)
fetch.s().delay(1)
(steps | 1)
`,
  }));

  it('stays silent where it is not known what the task takes', () => expectSilence('CEL505', {
    'tasks.py': `
import functools
from celery import Task, chain, shared_task
from elsewhere import Base, remote
class Injecting(Task):
    def __call__(self, *args):
        return self.run()
def wrapper(f):
    @functools.wraps(f)
    def inner(*args): return f()
    return inner
@shared_task
def one(x): ...
@shared_task(base=Base)
def foreign(): ...
@shared_task(base=Injecting)
def injected(): ...
@shared_task
@wrapper
def wrapped(): ...
chain(one.s(1), foreign.s(), injected.s(), wrapped.s(), remote.s()).delay()
def shadowed(one):
    chain(one.s(1), one.s(2)).delay()
`,
  }));
});
