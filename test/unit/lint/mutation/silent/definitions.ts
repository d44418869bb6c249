import { head, type Guards, type SilentCode } from './silent';

const shared = 'from celery import shared_task\n\n\n@shared_task\ndef send():\n    return 1\n';

/** A module with tasks beside an app whose module, or another one, is as given. */
const beside = (app: string, more: Readonly<Record<string, string>> = {}): SilentCode => ({
  files: { 'shop/__init__.py': '', 'shop/app.py': `from celery import Celery\n\n${app}\n`, 'shop/jobs.py': shared, ...more },
});

const discovering = "app = Celery('shop')\napp.autodiscover_tasks(";

/** A task that raises an exception with the `__init__` given, and an app that pickles results. */
function raising(parameters: string, init: string, { base = 'Exception', body = 'raise Refused(1, 2)', options = '', serializer = 'pickle' } = {}): string {
  return `app.conf.result_serializer = '${serializer}'  # celery: ignore[CEL705, CEL707]


class Refused(${base}):
    def __init__(${parameters}):
        ${init}


@app.task${options}
def refuse():
    ${body}
`;
}

/** A package whose tasks a file in it imports by another name than `include` and a module of the web do. */
const twice = (run: string, jobs = shared, more: Readonly<Record<string, string>> = {}): SilentCode => ({
  files: { 'setup.py': '', 'shop/__init__.py': '', 'shop/app.py': "from celery import Celery\n\napp = Celery('shop', include=['shop.jobs'])\n", 'shop/jobs.py': jobs, 'shop/run.py': run, 'shop/web.py': 'from shop.jobs import send\n\nsend.delay()\n', ...more },
});

/** A decorator that may do without parentheses, what it does without a function, and with one. */
const optional = (without: string, then = 'return inner'): string => `from functools import partial, update_wrapper

from library import other


def timed(function=None, **options):
    if function is None:
        return ${without}

    def inner(*args):
        return function(*args)
    ${then}


@app.task
@timed(label='slow')
def slow(x):
    return x
`;

const bound = (name: string): string => `@app.task(bind=True)\ndef ${name}(self, x):\n    return self.request.id\n`;
const module = (name: string, code: string, versions?: { readonly celery: string }): { readonly files: Record<string, string>; readonly versions?: { readonly celery: string } } => ({
  files: { 'shop/__init__.py': '', [`shop/${name}.py`]: `${head}\n\n${code}` }, ...(versions && { versions }),
});

