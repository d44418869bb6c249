import { expectFindings, expectSilence } from '../ruleTester';
import { django } from './django';

const forms = 'from django import forms\nclass OrderForm(forms.ModelForm): ...\n';
const tasks = 'from celery import shared_task\n@shared_task\ndef notify(pk=None): ...\n';

describe('CEL801 dispatch-in-transaction', () => {
  it('warns of what was written in the same transaction', () => expectFindings('CEL801', django('', {
    'proj/tasks.py': tasks, 'proj/forms.py': forms,
    'proj/views.py': `
from django.db import transaction
from proj.forms import OrderForm
from proj.models import Order
from proj.tasks import notify
def one(order: Order):
    with transaction.atomic():
        order.save()
        «notify.delay(order.pk)»
@transaction.atomic
def two(request):
    order = Order.objects.create(name='x')
    if order.total:
        «notify.apply_async((order.pk,), countdown=3)»
@transaction.atomic()
def three(form: OrderForm):
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
from proj.forms import OrderForm
from proj.models import Order
from proj.tasks import notify
def one(order: Order):
    with transaction.atomic():
        order.save()
        notify.delay_on_commit(order.pk)
@transaction.atomic
def two(request):
    order = Order.objects.create(name='x')
    if order.total:
        notify.apply_async_on_commit((order.pk,), countdown=3)
@transaction.atomic()
def three(form: OrderForm):
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

  const inBlock = (body: string, head = ''): Record<string, string> => django('', {
    'proj/tasks.py': tasks, 'proj/forms.py': forms,
    'proj/views.py': `from django.contrib.auth import get_user_model\nfrom django.db import transaction\nfrom django.shortcuts import get_object_or_404\nfrom proj.forms import OrderForm\nfrom proj.models import Order\nfrom proj.tasks import notify\n${head}\n\ndef work(request, pk, item: Order):\n    with transaction.atomic():\n${body.replace(/^(?=.)/gm, '        ')}\n`,
  });
  const writes: Readonly<Record<string, string>> = {
    'an instance that was looked up': 'order = get_object_or_404(Order, pk=pk)\norder.save()\n«notify.delay(order.pk)»',
    'an instance of a queryset': "for order in Order.objects.filter(name='x'):\n    order.save(update_fields=['name'])\n    «notify.delay(order.pk)»",
    'an instance that was made': "order = Order(name='x')\norder.save()\n«notify.delay(order.pk)»",
    'what a form makes, once it is saved': 'form = OrderForm(request.POST)\norder = form.save(commit=False)\norder.name = pk\norder.save()\n«notify.delay(order.pk)»',
    'the instance of a form': 'form = OrderForm(request.POST)\nform.save()\n«notify.delay(form.instance.pk)»',
    'what is made in the call itself': "«notify.delay(Order.objects.create(name='x').pk)»",
    'a key that was taken from it': 'item.save()\nkey = item.pk\n«notify.delay(key)»',
    'a key that chose the rows': "Order.objects.filter(pk=pk).update(name='x')\n«notify.delay(pk)»",
    'a key that was given': "Order.objects.create(id=pk, name='x')\n«notify.delay(pk)»",
    'related objects': 'item.lines.add(pk)\n«notify.delay(item.pk)»',
    'a user': "user = get_user_model().objects.create(name='x')\n«notify.delay(user.pk)»",
    'a queryset of the project': "Order.objects.open().filter(id=pk).delete()\n«notify.delay(pk)»",
    'an outer transaction': 'item.save()\nwith transaction.atomic():\n    «notify.delay(item.pk)»',
    'the body of a try, after it': 'try:\n    item.save()\nexcept ValueError:\n    raise\nelse:\n    «notify.delay(item.pk)»',
    'a branch that comes before': 'if pk:\n    item.save()\n«notify.delay(item.pk)»',
  };
  for (const [what, body] of Object.entries(writes)) it(`knows ${what} to be written`, () => expectFindings('CEL801', inBlock(body), { severity: 'warning' }));

  it('knows the object of a view to be written', () => expectFindings('CEL801', inBlock('pass', `from django.utils.decorators import method_decorator
from django.views.generic import UpdateView
class Change(UpdateView):
    @transaction.atomic
    def form_valid(self, form):
        self.object = form.save()
        «notify.delay(self.object.pk)»
    @transaction.atomic
    def post(self, request):
        order = self.get_object()
        order.save()
        «notify.delay(order.pk)»
    @method_decorator(transaction.atomic)
    def put(self, request):
        order = self.get_object()
        order.save()
        «notify.delay(order.pk)»
`), { severity: 'warning' }));

  const admin = (body: string, head = ''): Record<string, string> => django('', {
    'proj/tasks.py': tasks,
    'proj/admin.py': `from functools import partial
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from proj.models import Order
from proj.tasks import notify
from somewhere import decorated
${head}
${body}`,
  });

  it('knows what the admin saves in its transaction', () => expectFindings('CEL801', admin(`@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change:
            «notify.delay(obj.pk)»
    def save_related(self, request, form, formsets, change):
        «notify.delay(form.instance.pk)»
        super().save_related(request, form, formsets, change)
    def save_formset(self, request, form, formset, change):
        formset.save()
        order = form.instance
        «notify.s(order.pk).delay()»
    def response_add(self, request, obj, post_url_continue=None):
        «notify.delay(obj.id)»
    def response_change(self, request, obj):
        «notify.apply_async((obj.pk,), countdown=3)»
    def delete_model(self, request, obj):
        pk = obj.pk
        obj.delete()
        «notify.delay(pk)»
    def response_delete(self, request, obj_display, obj_id):
        «notify.delay(obj_id)»
class Base(UserAdmin): ...
class Own(Base):
    def save_model(self, request, user, *args, **kwargs):
        user.save()
        «notify.delay(user.pk)»
    @admin.display()
    def delete_model(self, request, obj):
        key = obj.id
        super(Own, self).delete_model(request, obj=obj)
        «notify.delay(key)»
`), { severity: 'warning', messages: Array.from({ length: 9 }, () => /^The admin saves in a transaction, and the task is sent before it commits what it is about/) }));

  it('sends on commit from the admin', () => expectFindings('CEL801', admin(`class OrderAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        obj.save()
        «notify.delay(obj.pk)»
`), { fixed: { 'proj/admin.py': admin(`class OrderAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        obj.save()
        notify.delay_on_commit(obj.pk)
`)['proj/admin.py']! } }));

  it('stays silent in other methods and classes of the admin, before it saves, and about other things', () => expectSilence('CEL801', admin(`class OrderAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        notify.delay(obj.pk)
        notify.delay(request.user.pk)
        super().save_model(request, obj, form, change)
        transaction.on_commit(partial(notify.delay, obj.pk))
        notify.delay(form.cleaned_data)
        notify.delay_on_commit(obj.pk)
    def save_related(self, request, form, formsets, change):
        notify.delay(change)
    def delete_queryset(self, request, queryset):
        pks = list(queryset.values_list('pk', flat=True))
        queryset.delete()
        notify.delay(pks)
    @admin.action
    def close(self, request, queryset):
        queryset.update(name='x')
        notify.delay(1)
    @decorated
    def response_add(self, request, obj):
        notify.delay(obj.pk)
    def get_object(self, request, obj):
        obj.save()
        notify.delay(obj.pk)
class Without(admin.ModelAdmin):
    def changeform_view(self, request, *args, **kwargs):
        return self._changeform_view(request, *args, **kwargs)
    def response_change(self, request, obj):
        notify.delay(obj.pk)
    def delete_view(self, request, *args, **kwargs):
        return self._delete_view(request, *args, **kwargs)
    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        notify.delay(obj.pk)
class Inline(admin.TabularInline):
    def save_model(self, request, obj, form, change):
        obj.save()
        notify.delay(obj.pk)
class Mixin:
    def response_change(self, request, obj):
        notify.delay(obj.pk)
`)));

  it('hints at what else is sent in a transaction of the method', () => expectFindings('CEL801', admin(`class OrderAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            «notify.delay(request.user.pk)»
`), { severity: 'hint' }));

  it('knows a key that was kept from what is deleted', () => expectFindings('CEL801', inBlock(`key = item.pk
other = item.name
item.delete()
«notify.delay(key)»`), { severity: 'warning' }));

  it('knows a model in its own method', () => expectFindings('CEL801', django('', {
    'proj/tasks.py': tasks,
    'proj/shop.py': `from django.db import models, transaction
from proj.tasks import notify
class Cart(models.Model):
    @transaction.atomic
    def close(self):
        self.save()
        «notify.delay(self.pk)»
`,
  }), { severity: 'warning' }));

  const canvases: Readonly<Record<string, readonly [sent: string, after: string]>> = {
    'a signature': ['«notify.s(item.pk).delay()»', 'transaction.on_commit(notify.s(item.pk).delay)'],
    'a signature with options': ['«notify.si(item.pk).set(queue=\'x\').apply_async(countdown=3)»', "transaction.on_commit(partial(notify.si(item.pk).set(queue='x').apply_async, countdown=3))"],
    'a signature that gets it when it is sent': ['«notify.s().delay(item.pk)»', 'transaction.on_commit(partial(notify.s().delay, item.pk))'],
    'a signature by name': ["«signature('elsewhere.notify', (item.pk,)).delay()»", "transaction.on_commit(signature('elsewhere.notify', (item.pk,)).delay)"],
    'a signature in a variable': ['later = notify.s(item.pk)\n«later.delay()»', 'later = notify.s(item.pk)\ntransaction.on_commit(later.delay)'],
    'a chain': ['«chain(notify.s(item.pk), notify.si(1))()»', 'transaction.on_commit(chain(notify.s(item.pk), notify.si(1)).delay)'],
    'a chain that is sent': ['«chain(notify.s(item.pk), notify.si(1)).apply_async()»', 'transaction.on_commit(chain(notify.s(item.pk), notify.si(1)).apply_async)'],
    'a chain of pipes': ['«(notify.s(1) | notify.si(item.pk)).delay()»', 'transaction.on_commit((notify.s(1) | notify.si(item.pk)).delay)'],
    'a group': ['«group(notify.s(item.pk), notify.s(1)).delay()»', 'transaction.on_commit(group(notify.s(item.pk), notify.s(1)).delay)'],
    'a group of many': ['«group(notify.s(item.pk, line) for line in pk)()»', 'transaction.on_commit(group(notify.s(item.pk, line) for line in pk).delay)'],
    'a chord': ['«chord([notify.s(1)], notify.si(item.pk)).delay()»', 'transaction.on_commit(chord([notify.s(1)], notify.si(item.pk)).delay)'],
    'a workflow in a variable': ['flow = chain(notify.s(item.pk), notify.si(1))\n«flow()»', 'flow = chain(notify.s(item.pk), notify.si(1))\ntransaction.on_commit(flow.delay)'],
  };
  for (const [what, [sent, after]] of Object.entries(canvases)) {
    const head = 'from functools import partial\nfrom celery import chain, chord, group, signature\n';
    it(`knows ${what} to be sent`, () => expectFindings('CEL801', inBlock(`item.save()\n${sent}`, head), { severity: 'warning', fixed: { 'proj/views.py': inBlock(`item.save()\n${after}`, head)['proj/views.py']! } }));
  }

  it('has no fix for the body of a chord, and hints where a canvas is about something else', () => expectFindings('CEL801', inBlock('item.save()\n«chord([notify.s(pk)])(notify.si())»', 'from celery import chord\n'), { severity: 'hint', fixed: null }));

  it('sends by name through Django', () => expectFindings('CEL801', inBlock("item.save()\n«app.send_task('proj.tasks.notify', (item.pk,))»", 'from functools import partial\nfrom proj.celery import app\n'), {
    severity: 'warning',
    fixed: { 'proj/views.py': inBlock("item.save()\ntransaction.on_commit(partial(app.send_task, 'proj.tasks.notify', (item.pk,)))", 'from functools import partial\nfrom proj.celery import app\n')['proj/views.py']! },
  }));

  it('stays silent for canvases that are not known, not sent, or sent later', () => expectSilence('CEL801', inBlock(`item.save()
notify.s(item.pk)()
chain(notify.s(item.pk), unknown).delay()
group(unknown).delay()
group(unknown)()
unknown.s(item.pk).delay()
notify.s(item.pk).apply()
chain(notify.s(item.pk), notify.si(1))
notify.chunks([(item.pk,)], 10).delay()
transaction.on_commit(notify.s(item.pk).delay)
transaction.on_commit(lambda: chain(notify.s(item.pk), notify.si(1))())`, 'from celery import chain, group\nfrom somewhere import unknown\n')));

  it('stays silent for canvases of tasks that may send differently', () => expectSilence('CEL801', {
    ...inBlock('item.save()\nnotify.s(item.pk).delay()\nchain(plain.s(), notify.s(item.pk))()', 'from celery import chain\nfrom proj.tasks import plain\n'),
    'proj/tasks.py': 'from celery import shared_task\nfrom somewhere import Later\n@shared_task(base=Later)\ndef notify(pk=None): ...\n@shared_task\ndef plain(): ...\n',
  }));

  const unsure: Readonly<Record<string, string>> = {
    'an object of an unknown type': 'order = find(pk)\norder.save()\n«notify.delay(order.pk)»',
    'a form that is only asked for its object': 'form = OrderForm(request.POST)\norder = form.save(commit=False)\n«notify.delay(order.name)»',
    'another branch': 'if pk:\n    item.save()\nelse:\n    «notify.delay(item.pk)»',
    'the handler of what failed': 'try:\n    item.save()\nexcept ValueError:\n    «notify.delay(item.pk)»',
    'a file': "image = open(pk)\nimage.save(pk)\n«notify.delay(image.name)»",
    'another object': 'item.save()\n«notify.delay(request.pk)»',
    'what was read before and is no key': 'name = item.name\nitem.save()\n«notify.delay(name)»',
    'a later write': '«notify.delay(item.pk)»\nitem.save()',
    'a set': 'seen = set()\nseen.add(pk)\n«notify.delay(seen)»',
    'a manager of another library': 'documents.objects.create(id=pk)\n«notify.delay(pk)»',
  };
  for (const [what, body] of Object.entries(unsure)) it(`only hints where the write is of ${what}`, () => expectFindings('CEL801', inBlock(body), { severity: 'hint' }));

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
from proj.models import Order
class Base(Task): pass
@shared_task(base=Base)
def notify(pk=None): ...
def one(order: Order):
    with atomic():
        order.save()
        «notify.delay(order.pk)»
`,
  }), { fixed: {
    'proj/views.py': `from django.db import transaction
from functools import partial
from django.db.transaction import atomic
from celery import Task, shared_task
from proj.models import Order
class Base(Task): pass
@shared_task(base=Base)
def notify(pk=None): ...
def one(order: Order):
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
from proj.models import Order
from proj.tasks import notify
@transaction.atomic
def one(order: Order):
    order.save()
    «notify.delay(order.pk)»
`,
  }), { versions: { celery: '5.3', kombu: '5.3' }, fixed: {
    'proj/views.py': `from functools import partial
from django.db import transaction
from proj.models import Order
from proj.tasks import notify
@transaction.atomic
def one(order: Order):
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
