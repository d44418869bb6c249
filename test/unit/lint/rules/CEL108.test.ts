import { expectFindings, expectSilence } from '../ruleTester';

const shop = {
  'shop/__init__.py': '',
  'shop/tasks.py': `
from celery import Celery, shared_task
app = Celery('shop')
task = app.task
@app.task(name='shop.clean_carts')
def clean(): ...
@task
def charge(order_id): ...
@shared_task(bind=True)
def remind(self): ...
`,
};

describe('CEL108 send_task-unknown', () => {
  it('finds names of the project that no task has, and those that are almost one', () => expectFindings('CEL108', {
    ...shop,
    'shop/names.py': "from enum import Enum\nclass Names(Enum):\n    GONE = 'shop.tasks.gone'\nCARTS = 'shop.clean_cart'\n",
    'shop/use.py': `
import celery
from celery import current_app, signature
from shop.names import CARTS, Names
from shop.tasks import app
app.send_task(«'shop.tasks.gone'»)
current_app.send_task(name=«'tasks.charge'»)
app.send_task(«CARTS», (1,))
app.send_task(«Names.GONE.value»)
signature(«'shop.tasks.chrge'», (1,)).delay()
celery.signature(«'shop.tasks.gone'»)
app.signature(«'shop.tasks.gone'»)
`,
  }, {
    severity: 'hint',
    messages: [
      /^No task is named shop\.tasks\.gone: the worker drops it$/, /^No task is named tasks\.charge: the worker drops it; shop\.tasks\.charge is meant\?$/,
      /^No task is named shop\.clean_cart: .*; shop\.clean_carts is meant\?$/, /gone/, /chrge: .*shop\.tasks\.charge is meant\?$/, /gone/, /gone/,
    ],
  }));

  it('knows the app in the receivers of its own signals, and leaves what Beat sends to CEL601', () => expectFindings('CEL108', {
    ...shop,
    'shop/use.py': `
from shop.tasks import app
@app.on_after_configure.connect
def setup(sender, **kwargs):
    sender.signature(«'shop.tasks.gone'»).delay()
    sender.send_task(«'shop.tasks.gone'»)
    sender.add_periodic_task(10, sender.signature('shop.tasks.gone'))
`,
  }));

  it('offers the names that may be meant', () => expectFindings('CEL108', {
    ...shop,
    'shop/use.py': "from shop.tasks import app\nNAME = 'shop.clean_cart'\napp.send_task(«\"shop.clean_cart\"»)\napp.send_task(«'tasks.remind'»)\napp.send_task(«NAME»)\n",
  }, { fixed: { 'shop/use.py': "from shop.tasks import app\nNAME = 'shop.clean_cart'\napp.send_task(\"shop.clean_carts\")\napp.send_task('shop.tasks.remind')\napp.send_task(NAME)\n" } }));

  it('finds them where the registry is asked', () => expectFindings('CEL108', {
    ...shop,
    'shop/use.py': `
from celery import current_app
from shop.tasks import app
app.tasks[«'shop.tasks.gone'»].delay()
job = current_app.tasks[«'shop.tasks.chrge'»]
def send():
    with app.connection():
        app.tasks[«'tasks.remind'»].delay()
`,
  }, {
    messages: [/^No task is named shop\.tasks\.gone: NotRegistered is raised here$/, /; shop\.tasks\.charge is meant\?$/, /; shop\.tasks\.remind is meant\?$/],
  }));

  it('stays silent where the registry is written to, or is expected to lack it', () => expectSilence('CEL108', {
    ...shop,
    'shop/use.py': `
import pytest
from celery.exceptions import NotRegistered
from elsewhere import board, NAME
from shop.tasks import app, charge
app.tasks['shop.tasks.charge'].delay(1)
app.tasks['shop.tasks.alias'] = charge
del app.tasks['shop.tasks.gone']
app.tasks['billing.tasks.invoice']
app.tasks['celery.backend_cleanup']
app.tasks[NAME]
app.tasks.get('shop.tasks.gone')
board.tasks['shop.tasks.gone']
tasks = {}
tasks['shop.tasks.gone']
def find():
    try:
        return app.tasks['shop.tasks.gone']
    except NotRegistered:
        return None
def test_gone():
    with pytest.raises(NotRegistered):
        app.tasks['shop.tasks.gone']
`,
  }));

  it('stays silent for tasks, for those of other projects, and for names that are not known', () => expectSilence('CEL108', {
    ...shop,
    'shop/use.py': `
from celery import signature
from shop.tasks import app, charge
from elsewhere import NAME, client
app.send_task('shop.clean_carts')
app.send_task('shop.tasks.charge')
app.send_task(charge.name)
app.send_task('billing.tasks.invoice')
app.send_task('invoice')
app.send_task('celery.backend_cleanup')
app.send_task(NAME)
app.send_task(f'shop.{NAME}')
signature(NAME)
signature({'task': 'shop.tasks.gone'})
signature(charge.s(1))
charge.delay(1)
`,
  }));
});
