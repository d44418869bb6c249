import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { CELERY_VERSIONS, pythonOf, type CeleryVersion } from '../../harness/celery';
import { directory, withWorkspace } from '../../unit/source/workspace';

/** Imports the modules as a worker would, and prints name and signature of each task of the app. */
const script = `
import importlib, inspect, json, sys
app_module, attribute, *modules = sys.argv[1:]
app = getattr(importlib.import_module(app_module), attribute)
for name in modules:
    importlib.import_module(name)
app.finalize()
def parameters(task):
    try:
        spec = inspect.signature(task.run)
    except (TypeError, ValueError):
        return None
    return [p.name for p in spec.parameters.values()]
print(json.dumps({name: parameters(task) for name, task in app.tasks.items() if not name.startswith('celery.')}))
`;

interface Shape {
  readonly files: Readonly<Record<string, string>>;
  readonly app: string;
  readonly modules: readonly string[];
  /** Directory from which Python imports, below the workspace. */
  readonly from?: string;
  /** What Celery registers and the source does not say the name of. */
  readonly unknown?: readonly string[];
  /** For a Python 3 before that minor version, which does not know the syntax yet: the same as that one spells it. */
  readonly older?: { readonly before: number; readonly files: Readonly<Record<string, string>> };
}

const shapes: Readonly<Record<string, Shape>> = {
  'one module': {
    app: 'tasks:app', modules: [],
    files: {
      'tasks.py': `
from celery import Celery
app = Celery('ignored main')
@app.task
def plain(a, b=1): ...
@app.task(bind=True, name='explicit')
def bound(self, a, *rest, key=None, **more): ...
def outer():
    @app.task
    def nested(x): ...
outer()
class Holder:
    @app.task
    def method(self): ...
def later(y): ...
made = app.task(later)
def again(z): ...
renamed = app.task(name='by call')(again)
`,
    },
  },
  'a package with aliases, shared tasks and class-based tasks': {
    app: 'proj.celery:app', modules: ['proj.a', 'proj.b', 'proj.c', 'proj.deep.tasks'],
    files: {
      'proj/__init__.py': 'from .celery import app as celery_app\n',
      'proj/celery.py': `
from celery import Celery, Task
class Custom(Celery):
    pass
def make(name):
    made = Custom(name)
    return made
app = make('proj')
task = app.task
class Base(Task):
    abstract = True
    def run_impl(self): ...
`,
      'proj/a.py': 'from celery import shared_task as st\n@st\ndef one(): ...\n@st()\ndef two(a): ...\n@st(name="three!")\ndef three(): ...\n',
      'proj/b.py': `
from . import celery_app
from .celery import task, Base
import proj.celery as c
@celery_app.task
def one(x): ...
@task(bind=True)
def two(self, y): ...
@c.app.task(base=Base)
def three(z): ...
class Report(Base):
    name = 'report'
    def run(self, day, limit=3): ...
class Unnamed(Base):
    def run(self): ...
report = celery_app.register_task(Report())
celery_app.register_task(Unnamed())
`,
      'proj/c.py': `
from functools import partial, wraps
from celery import shared_task, current_app
PREFIX = 'pre'
class Names:
    LONG = PREFIX + '.long'
@shared_task(name=f'{PREFIX}.formatted')
def one(): ...
@shared_task(name=Names.LONG)
def two(): ...
@current_app.task(name='%s.old' % PREFIX)
def three(): ...
retrying = partial(shared_task, bind=True, max_retries=3)
@retrying()
def four(self, v): ...
def instrumented(name, **options):
    def wrapped(func):
        return shared_task(name=name, **options)(func)
    return wrapped
@instrumented(name='sent.mail')
def five(w): ...
def logged(func):
    @shared_task(name='logged.' + func.__name__)
    @wraps(func)
    def inner(*args, **kwargs): return func(*args, **kwargs)
    return inner
def named_after(): ...
@shared_task
@wraps(named_after)
def six(): ...
`,
      'proj/deep/__init__.py': '', 'proj/deep/tasks.py': 'from ..celery import app\n@app.task\ndef deep(): ...\n',
    },
  },
  'decorators below the task': {
    app: 'tasks:app', modules: [],
    files: {
      'logs.py': `
import functools
def logged(function):
    def write(*args, **kwargs): return function(*args, **kwargs)
    return write
def timed(unit):
    def decorate(function):
        def measure(*args, **kwargs): return function(*args, **kwargs)
        return measure
    return decorate
def kept(function):
    @functools.wraps(function)
    def inner(*args, **kwargs): return function(*args, **kwargs)
    return inner
def copied(function):
    def inner(*args, **kwargs): return function(*args, **kwargs)
    return functools.update_wrapper(inner, function)
def marked(function):
    function.marked = True
    return function
`,
      'tasks.py': `
from celery import Celery
from logs import copied, kept, logged, marked, timed
app = Celery()
@app.task
@logged
def one(a): ...
@app.task()
@timed('s')
def two(a): ...
@app.task
@kept
def three(a): ...
@app.task
@copied
def four(a): ...
@app.task
@marked
def five(a): ...
@app.task(name='named')
@logged
def six(a): ...
`,
    },
  },
  'modules run from where they lie': {
    app: 'worker:celery', modules: ['jobs'], from: 'services/mail',
    files: {
      'pyproject.toml': '',
      'services/mail/worker.py': 'from celery import Celery\ncelery = Celery()\nimport jobs\n',
      'services/mail/jobs.py': 'from worker import celery\n@celery.task\ndef send(to): ...\n',
    },
  },
  'decorators that were made before, enums, and imports for types and in functions': {
    app: 'shop.main:app', modules: ['shop.orders', 'shop.mail', 'shop.reports'],
    files: {
      'shop/__init__.py': '',
      'shop/main.py': 'import celery\n\n\ndef create_app(name):\n    made = celery.Celery(name)\n    made.conf.update(broker_url="memory://")\n    return made\n\n\napp = create_app("shop")\n',
      'shop/names.py': 'from enum import Enum\n\n\nclass Names(str, Enum):\n    SENT = "mail.sent"\n\n\nclass Areas:\n    MAIL = "mail"\n\n    class Old:\n        LOST = "mail.lost"\n',
      'shop/orders.py': `
from typing import TYPE_CHECKING
from celery import shared_task
if TYPE_CHECKING:
    from shop.main import app
quick = shared_task(ignore_result=True)
slow = shared_task(bind=True, max_retries=3)
@quick
def order(pk): ...
@slow
def invoice(self, pk, *, urgent=False): ...
def retried(**options):
    options.setdefault('autoretry_for', (OSError,))
    return shared_task(**options)
@retried(max_retries=5)
def ship(pk): ...
try:
    import no_such_module
except ImportError:
    @shared_task
    def fallback(pk): ...
else:
    @shared_task
    def fallback(pk): ...
`,
      'shop/mail.py': `
from shop.names import Areas, Names
from shop.main import app as celery_app
job = celery_app.task
@job(name=Names.SENT.value)
def sent(to): ...
@celery_app.task(name=Areas.Old.LOST)
def lost(to): ...
@job(name=f'{Areas.MAIL}.{"opened"}')
def opened(to): ...
@job(name=Areas.MAIL + '.added')
def added(to): ...
def late():
    from shop.main import app
    @app.task
    def inside(to): ...
    return inside
late()
`,
      'shop/reports.py': `
from celery import Task
from .main import app
class Executing(Task):
    def execute(self):
        return self.request.kwargs
@app.task(base=Executing, bind=True)
def report(self, *args, **kwargs):
    return self.execute()
class Implemented(Task):
    name = 'reports.implemented'
    def run(self, day, *, full=False):
        return self.run_impl(day, full=full)
    def run_impl(self, day, full): ...
class Weekly(Implemented):
    name = 'reports.weekly'
class Monthly(Implemented):
    name = f'{__name__}.monthly'
    def run(self, month): ...
weekly = app.register_task(Weekly())
implemented, monthly = app.register_task(Implemented()), app.register_task(Monthly())
`,
    },
  },
  'decorators that are instances of a class': {
    app: 'shop.base:app', modules: ['shop.orders'],
    files: {
      'shop/__init__.py': '',
      'shop/base.py': `
from functools import wraps
from celery import Celery, shared_task
app = Celery('shop')
class retried:
    def __init__(self, **options):
        self.options = options
    def __call__(self, function):
        @wraps(function)
        def inner(*args, **kwargs): return function(*args, **kwargs)
        return shared_task(**self.options)(inner)
class registered:
    def __init__(self, queue=None):
        self.queue = queue
    def __call__(self, function):
        return app.task(queue=self.queue)(function)
`,
      'shop/orders.py': `
from shop.base import registered, retried
@retried(name='orders.place')
def place(order): ...
@retried()
def ship(order): ...
@registered('slow')
def pack(order): ...
`,
    },
  },
  'several apps and star re-exports': {
    app: 'work.main:primary', modules: ['work.jobs'],
    files: {
      'work/__init__.py': '',
      'work/main.py': 'from celery import Celery\nprimary = Celery("primary")\nlight = Celery("light", set_as_current=False)\n',
      'work/kinds/__init__.py': 'from .all import *\n', 'work/kinds/all.py': 'from work.kinds.mail import *\n', 'work/kinds/mail.py': 'from work.main import primary\n@primary.task\ndef mail(to): ...\n',
      'work/jobs.py': 'from work.kinds import *\nfrom work.kinds import mail\n@primary.task(bind=True)\ndef first(task, a): ...\n',
    },
  },
  'a src layout with star re-exports': {
    app: 'shop.base:app', modules: ['shop.orders'], from: 'src',
    files: {
      'pyproject.toml': '',
      'src/shop/__init__.py': 'from .base import *\n', 'src/shop/base.py': 'from celery import Celery\n__all__ = ["app"]\napp = Celery("shop")\n',
      'src/shop/orders.py': 'from shop import app\nfrom shop import *\n@app.task(queue="q")\ndef order(a, /, b, *, c): ...\n',
    },
  },
  'generic apps and tasks, annotations': {
    app: 'shop:app', modules: ['jobs'],
    files: {
      'kinds.py': `
from typing import Generic, TypeVar
from celery import Celery, Task
T = TypeVar('T')
class Typed(Celery, Generic[T]):
    pass
class Job(Task, Generic[T]):
    abstract = True
class CelerySettings: ...
`,
      'shop.py': 'from kinds import CelerySettings, Typed\napp: "Typed[CelerySettings]" = Typed[CelerySettings]("shop")\nother = Typed[int]("other", set_as_current=False)\n',
      'jobs.py': `
from __future__ import annotations
from typing import Annotated, Any, Callable, Generic, ParamSpec, TypeVar
from shop import app
from kinds import Job
P = ParamSpec('P')
R = TypeVar('R')
Order = Annotated[int, 'the number of an order']
@app.task
def ship(order: Order, weight: Annotated[float, 'kg'] = 1.0) -> Annotated[str, 'where']: ...
@app.task(bind=True, base=Job)
def pack(self: Job[int], order: int, /, *rest: Any, fragile: bool = False) -> None: ...
limited: Callable[..., Any] = app.task(rate_limit='10/m')
@limited
def weigh(order: Order): ...
class Report(Job[str]):
    name: str = 'report'
    def run(self, day: str): ...
report = app.register_task(Report())
`,
    },
  },
  'generic functions and classes (PEP 695)': {
    app: 'tasks:app', modules: [],
    files: {
      'tasks.py': `
from celery import Celery, Task
app = Celery()
type Number = int | float
class Job[T](Task):
    abstract = True
@app.task
def first[T](items: list[T], default: T | None = None) -> T | None: ...
@app.task(bind=True, base=Job)
def second[T: (int, str), *Rest, **P](self, item: T, *rest: *Rest): ...
class Report[T](Job[T]):
    name = 'report'
    def run(self, day: T): ...
app.register_task(Report())
@app.task
async def third[T](x: Number): ...
`,
    },
    older: {
      before: 12,
      files: {
        'tasks.py': `
from celery import Celery, Task
app = Celery()
class Job(Task):
    abstract = True
@app.task
def first(items, default=None): ...
@app.task(bind=True, base=Job)
def second(self, item, *rest): ...
class Report(Job):
    name = 'report'
    def run(self, day): ...
app.register_task(Report())
@app.task
async def third(x): ...
`,
      },
    },
  },
  'exceptions without parentheses (PEP 758)': {
    app: 'tasks:app', modules: [],
    files: {
      'tasks.py': `
from celery import Celery
app = Celery()
try:
    import no_such_module
except ImportError, AttributeError:
    @app.task
    def fallback(a): ...
@app.task(bind=True)
def retried(self, b):
    try:
        return 1 / b
    except ZeroDivisionError, ValueError:
        raise self.retry()
@app.task
def after(c): ...
`,
    },
    older: {
      before: 14,
      files: {
        'tasks.py': `
from celery import Celery
app = Celery()
try:
    import no_such_module
except (ImportError, AttributeError):
    @app.task
    def fallback(a): ...
@app.task(bind=True)
def retried(self, b): ...
@app.task
def after(c): ...
`,
      },
    },
  },
  'tasks in classes': {
    app: 'tasks:app', modules: ['jobs'],
    files: {
      'tasks.py': `
from celery import Celery
app = Celery()
class Orders:
    @app.task
    def ship(order): ...
    @app.task(name='orders.pack', bind=True)
    def pack(self, order): ...
    @staticmethod
    @app.task
    def weigh(order): ...
    class Inner:
        @app.task
        def deep(x): ...
`,
      'jobs.py': 'from celery import shared_task\nclass Jobs:\n    @shared_task\n    def one(a): ...\n    @staticmethod\n    @shared_task(name="two")\n    def two(a, b): ...\n',
    },
  },
  'tasks on conditions': {
    app: 'tasks:app', modules: ['jobs'],
    files: {
      'settings.py': "import os\nMAIL = True\nFAX = bool(os.environ.get('NO_SUCH_VARIABLE'))\n",
      'tasks.py': `
import settings
from celery import Celery
app = Celery()
if settings.MAIL:
    @app.task
    def mail(to): ...
try:
    from no_such_module import thing
except ImportError:
    thing = None
    @app.task
    def without(x): ...
try:
    import json
except ImportError:
    pass
else:
    @app.task
    def encode(x): ...
finally:
    @app.task
    def always(x): ...
with open(__file__) as source:
    @app.task
    def within(x): ...
`,
      'jobs.py': `
import settings
from tasks import app
if settings.MAIL:
    job = app.task
else:
    job = app.task
@job
def either(x): ...
if settings.MAIL:
    @app.task(name='chosen')
    def choose(a): ...
else:
    @app.task(name='chosen')
    def choose(a): ...
`,
    },
  },
  'tasks made in loops and functions': {
    app: 'tasks:app', modules: [],
    unknown: ['counted-0', 'counted-1', 'made.mail', 'made.fax'],
    files: {
      'tasks.py': `
from celery import Celery
app = Celery()
for number in range(2):
    @app.task(name=f'counted-{number}')
    def counted(x): ...
def make(kind):
    @app.task(name=f'made.{kind}')
    def send(to): ...
    return send
mail, fax = make('mail'), make('fax')
for word in ('same', 'again'):
    @app.task
    def looped(x): ...
`,
    },
  },
};

