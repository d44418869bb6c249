import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { CELERY_VERSIONS, pythonOf } from '../../harness/celery';
import { withWorkspace } from '../../unit/source/workspace';

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
};

describe('task names and signatures, compared with app.tasks', function () {
  this.timeout(120_000);
  for (const version of [CELERY_VERSIONS[0], CELERY_VERSIONS.at(-1)!]) {
    for (const [title, { files, app, modules, from = '.' }] of Object.entries(shapes)) {
      it(`${title} (Celery ${version})`, () => withWorkspace(files, (project, root) => {
        const { status, stdout, stderr } = spawnSync(pythonOf(version), ['-c', script, ...app.split(':'), ...modules], { cwd: `${root}/${from}`, encoding: 'utf8', env: { ...process.env, PYTHONPATH: '.', PYTHONDONTWRITEBYTECODE: '1' } });
        assert.equal(status, 0, stderr);
        const real = JSON.parse(stdout) as Record<string, string[] | null>;
        const tasks = project.snapshot().tasks.filter(({ identity }) => identity.name !== null);
        const found = Object.fromEntries(tasks.map(({ identity, parameters }) => [identity.name, parameters?.map(({ name }) => name) ?? null]));
        assert.deepEqual(Object.keys(found).sort(), Object.keys(real).sort());
        // A wrapper hides the signature from us; where we know it, it is Celery's.
        for (const [name, parameters] of Object.entries(found)) if (parameters) assert.deepEqual(parameters, real[name], name);
        assert.ok(project.snapshot().apps.some(candidate => candidate.app === app), 'the app is found by the name that -A takes');
      }));
    }
  }
});
