import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import shared_task
@shared_task
def take(*values, **more): ...
`;
const models = `
from django.db import models
class Base(models.Model):
    class Meta:
        abstract = True
class Order(Base):
    def send(self):
        from tasks import take
        take.delay(«self»)
`;
const plainModels = models.replace(/[«»]/g, '');

describe('CEL201 non-serializable-argument', () => {
  it('finds literals, constructors and comprehensions that JSON has nothing for', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'use.py': `
import re
from collections import deque
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from tasks import take
def use(numbers):
    take.delay(«{1, 2}»)
    take.delay(«set(numbers)»)
    take.delay(«{n for n in numbers}»)
    take.delay(«(n for n in numbers)»)
    take.delay«(n for n in numbers)»
    take.delay(«map(str, numbers)», 1, «range(3)»)
    take.delay(key=«timedelta(hours=1)»)
    take.apply_async((«Path('a')»,), {'k': «deque()»})
    take.apply_async(kwargs={'k': «Fraction(1, 2)»})
    take.s(«lambda: 1»)
    take.si(«re.compile('x')»)
    take.delay(«{'a': 1}.items()»)
    take.delay(«[1, {2}]»)
    take.delay(«{'a': {'b': frozenset()}}»)
    take.delay(«{(1, 2): 3}»)
    take.delay(«1j», «bytearray(3)», «memoryview(b'')»)
`,
  }, { severity: 'error' }));

  it('says what, where in it, and when', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'use.py': "from tasks import take\ntake.delay(«{1}»)\ntake.s(«[{1}]»)\ntake.delay(«{(1, 2): 3}»)\n",
  }, { messages: [
    /^A set cannot be encoded as json: EncodeError at this call$/,
    /^A set in a list cannot be encoded as json: EncodeError when this is sent$/,
    /^A tuple in a dict cannot be encoded as json where it is a key: EncodeError at this call$/,
  ] }));

  it('finds instances of models, and querysets', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'models.py': models,
    'use.py': `
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from models import Order
from tasks import take
def view(request: HttpRequest, order: Order):
    take.delay(«request», «request.user», «order»)
    take.delay(«Order.objects.get(pk=1)», «Order.objects.create()», «Order()»)
    take.delay(«Order.objects.filter(a=1).order_by('a')», «Order.objects.values_list('pk', flat=True)»)
    for each in Order.objects.all():
        take.delay(«each»)
    found, made = Order.objects.get_or_create(a=1)
    take.delay(«found»)
    take.delay(«get_object_or_404(Order, pk=1)»)
    take.delay(«[each for each in Order.objects.all()]», «list(Order.objects.filter(a=1))», [each.pk for each in Order.objects.all()])
    one = Order.objects.get(pk=2)
    take.delay(«one»)
`,
  }));

  it('finds rows of querysets however they are taken', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'models.py': plainModels.replace('take.delay(self)', 'take.delay(self.pk)'),
    'use.py': `
from django.db.models.signals import m2m_changed, post_delete, post_init, post_save
from django.dispatch import receiver
from django.views.generic import DetailView
from rest_framework.viewsets import ModelViewSet
from models import Order
from shop import other_signal
from tasks import take
class Encoded(Order):
    def __json__(self): ...
def use(i):
    take.delay(«Order.objects.all()[0]», «Order.objects.all()[:3]», «Order.objects.filter(a=1)[1:].first()», «dict(order=Order())»)
    for each in Order.objects.iterator():
        take.delay(«each»)
    for index, row in enumerate(Order.objects.all()):
        take.delay(«row», index)
@receiver(post_save, sender=Order)
def saved(sender, instance, **kwargs):
    take.delay(«instance»)
@receiver([post_save, post_delete])
def changed(sender, instance, **kwargs):
    take.delay(«instance»)
@receiver(other_signal)
def called(sender, instance, **kwargs):
    take.delay(instance)
@receiver(m2m_changed)
@receiver(post_init)
def twice(sender, instance, **kwargs):
    take.delay(«instance»)
def connected(sender, instance, **kwargs):
    take.delay(«instance»)
post_delete.connect(connected)
def partly(sender, instance, **kwargs):
    take.delay(instance)
post_delete.connect(partly)
other_signal.connect(partly)
@receiver(post_save, sender=Order)
def named(sender, **kwargs):
    order = kwargs.get('instance')
    take.delay(«kwargs['instance']», «order», kwargs['created'], kwargs['instance'].pk)