function minorOf(version: CeleryVersion): number {
  return Number(spawnSync(pythonOf(version), ['-c', 'import sys; print(sys.version_info.minor)'], { encoding: 'utf8' }).stdout);
}

describe('task names and signatures, compared with app.tasks', function () {
  this.timeout(120_000);
  for (const version of [CELERY_VERSIONS[0], CELERY_VERSIONS.at(-1)!]) {
    for (const [title, { files, app, modules, from = '.', unknown = [], older }] of Object.entries(shapes)) {
      it(`${title} (Celery ${version})`, () => withWorkspace(files, (project, root) => {
        const imported = older && minorOf(version) < older.before ? directory(older.files) : root;
        const { status, stdout, stderr } = spawnSync(pythonOf(version), ['-c', script, ...app.split(':'), ...modules], { cwd: path.join(imported, from), encoding: 'utf8', env: { ...process.env, PYTHONPATH: '.', PYTHONDONTWRITEBYTECODE: '1' } });
        if (imported !== root) rmSync(imported, { recursive: true, force: true });
        assert.equal(status, 0, stderr);
        const real = JSON.parse(stdout) as Record<string, string[] | null>;
        const tasks = project.snapshot().tasks.filter(({ identity }) => identity.name !== null);
        const found = Object.fromEntries(tasks.map(({ identity, parameters }) => [identity.name, parameters?.map(({ name }) => name) ?? null]));
        assert.deepEqual([...Object.keys(found), ...unknown].sort(), Object.keys(real).sort());
        // A wrapper hides the signature from us; where we know it, it is Celery's.
        for (const [name, parameters] of Object.entries(found)) if (parameters) assert.deepEqual(parameters, real[name], name);
        assert.ok(project.snapshot().apps.some(candidate => candidate.app === app), 'the app is found by the name that -A takes');
      }));
    }
  }
});
