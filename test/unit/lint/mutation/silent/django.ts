import type { Sources } from '../../ruleTester';
import type { Guards, SilentProject } from './silent';

const tasks = 'from celery import Task, shared_task\n\n\n@shared_task\ndef notify(pk=None):\n    return pk\n';

/** A Django project with a model and a task, and code of its own. */
function shop(code: string, files: Sources = {}): SilentProject {
  return {
    files: {
      'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
      'shop/__init__.py': 'from .celery import app as celery_app\n',
      'shop/celery.py': "from celery import Celery\n\napp = Celery('shop')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n",
      'shop/settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'ATOMIC_REQUESTS': True}}\nTIME_ZONE = 'Europe/Paris'\n",
      'shop/models.py': 'from django.db import models\n\n\nclass Order(models.Model):\n    name = models.TextField()\n',
      'shop/tasks.py': tasks,
      'shop/code.py': `from django.db import transaction\nfrom shop.models import Order\nfrom shop.tasks import notify\n\n\n${code}`,
      ...files,
    },
  };
}

const block = "def work(pk):\n    with transaction.atomic():\n        order = Order.objects.create(name='x')\n        notify.delay(order.pk)\n";
const view = (head: string, before = '', call = 'notify.delay(order.pk)', settings = ''): SilentProject => shop(
  `from django.http import HttpRequest\n${before}\n\n${head}\n    order = Order.objects.create(name='x')\n    ${call}\n`, settings ? { 'shop/settings.py': `TIME_ZONE = 'Europe/Paris'\n${settings}` } : {});
const receiver = (head: string, before = ''): SilentProject => shop(`from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n${before}\n\n${head}\n    notify.delay(instance.pk)\n`);
const method = (base: string, before: string): SilentProject => shop(`${before}\nclass Orders(${base}):\n    def post(self, request):\n        order = Order.objects.create(name='x')\n        notify.delay(order.pk)\n`);

const inAdmin = (methods: string, base = 'admin.ModelAdmin'): SilentProject => shop(`from django.contrib import admin\nfrom library import Mixin, deferred\n\n\nclass OrderAdmin(${base}):\n${methods}`);

