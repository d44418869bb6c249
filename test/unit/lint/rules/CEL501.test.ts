import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import shared_task
@shared_task
def add(x, y): ...
@shared_task
def total(numbers): ...
`;

describe('CEL501 signature-never-sent', () => {
  it('finds everything that only builds', () => expectFindings('CEL501', {
    'tasks.py': tasks,
    'use.py': `
from celery import chain, chord, group, signature
import celery
from tasks import add, total
«add.s(1, 2)»
«add.si(1, 2)»
«add.signature((1, 2))»
«add.s(1, 2).set(queue='slow')»
«signature('tasks.add', (1, 2))»
«celery.signature('tasks.add', (1, 2))»
«chain(add.s(1, 2), add.s(3))»
«group(add.s(i, i) for i in range(3))»
«chord([add.s(1, 2)], total.s())»
«celery.group([add.s(1, 2)])»
«add.s(1, 2) | add.s(3)»
«chain(add.s(1, 2)) | add.s(3) | add.s(4)»
«add.chunks([(1, 2)], 10)»
«add.starmap([(1, 2)])»
«total.map([[1]])»
def send():
    if True:
        «add.s(1, 2).on_error(total.s())»
    «add.s(1, 2).link(total.s())»
`,
  }, { severity: 'warning' }));

  it('finds a method that is named and not called, also inside a canvas', () => expectFindings('CEL501', {
    'tasks.py': tasks,
    'use.py': 'from celery import chain\nfrom tasks import add\n«add.delay»\n«add.apply_async»\nchain(add.s(1, 2), «add.delay»).delay()\n(add.s(1, 2) | «add.apply_async»).delay()\n',
  }, {
    messages: [/^add\.delay is named and not called: nothing is sent$/, /^add\.apply_async is named/, /^add\.delay is a method and no signature: the canvas fails when it is sent$/, /^add\.apply_async is a method/],
    fixed: { 'use.py': 'from celery import chain\nfrom tasks import add\nadd.delay()\nadd.apply_async()\nchain(add.s(1, 2), add.s()).delay()\n(add.s(1, 2) | add.s()).delay()\n' },
  }));

  it('finds what a lambda builds for on_commit', () => expectFindings('CEL501', {
    'tasks.py': tasks,
    'use.py': 'from django.db import transaction\nfrom tasks import add\ntransaction.on_commit(lambda: «add.s(1, 2)»)\ntransaction.on_commit(lambda: «add.delay»)\n',
  }, {
    fixed: { 'use.py': 'from django.db import transaction\nfrom tasks import add\ntransaction.on_commit(lambda: add.s(1, 2).delay())\ntransaction.on_commit(lambda: add.delay())\n' },
  }));

  it('sends what was built', () => expectFindings('CEL501', {
    'app.py': `
from celery import Celery, chord
app = Celery('app')
task = app.task
@task
def add(x, y): ...
«add.s(1, 2)»
«add.s(1, 2) | add.s(3)»
(«add.s(1, 2)
 | add.s(3)»)
«chord([add.s(1, 2)])»
`,
  }, {
    messages: [/^This builds a signature and throws it away: nothing is sent$/, /^This builds a chain/, /^This builds a chain/, /^This builds a chord/],
    fixed: {
      'app.py': `
from celery import Celery, chord
app = Celery('app')
task = app.task
@task
def add(x, y): ...
add.s(1, 2).delay()
(add.s(1, 2) | add.s(3)).delay()
(add.s(1, 2)
 | add.s(3)).delay()
chord([add.s(1, 2)])
`,
    },
  }));

  it('finds class-based tasks and those of several apps', () => expectFindings('CEL501', {
    'app.py': `
from celery import Celery, Task, shared_task as task
one = Celery('one')
two = Celery('two')
class Import(Task):
    name = 'import'
    def run(self, x): ...
Import = one.register_task(Import())
@two.task(bind=True)
def other(self): ...
@task
def third(): ...
«Import.s(1)»
«other.si()»
«third.delay»
`,
  }));

  it('stays silent where it is sent, kept, or passed on', () => expectSilence('CEL501', {
    'tasks.py': tasks,
    'use.py': `
from celery import chain, chord, group
from django.db import transaction
from functools import partial
from itertools import chain as join
import pytest
from tasks import add, total
"""add.s(1, 2)"""
add.s(1, 2).delay()
add.s(1, 2)()
add.delay(1, 2)
chain(add.s(1, 2)).apply_async()
chain(add.s(1, 2))()
chord([add.s(1, 2)])(total.s())
group(add.s(1, 2))()
(add.s(1, 2) | add.s(3)).delay()
~chain(add.s(1, 2))
kept = add.s(1, 2)
kept.link(total.s())
kept.delay
enqueue(add.s(1, 2))
enqueue(add.delay)
join([1], [2])
1 | 2
transaction.on_commit(partial(add.delay, 1, 2))
transaction.on_commit(lambda: add.delay(1, 2))
transaction.on_commit(add.delay)
later(lambda: add.s(1, 2))
def make():
    return add.s(1, 2) | add.s(3)
def each():
    yield add.s(1, 2)
with pytest.raises(TypeError):
    chain(add.s(1, 2))
def shadowed(add):
    add.s(1)
    add.delay
unknown.s(1)
unknown.delay
`,
  }));

  it('stays silent where the base class makes signatures in its own way, or is not known', () => expectSilence('CEL501', {
    'tasks.py': `
from celery import Task, shared_task
from elsewhere import Base
class Eager(Task):
    def s(self, *args, **kwargs):
        return self.delay(*args, **kwargs)
@shared_task(base=Eager)
def eager(): ...
@shared_task(base=Base)
def foreign(): ...
eager.s()
foreign.s()
foreign.delay
`,
  }));

  it('stays silent in kept samples, which a click sends', () => expectSilence('CEL501', { 'tasks.py': tasks, '.vscode/celery_samples.py': 'from tasks import add\nadd.s(1, 2).set(countdown=1)\n' }));

  it('stays silent in tests, which build to look at what was built', () => expectSilence('CEL501', { 'tests/test_add.py': `${tasks}add.s(1, 2)\n` }));

  it('finds a signature whose method is not called', () => expectFindings('CEL501', {
    'tasks.py': 'from celery import shared_task\n@shared_task\ndef one(x): ...\n«one.s(1).delay»\n',
  }, { messages: [/is named and not called/], fixed: { 'tasks.py': 'from celery import shared_task\n@shared_task\ndef one(x): ...\none.s(1).delay()\n' } }));
});