/** Guards of the rules about definitions of tasks. */
export const definitions: Guards = {
  CEL301: {
    'an attribute that the base class has': 'class Limited(Task):\n    max_retry = 3\n\n\n@app.task(base=Limited, max_retry=5)\ndef limited(x):\n    return x\n',
    'an attribute for a base class that is not known': 'from library import Singleton\n\n\n@app.task(base=Singleton, retry_delay=5)\ndef single(x):\n    return x\n',
    'an attribute that a helper reads by name': "@app.task(timeout=5)\ndef timed(x):\n    return x\n\n\nprint(getattr(timed, 'timeout', None))\n",
    'attributes that are like none of Celery\'s': "@app.task(verbose_name='Adds', lock_expiry=60, public=True)\ndef shown(x):\n    return x\n",
    'an option for a decorator of the project': 'def job(timeout):\n    return app.task(time_limit=timeout)\n\n\n@job(timeout=5)\ndef timed(x):\n    return x\n',
    'a pause that a base class reads': 'class Patient(Task):\n    def retry(self, *args, **options):\n        return super().retry(*args, countdown=self.interval_start, **options)\n\n\n@app.task(base=Patient, interval_start=5)\ndef patient(x):\n    return x\n',
    'a pause between attempts to send': "add.apply_async((1, 2), retry_policy={'interval_start': 5, 'interval_step': 5})\n",
    'one that a prepared decorator gives to a task that reads it': 'job = shared_task(bind=True, max_retry=5)\n\n\n@job\ndef first(self):\n    return self.max_retry\n\n\n@job\ndef second(self):\n    return self.request.id\n',
    'an attribute that an annotation gives a base class': "class Limited(Task):\n    max_retry = 3\n\n\n@app.task(base=Limited)\ndef limited(x):\n    return x\n\n\napp.conf.task_annotations = {'*': {'max_retry': 5}}\n",
    'an annotation of tasks that we do not see': "app.conf.task_annotations = {'library.jobs.run': {'max_retry': 5}}\n",
    'an annotation that goes around what it names': "def limited(rate):\n    return property(lambda self: rate)\n\n\napp.conf.task_annotations = {'*': {'@rate_limit': limited}}\n",
  },
  CEL302: {
    'a bound task that takes anything': '@app.task(bind=True)\ndef loose(*args):\n    return args\n',
    'a self that a base class gives': 'class Own(Task):\n    def __call__(self, *args):\n        return self.run(self, *args)\n\n\n@app.task(base=Own)\ndef own(self, x):\n    return x\n',
    'a self that may be left out': '@app.task\ndef either(self=None):\n    return self\n',
    'the self of a function around': 'def make(self):\n    @app.task\n    def inner(x):\n        return self.request\n    return inner\n',
    'a bind that is not known': 'from library import BIND\n\n\n@app.task(bind=BIND)\ndef maybe(self, x):\n    return x\n',
    'an app that binds all its tasks': "class Shop(Celery):\n    def _task_from_fun(self, fun, **options):\n        return super()._task_from_fun(fun, **{**options, 'bind': True})\n\n\nown = Shop('own')\n\n\n@own.task\ndef bound(self, x):\n    return x\n",
    'a method that something above may bind': 'from library import method_task\n\n\nclass Mailer:\n    @method_task\n    @app.task\n    def send(self, address):\n        return address\n',
  },
  CEL303: {
    'one of two definitions': "import sys\n\nif sys.platform == 'win32':\n    @app.task\n    def clean(x):\n        return x\nelse:\n    @app.task\n    def clean(x):\n        return x\n",
    'a definition in place of one that fails': 'try:\n    from library import deliver\n\n    @app.task\n    def send(x):\n        return deliver(x)\nexcept ImportError:\n    @app.task\n    def send(x):\n        return x\n',
    'one name in each of two apps': "other = Celery('other')\n\n\n@app.task(name='clean')\ndef clean(x):\n    return x\n\n\n@other.task(name='clean')\ndef clean_other(x):\n    return x\n",
    'a definition after one that hangs on something': "import sys\n\nif sys.platform == 'win32':\n    @app.task\n    def clean(x):\n        return x\n\n\n@app.task\ndef clean(x):\n    return x\n",
    'one name in each of two programs': { files: { 'web/setup.py': '', 'web/jobs.py': shared, 'mail/setup.py': '', 'mail/jobs.py': shared } },
    'one name in the modules of two apps': {
      files: {
        'shop/__init__.py': '', 'shop/app.py': "from celery import Celery\n\none = Celery('one', include=['shop.first'])\ntwo = Celery('two', include=['shop.second'])\n",
        'shop/first.py': shared.replace('@shared_task', "@shared_task(name='send')"), 'shop/second.py': shared.replace('@shared_task', "@shared_task(name='send')"),
      },
    },
    'a decorator that may be another one': "try:\n    from library import job\nexcept ImportError:\n    from celery import shared_task as job\n\n\n@job(name='clean')\ndef clean(x):\n    return x\n\n\n@job(name='clean')\ndef clean_again(x):\n    return x\n",
    'a name that a test before it uses': {
      files: { 'shop/__init__.py': '', 'shop/base.py': head, 'shop/test_base.py': "from shop.base import app\n\n\n@app.task(name='clean')\ndef clean_nothing(x):\n    return x\n", 'shop/worker.py': "from shop.base import app\n\n\n@app.task(name='clean')\ndef clean(x):\n    return x\n" },
    },
    'a name that a test uses again': {
      files: { 'shop/__init__.py': '', 'shop/app.py': `${head}\n\n@app.task(name='clean')\ndef clean(x):\n    return x\n`, 'shop/test_app.py': "from shop.app import app\n\n\n@app.task(name='clean')\ndef clean_nothing(x):\n    return x\n" },
    },
  },
  CEL304: {
    'a decorator that is an object': 'class writer:\n    def __init__(self, function):\n        self.function = function\n\n    def __call__(self, *args):\n        return self.function(*args)\n\n\n@app.task\n@writer\ndef write(x):\n    return x\n',
    'a decorator that keeps the name': 'from functools import wraps\n\n\ndef timed(function):\n    @wraps(function)\n    def inner(*args):\n        return function(*args)\n    return inner\n\n\n@app.task\n@timed\ndef slow(x):\n    return x\n',
    'a decorator that sets the name by itself': 'def timed(function):\n    def inner(*args):\n        return function(*args)\n    inner.__name__ = function.__name__\n    return inner\n\n\n@app.task\n@timed\ndef slow(x):\n    return x\n',
    'a task with a name of its own': "def timed(function):\n    def inner(*args):\n        return function(*args)\n    return inner\n\n\n@app.task(name='slow')\n@timed\ndef slow(x):\n    return x\n",
    'a decorator that gives the function back': 'known = []\n\n\ndef registered(function):\n    known.append(function)\n    return function\n\n\n@app.task\n@registered\ndef listed(x):\n    return x\n',
    'a decorator that may do without parentheses, and keeps the name': optional('partial(timed, **options)', 'return update_wrapper(inner, function)'),
    'a decorator that may do without parentheses, and may give the function back': optional('partial(timed, **options)', "if options.get('label'):\n        return inner\n    return function"),
    'a decorator that does something else without a function': optional('partial(other, **options)'),
    'a decorator that may do without parentheses, and is given something': optional('partial(timed, **options)').replace("timed(label='slow')", 'timed(other)'),
  },
  CEL305: {
    'a package that runs coroutines': 'import celery_aio_pool\n\n\n@app.task\nasync def fetch(x):\n    return x\n',
    'a pool of one\'s own': "app.conf.worker_pool = 'shop.pool:Pool'\n\n\n@app.task\nasync def fetch(x):\n    return x\n",
    'a base class that runs coroutines': 'import asyncio\n\n\nclass Running(Task):\n    def __call__(self, *args, **kwargs):\n        return asyncio.run(self.run(*args, **kwargs))\n\n\n@app.task(base=Running)\nasync def fetch(x):\n    return x\n',
    'a decorator that runs coroutines': 'from asgiref.sync import async_to_sync\n\n\n@app.task\n@async_to_sync\nasync def fetch(x):\n    return x\n',
  },
  CEL306: {
    'a limit that is turned off': '@app.task(soft_time_limit=20, time_limit=0)\ndef long(x):\n    return x\n',
    'limits that annotations may change': "app.conf.task_annotations = {'*': {'time_limit': 500}}\n\n\n@app.task(soft_time_limit=20, time_limit=10)\ndef long(x):\n    return x\n",
    'a hard limit of the base class': 'app.conf.task_time_limit = 10\n\n\nclass Long(Task):\n    time_limit = 1000\n\n\n@app.task(base=Long, soft_time_limit=20)\ndef long(x):\n    return x\n',
    'a hard limit that is not known': 'from library import LIMIT\n\n\n@app.task(soft_time_limit=20, time_limit=LIMIT)\ndef long(x):\n    return x\n',
  },
  CEL307: {
    'a decorator that reads rates in its own way': 'def job(rate_limit):\n    return app.task(rate_limit=rate_limit.removesuffix("in"))\n\n\n@job(rate_limit="10/min")\ndef limited(x):\n    return x\n',
    'a rate without a text': '@app.task(rate_limit=10)\ndef limited(x):\n    return x\n',
    'an annotation that the one of all tasks undoes': "app.conf.task_annotations = {'shop.app.add': {'rate_limit': '10/min'}, '*': {'rate_limit': '10/m'}}\n",
    'an annotation of a task that we do not see': "app.conf.task_annotations = {'library.jobs.run': {'rate_limit': '10/min'}}\n",
    'a rate for something else than workers': "from library import control\n\ncontrol.rate_limit('shop.app.add', '10/min')\n",
  },
  CEL308: {
    'a wrapper of a task that nobody sends': 'from functools import lru_cache\n\n\n@lru_cache\n@app.task\ndef cached(x):\n    return x\n\n\ncached(1)\n',
    'a wrapper with a delay of its own': 'def after_commit(task):\n    def send(*args):\n        return task(*args)\n    send.delay = task.delay\n    return send\n\n\n@after_commit\n@app.task\ndef careful(x):\n    return x\n\n\ncareful.delay(1)\n',
    'a registry that gives the task back': 'known = []\n\n\ndef registered(task):\n    known.append(task)\n    return task\n\n\n@registered\n@app.task\ndef listed(x):\n    return x\n\n\nlisted.delay(1)\n',
    'a decorator that is not known': 'from library import queued\n\n\n@queued\n@app.task\ndef waiting(x):\n    return x\n\n\nwaiting.delay(1)\n',
  },
  CEL309: {
    'an import with an alternative': 'try:\n    from celery.decorators import periodic_task\nexcept ImportError:\n    periodic_task = None\n',
    'an import for old versions': 'import celery\n\nif celery.VERSION < (5,):\n    from celery.task import task\n',
    'a method of one\'s own app': "class Shop(Celery):\n    def periodic_task(self, every):\n        return self.task(name='periodic')\n\n\nown = Shop('own')\n\n\n@own.periodic_task(3)\ndef often():\n    return None\n",
    'a module of the project': { files: { 'djcelery/__init__.py': '', 'djcelery/models.py': 'class Entry:\n    pass\n', 'shop.py': 'from celery import Celery\nfrom djcelery.models import Entry\n' } },
    'what Celery 4 had': module('app', 'from celery.decorators import periodic_task\n', { celery: '4.4' }),
    'a broker over AMQP': "app.conf.broker_url = 'amqp://localhost'\n",
  },
  CEL310: {
    'a method that is bound to the task': `class Mailer:\n${bound('send').replace(/^(?=.)/gm, '    ')}`,
    'a function in a class': 'class Mailer:\n    @app.task\n    def send(address):\n        return address\n',
    'a method that something above may bind': 'from library import method_task\n\n\nclass Mailer:\n    @method_task\n    @app.task\n    def send(self, address):\n        return address\n',
    'an instance that a base class gives': 'class Own(Task):\n    def __call__(self, *args):\n        return self.run(self, *args)\n\n\nclass Mailer:\n    @app.task(base=Own)\n    def send(self, address):\n        return address\n',
  },
  CEL311: {
    'a factory': 'def create_shop(config):\n    @app.task\n    def pay(x):\n        return x\n    pay.delay(1)\n',
    'a test': module('test_app', 'def several():\n    @app.task\n    def pay(x):\n        return x\n    pay.delay(1)\n'),
    'a function that the module calls': 'def several():\n    @app.task\n    def pay(x):\n        return x\n    pay.delay(1)\n\n\nseveral()\n',
    'a function that another module calls': { files: { 'shop/__init__.py': '', 'shop/app.py': `${head}\n\ndef several():\n    @app.task\n    def pay(x):\n        return x\n    pay.delay(1)\n`, 'shop/all.py': 'from shop.app import app as celery, several\n\nseveral()\n' } },
    'a hook': 'from library import started\n\n\n@started.connect\ndef several(sender):\n    @app.task\n    def pay(x):\n        return x\n    pay.delay(1)\n',
    'a task that is sent elsewhere': 'def several():\n    @app.task\n    def pay(x):\n        return x\n    return pay\n',
  },
  CEL312: {
    'a module in a list that is computed': beside("app = Celery('shop', include=names())"),
    'a module in a list that is put together': beside("BASE = ['shop.app']\napp = Celery('shop', include=[*BASE, 'shop.' + 'jobs'])"),
    'a module in one of packages that are found': beside(`${discovering}find_packages())`),
    'a module in one of packages that a function finds': beside(`${discovering}lambda: find_packages())`),
    'a module of a name that is computed': beside(`${discovering}['shop'], related_name=NAME)`),
    'a module that is found under another name': beside(`${discovering}['shop'], related_name='jobs')`),
    'a module that is imported by a name that is computed': beside("app = Celery('shop')\nfor name in NAMES:\n    import_module(name)"),
    'a module that is imported as a plugin': beside("from shop import plugins\n\napp = Celery('shop')", { 'shop/plugins.py': "from importlib.metadata import entry_points\n\nfor plugin in entry_points(group='shop'):\n    plugin.load()\n" }),
    'a module that is imported when the app is configured': beside("app = Celery('shop')\n\n\n@app.on_after_configure.connect\ndef setup(sender, **kwargs):\n    from shop import jobs\n"),
    'a module that a package of a package imports': beside('from shop.web.views import orders\n\napp = Celery()', { 'shop/web/__init__.py': 'from shop.web import all_jobs\n', 'shop/web/all_jobs.py': 'import shop.jobs\n', 'shop/web/views/orders.py': '' }),
    'a module that another one imports, which may be given to -A': beside("app = Celery('shop')", { 'worker.py': 'from shop.app import app\nfrom shop import jobs\n' }),
    'a module that may be given to -A itself': beside("app = Celery('shop')", { 'shop/jobs.py': 'from shop.app import app\n\n\n@app.task\ndef send():\n    return 1\n' }),
    'a module that starts a worker': beside("app = Celery('shop', include=['shop.app'])", { 'shop/jobs.py': "from shop.app import app\n\n\n@app.task\ndef send():\n    return 1\n\n\nif __name__ == '__main__':\n    app.worker_main(['worker'])\n" }),
    'a module of another program': { files: { 'web/setup.py': '', 'web/app.py': "from celery import Celery\n\napp = Celery('web')\n", 'mail/setup.py': '', 'mail/jobs.py': shared } },
    'a module of an app whose settings are not found': beside("app = Celery('shop')\napp.config_from_object('configured.elsewhere')"),
    'a module that a command line includes': beside("app = Celery('shop', include=['shop.app'])", { 'start.sh': 'celery -A shop.app worker -I shop.jobs\n' }),
    'a module beside an app that no module holds': beside('def make():\n    register(Celery())'),
    'a module with tasks for tests': beside("app = Celery('shop', include=['shop.app'])", { 'shop/jobs.py': '', 'shop/jobs_test.py': shared }),
    'a module with tasks for development': beside("app = Celery('shop', include=['shop.app'])", { 'shop/jobs.py': '', 'shop/demo/__init__.py': '', 'shop/demo/jobs.py': shared }),
    'a module that a command line in Python includes': beside("app = Celery('shop', include=['shop.app'])", { 'start.py': "import subprocess\n\nsubprocess.run(['celery', '-A', 'shop.app', 'worker', '-I', 'shop.jobs'])\n" }),
    'tasks that a function makes': beside("app = Celery('shop', include=['shop.app'])", { 'shop/jobs.py': 'from celery import shared_task\n\n\ndef make():\n    @shared_task\n    def send():\n        return 1\n    return send\n' }),
    'tasks that a decorator of the project makes': beside("app = Celery('shop', include=['shop.app', 'shop.base'])", { 'shop/base.py': 'from celery import shared_task\n\n\ndef job(function):\n    register(function)\n    return shared_task(function)\n', 'shop/jobs.py': 'from shop.base import job\n\n\n@job\ndef send():\n    return 1\n' }),
    'a function that another module makes a task': beside("app = Celery('shop', include=['shop.app'])", { 'shop/jobs.py': 'from celery import signals\n\n\ndef send():\n    return signals\n', 'shop/made.py': 'from celery import shared_task\nfrom shop.jobs import send\n\nsent = shared_task(send)\n' }),
  },
  CEL313: {
    'an exception that keeps all its arguments': raising('self, order, reason', 'super().__init__(order, reason)'),
    'an exception that is given its arguments by place': raising('self, order, reason', 'self.order = order'),
    'an exception with defaults for what is not kept': raising("self, order, reason='no'", 'super().__init__(order)'),
    'an exception that hands on what it is given': raising('self, *args', 'super().__init__(*args)'),
    'an exception that sets what it keeps': raising('self, order, reason', 'super().__init__(reason)\n        self.args = (order, reason)'),
    'an exception that may be called otherwise': raising('self, order, reason', 'if order:\n            super().__init__(order, reason)', { body: 'raise Refused(1, reason=2)' }),
    'an exception that says how it is pickled': raising('self, order, reason', 'super().__init__(reason)\n\n    def __reduce__(self):\n        return Refused, (1, 2)'),
    'an exception with another base': raising('self, order, reason', 'super().__init__(reason)', { base: 'OSError' }),
    'an exception that is caught where it is raised': raising('self, order, reason', 'super().__init__(reason)', { body: 'try:\n        raise Refused(1, 2)\n    except Refused:\n        return None' }),
    'an exception that a context manager catches': `from contextlib import suppress\n\n${raising('self, order, reason', 'super().__init__(reason)', { body: 'with suppress(Refused):\n        raise Refused(1, 2)' })}`,
    'an exception of a function that may run elsewhere': raising('self, order, reason', 'super().__init__(reason)', { body: 'def give_up():\n        raise Refused(1, 2)\n    return str(give_up)' }),
    'an exception of the same name in a class': raising('self, order, reason', 'super().__init__(reason)', { body: 'class Local:\n        Refused = ValueError\n        raise Refused(1, 2)' }),
    'an exception with a base beside the built-in one': `from library import Pickled\n\n${raising('self, order, reason', 'super().__init__(reason)', { base: 'Exception, Pickled' })}`,
    'an exception whose metaclass may say how it is pickled': `from library import Pickled\n\n${raising('self, order, reason', 'super().__init__(reason)', { base: 'Exception, metaclass=Pickled' })}`,
    'an exception whose decorator may say how it is pickled': `from library import pickled\n\n${raising('self, order, reason', 'super().__init__(reason)').replace('class Refused', '@pickled\nclass Refused')}`,
    'an exception whose __init__ is decorated': `from library import keeping\n\n${raising('self, order, reason', 'super().__init__(reason)').replace('    def __init__', '    @keeping\n    def __init__')}`,
    'an exception that keeps its arguments at last': raising('self, order, reason', 'super().__init__(reason)\n        super().__init__(order, reason)'),
    'an exception that hands on what is unpacked': raising('self, order, reason', 'values = (order, reason)\n        super().__init__(*values)'),
    'an exception that takes more than it names': raising('self, order, *details', "super().__init__(order, 'refused', details)"),
    'an exception with a keyword that may be left out': raising('self, order, *, reason=None', 'super().__init__(order)', { body: 'raise Refused(1, reason=2)' }),
    'an exception that calls the __init__ of something else': `from library import Notice\n\n${raising('self, order, reason', 'Notice().__init__(reason)')}`,
    'an exception of a task without results': raising('self, order, reason', 'super().__init__(reason)', { options: '(ignore_result=True)' }),
    'an exception where results are JSON': raising('self, order, reason', 'super().__init__(reason)', { serializer: 'json' }),
    'an exception where one does not know what results are': raising('self, order, reason', 'super().__init__(reason)', { serializer: 'yaml' }),
  },
  CEL314: {
    'a module of tasks that is tried by two names': twice('try:\n    from shop.jobs import send\nexcept ImportError:\n    from jobs import send\n\nsend.delay()\n'),
    'a module of tasks that is imported by two names, without sending one': twice('import jobs\n\nprint(jobs.send.name)\n'),
    'a module whose tasks are named, imported by two names': twice('from jobs import send\n\nsend.delay()\n', shared.replace('shared_task\n\n\n@shared_task', "shared_task\n\n\n@shared_task(name='send')")),
    'two modules of one last name': twice('from jobs import send\n\nsend.delay()\n', shared, { 'jobs.py': 'from celery import shared_task\n\n\n@shared_task\ndef send():\n    return 2\n\n\ndef jobs(app):\n    return app\n', 'shop/app.py': "from celery import Celery\n\napp = Celery('shop', include=['jobs', 'shop.jobs'])\n" }),
    'a module of tasks imported by two names, in tests': twice('', shared, { 'shop/test_run.py': 'from jobs import send\n\nsend.delay()\n' }),
    'tasks that the app names itself': twice('from jobs import send\n\nsend.delay()\n', shared, { 'shop/base.py': 'from celery import Celery\n\n\nclass Named(Celery):\n    def gen_task_name(self, name, module):\n        return name\n' }),
  },
  CEL315: {
    'a queue before Celery 5.7': module('app', "@app.task(queue='mail')\ndef send(address):\n    return address\n", { celery: '5.6' }),
    'a queue for a decorator of the project': "def job(queue):\n    return app.task(name=queue)\n\n\n@job(queue='mail')\ndef send(address):\n    return address\n",
  },
};
