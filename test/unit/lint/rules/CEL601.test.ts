import { expectFindings, expectSilence } from '../ruleTester';

const tasks = 'from celery import shared_task\n@shared_task\ndef add(x, y): ...\n@shared_task(name="named")\ndef other(): ...\n';
const app = (entries: string, head = ''): string => `from celery import Celery\n${head}app = Celery('app')\napp.conf.beat_schedule = {\n${entries}\n}\n`;

describe('CEL601 beat-unknown-task', () => {
  it('finds names of no task, by package and by likeness', () => expectFindings('CEL601', {
    'shop/__init__.py': '', 'shop/tasks.py': tasks,
    'app.py': app(`
    'a': {'task': «'shop.tasks.gone'», 'schedule': 1},
    'b': {'task': «'tasks.add'», 'schedule': 1},
    'c': {'task': «"nmed"», 'schedule': 1},
    'd': {'task': «PREFIX + '.addd'», 'schedule': 1},`, 'PREFIX = "shop.tasks"\n'),
  }, {
    severity: 'warning',
    messages: [/^No task is named shop\.tasks\.gone: Beat sends it and the worker drops it$/, /shop\.tasks\.add is meant\?$/, /named is meant\?$/, /shop\.tasks\.add is meant/],
    fixed: {
      'app.py': app(`
    'a': {'task': 'shop.tasks.gone', 'schedule': 1},
    'b': {'task': 'shop.tasks.add', 'schedule': 1},
    'c': {'task': "named", 'schedule': 1},
    'd': {'task': PREFIX + '.addd', 'schedule': 1},`, 'PREFIX = "shop.tasks"\n'),
    },
  }));

  it('only hints where a task may hide behind a mistake or an unknown name', () => expectFindings('CEL601', {
    'shop/__init__.py': '', 'shop/tasks.py': `${tasks}\nfrom x import NAME\n@shared_task(name=NAME)\ndef hidden(): ...\n`,
    'app.py': app('"a": {"task": «"shop.tasks.gone"», "schedule": 1}'),
  }, { severity: 'hint' }));

  it('stays silent for known tasks, builtins, other packages and names that are not constant', () => expectSilence('CEL601', {
    'shop/__init__.py': '', 'shop/tasks.py': tasks,
    'app.py': app(`
    'a': {'task': 'shop.tasks.add', 'schedule': 1},
    'b': {'task': 'named', 'schedule': 1},
    'c': {'task': 'celery.backend_cleanup', 'schedule': 1},
    'd': {'task': 'django_cleanup.tasks.sweep', 'schedule': 1},
    'e': {'task': name(), 'schedule': 1},
    'f': {'task': add.name, 'schedule': 1},`, 'from shop.tasks import add\n'),
  }));

  it('finds them in entries that are filled in later, under a name of their own', () => expectFindings('CEL601', {
    'shop/__init__.py': '', 'shop/tasks.py': tasks,
    'app.py': "from celery import Celery\napp = Celery('app')\nSCHEDULE = {}\nSCHEDULE['a'] = {'task': «'shop.tasks.gone'», 'schedule': 1}\nSCHEDULE['b'] = {'task': 'shop.tasks.add', 'schedule': 1}\napp.conf.beat_schedule = SCHEDULE\n",
  }));

  it('finds them in signatures that are added as periodic tasks', () => expectFindings('CEL601', {
    'shop/__init__.py': '', 'shop/tasks.py': tasks,
    'app.py': `from celery import Celery, current_app, signature
app = Celery('app')
@app.on_after_configure.connect
def one(sender, **kwargs):
    sender.add_periodic_task(10, sender.signature(«'shop.tasks.gone'»))
    sender.add_periodic_task(10, sig=sender.signature(«'tasks.add'», (1, 2)).set(queue='x'), name='b')
    sender.add_periodic_task(10, app.signature(«'shop.tasks.gone'»))
    sender.add_periodic_task(10, signature(«'shop.tasks.gone'»))
    sender.add_periodic_task(10, sender.signature('shop.tasks.add', (1, 2)))
    sender.add_periodic_task(10, sender.signature('elsewhere.tasks.add'))
@app.on_after_finalize.connect(weak=False)
def two(sender, **kwargs):
    sender.add_periodic_task(10, sender.signature(«'shop.tasks.gone'»))
def three(sender, **kwargs):
    sender.add_periodic_task(10, sender.signature(«'shop.tasks.gone'»))
current_app.on_after_configure.connect(three)
`,
  }, {
    severity: 'warning',
    messages: [/^No task is named shop\.tasks\.gone: Beat sends it and the worker drops it$/, /shop\.tasks\.add is meant\?$/, /gone/, /gone/, /gone/, /gone/],
  }));

  it('stays silent where the sender may be no app', () => expectSilence('CEL601', {
    'shop/__init__.py': '', 'shop/tasks.py': tasks,
    'app.py': `from celery import Celery
from celery.signals import beat_init
from elsewhere import connected, other
app = Celery('app')
@beat_init.connect
def one(sender, **kwargs):
    sender.add_periodic_task(10, sender.signature('shop.tasks.gone'))
@other.on_after_configure.connect
def two(sender, **kwargs):
    sender.add_periodic_task(10, sender.signature('shop.tasks.gone'))
@connected
@app.on_after_configure.connect
def three(sender, **kwargs):
    sender.add_periodic_task(10, sender.signature('shop.tasks.gone'))
@app.on_after_configure.connect
def four(app, **kwargs):
    app.add_periodic_task(10, app.signature('shop.tasks.gone'))
def five(sender, **kwargs):
    sender.add_periodic_task(10, sender.signature('shop.tasks.gone'))
@app.on_after_configure.disconnect
def six(sender, **kwargs):
    sender.add_periodic_task(10, sender.signature('shop.tasks.gone'))
`,
  }));

  it('finds them in entries that django-celery-beat keeps', () => expectFindings('CEL601', {
    'shop/__init__.py': '', 'shop/tasks.py': tasks,
    'setup_beat.py': `from django_celery_beat.models import IntervalSchedule, PeriodicTask
PeriodicTask(name='a', task=«'shop.tasks.gone'»).save()
PeriodicTask.objects.create(name='b', task=«'shop.tasks.ad'»)
PeriodicTask.objects.update_or_create(name='c', defaults={'task': «'shop.tasks.gone'», 'interval': None})
PeriodicTask.objects.get_or_create(name='d', defaults={'task': 'shop.tasks.add'})
PeriodicTask.objects.filter(task='shop.tasks.gone').delete()
IntervalSchedule.objects.create(task='shop.tasks.gone')
`,
  }, { severity: 'warning' }));
});