@receiver(other_signal)
def others(sender, **kwargs):
    take.delay(kwargs['instance'])
@receiver(post_save)
def changing(sender, **kwargs):
    kwargs['instance'] = 1
    take.delay(kwargs['instance'])
@receiver(post_save, sender=Encoded)
def encoded(sender, instance, **kwargs):
    take.delay(instance)
class Show(DetailView):
    def get(self, request, pk):
        take.delay(«self.get_object()»)
class Orders(ModelViewSet):
    def ship(self, request):
        order = self.get_object()
        take.delay(«order»)
class Own(ModelViewSet):
    def get_object(self):
        return 1
    def ship(self, request):
        take.delay(self.get_object())
`,
  }));

  it('finds what is reckoned of values that JSON has nothing for', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'use.py': `
from datetime import datetime, timedelta
from pathlib import Path
from tasks import take
def use(ids: set[int], more):
    n, all, rows = 0, set(), []
    take.delay(«ids | {3}», «ids - {1}», «ids.union(more)», «Path('a') / more», «Path(__file__).parent», «3 * timedelta(1)», «datetime.now() - datetime.utcnow()»)
    with Path('a').open() as file:
        take.delay(«file»)
    for each in more:
        n = n + 1
        all = all | set(all)
        rows = list(rows)
    take.delay(n, all, rows)
    take.delay(1 + 2, 'a' + 'b', [1] + [2], '%s' % more, more | {1}, more / 'a', Path('a').name, datetime.now() + timedelta(1), timedelta(1).total_seconds())
`,
  }));

  it('finds what stars spread', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'models.py': plainModels.replace('take.delay(self)', 'take.delay(self.pk)'),
    'use.py': `
from models import Order
from tasks import take
def use(order: Order, more):
    take.delay(*[«order»])
    take.delay(*(«order», 1), **{'order': «order», 'pk': order.pk})
    take.apply_async(args=[*[«order»]], kwargs={**{'order': «order»}})
    take.delay(*[order, *more])
    take.delay(**{'order': order, **more})
`,
  }));

  it('finds users, and models that derive from those of others', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'models.py': "from django.contrib.auth.models import AbstractUser\nfrom mptt.models import MPTTModel\nclass Person(AbstractUser): ...\nclass Node(MPTTModel): ...\n",
    'use.py': `
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User as Plain
from models import Node, Person
from tasks import take
User = get_user_model()
def use(user: User, plain: Plain):
    take.delay(«user», «plain», «User()», «Person.objects.first()», «Node.objects.get(pk=1)»)
    take.delay(«User.objects.get(pk=1)», «User.objects.filter(a=1)», «Plain.objects.get(pk=1)», «Group.objects.all()»)
    made, _ = Plain.objects.get_or_create(a=1)
    take.delay(«made»)
    for each in get_user_model().objects.all():
        take.delay(«each»)
`,
  }));

  it('finds requests of views', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'shop/__init__.py': '',
    'shop/views.py': `
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import render
from django.views import View
from django.views.generic import CreateView
from rest_framework.viewsets import ModelViewSet
from tasks import take
def buy(request, pk):
    take.delay(«request», «request.user», «request.FILES»)
@login_required
def sell(request):
    take.delay(«request.user»)
@login_required
def give(req, request):
    take.delay(«req.user», request)
@transaction.atomic
def move(request):
    take.delay(«request.user»)
class Buy(View):
    def post(self, request, pk):
        take.delay(«request.user», user=«self.request.user»)
class Sell(CreateView):
    def form_valid(self, form):
        take.delay(«self.request.user»)
class Orders(ModelViewSet):
    def create(self, request, *args):
        take.delay(«request»)
`,
    'shop/other.py': `
from django.contrib import admin
from django.db import models
from django.views.decorators.http import require_POST
from tasks import take
@require_POST
def take_back(request):
    take.delay(«request.user»)
class Admin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        take.delay(«request.user», «obj», form, obj.pk)
    def response_delete(self, request, obj_display, obj_id):
        take.delay(obj_display, obj_id)
    def get_object(self, request, obj):
        take.delay(obj)
class Encoded(models.Model):
    def __json__(self): ...
