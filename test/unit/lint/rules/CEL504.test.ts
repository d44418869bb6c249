import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import shared_task
@shared_task
def add(x, y): ...
@shared_task
def total(numbers): ...
`;

describe('CEL504 canvas-member', () => {
  it('finds what is no signature, in every part of a canvas', () => expectFindings('CEL504', {
    'tasks.py': tasks,
    'use.py': `
from celery import chain, chord, group
import tasks
from tasks import add, total
chain(«add», total.s()).delay()
chain(add.s(1, 2), «tasks.total»).delay()
group([«add.delay(1, 2)», add.s(3, 4)]).delay()
group(«add.apply_async((i, i))» for i in range(3)).delay()
group([«add.delay(i, i)» for i in range(3)]).delay()
group(«add»)
chord([add.s(1, 2)], «total»).delay()
chord(header=[«add.s»], body=«None»).delay()
chord((add.s(1, 2), «lambda: 1»))(total.s())
(add.s(1, 2) | «total»).delay()
(«add.delay(1, 2)» | total.s()).delay()
(add.s(1, 2) | chain(«total.si», add.s(1)) | «None»).delay()
result = add.delay(1, 2)
chain(«result», total.s()).delay()
def later():
    return group(add.s(1, 2), «add»)
`,
  }, { severity: 'error' }));

  it('finds callbacks that are no signatures', () => expectFindings('CEL504', {
    'tasks.py': tasks,
    'use.py': `
from tasks import add, total
add.apply_async((1, 2), link=«total»)
add.apply_async((1, 2), link=[total.s(), «total.delay([1])»])
add.apply_async((1, 2), link_error=«lambda error: 1»)
add.s(1, 2).on_error(«total»).delay()
work = add.s(1, 2)
work.link(«total.s»)
add.s(1, 2).set(link=«total»).delay()
`,
  }, { messages: [
    /^total is the task and no signature: the callback cannot run$/,
    /^total is sent here and now, and its result is no signature: the callback cannot run$/,
    /^A lambda is no signature: the callback cannot run$/,
    /^total is the task/,
    /^total\.s is a method that is not called, and no signature: the callback cannot run$/,
    /^total is the task/,
  ] }));

  it('makes signatures of them', () => expectFindings('CEL504', {
    'app.py': `
from celery import Celery, group, shared_task as task
app = Celery('app')
@app.task
def add(x, y): ...
@task(bind=True)
def other(self, x): ...
group([«add», «add.delay(1, 2)», «add.apply_async((1, 2), countdown=3)», «other.si»]).delay()
`,
  }, {
    fixed: {
      'app.py': `
from celery import Celery, group, shared_task as task
app = Celery('app')
@app.task
def add(x, y): ...
@task(bind=True)
def other(self, x): ...
group([add.s(), add.s(1, 2), add.signature((1, 2), countdown=3), other.si()]).delay()
`,
    },
  }));

  it('knows class-based tasks', () => expectFindings('CEL504', {
    'app.py': `
from celery import Celery, Task, chain
app = Celery('app')
class Import(Task):
    name = 'import'
    def run(self, x): ...
work = app.register_task(Import())
chain(«work», work.s()).delay()
chain(work.s(1), «work.delay(2)»).delay()
`,
  }));

  it('stays silent where all are signatures, or where that is not known', () => expectSilence('CEL504', {
    'tasks.py': tasks,
    'use.py': `
from celery import chain, chord, group
from itertools import chain as join
from elsewhere import thing
from tasks import add, total
import random
group(add.s(i, i) for i in range(3)).delay()
chain([add.s(1, 2), total.s()]).delay()
chain(add.si(1, 2), group([add.s(1)]), add.signature((1, 2))).delay()
chord([add.s(1, 2)])(total.s())
chord([add.s(1, 2)], total.s().on_error(add.si(1, 2))).delay()
work = add.s(1, 2)
chain(work, thing, thing.delay(), thing.s).delay()
chain(*thing).delay()
group(thing).delay()
(work | thing).delay()
join([add], [None])
1 | 2
enqueue(add)
add.apply_async((1, 2), link=None)
add.apply_async((1, 2), link=thing)
add.apply_async((1, 2), link_error=[thing])
thing.link(add)
def shadowed(add):
    group([add, add.s]).delay()
step = add.delay(1, 2) if random.random() else add.s(1, 2)
group([step]).delay()
group([add.s(1, 2) if thing else None]).delay()
`,
  }));

  it('stays silent where the base class sends in its own way, or is not known', () => expectSilence('CEL504', {
    'tasks.py': `
from celery import Task, chain, shared_task
from elsewhere import Base
class Lazy(Task):
    def delay(self, *args):
        return self.s(*args)
