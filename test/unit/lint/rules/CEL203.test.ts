import { expectFindings, expectSilence } from '../ruleTester';

const models = `
from django.db import models
class Order(models.Model): ...
`;
const use = (option: string, mark: (text: string) => string): Record<string, string> => ({ 'models.py': models, 'use.py': `
from celery import shared_task
from models import Order
@shared_task${option}
def run(x): ...
def use(order: Order):
    run.delay(${mark('order')})
    run.delay(${mark('Order.objects.first()')})
    run.apply_async((${mark('order')},))
` });

describe('CEL203 stale-object', () => {
  it('finds instances in pickles, and passes keys', () => expectFindings('CEL203', use("(serializer='pickle')", text => `«${text}»`), {
    severity: 'info', messages: [/a Django model instance as it is now/, /model instance/, /model instance/], fixed: { 'use.py': use("(serializer='pickle')", text => `${text}.pk`)['use.py']! },
  }));

  it('finds querysets', () => expectFindings('CEL203', { 'models.py': models, 'use.py': `
from celery import Celery
from models import Order
app = Celery('app', task_serializer='pickle')
@app.task
def run(x): ...
run.delay(«Order.objects.all()»)
run.s(«Order.objects.values('a')»)
run.delay(«list(Order.objects.all())»)
app.send_task('use.run', ((«Order.objects.all()»),))
` }, { messages: [/a queryset as/, /a queryset of values/, /a Django model instance in a list/, /a queryset/], fixed: { 'use.py': `
from celery import Celery
from models import Order
app = Celery('app', task_serializer='pickle')
@app.task
def run(x): ...
run.delay(list(Order.objects.all().values_list('pk', flat=True)))
run.s(Order.objects.values('a'))
run.delay(list(Order.objects.all()))
app.send_task('use.run', (list((Order.objects.all()).values_list('pk', flat=True)),))
` } }));

  it('leaves other serializers, and values that hold no row', async () => {
    await expectSilence('CEL203', use('', text => text));
    await expectSilence('CEL203', use("(serializer='signed-pickle')", text => text));
    await expectSilence('CEL203', use("(serializer='pickle')", text => `${text}.pk`));
  });
});
