import { expectFindings, expectSilence } from '../ruleTester';
import { django } from './django';

const tasks = 'from celery import shared_task\n@shared_task\ndef notify(pk=None): ...\n';

describe('CEL801 dispatch-in-transaction', () => {
  it('warns of what was written in the same transaction', () => expectFindings('CEL801', django('', {
    'proj/tasks.py': tasks,
    'proj/views.py': `
from django.db import transaction
from proj.models import Order
from proj.tasks import notify
def one(order):
    with transaction.atomic():
        order.save()
        «notify.delay(order.pk)»
@transaction.atomic
def two(request):
    order = Order.objects.create(name='x')
    if order.total:
        «notify.apply_async((order.pk,), countdown=3)»
@transaction.atomic()
def three(form):
    order, made = Order.objects.get_or_create(name='x')
    «notify.delay(pk=order.pk)»
    saved = form.save()
    with transaction.atomic(using='default'):
        order.lines.add(3)
        «notify.delay(order.id)»
    «notify.delay(saved.id)»
`,
  }), {
    severity: 'warning',
    messages: Array.from({ length: 5 }, () => /before the transaction commits what it is about/),
    fixed: {
      'proj/views.py': `
from django.db import transaction
from proj.models import Order
from proj.tasks import notify
def one(order):
    with transaction.atomic():
        order.save()
        notify.delay_on_commit(order.pk)
@transaction.atomic
def two(request):
    order = Order.objects.create(name='x')
    if order.total:
        notify.apply_async_on_commit((order.pk,), countdown=3)
@transaction.atomic()
def three(form):
    order, made = Order.objects.get_or_create(name='x')
    notify.delay_on_commit(pk=order.pk)
    saved = form.save()
    with transaction.atomic(using='default'):
        order.lines.add(3)
        notify.delay_on_commit(order.id)
    notify.delay_on_commit(saved.id)
`,
    },
  }));

  it('hints at any other', () => expectFindings('CEL801', django('', {
    'proj/tasks.py': tasks,
    'proj/views.py': `
from django.db.transaction import atomic
from proj.celery import app
from proj.tasks import notify as send
seen = set()
def one(pk):
    with open('x'), atomic():
        seen.add(pk)
        «send.delay(pk)»
        for _ in range(3):
            «app.send_task('x', (pk,))»
    send.delay(pk)
`,
  }), { severity: 'hint', messages: [/data as they were/, /data as they were/] }));

  it('sends through Django where the task has no method for it', () => expectFindings('CEL801', django('', {
    'proj/views.py': `from django.db.transaction import atomic
from celery import Task, shared_task
class Base(Task): pass
@shared_task(base=Base)
def notify(pk=None): ...
def one(order):
    with atomic():
        order.save()
        «notify.delay(order.pk)»
`,
  }), { fixed: {
    'proj/views.py': `from django.db import transaction
from functools import partial
from django.db.transaction import atomic
from celery import Task, shared_task
class Base(Task): pass
@shared_task(base=Base)
def notify(pk=None): ...
def one(order):
    with atomic():
        order.save()
        transaction.on_commit(partial(notify.delay, order.pk))
`,
  } }));

  it('hands over the method itself where there are no arguments', () => expectFindings('CEL801', {
    'views.py': `from django.db import transaction
from celery import shared_task
@shared_task
def notify(): ...
with transaction.atomic():
    «notify.delay()»
`,
  }, { severity: 'hint', fixed: {
    'views.py': `from django.db import transaction
from celery import shared_task
@shared_task
def notify(): ...
with transaction.atomic():
    transaction.on_commit(notify.delay)
`,
  } }));

  it('sends through Django before Celery 5.4', () => expectFindings('CEL801', django('', {
    'proj/tasks.py': tasks,
    'proj/views.py': `from functools import partial
from django.db import transaction
from proj.tasks import notify
@transaction.atomic
def one(order):
    order.save()
    «notify.delay(order.pk)»
`,
  }), { versions: { celery: '5.3', kombu: '5.3' }, fixed: {
    'proj/views.py': `from functools import partial
from django.db import transaction
from proj.tasks import notify
@transaction.atomic
def one(order):
    order.save()
    transaction.on_commit(partial(notify.delay, order.pk))
`,
  } }));

  it('has no fix where the result is used', () => expectFindings('CEL801', django('', {
    'proj/tasks.py': tasks,
    'proj/views.py': `
from django.db import transaction
from proj.tasks import notify
@transaction.atomic
def one(order):
    order.save()
    result = «notify.delay(order.pk)»
    return «notify.delay(order.pk)».id
`,
  }), { fixed: null }));

  it('stays silent where it is sent after the commit, or on another database', () => expectSilence('CEL801', django('', {
    'proj/tasks.py': tasks,
    'proj/views.py': `
from functools import partial
from django.db import transaction
from proj.tasks import notify
from django.db.transaction import on_commit
from somewhere import alias, atomic, schedule
@transaction.atomic
def one(order):
    order.save()
    transaction.on_commit(lambda: notify.delay(order.pk))
    transaction.on_commit(partial(notify.delay, order.pk))
    notify.delay_on_commit(order.pk)
    def later():
        notify.delay(order.pk)
    transaction.on_commit(later)
    schedule(lambda: notify.delay(order.pk))
    transaction.on_commit(notify.delay(order.pk))
    on_commit(notify.delay(order.pk))
def two(order):
    with transaction.atomic():
        order.save()
    notify.delay(order.pk)
    with transaction.atomic(using='replica'):
        notify.delay(order.pk)
    with transaction.atomic(alias):
        notify.delay(order.pk)
    with transaction.atomic(**alias):
        notify.delay(order.pk)
    with atomic():
        notify.delay(order.pk)
@transaction.non_atomic_requests
def three(order):
    notify.delay(order.pk)
@transaction.atomic
async def four(order):
    notify.delay(order.pk)
`,
  })));

  it('stays silent for tasks that may send differently', async () => {
    const views = `
from django.db import transaction
@transaction.atomic
def one(order, client):
    order.save()
    notify.delay(order.pk)
    client.delay(order.pk)
    client.send_task('x')
`;
    await expectSilence('CEL801', django('', { 'proj/views.py': `from celery import Task, shared_task\nclass Later(Task):\n    def delay(self, *args): ...\n@shared_task(base=Later)\ndef notify(pk): ...\n${views}` }));
    await expectSilence('CEL801', django('', { 'proj/views.py': `from celery import shared_task\nfrom somewhere import Later\n@shared_task(base=Later)\ndef notify(pk): ...\n${views}` }));
    await expectSilence('CEL801', django('', { 'proj/views.py': `from somewhere import notify\n${views}` }));
    await expectSilence('CEL801', { ...django('', { 'proj/views.py': `from celery import shared_task\n@shared_task\ndef notify(pk): ...\n${views}` }), 'proj/celery.py': 'from celery import Celery\napp = Celery("proj", task_cls="proj.base:Later")\napp.config_from_object("django.conf:settings")\n' });
  });

  it('stays silent in tests', () => expectSilence('CEL801', django('', {
    'proj/tasks.py': tasks,
    'proj/tests/test_views.py': 'from django.db import transaction\nfrom proj.tasks import notify\nwith transaction.atomic():\n    notify.delay(1)\n',
  })));
});