@shared_task(base=Lazy)
def lazy(x): ...
@shared_task(base=Base)
def foreign(x): ...
chain(lazy.delay(1), lazy.s()).delay()
chain(foreign.delay(1), foreign, foreign.s).delay()
`,
  }));

  it('finds bodies that a chord is called with', () => expectFindings('CEL504', {
    'tasks.py': `
from celery import chord, shared_task
@shared_task
def add(x): ...
chord([add.s(1)])(«add»)
chord([add.s(1)])(«add.delay(1)»)
chord([add.s(1)])(«None»)
chord([add.s(1)])(add.s())
`,
  }, { messages: [/add is the task.*chord fails/, /is sent here and now/, /None is no signature/] }));

  it('finds plain functions', () => expectFindings('CEL504', {
    'tasks.py': tasks,
    'use.py': `
from functools import partial
from celery import chain, chord, group
from tasks import add, total
from helpers import log
add.apply_async((1, 2), link=«print»)
add.apply_async((1, 2), link_error=[total.s(), «log»])
add.s(1, 2).on_error(«log»).delay()
add.s(1, 2).set(link=«partial(log, 1)»).delay()
chain(add.s(1, 2), «log»).delay()
group(add.s(1, 2), «print»).delay()
(add.s(1, 2) | «log»).delay()
chord([add.s(1, 2)], «log»).delay()
`,
    'helpers.py': `
def log(*args): ...
`,
  }, { messages: [/^print is a plain function and no signature: the callback cannot run$/, /^log is a plain/, /^log/, /^partial\(log, 1\)/, /the chain fails/, /the group fails/, /the chain fails/, /the chord fails/] }));

  it('finds callbacks among the options of a canvas', () => expectFindings('CEL504', {
    'tasks.py': tasks,
    'use.py': `
import celery
from celery import chain, chord, group
from tasks import add, total
chain(add.s(1, 2), total.s(), link_error=«total»).delay()
group([add.s(1, 2)], link=[total.s(), «total.s»]).delay()
celery.chord([add.s(1, 2)], total.s(), link_error=«print»).delay()
`,
  }, { messages: [/^total is the task and no signature: the callback cannot run$/, /^total\.s is a method/, /^print is a plain function/] }));

  it('finds callbacks of chords, which take none before 5.7', () => expectFindings('CEL504', {
    'tasks.py': tasks,
    'use.py': `
from celery import chord
from tasks import add, total
failed = total.s()
chord([add.s(1, 2)], total.s(), link_error=«failed»).delay()
chord((add.s(1, 2), add.s(3, 4)), total.s()).apply_async(link_error=[«total.s()»])
chord(add.s(1, 2), total.s()).set(link=«total.s()»).delay()
work = chord([add.s(1, 2)], total.s())
work.apply_async(link_error=«total.s()»)
`,
  }, { versions: { celery: '5.6' }, messages: [/^A chord takes no link_error before Celery 5\.7: TypeError when it is sent; on_error\(\) gives it to the body$/, /link_error/, /^A chord takes no link before.*; give it to the body$/, /link_error/] }));

  it('stays silent for callbacks of chords that fail no chord', async () => {
    const use = `
from celery import chain, chord, group
from elsewhere import callback, parts
from tasks import add, total
chord([], total.s()).apply_async(link_error=total.s())
chord([add.s(i, i) for i in range(3)], total.s()).apply_async(link_error=total.s())
chord(parts, total.s()).apply_async(link_error=total.s())
chord([add.s(1, 2)], total.s()).apply_async(link_error=None)
chord([add.s(1, 2)], total.s()).apply_async(link_error=callback)
chord([add.s(1, 2)], total.s()).on_error(total.s()).delay()
chain(add.s(1, 2), total.s(), link_error=total.s()).delay()
group([add.s(1, 2)], link_error=total.s()).delay()
`;
    await expectSilence('CEL504', { 'tasks.py': tasks, 'use.py': use }, {}, { celery: '5.6' });
    await expectSilence('CEL504', { 'tasks.py': tasks, 'use.py': `from celery import chord\nfrom tasks import add, total\nchord([add.s(1, 2)], total.s()).apply_async(link_error=total.s())\n` }, {}, { celery: '5.7' });
  });

  it('stays silent for what may make a signature', () => expectSilence('CEL504', {
    'tasks.py': tasks,
    'use.py': `
from celery import chain
from elsewhere import callback, made, noisy
from tasks import add
@made
def log(*args): ...
class Steps:
    def after(self): ...
    def run(self):
        add.apply_async((1, 2), link=self.after)
try:
    from elsewhere import other
except ImportError:
    def other(): ...
add.apply_async((1, 2), link=log)
add.apply_async((1, 2), link=callback)
add.apply_async((1, 2), link=other)
add.apply_async((1, 2), link=noisy(print))
add.apply_async((1, 2), link=undefined)
`,
  }));
});