@admin.register(Encoded)
class OfEncoded(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        take.delay(obj)
class Inline(admin.StackedInline):
    def response_change(self, request, obj):
        take.delay(«request.user», obj)
`,
  }));

  it('finds uploaded files', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'forms.py': `
from django import forms
from tasks import take
class Upload(forms.Form):
    name = forms.CharField()
    file = forms.FileField()
    picture = forms.ImageField(required=False)
class More(Upload): ...
class Cleaning(Upload):
    def clean_file(self):
        return 'path'
class CleaningAll(Upload):
    def clean(self):
        return {'file': 1}
class Saving(Cleaning):
    def save(self):
        take.delay(self.cleaned_data['file'], «self.cleaned_data['picture']»)
class Own(forms.FileField): ...
class Fields(forms.Form):
    file = Own()
`,
    'views.py': `
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.views.generic import FormView
from forms import Cleaning, CleaningAll, Fields, More, Upload
from tasks import take
def stored(upload: UploadedFile):
    take.delay(«upload», upload.name)
def upload(request: HttpRequest, key):
    take.delay(«request.FILES['file']», «request.FILES.get('file')», «request.FILES[key]», «request.FILES.getlist('file')», request.FILES['file'].name, request.POST['file'])
    files = request.FILES
    file = files.get('file', None)
    take.delay(«file», file.read(), files.get('file', 'none'))
    for each in request.FILES.getlist('file'):
        take.delay(«each», each.name)
    for each in request.FILES.values():
        take.delay(«each»)
    form = Upload(request.POST, request.FILES)
    take.delay(«form.cleaned_data['file']», «form.cleaned_data.get('picture')», form.cleaned_data['name'], form.cleaned_data['gone'], form.cleaned_data[key])
    data = More(request.POST).cleaned_data
    take.delay(«data['file']»)
    take.delay(Cleaning(request.POST).cleaned_data['file'], CleaningAll(request.POST).cleaned_data['file'], Fields(request.POST).cleaned_data['file'])
    take.delay(«Cleaning(request.POST).cleaned_data['picture']»)
def typed(form: More, base: Upload, other):
    take.delay(«form.cleaned_data['file']», base.cleaned_data['file'], other.cleaned_data['file'])
class Page(FormView):
    form_class = Upload
    def form_valid(self, form):
        take.delay(«form.cleaned_data['file']», «self.request.FILES['file']»)
class Choosing(FormView):
    form_class = Upload
    def get_form_class(self):
        return choose()
    def form_valid(self, form):
        take.delay(form.cleaned_data['file'])
class Other:
    form_class = Upload
    def form_valid(self, form):
        take.delay(form.cleaned_data['file'])
`,
  }, { messages: [...Array.from({ length: 5 }, () => /^An uploaded file cannot be encoded as json: EncodeError at this call$/), /^An uploaded file in a list cannot/, ...Array.from({ length: 10 }, () => /^An uploaded file cannot/)] }));

  it('reads annotations in quotes, and what containers are annotated to hold', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'models.py': plainModels.replace('take.delay(self)', 'take.delay(self.pk)'),
    'use.py': `
from __future__ import annotations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Dict, List, Set, Union
from tasks import take
if TYPE_CHECKING:
    from models import Order
def use(order: 'Order', path: Annotated[Path, 'a path'], tags: Set[str], all: 'list[Order]', more: List['Order'], named: Dict[str, Order], either: Union[set, frozenset]):
    take.delay(«order», «path», «tags», «all», «more», «named»)
def order() -> 'Order': ...
take.delay(«order()»)
`,
  }));

  it('finds what is sent by name', () => expectFindings('CEL201', {
    'app.py': `
from celery import Celery
app = Celery('app', broker='redis://localhost')
@app.task(serializer='pickle')
def other(x): ...
app.send_task('elsewhere.task', («{1}»,), kwargs={'key': «lambda: 1»})
app.send_task('app.other', ({1},))
app.send_task('elsewhere.task', ({1},), serializer='pickle')
`,
  }));

  it('knows which types kombu is taught', async () => {
    const use = (mark: (text: string) => string, type: string): Record<string, string> => ({
      'tasks.py': tasks,
      'use.py': `
from datetime import timedelta
from dataclasses import dataclass
from django.db import models
from kombu.utils.json import register_type
from tasks import take
class Order(models.Model): ...
class Base: ...
@dataclass
class Money(Base):
    amount: int
register_type(${type}, 'x', str, str)
take.delay(${mark('timedelta(1)')}, ${type === 'Base' ? 'Money(1)' : mark('Money(1)')})
take.delay(${type === 'models.Model' ? 'Order()' : mark('Order()')})
`,
    });
    await expectFindings('CEL201', use(text => `«${text}»`, 'Base'));
    await expectFindings('CEL201', use(text => `«${text}»`, 'models.Model'));
    await expectSilence('CEL201', use(text => text, 'object'));
    await expectSilence('CEL201', use(text => text, 'TYPE'));
  });

  it('finds what classes and functions of the project make', () => expectFindings('CEL201', {
    'tasks.py': tasks,
    'use.py': `
from dataclasses import dataclass
from enum import Enum
from celery.result import AsyncResult
from pydantic import BaseModel
from tasks import take
class Color(Enum):
    RED = 'red'
class Failed(ValueError): ...
class Cart: ...
class Item(BaseModel):
    name: str
@dataclass
class Point:
    x: int
def helper(): ...
def use(items: set[int], path):
    take.delay(«Color.RED», «Cart()», «Item(name='x')», «Point(1)», «Cart», «helper», «take»)
    take.delay(«items», «AsyncResult('x')», «take.delay(1)»)
    with open(path) as file:
        take.delay(«file»)
    try:
        helper()
    except Failed as error:
        take.delay(«error»)
    except (KeyError, OSError) as error_of_two:
        take.delay(«error_of_two»)
class View:
    def send(self):
        take.delay(«self»)
    @classmethod
    def send_all(cls):
        take.delay(«cls»)
`,
  }));

  it('turns them into what can be sent', () => expectFindings('CEL201', {
    'app.py': `
from celery import Celery, shared_task as task
from datetime import timedelta
from pathlib import Path
from models import Order
app = Celery('app')
job = app.task
@job
def one(*values): ...
@task(bind=True)
def two(self, *values): ...
def use(numbers):
    one.delay(«{1, 2}»)
    one.delay«(n for n in numbers)»
    one.delay(«(n for n in numbers)», 1)
    two.delay(«map(str, numbers)»)
    two.delay(«Path('x')», «timedelta(1)»)
    two.delay(«Order.objects.get(pk=1)», «Order.objects.all()»)
    one.delay(«Order.objects.values_list('pk')»)
`,
    'models.py': plainModels.replace('        take.delay(self)', '        take.delay(self.pk)'),
    'tasks.py': tasks,
  }, { fixed: {
    'app.py': `
from celery import Celery, shared_task as task
from datetime import timedelta
from pathlib import Path
from models import Order
app = Celery('app')
job = app.task
@job
def one(*values): ...
@task(bind=True)
def two(self, *values): ...
def use(numbers):
    one.delay(list({1, 2}))
    one.delay(list(n for n in numbers))
    one.delay(list(n for n in numbers), 1)
    two.delay(list(map(str, numbers)))
    two.delay(str(Path('x')), timedelta(1).total_seconds())
    two.delay(Order.objects.get(pk=1).pk, list(Order.objects.all().values_list('pk', flat=True)))
    one.delay(list(Order.objects.values_list('pk')))
`,
  } }));

  it('knows kombu before 5.3, and yaml', async () => {
    await expectFindings('CEL201', { 'tasks.py': tasks, 'use.py': "from tasks import take\ntake.delay(«b'x'»)\n" }, { versions: { celery: '5.2.7', kombu: '5.2.4' } });
    await expectSilence('CEL201', { 'tasks.py': tasks, 'use.py': "from tasks import take\ntake.delay(b'x')\n" });
    await expectFindings('CEL201', { 'tasks.py': tasks, 'use.py': "from tasks import take\ntake.apply_async((«lambda: 1»,), serializer='yaml')\ntake.apply_async(({1},), serializer='yaml')\n" });
  });

  it('leaves alone what JSON takes', () => expectSilence('CEL201', {
    'tasks.py': tasks,
    'models.py': plainModels.replace('take.delay(self)', 'take.delay(self.pk)'),
    'use.py': `
import datetime, decimal, enum, uuid
from models import Order
from tasks import take
class Size(str, enum.Enum):
    BIG = 'big'
class Number(enum.IntEnum):
    ONE = 1
class Color(enum.Enum):
    RED = 'red'
def use(order: Order, anything, many=None):
    take.delay(1, 1.5, 'x', None, True, [1], (1, 2), {'a': 1}, {1: 2}, f'{anything}')
    take.delay(datetime.datetime.now(), datetime.date.today(), decimal.Decimal('1'), uuid.uuid4())
    take.delay(Size.BIG, Number.ONE, Color.RED.value, order.pk, order.customer, Order.objects.count())
    take.delay(anything, many, anything(), [n for n in anything], take.s(1), *anything)
    take.delay(list({1}), sorted({1}), str(order), len(set()), max({1}))
    take.apply(({1},))
    take({1})
    value = {1} if anything else [1]
    take.delay(value)
    held = {'a': {1}}
    held['a'] = list(held['a'])
    take.delay(held)
    rows = [{1}]
    rows[0] = [1]
    take.delay(rows)
`,
  }));

  it('leaves alone what may be encoded in another way', async () => {
    const use = 'from tasks import take\ntake.delay({1})\n';
    const app = (more: string): string => `from celery import Celery\napp = Celery('app')\n${more}\n@app.task\ndef take(*values): ...\n`;
    await expectSilence('CEL201', { 'tasks.py': app("app.conf.task_serializer = 'pickle'"), 'use.py': use });
    await expectSilence('CEL201', { 'tasks.py': app("app.conf.task_serializer = 'seed_json'"), 'use.py': use });
    await expectSilence('CEL201', { 'tasks.py': app('import os\napp.conf.task_serializer = os.environ["S"]'), 'use.py': use });
    await expectSilence('CEL201', { 'tasks.py': app('').replace('@app.task', "@app.task(serializer='pickle')"), 'use.py': use });
    await expectSilence('CEL201', { 'tasks.py': app('').replace('@app.task', '@app.task(**options)'), 'use.py': use });
    await expectSilence('CEL201', { 'tasks.py': app('class Own(app.Task):\n    def apply_async(self, args=None, kwargs=None, **options): ...\n').replace('@app.task', '@app.task(base=Own)'), 'use.py': use });
    await expectSilence('CEL201', { 'tasks.py': app(''), 'use.py': "from tasks import take\ntake.apply_async(({1},), serializer='pickle')\ntake.apply_async(({1},), **{'serializer': 'pickle'})\n" });
    await expectSilence('CEL201', { 'tasks.py': app('import pickle\nfrom kombu.serialization import register\nregister("json", pickle.dumps, pickle.loads, "application/json")'), 'use.py': use });
    await expectSilence('CEL201', { 'tasks.py': app('import kombu\nkombu.serialization.register(NAME, f, g)'), 'use.py': use });
    await expectSilence('CEL201', { 'tasks.py': app('from kombu.utils.json import register_type\nregister_type(set, "set", list, set)'), 'use.py': use });
    await expectSilence('CEL201', { 'tasks.py': app(''), 'use.py': 'from tasks import take\nclass Own:\n    def __json__(self): ...\nclass Odd(metaclass=Own): ...\ntake.delay(Own(), Odd())\n' });
    await expectSilence('CEL201', { 'tasks.py': app('').replace('@app.task', '@app.task(pydantic=True)'), 'use.py': 'from pydantic import BaseModel\nfrom tasks import take\nclass Item(BaseModel): ...\ntake.delay(Item())\n' });
    await expectSilence('CEL201', { 'tasks.py': 'from invoke import task\n@task\ndef take(*values): ...\n', 'use.py': use });
  });

  it('leaves alone what may be another object than it says', () => expectSilence('CEL201', {
    'tasks.py': tasks,
    'bases.py': `
from tasks import take
class Mixin:
    def send(self):
        take.delay(self)
class Plain: ...
`,
    'use.py': `
from bases import Mixin, Plain
from tasks import take
class Row(Mixin, dict): ...
class Own(Plain):
    def __json__(self): ...
class Singleton:
    def __new__(cls):
        return 1
class Box:
    items = {1}
    def __init__(self, items):
        self.items = list(items)
    def send(self):
        take.delay(self.items, Box.items)
from collections.abc import Callable
from shop import inject
from django.contrib.auth.models import AnonymousUser
from bases import given
def helper(request):
    take.delay(request, request.user)
@inject
def injected(request):
    take.delay(request)
class NoView:
    def get(self, request):
        take.delay(request, self.request)
def asked(plain: 'Plain', when: 'timedelta', ids: set):
    if not isinstance(ids, set):
        take.delay(ids)
    take.delay(given().objects.get(pk=1), AnonymousUser.objects, given.objects.all())
def maybe(then: Callable, order: 'set | None', other: 'set | list', text: 'not Python'):
    take.delay(then, order, other, text)
def use(anything: object, number: complex, plain: Plain):
    take.delay(anything, number, plain, Singleton(), Box([]).items)
    try:
        pass
    except (KeyError, anything) as error:
        take.delay(error)
`,
  }));
});
