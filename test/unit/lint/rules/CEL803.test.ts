import { expectFindings, expectSilence } from '../ruleTester';
import { django } from './django';

const on = "DATABASES = {'default': {'ENGINE': 'x', 'ATOMIC_REQUESTS': True}}\n";
const tasks = 'from celery import shared_task\n@shared_task\ndef notify(pk=None): ...\n';
const view = (text: string): Record<string, string> => ({ 'proj/tasks.py': tasks, 'proj/views.py': `from django.http import HttpRequest\nfrom proj.models import Order\nfrom proj.tasks import notify\n${text}` });

describe('CEL803 atomic-requests', () => {
  it('finds tasks about what a view has written', () => expectFindings('CEL803', django(on, view(`
from django.contrib.auth.decorators import login_required
from django.views.generic import CreateView
from rest_framework.decorators import api_view
from rest_framework.viewsets import ModelViewSet
class Base(ModelViewSet): pass
class Orders(Base):
    def perform_create(self, serializer):
        order = serializer.save()
        «notify.delay(order.pk)»
class Make(CreateView):
    def form_valid(self, form):
        order = form.save()
        «notify.apply_async((order.pk,))»
@api_view(['POST'])
def one(request, order: Order):
    order.save()
    «notify.delay(order.pk)»
@login_required
def two(request, order: Order):
    order.save()
    «notify.delay(order.pk)»
def three(request: HttpRequest, order: Order):
    order.save()
    «notify.delay(order.pk)»
def four(request, order: Order):
    order.save()
    «notify.delay(order.pk)»
    «notify.s(order.pk).delay()»
`)), { severity: 'hint', messages: Array.from({ length: 7 }, () => /ATOMIC_REQUESTS makes this view a transaction/) }));

  const classes: Readonly<Record<string, string>> = {
    'of the accounts': 'from django.contrib.auth.views import PasswordChangeView as Base',
    'of the mixins for accounts': 'from django.contrib.auth.mixins import LoginRequiredMixin as Base',
    'of lists and dates': 'from django.views.generic.dates import BaseDayArchiveView as Base',
    'of plain view sets': 'from rest_framework.viewsets import ViewSet as Base',
    'of the mixins of REST framework': 'from rest_framework.mixins import CreateModelMixin as Base',
    'of tokens': 'from rest_framework.authtoken.views import ObtainAuthToken as Base',
  };
  for (const [what, base] of Object.entries(classes)) it(`knows views ${what}`, () => expectFindings('CEL803', django(on, view(`${base}
class Buy(Base):
    def post(self, request, order: Order):
        order.save()
        «notify.delay(order.pk)»
`))));

  const decorators: Readonly<Record<string, string>> = {
    'of the admin': '@staff_member_required',
    'of REST framework beside api_view': "@api_view(['POST'])\n@permission_classes([])",
    'of documentation above one of a view': '@extend_schema()\n@login_required',
  };
  for (const [what, decorator] of Object.entries(decorators)) it(`knows views by decorators ${what}`, () => expectFindings('CEL803', django(on, view(`
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_required
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes
${decorator}
def buy(req, order: Order):
    order.save()
    «notify.delay(order.pk)»
`))));

  it('sends after the commit', () => expectFindings('CEL803', django("from .base import *\nDATABASES['default']['ATOMIC_REQUESTS'] = True\n", view(`def one(request: HttpRequest, order: Order):
    order.save()
    «notify.delay(order.pk)»
`)), { fixed: view(`def one(request: HttpRequest, order: Order):
    order.save()
    notify.delay_on_commit(order.pk)
`) }));

  const one = 'def one(request: HttpRequest, order: Order):\n    order.save()\n    notify.delay(order.pk)\n';

  it('stays silent where the setting is off, elsewhere, or not known', async () => {
    for (const settings of ['', on.replace('True', 'False'), on.replace('default', 'other'), on.replace('True', 'unknown'), 'DATABASES = unknown\n', `DEBUG = ${on.slice(12)}`]) {
      await expectSilence('CEL803', django(settings, view(one)));
    }
  });

  it('stays silent outside of views, without a write, and where it is sent later', () => expectSilence('CEL803', django(on, view(`
from functools import partial
from django.db import transaction
from django.db.transaction import non_atomic_requests
from django.views import View
from django.views.decorators.debug import sensitive_variables
from django.views.generic import GenericViewError
from somewhere import decorated, Mixin
def helper(order: Order, request):
    order.save()
    notify.delay(order.pk)
def middleware(get_response):
    def inner(request: HttpRequest, order: Order):
        order.save()
        notify.delay(order.pk)
    return inner
@sensitive_variables('pk')
def hidden(pk, order: Order):
    order.save()
    notify.delay(order.pk)
class Failed(GenericViewError):
    def post(self, order: Order):
        order.save()
        notify.delay(order.pk)
@decorated
def unknown(request, order: Order):
    order.save()
    notify.delay(order.pk)
class Unknown(Mixin):
    def post(self, request, order: Order):
        order.save()
        notify.delay(order.pk)
@non_atomic_requests
def out(request: HttpRequest, order: Order):
    order.save()
    notify.delay(order.pk)
def read(request: HttpRequest, order: Order):
    notify.delay(order.pk)
    order.save()
def other(request: HttpRequest, order: Order, pk):
    order.save()
    notify.delay(pk)
def later(request: HttpRequest, order: Order):
    order.save()
    transaction.on_commit(lambda: notify.delay(order.pk))
    transaction.on_commit(partial(notify.delay, order.pk))
    notify.delay_on_commit(order.pk)
async def runs(request: HttpRequest, order: Order):
    order.save()
    notify.delay(order.pk)
def inside(request: HttpRequest, order: Order):
    with transaction.atomic():
        order.save()
        notify.delay(order.pk)
class Excepted(View):
    @non_atomic_requests
    def post(self, request, order: Order):
        order.save()
        notify.delay(order.pk)
`))));

  it('stays silent for tasks that may send differently', () => expectSilence('CEL803', django(on, { ...view(one), 'proj/tasks.py': 'from celery import shared_task\nfrom somewhere import Later\n@shared_task(base=Later)\ndef notify(pk): ...\n' })));
});
