import type { Sources } from '../ruleTester';

/** What all projects sell; each writes it in a shape of its own. */
const schedule = `{
    'charge': {'task': 'shop.tasks.charge', 'schedule': 600.0, 'args': (7, 990)},
    'remind': {'task': 'shop.tasks.remind', 'schedule': crontab(minute=0, hour=3), 'args': (7,)},
    'often': {'task': 'shop.tasks.remind', 'schedule': crontab(minute='*/15'), 'kwargs': {'user_id': 7}},
}`;

const settings = `app.conf.timezone = 'Europe/Paris'
app.conf.task_serializer = 'json'
app.conf.accept_content = ['json']
app.conf.worker_concurrency = 4
app.conf.task_routes = {'shop.tasks.*': {'queue': 'invoices'}}
`;

const bodies = (decorator: string): string => `@${decorator}
def charge(order_id, amount, currency='EUR'):
    return remind.s(7)


@${decorator}(ignore_result=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def remind(user_id):
    return user_id
`;

const calls = `from shop.tasks import charge, remind


def order():
    charge.delay(7, 990)
    remind.apply_async((7,), queue='invoices')
    return charge.s(7, 990), remind.si(7)
`;

const appFile = `from celery import Celery
from celery.schedules import crontab

app = Celery('shop', broker='redis://localhost', include=['shop.tasks'])
${settings}app.conf.beat_schedule = ${schedule}
`;

const django = {
  'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.prod')\n",
  'shop/__init__.py': 'from .celery import app as celery_app\n',
  'shop/celery.py': "from celery import Celery\n\napp = Celery('shop')\napp.config_from_object('django.conf:settings', namespace='CELERY')\napp.autodiscover_tasks()\n",
};

const djangoSettings = `from celery.schedules import crontab

INSTALLED_APPS = ['shop']
TIME_ZONE = 'Europe/Paris'
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'ATOMIC_REQUESTS': True}}
CELERY_BROKER_URL = 'redis://localhost'
CELERY_TASK_SERIALIZER = 'json'
CELERY_ACCEPT_CONTENT = ['json']
CELERY_WORKER_CONCURRENCY = 4
CELERY_TASK_ROUTES = {'shop.tasks.*': {'queue': 'invoices'}}
CELERY_BEAT_SCHEDULE = ${schedule}
`;

const config = `from celery.schedules import crontab

broker_url = 'redis://localhost'
include = ['shop.tasks']
timezone = 'Europe/Paris'
task_serializer = 'json'
accept_content = ['json']
worker_concurrency = 4
task_routes = {'shop.tasks.*': {'queue': 'invoices'}}
beat_schedule = ${schedule}
`;

const indent = (text: string): string => text.replace(/^(?=.)/gm, '    ');

const own = (tasks: string, app = appFile, rest: Sources = {}): Sources => ({ 'shop/__init__.py': '', 'shop/app.py': app, 'shop/tasks.py': tasks, 'shop/use.py': calls, ...rest });

