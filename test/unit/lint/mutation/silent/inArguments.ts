import type { Guards, SilentCode } from './silent';

const models = 'from django.db import models\n\n\nclass Order(models.Model):\n    pass\n';
const task = (decorator: string, parameters = '*values'): string => `from celery import Celery\n\napp = Celery('shop', broker='redis://localhost')\n${decorator.includes('pickle') ? 'app.conf.accept_content = load()\n' : ''}\n\n${decorator}\ndef take(${parameters}):\n    return 1\n`;
const project = (files: Record<string, string>): SilentCode => ({ files: { 'shop/__init__.py': '', ...files } });
/** A task in `shop/app.py`, and what uses it. */
const use = (app: string, code: string): SilentCode => project({ 'shop/models.py': models, 'shop/app.py': app, 'shop/use.py': `from shop.app import take\n${code}` });

/** A form with a file and a name, and what a view sends of it. */
const form = (after: string, ...sent: readonly string[]): string => `from django import forms
from django.views.generic import FormView


class Form(forms.Form):
    name = forms.CharField()
    file = forms.FileField()
${after}

def upload(request):
    pass
${sent.map(each => `    take.delay(${each})\n`).join('')}`;

/** Guards of the rules about what is passed to a task. */
export const inArguments: Guards = {
  CEL201: {
    'a set that goes by pickle': use(task("@app.task(serializer='pickle')"), 'take.delay({1})\n'),
    'a set that a call sends by pickle': use(task('@app.task'), "take.apply_async(({1},), serializer='pickle')\n"),
    'a set that some serializer sends': use(task('@app.task'), "take.apply_async(({1},), serializer='shop-json')\ntake.apply_async(({1},), **{'serializer': 'pickle'})\n"),
    'what some versions of yaml and msgpack take': use(task('@app.task'), "from decimal import Decimal\n\ntake.apply_async((Decimal('1'),), serializer='yaml')\ntake.apply_async(({1},), serializer='msgpack')\n"),
    'a set where the setting is not known': use(task('@app.task').replace("localhost')", "localhost')\napp.conf.task_serializer = load()"), 'take.delay({1})\n'),
    'a set for a task with more options': use(task('@app.task(**load())'), 'take.delay({1})\n'),
    'a set that runs here': use(task('@app.task'), 'take.apply(({1},))\ntake({1})\ntake.delay(1)\n'),
    'a signature that a test looks at': project({ 'shop/app.py': task('@app.task'), 'tests/test_queue.py': 'from shop.app import take\n\n\ndef test_queue():\n    queued = [take.s({1}), take.signature(({1},))]\n    assert queued[0].args == ({1},)\n' }),
    'a set where the encoder is replaced': use(`import pickle\n\nfrom kombu.serialization import register\n\nregister('json', pickle.dumps, pickle.loads, 'application/json')\n${task('@app.task')}`, 'take.delay({1})\n'),
    'a type that kombu is taught': use(`import datetime\n\nfrom kombu.utils.json import register_type\n\nregister_type(datetime.timedelta, 'timedelta', str, str)\n${task('@app.task')}`, 'import datetime\n\ntake.delay(datetime.timedelta(1))\n'),
    'types that kombu is taught by their base': use(`from kombu.utils.json import register_type\n\nfrom shop.models import models\n\nregister_type(models.Model, 'model', str, str)\n${task('@app.task')}`, 'from shop.models import Order\n\ntake.delay(Order.objects.first())\n'),
    'a base that sends by itself': use(task('@app.task(base=Own)').replace('\n\n\n', '\n\n\nclass Own(app.Task):\n    def apply_async(self, args=None, kwargs=None, **options):\n        return super().apply_async([str(each) for each in args], kwargs, **options)\n\n\n'), 'take.delay({1})\n'),
    'an object that encodes itself': use(task('@app.task'), '\n\nclass Own:\n    def __json__(self):\n        return 1\n\n\ntake.delay(Own())\n'),
    'an object whose class is open': use(task('@app.task'), 'from shop.other import Base\n\n\nclass Own(Base):\n    pass\n\n\ntake.delay(Own())\n'),
    'a parameter of which subclasses encode themselves': use(task('@app.task'), '\n\nclass Base:\n    pass\n\n\nclass Own(Base):\n    def __json__(self):\n        return 1\n\n\ndef send(each: Base):\n    take.delay(each)\n'),
    'a parameter that may be left out': use(task('@app.task'), 'def send(each: set = ()):\n    take.delay(each)\n'),
    'what may be a set or a list': use(task('@app.task'), 'def send(flag, each: set | list):\n    values = {1} if flag else [1]\n    take.delay(values)\n    take.delay(each)\n'),
    'what the function asks for its class': use(task('@app.task'), 'def send(each: set):\n    if isinstance(each, list):\n        take.delay(each)\n'),
    'what was changed in between': use(task('@app.task'), "def send():\n    held = {'a': {1}}\n    held['a'] = [1]\n    take.delay(held)\n"),
    'an attribute, which any code may set': use(task('@app.task'), '\n\nclass Box:\n    items = {1}\n\n    def send(self):\n        take.delay(self.items)\n'),
    'what can be called, as a signature can': use(task('@app.task'), 'from collections.abc import Callable\n\n\ndef send(then: Callable):\n    take.delay(then)\n'),
    'a request that is none of a view': use(task('@app.task'), '\n\ndef helper(request):\n    take.delay(request, request.user)\n\n\nclass Client:\n    def get(self, request):\n        take.delay(request)\n'),
    'a request under a decorator that is not known': project({ 'shop/app.py': task('@app.task'), 'shop/views.py': 'from django.http import HttpResponse\n\nfrom shop.app import take\nfrom shop.other import inject\n\n\n@inject\ndef view(request):\n    take.delay(request)\n    return HttpResponse()\n' }),
    'a request of another framework': project({ 'shop/app.py': task('@app.task'), 'shop/views.py': 'from pyramid.view import view_config\n\nfrom shop.app import take\n\n\ndef view(request):\n    take.delay(request.user)\n' }),
    'a model that encodes itself, in its admin': use(task('@app.task'), 'from django.contrib import admin\nfrom shop.models import Order\n\n\nclass Own(Order):\n    def __json__(self):\n        return self.pk\n\n\n@admin.register(Own)\nclass OwnAdmin(admin.ModelAdmin):\n    def save_model(self, request, obj, form, change):\n        take.delay(obj)\n'),
    'other arguments of the admin': use(task('@app.task'), 'from django.contrib import admin\n\n\nclass OrderAdmin(admin.ModelAdmin):\n    def save_model(self, request, obj, form, change):\n        take.delay(form, change)\n\n    def lookup_allowed(self, request, obj):\n        take.delay(obj)\n'),
    'what is said of uploaded files': use(task('@app.task'), "from django.http import HttpRequest\n\n\ndef upload(request: HttpRequest):\n    file = request.FILES['file']\n    take.delay(file.name, file.size, request.POST['file'])\n    take.delay(request.FILES.get('file', 'none'))\n"),
    'an upload of another framework': use(task('@app.task'), "def upload(request):\n    take.delay(request.FILES['file'])\n    take.delay(request.files['file'])\n"),
    'other fields of a form': use(task('@app.task'), form('', "Form(request.POST).cleaned_data['name']", "Form(request.POST).cleaned_data['gone']")),
    'a file that a form keeps elsewhere': use(task('@app.task'), form('    def clean_file(self):\n        return keep(self.files)\n', "Form(request.POST).cleaned_data['file']")),
    'a form that cleans all by itself': use(task('@app.task'), form("    def clean(self):\n        return {'file': 'path'}\n", "Form(request.POST).cleaned_data['file']")),
    'a form of which another cleans': use(task('@app.task'), form("\n\nclass Cleaning(Form):\n    def clean_file(self):\n        return 'path'\n\n\ndef send(form: Form):\n    take.delay(form.cleaned_data['file'])\n")),
    'a field of the project': use(task('@app.task'), form("\n\nclass Path(forms.FileField):\n    def clean(self, *values):\n        return 'path'\n\n\nclass Own(Form):\n    file = Path()\n", "Own(request.POST).cleaned_data['file']")),
    'a form that a view chooses': use(task('@app.task'), form("\n\nclass Page(FormView):\n    form_class = Form\n\n    def get_form_class(self):\n        return choose()\n\n    def form_valid(self, form):\n        take.delay(form.cleaned_data['file'])\n")),
    'the instance of a signal of the project': use(task('@app.task'), "from django.dispatch import Signal, receiver\n\npaid = Signal()\n\n\n@receiver(paid)\ndef on_paid(sender, **kwargs):\n    take.delay(kwargs['instance'])\n"),
    'an instance of which one signal of two does not say what it is': use(task('@app.task'), 'from django.db.models.signals import post_init\nfrom django.dispatch import Signal\n\npaid = Signal()\n\n\ndef on_paid(sender, instance, **kwargs):\n    take.delay(instance)\n\n\npaid.connect(on_paid)\npost_init.connect(on_paid)\n'),
    'the instance of a model that encodes itself': use(task('@app.task'), 'from django.db.models.signals import post_init\nfrom django.dispatch import receiver\nfrom shop.models import Order\n\n\nclass Own(Order):\n    def __json__(self):\n        return self.pk\n\n\n@receiver(post_init, sender=Own)\ndef made(sender, instance, **kwargs):\n    take.delay(instance)\n'),
    'what was put in the place of the instance': use(task('@app.task'), "from django.db.models.signals import post_init\nfrom django.dispatch import receiver\n\n\n@receiver(post_init)\ndef made(sender, **kwargs):\n    kwargs['instance'] = kwargs['instance'].pk\n    take.delay(kwargs['instance'])\n"),
    'objects of a class that is no model': use(task('@app.task'), 'from shop.other import Order\n\ntake.delay(Order.objects.get(pk=1))\ntake.delay(Order.objects.all())\n'),
    'a manager that gives something else': use(task('@app.task'), 'from django.db import models\n\n\nclass Rows:\n    def first(self):\n        return 1\n\n\nclass Product(models.Model):\n    objects = Rows()\n\n\ntake.delay(Product.objects.first())\n'),
    'a model for a task that makes it, since 5.7': use(task('@app.task(pydantic=True)'), 'from pydantic import BaseModel\n\n\nclass Item(BaseModel):\n    name: str\n\n\ntake.delay(Item(name=1))\n'),
    'a task that is defined for another serializer, sent by name': use(task("@app.task(serializer='pickle')"), "from shop.app import app\n\napp.send_task('shop.app.take', ({1},))\n"),
  },
  CEL202: {
    'a tuple for a parameter that takes lists too': use(task('@app.task', 'x: tuple | list'), 'take.delay((1, 2))\n'),
    'a tuple for a type that is not known': use(task('@app.task', "x: 'tuple | Sequence'"), 'take.delay((1, 2))\n'),
    'a tuple that pickle keeps': use(task("@app.task(serializer='pickle')", 'x: tuple'), 'take.delay((1, 2))\n'),
    'a tuple that pydantic makes again': use(task('@app.task(pydantic=True)', 'x: tuple'), 'take.delay((1, 2))\n'),
    'a tuple below a decorator': use(`from shop.other import inject\n${task('@app.task\n@inject', 'x: tuple')}`, 'take.delay((1, 2))\n'),
    'a tuple that a base makes again': use(task('@app.task(base=Own)', 'x: tuple').replace('\n\n\n', '\n\n\nclass Own(app.Task):\n    def __call__(self, x):\n        return self.run(tuple(x))\n\n\n'), 'take.delay((1, 2))\n'),
    'moments that kombu keeps': use(`import datetime\n${task('@app.task', 'x: datetime.datetime')}`, 'import datetime\n\ntake.delay(datetime.datetime.now(datetime.timezone.utc))\n'),
    'keys that are texts': use(task('@app.task', 'x: dict[str, int]'), "take.delay({'a': 1})\ntake.delay({1: 1})\n"),
    'a signature that may get more before': use(task('@app.task', 'x: tuple, y=None'), 'take.s((1, 2)).delay(3)\n'),
  },
  CEL203: {
    'a key in a pickle': use(task("@app.task(serializer='pickle')"), 'from shop.models import Order\n\ntake.delay(Order.objects.get(pk=1).pk)\ntake.delay(Order.objects.count())\n'),
    'an instance in a serializer of the project': use(task("@app.task(serializer='signed-pickle')"), 'from shop.models import Order\n\ntake.delay(Order.objects.get(pk=1))\n'),
    'an instance for a task that runs here': use(task("@app.task(serializer='pickle')"), 'from shop.models import Order\n\ntake.apply((Order.objects.get(pk=1),))\ntake(Order())\ntake.delay(1)\n'),
    'an instance for a base that sends by itself': use(task("@app.task(base=Own, serializer='pickle')").replace('\n\n\n', '\n\n\nclass Own(app.Task):\n    def apply_async(self, args=None, kwargs=None, **options):\n        return super().apply_async([each.pk for each in args], kwargs, **options)\n\n\n'), 'from shop.models import Order\n\ntake.delay(Order.objects.get(pk=1))\n'),
  },
  CEL204: {
    'a function or nothing': use(`from typing import Callable, Optional\n${task('@app.task', 'then: Optional[Callable] = None')}`, ''),
    'a model that pydantic makes': use(`from pydantic import BaseModel\n\n\nclass Item(BaseModel):\n    name: str\n\n\n${task('@app.task(pydantic=True)', "item: Item, other: 'Item | None'")}`, ''),
    'one type of several': use(`from shop.models import Order\n${task('@app.task', 'order: Order | int, more: list[Order | int]')}`, ''),
    'a model that goes by pickle': use(`from shop.models import Order\n${task("@app.task(serializer='pickle')", 'order: Order')}`, ''),
    'a model that a base loads': use(`from shop.models import Order\n${task('@app.task(base=Own)', 'order: Order').replace('\n\n\n', '\n\n\nclass Own(app.Task):\n    def __call__(self, pk):\n        return self.run(Order.objects.get(pk=pk))\n\n\n')}`, ''),
    'a model that a decorator loads': use(`from shop.models import Order\nfrom shop.other import load\n${task('@app.task\n@load', 'order: Order')}`, ''),
    'a model that kombu is taught': use(`from kombu.utils.json import register_type\n\nfrom shop.models import Order\n\nregister_type(Order, 'order', str, str)\n${task('@app.task', 'order: Order')}`, ''),
    'a type of which nothing is known': use(`from shop.other import Order\n${task('@app.task', "order: Order, other: 'list[Order]'")}`, ''),
    'what stars collect': use(`from shop.models import Order\n${task('@app.task', '*orders: Order, **named: Order')}`, ''),
  },
};