/** Guards of the rules about Django. */
export const django: Guards = {
  CEL801: {
    'a call on commit': shop(block.replace('notify.delay(order.pk)', 'transaction.on_commit(lambda: notify.delay(order.pk))')),
    'a partial call on commit': shop(`from functools import partial\n${block.replace('notify.delay(order.pk)', 'transaction.on_commit(partial(notify.delay, order.pk))')}`),
    'a function that is called on commit': shop(block.replace('notify.delay(order.pk)', 'def later():\n            notify.delay(order.pk)\n        transaction.on_commit(later)')),
    'a function without a name that is passed on': shop(`from library import schedule\n${block.replace('notify.delay(order.pk)', 'schedule(lambda: notify.delay(order.pk))')}`),
    'the result of a call on commit': shop(block.replace('notify.delay(order.pk)', 'transaction.on_commit(notify.delay(order.pk))')),
    'a call in the head of the block': shop(`from library import announced\n${block.replace('transaction.atomic()', 'announced(notify.delay(pk)), transaction.atomic()').replace('        notify.delay(order.pk)\n', '')}`),
    'a call after the block': shop(block.replace('        notify', '    notify')),
    'another database': shop(block.replace('atomic()', "atomic(using='replica')")),
    'another database by position': shop(block.replace('atomic()', "atomic('replica')")),
    'a database that is not known': shop(`from shop.routers import replica\n${block.replace('atomic()', 'atomic(using=replica)')}`, { 'shop/routers.py': 'import os\nreplica = os.environ["REPLICA"]\n' }),
    'arguments of the transaction that are not known': shop(`from library import options\n${block.replace('atomic()', 'atomic(**options)')}`),
    'a transaction of another library': shop(`from sqlalchemy import transaction\n${block}`),
    'an asynchronous function': shop('@transaction.atomic\nasync def work(pk):\n    notify.delay(pk)\n'),
    'a base that sends after the commit': shop(block, { 'shop/tasks.py': tasks.replace('@shared_task', 'class Later(Task):\n    def apply_async(self, *args, **options):\n        return super().apply_async_on_commit(*args, **options)\n\n\n@shared_task(base=Later)') }),
    'a base that is not known': shop(block, { 'shop/tasks.py': tasks.replace('@shared_task', 'from library import Later\n\n\n@shared_task(base=Later)') }),
    'an app whose tasks have another class': shop(block, { 'shop/celery.py': "from celery import Celery\n\napp = Celery('shop', task_cls='library.tasks:Later')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n" }),
    'an app whose tasks get another class': shop(block, { 'shop/celery.py': "from celery import Celery\nfrom library import Later\n\napp = Celery('shop')\napp.Task = Later\napp.config_from_object('django.conf:settings', namespace='CELERY')\n" }),
    'a task that a decorator wraps': shop(block, { 'shop/tasks.py': tasks.replace('@shared_task', 'from library import deferred\n\n\n@deferred\n@shared_task') }),
    'a task of another package': shop(`from library import notify\n${block}`),
    'a method that sends on commit': shop(block.replace('delay(', 'delay_on_commit(')),
    'a signature that is only built': shop(block.replace('notify.delay(order.pk)', 'return notify.s(order.pk)')),
    'canvases on commit': shop(`from celery import chain\n${block.replace('notify.delay(order.pk)', 'transaction.on_commit(notify.s(order.pk).delay)\n        transaction.on_commit(chain(notify.s(order.pk), notify.si(1)).delay)\n        transaction.on_commit(lambda: notify.s(order.pk).delay())')}`),
    'a signature that runs here': shop(block.replace('notify.delay(order.pk)', 'notify.s(order.pk)()\n        notify.s(order.pk).apply()')),
    'a canvas of which a part is not known': shop(`from celery import chain\nfrom library import send\n${block.replace('notify.delay(order.pk)', 'chain(notify.s(order.pk), send).delay()')}`),
    'a canvas of a base that sends after the commit': shop(`from celery import group\n${block.replace('notify.delay(order.pk)', 'group(notify.s(order.pk), notify.s(1))()\n        notify.s(order.pk).delay()')}`, { 'shop/tasks.py': tasks.replace('@shared_task', 'class Later(Task):\n    def apply_async(self, *args, **options):\n        return super().apply_async_on_commit(*args, **options)\n\n\n@shared_task(base=Later)') }),
    'an action of the admin, which has no transaction': inAdmin('    def delete_queryset(self, request, queryset):\n        queryset.delete()\n        notify.delay(queryset.model)\n'),
    'an admin before it saves': inAdmin('    def save_model(self, request, obj, form, change):\n        notify.delay(obj.pk)\n        super().save_model(request, obj, form, change)\n'),
    'an admin whose view opens no transaction': inAdmin('    def changeform_view(self, request, *args, **kwargs):\n        return self._changeform_view(request, *args, **kwargs)\n\n    def response_add(self, request, obj):\n        notify.delay(obj.pk)\n'),
    'an admin whose view to delete opens no transaction': inAdmin('    def delete_view(self, request, *args, **kwargs):\n        return self._delete_view(request, *args, **kwargs)\n\n    def delete_model(self, request, obj):\n        obj.delete()\n        notify.delay(obj.pk)\n'),
    'a method of the admin that a decorator defers': inAdmin('    @deferred\n    def response_add(self, request, obj):\n        notify.delay(obj.pk)\n'),
    'what is no admin': inAdmin('    def response_add(self, request, obj):\n        notify.delay(obj.pk)\n', 'Mixin'),
    'an inline, which saves by a formset': inAdmin('    def save_model(self, request, obj: Order, form, change):\n        obj.save()\n        notify.delay(obj.pk)\n', 'admin.TabularInline'),
    'a client that is no app': shop('def work(client):\n    with transaction.atomic():\n        client.send_task("shop.tasks.notify")\n'),
    'tests': shop('', { 'shop/tests/test_code.py': `from django.db import transaction\nfrom shop.models import Order\nfrom shop.tasks import notify\n\n\n${block}` }),
  },
  CEL802: {
    'an import in the package': shop(''),
    'an import in the settings': shop('', { 'shop/__init__.py': '', 'shop/settings.py': 'import shop.celery\n' }),
    'an import in a function': shop('', { 'shop/__init__.py': '', 'shop/apps.py': 'class Shop:\n    def ready(self):\n        from .celery import app\n' }),
    'an import of the module from its package': shop('', { 'shop/__init__.py': 'from . import celery\n' }),
    'an import of everything': shop('', { 'shop/__init__.py': 'from .celery import *\n' }),
    'the name of the module in a text': shop('', { 'shop/__init__.py': '', 'shop/wsgi.py': "load('shop.celery')\n" }),
    'an import by name': shop('', { 'shop/__init__.py': '', 'shop/wsgi.py': 'from importlib import import_module\n\nfor name in ("celery",):\n    import_module(f"shop.{name}")\n' }),
    'no shared task': shop('', { 'shop/__init__.py': '', 'shop/tasks.py': 'from library import shared_task\n\n\n@shared_task\ndef notify(pk=None):\n    return pk\n' }),
    'several apps': shop('', { 'shop/__init__.py': '', 'shop/celery_mail.py': "from celery import Celery\n\nmail = Celery('mail')\n" }),
    'settings that are not Django\'s': shop('', { 'shop/__init__.py': '', 'shop/celery.py': "from celery import Celery\n\napp = Celery('shop', broker='redis://localhost', include=['shop.tasks'])\n" }),
    'settings of another module': shop('', { 'shop/__init__.py': '', 'shop/celery.py': "from celery import Celery\n\napp = Celery('shop', include=['shop.tasks'])\napp.config_from_object('shop.settings', namespace='CELERY')\n" }),
    'an import of all that the package has': shop('', { 'shop/__init__.py': '', 'shop/apps.py': '# With celery.\nfrom shop import *\n' }),
    'a module that says nothing of Celery': shop('', { 'shop/__init__.py': '', 'shop/celery.py': '', 'shop/queue.py': "from celery import Celery\n\napp = Celery('shop')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n" }),
  },
  CEL803: {
    'the setting off': view('def buy(request: HttpRequest):', '', undefined, "DATABASES = {'default': {'ATOMIC_REQUESTS': False}}\n"),
    'no such setting': view('def buy(request: HttpRequest):', '', undefined, "DATABASES = {'default': {'ENGINE': 'x'}}\n"),
    'the setting of another database': view('def buy(request: HttpRequest):', '', undefined, "DATABASES = {'default': {}, 'other': {'ATOMIC_REQUESTS': True}}\n"),
    'a value that is not known': view('def buy(request: HttpRequest):', '', undefined, "import os\nDATABASES = {'default': {'ATOMIC_REQUESTS': bool(os.environ.get('ATOMIC'))}}\n"),
    'databases that are not known': view('def buy(request: HttpRequest):', '', undefined, "from library import databases\nDATABASES = databases('ATOMIC_REQUESTS')\n"),
    'a function that may be no view': view('def buy(request):'),
    'a request of another library': view('def buy(request: Request):', 'from starlette.requests import Request'),
    'a middleware, which no transaction is around': shop("from django.http import HttpRequest\n\n\ndef counted(get_response):\n    def middleware(request: HttpRequest):\n        order = Order.objects.create(name='x')\n        notify.delay(order.pk)\n        return get_response(request)\n    return middleware\n"),
    'a function with secrets, which need not be a view': view("@sensitive_variables('order')\ndef buy():", 'from django.views.decorators.debug import sensitive_variables'),
    'an error of a view': method('GenericViewError', 'from django.views.generic import GenericViewError\n\n'),
    'a decorator that is not known': view('@login_required\n@listed\ndef buy(request: HttpRequest):', 'from django.contrib.auth.decorators import login_required\nfrom library import listed'),
    'a decorator of the project': view('@later\ndef buy(request: HttpRequest):', 'def later(function):\n    def wrapped(*args):\n        transaction.on_commit(lambda: function(*args))\n    return wrapped\n'),
    'a view without a transaction': view('@transaction.non_atomic_requests\ndef buy(request: HttpRequest):'),
    'a view without a transaction, by call': view("@transaction.non_atomic_requests(using='default')\ndef buy(request: HttpRequest):"),
    'an asynchronous view': view('async def buy(request: HttpRequest):'),
    'a call on commit': view('def buy(request: HttpRequest):', '', 'transaction.on_commit(lambda: notify.delay(order.pk))'),
    'arguments that have nothing to do with the write': view('def buy(request: HttpRequest):', '', 'notify.delay(request.pk)'),
    'a call before the write': shop("from django.http import HttpRequest\n\n\ndef buy(request: HttpRequest, order: Order):\n    notify.delay(order.pk)\n    order.save()\n"),
    'a write of what is not known': shop('from django.http import HttpRequest\n\n\ndef buy(request: HttpRequest, order):\n    order.save()\n    notify.delay(order.pk)\n'),
    'an object that is not saved yet': shop('from django import forms\nfrom django.http import HttpRequest\n\n\nclass Form(forms.ModelForm):\n    pass\n\n\ndef buy(request: HttpRequest):\n    order = Form(request.POST).save(commit=False)\n    notify.delay(order.name)\n'),
    'a write in another branch': shop('from django.http import HttpRequest\n\n\ndef buy(request: HttpRequest, order: Order):\n    if order.name:\n        order.save()\n    else:\n        notify.delay(order.pk)\n'),
    'a write that failed': shop('from django.http import HttpRequest\n\n\ndef buy(request: HttpRequest, order: Order):\n    try:\n        order.save()\n    except ValueError:\n        notify.delay(order.pk)\n'),
    'a class that may be no view': method('Endpoint', 'from library import Endpoint\n\n'),
    'a class with a decorator of the project': method('View', 'from django.views import View\nfrom library import listed\n\n\n@listed'),
    'a class whose dispatch has no transaction': method('View', "from django.utils.decorators import method_decorator\nfrom django.views import View\n\n\n@method_decorator(transaction.non_atomic_requests, name='dispatch')"),
    'tests': shop('', { 'shop/tests/views.py': "from django.http import HttpRequest\nfrom shop.models import Order\nfrom shop.tasks import notify\n\n\ndef buy(request: HttpRequest, order: Order):\n    order.save()\n    notify.delay(order.pk)\n" }),
  },
  CEL804: {
    'another signal': receiver('@receiver(request_finished)\ndef saved(sender, instance, **kwargs):', 'from django.core.signals import request_finished'),
    'a signal of the project': receiver('@receiver(paid)\ndef saved(sender, instance, **kwargs):', 'from django.dispatch import Signal\n\npaid = Signal()'),
    'a receiver of another library': receiver('@listen(post_save)\ndef saved(sender, instance, **kwargs):', 'from blinker import receiver as listen'),
    'a receiver that runs on commit': receiver('@receiver(post_save)\n@on_commit\ndef saved(sender, instance, **kwargs):', 'def on_commit(function):\n    def wrapped(*args, **kwargs):\n        transaction.on_commit(lambda: function(*args, **kwargs))\n    return wrapped\n'),
    'a receiver that another decorator takes': receiver('@outer\n@receiver(post_save)\ndef saved(sender, instance, **kwargs):', 'from library import outer'),
    'a function that is no receiver': receiver('def saved(sender, instance, **kwargs):'),
    'an instance that is made, not saved': receiver('@receiver(post_init)\ndef made(sender, instance, **kwargs):', 'from django.db.models.signals import post_init'),
    'other things that the signal says': shop("from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n\n\n@receiver(post_save)\ndef saved(sender, **kwargs):\n    notify.delay(kwargs['created'])\n    notify.delay(kwargs.get('using'))\n"),
    'an instance that is no parameter': receiver('@receiver(post_save)\ndef saved(sender, **instance):'),
    'arguments that have nothing to do with the instance': shop('from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n\n\n@receiver(post_save)\ndef saved(sender, instance, **kwargs):\n    notify.delay(7)\n'),
    'a call on commit': shop('from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n\n\n@receiver(post_save)\ndef saved(sender, instance, **kwargs):\n    transaction.on_commit(lambda: notify.delay(instance.pk))\n    notify.delay_on_commit(instance.pk)\n'),
    'a base that is not known': { files: { ...receiver('@receiver(post_save)\ndef saved(sender, instance, **kwargs):').files, 'shop/tasks.py': tasks.replace('@shared_task', 'from library import Later\n\n\n@shared_task(base=Later)') } },
    'tests': shop('', { 'shop/tests/receivers.py': 'from django.db.models.signals import post_save\nfrom django.dispatch import receiver\nfrom shop.tasks import notify\n\n\n@receiver(post_save)\ndef saved(sender, instance, **kwargs):\n    notify.delay(instance.pk)\n' }),
  },
};