/** Clean projects in the shapes that real code has. */
export const projects: Readonly<Record<string, Sources>> = {
  'app.task': own(`from shop.app import app\n\n\n${bodies('app.task')}`),
  'shared_task': own(`from celery import shared_task\n\n\n${bodies('shared_task')}`),
  'shared_task as task': own(`from celery import shared_task as task\n\n\n${bodies('task')}`),
  'the module celery': own(`import celery\n\n\n${bodies('celery.shared_task')}`, appFile.replace('from celery import Celery', 'import celery').replace('Celery(', 'celery.Celery(')),
  'an alias of app.task': own(`from shop.app import task\n\n\n${bodies('task')}`, `${appFile}task = app.task\n`),
  'relative imports': own(`from .app import app as celery\n\n\n${bodies('celery.task')}`, appFile, { 'shop/use.py': calls.replace('from shop.tasks', 'from .tasks') }),
  'imports within functions': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile, {
    'shop/use.py': calls.replace(/^from.*\n\n\n/, '').replace('def order():\n', 'def order():\n    from shop.tasks import charge, remind\n'),
  }),
  'imports for type checkers': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile, {
    'shop/use.py': `from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from shop.app import app\n\n${calls}`,
  }),
  'star re-exports': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile, {
    'shop/jobs/__init__.py': 'from .all import *\n', 'shop/jobs/all.py': 'from shop.tasks import *\n', 'shop/use.py': calls.replace('shop.tasks', 'shop.jobs'),
  }),
  'the module of the tasks': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile, {
    'shop/use.py': calls.replace('from shop.tasks import charge, remind', 'from shop import tasks').replace(/\b(?=(?:charge|remind)\.)/g, 'tasks.'),
  }),
  'a factory': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile.replace(/^app = (Celery.*)$/m, "def make_celery(name):\n    made = $1\n    return made\n\n\napp = make_celery('shop')")),
  'an app of its own class': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile.replace(/^app = Celery/m, 'class ShopCelery(Celery):\n    pass\n\n\napp = ShopCelery')),
  'a generic app': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile.replace('from celery import Celery', 'from typing import Any\n\nfrom celery import Celery, Task').replace('Celery(', 'Celery[Task[Any, Any]](')),
  'several apps': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile, {
    'mail/__init__.py': '', 'mail/app.py': "from celery import Celery\n\nmailer = Celery('mail', broker='redis://localhost', include=['mail.tasks'])\n",
    'mail/tasks.py': "from mail.app import mailer\n\n\n@mailer.task\ndef send(address):\n    return address\n",
  }),
  'names in constants': own(`from shop.app import app\nfrom shop.names import Names, PREFIX\n\n\n@app.task(name=Names.CHARGE)\ndef charge(order_id, amount, currency='EUR'):\n    return remind.s(7)\n\n\n@app.task(name=f'{PREFIX}.remind', ignore_result=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)\ndef remind(user_id):\n    return user_id\n`, appFile, {
    'shop/names.py': "from enum import StrEnum\n\nPREFIX = 'shop.tasks'\n\n\nclass Names(StrEnum):\n    CHARGE = 'shop.tasks.charge'\n",
  }),
  'tasks as classes': own(`from celery import Task

from shop.app import app


class Charge(Task):
    name = 'shop.tasks.charge'

    def run(self, order_id, amount, currency='EUR'):
        return order_id


class Remind(Task):
    name = 'shop.tasks.remind'
    ignore_result = True

    def run(self, user_id):
        return user_id


charge = app.register_task(Charge())
remind = app.register_task(Remind())
`),
  'a wrapper of the project': own(`from shop.jobs import shop_task\n\n\n@shop_task()\ndef charge(order_id, amount, currency='EUR'):\n    return remind.s(7)\n\n\n@shop_task(name='shop.tasks.remind')\ndef remind(user_id):\n    return user_id\n`, appFile, {
    'shop/jobs.py': 'from shop.app import app\n\n\ndef shop_task(**options):\n    def wrap(function):\n        return app.task(**options)(function)\n    return wrap\n',
  }),
  'a prepared decorator': own(`from celery import shared_task\n\njob = shared_task(ignore_result=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)\n\n\n@job\ndef charge(order_id, amount, currency='EUR'):\n    return remind.s(7)\n\n\n@job\ndef remind(user_id):\n    return user_id\n`),
  'bound tasks': own(`from shop.app import app\n\n\n${bodies('app.task').replace('@app.task\n', '@app.task(bind=True)\n').replace('(ignore', '(bind=True, ignore').replace(/(charge|remind)\((?=order_id|user_id)/g, '$1(self, ')}`),
  'settings of Django': { ...django, 'manage.py': django['manage.py'].replace('.prod', ''), 'shop/settings.py': djangoSettings, 'shop/tasks.py': `from celery import shared_task\n\n\n${bodies('shared_task')}`, 'shop/use.py': calls },
  'settings of Django in parts': {
    ...django, 'shop/settings/__init__.py': '', 'shop/settings/base.py': djangoSettings, 'shop/settings/prod.py': 'from .base import *\n\nDEBUG = False\n',
    'shop/tasks.py': `from celery import shared_task\n\n\n${bodies('shared_task')}`, 'shop/use.py': calls,
  },
  'settings of Django filled later': {
    ...django, 'shop/settings/__init__.py': '', 'shop/settings/base.py': djangoSettings.replace(", 'ATOMIC_REQUESTS': True", ''), 'shop/settings/prod.py': "from .base import *\n\nDATABASES['default']['ATOMIC_REQUESTS'] = True\n",
    'shop/tasks.py': `from celery import shared_task\n\n\n${bodies('shared_task')}`, 'shop/use.py': calls.replace('from shop.tasks', 'from .tasks'),
  },
  'Django beside its settings': {
    'manage.py': django['manage.py'].replace('shop.', 'config.'),
    'config/__init__.py': 'from .celery_app import app as celery_app\n', 'config/celery_app.py': django['shop/celery.py'],
    'config/settings/__init__.py': '', 'config/settings/base.py': djangoSettings, 'config/settings/prod.py': 'from .base import *\n\nDEBUG = False\n',
    'shop/__init__.py': '', 'shop/tasks.py': `from celery import shared_task\n\n\n${bodies('shared_task')}`, 'shop/use.py': calls,
  },
  'a module of settings': own(`from shop.app import app\n\n\n${bodies('app.task')}`, "from celery import Celery\n\napp = Celery('shop')\napp.config_from_object('shop.config')\n", { 'shop/config.py': config }),
  'an imported module of settings': own(`from shop.app import app\n\n\n${bodies('app.task')}`, "from celery import Celery\n\nfrom shop import config\n\napp = Celery('shop')\napp.config_from_object(config)\n", { 'shop/config.py': config }),
  'prefixed settings': own(`from shop.app import app\n\n\n${bodies('app.task')}`, "from celery import Celery\n\napp = Celery('shop')\napp.config_from_object('shop.config', namespace='CELERY')\n", {
    'shop/config.py': config.replace(/^(\w+)(?= = )/gm, name => `CELERY_${name.toUpperCase()}`),
  }),
  'a class of settings': own(`from shop.app import app\n\n\n${bodies('app.task')}`, `from celery import Celery\n${config.split('\n\n')[0]}\n\n\nclass Config:\n${indent(config.split('\n\n')[1]!)}\n\napp = Celery('shop')\napp.config_from_object(Config)\n`),
  'inherited settings': own(`from shop.app import app\n\n\n${bodies('app.task')}`, `from celery import Celery\n${config.split('\n\n')[0]}\n\n\nclass Base:\n${indent(config.split('\n\n')[1]!)}\n\nclass Config(Base):\n    task_track_started = True\n\n\napp = Celery('shop')\napp.config_from_object(Config)\n`),
  'conf.update': own(`from shop.app import app\n\n\n${bodies('app.task')}`, `from celery import Celery\n${config.split('\n\n')[0]}\n\napp = Celery('shop')\napp.conf.update(\n${indent(config.split('\n\n')[1]!.replace(/^(\w+) = /gm, '$1=').replace(/^(?! )(.*[^{,])$/gm, '$1,'))})\n`),
  'conf.update of a dict': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile.replace('app.conf.worker_concurrency = 4', "app.conf.update({'worker_concurrency': 4})")),
  'a schedule entry by entry': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile.replace(/app\.conf\.beat_schedule = \{\n([\s\S]*)\n\}\n/, (_whole, entries: string) => `app.conf.beat_schedule = {}\n${entries.replace(/^ {4}('\w+'): (.*),$/gm, 'app.conf.beat_schedule[$1] = $2')}\n`)),
  'periodic tasks by a handler': own(`from shop.app import app\n\n\n${bodies('app.task')}`, appFile, {
    'shop/periodic.py': `from celery.schedules import crontab\n\nfrom shop.app import app\nfrom shop.tasks import charge, remind\n\n\n@app.on_after_finalize.connect\ndef setup(sender, **kwargs):\n    sender.add_periodic_task(600.0, charge.s(7, 990))\n    sender.add_periodic_task(crontab(minute=0, hour=3), remind.s(7))\n`,
  }),
  'new syntax': own(`from shop.app import app\n\ntype Id = int\n\n\n${bodies('app.task')}\n\ndef first[T](items: list[T]) -> T:\n    try:\n        return items[0]\n    except IndexError, KeyError:\n        raise ValueError(f"{'none'}")\n`),
  'letters beyond ASCII': own(`# Größe 🌱 — naïve\nfrom shop.app import app\n\n\n${bodies('app.task')}`, appFile, { 'shop/use.py': `GRÜSSE = '🌱🌱'; ${calls.replace(/^/, '\n')}` }),
  'lines of Windows': Object.fromEntries(Object.entries(own(`from shop.app import app\n\n\n${bodies('app.task')}`)).map(([name, text]) => [name, text.replaceAll('\n', '\r\n')])),
  'tabs': Object.fromEntries(Object.entries(own(`from shop.app import app\n\n\n${bodies('app.task')}`)).map(([name, text]) => [name, text.replace(/^ {4}/gm, '\t')])),
};
