import assert from 'node:assert/strict';
import { withWorkspace } from './workspace';

/** `name(parameters)` of each task, with what distinguishes it. */
async function tasks(files: Record<string, string>): Promise<string[]> {
  return withWorkspace(files, project => project.snapshot().tasks.map(({ identity, parameters, bound }) =>
    `${identity.app ?? '-'} ${identity.name}(${parameters?.map(({ name }) => name).join(', ') ?? '?'})${bound ? ' bound' : ''}`).sort());
}

describe('tasks are found by what their decorators resolve to', () => {
  it('finds apps and tasks of one module', async () => {
    assert.deepEqual(await tasks({
      'shop.py': `
from celery import Celery
app = Celery('shop')

@app.task
def add(x, y): return x + y

@app.task(bind=True, name='charge it')
def charge(self, order_id, *, amount=1): ...
`,
    }), ['shop:app charge it(order_id, amount) bound', 'shop:app shop.add(x, y)']);
  });

  it('follows imports, aliases, subclasses, factories and current_app', async () => {
    assert.deepEqual(await tasks({
      'proj/__init__.py': '',
      'proj/celery.py': `
import celery
class MyCelery(celery.Celery): pass
def make(name) -> MyCelery:
    made = MyCelery(name)
    return made
app = make('proj')
task = app.task
`,
      'proj/a.py': 'from .celery import app as celery_app\n@celery_app.task\ndef one(): ...',
      'proj/b.py': 'from proj.celery import task\n@task(name="two!")\ndef two(a, b=1): ...',
      'proj/c.py': 'from celery import shared_task as st, current_app\n@st\ndef three(): ...\n@current_app.task()\ndef four(): ...',
      'proj/d.py': 'import proj.celery as c\n@c.app.task\ndef five(): ...\nfrom celery import Celery\nother = Celery[int]("x")\n@other.task\ndef six(): ...',
      'proj/e.py': 'from celery import shared_task\nretrying = shared_task(bind=True, max_retries=3)\n@retrying\ndef seven(self, x): ...',
    }), [
      '- proj.c.four()', '- proj.c.three()', '- proj.e.seven(x) bound', 'proj.celery:app proj.a.one()', 'proj.celery:app proj.d.five()',
      'proj.celery:app two!(a, b)', 'proj.d:other proj.d.six()',
    ]);
  });

  it('leaves other libraries\' task decorators alone', async () => {
    assert.deepEqual(await tasks({
      'tasks.py': 'from invoke import task\nimport celery\n@task\ndef build(c): ...',
      'dag.py': 'from airflow.decorators import task  # not celery\n@task()\ndef step(): ...',
      'load.py': 'from locust import HttpUser, task\n"celery"\nclass User(HttpUser):\n    @task(3)\n    def hit(self): ...',
    }), []);
  });

  it('finds class-based tasks and tasks made by calls', async () => {
    assert.deepEqual(await tasks({
      'jobs.py': `
from celery import Celery, Task
app = Celery('jobs')
class Base(Task): ...
class Report(Base):
    name = 'report'
    def run(self, day, limit=3): ...
class Plain(app.Task):
    def run(self): ...
report = app.register_task(Report())
app.register_task(Plain())
def helper(x): ...
helper_task = app.task(helper, name='helping')
`,
    }), ['jobs:app helping(x)', 'jobs:app jobs.Plain()', 'jobs:app report(day, limit)']);
  });

  it('sees tasks through decorators of the project, and hides parameters that a wrapper hides', async () => {
    assert.deepEqual(await tasks({
      'base.py': `
from celery import shared_task
import functools
def instrumented_task(name, **options):
    def wrapped(func):
        return shared_task(name=name, **options)(func)
    return wrapped
def logged(func):
    @functools.wraps(func)
    def inner(*args, **kwargs):
        return func(*args, **kwargs)
    return inner
def registered(func):
    return func
`,
      'use.py': `
from base import instrumented_task, logged, registered
from celery import shared_task
@instrumented_task(name="sent.mail", queue="mail")
def send(to): ...
@shared_task
@logged
def noisy(a): ...
@shared_task
@registered
def known(a): ...
`,
    }), ['- sent.mail(to)', '- use.known(a)', '- use.noisy(?)']);
  });

  it('finds the app where Flask and Pyramid keep it', async () => {
    assert.deepEqual(await tasks({
      'web.py': `
from factory import make_web
web = make_web()
worker = web.extensions['celery']
other = web.extensions['cache']
@worker.task
def send(to): ...
@other.task
def none(a): ...
`,
      'late.py': `
from celery import Task
import venusian
def task(**options):
    def decorate(wrapped):
        def attach(scanner, name, wrapped):
            app = scanner.config.registry['celery.app']
            app.task(**options)(wrapped)
        venusian.attach(wrapped, attach)
        return wrapped
    return decorate
@task(ignore_result=True)
def clean(request, days): ...
`,
    }), ['- late.clean(request, days)', '- web.send(to)']);
  });

  it('sees tasks through decorators that are instances of a class, and none in the function that takes their place', async () => {
    assert.deepEqual(await tasks({
      'base.py': `
import functools
from celery import shared_task
class retried:
    def __init__(self, **options):
        self.options = options
    def __call__(self, func):
        @functools.wraps(func)
        def inner(*args, **kwargs):
            return func(*args, **kwargs)
        task = shared_task(**self.options)(inner)
        return task
class Registry:
    def __call__(self, func):
        return func
`,
      'use.py': `
from base import Registry, retried
@retried(name='mail.send', queue='mail')
def send(to): ...
@retried()
def other(a): ...
patient = retried(max_retries=9)
@patient
def third(a): ...
@Registry()
def none(a): ...
@Registry
def neither(a): ...
`,
    }), ['- mail.send(?)', '- use.other(?)', '- use.third(?)']);
  });
});

describe('a project that is being edited', () => {
  it('knows unsaved text, and keeps the tasks around a half-typed statement', async () => {
    await withWorkspace({ 'tasks.py': 'from celery import shared_task\n\n@shared_task\ndef one(a): ...\n\n@shared_task\ndef two(b): ...\n' }, (project, root) => {
      const file = `${root}/tasks.py`;
      const names = (): string[] => project.document(file).tasks.map(({ identity, sample }) => `${identity.name} ${sample.text}`);
      project.openDocument(file, `file://${file}`, 'from celery import shared_task\n\n@shared_task\ndef one(a): ...\n\n@shared_task\ndef two(b): ...\n');
      assert.deepEqual(names(), ['tasks.one one(2)', 'tasks.two two(2)']);
      const at = 'from celery import shared_task\n'.length;
      project.changeDocument(file, [{ start: at, end: at, text: 'value = call(1,\n' }]);
      assert.deepEqual(names(), ['tasks.one one(2)', 'tasks.two two(2)']);
      project.changeDocument(file, [{ start: at, end: at + 'value = call(1,\n'.length, text: '' }, { start: at, end: at, text: '@shared_task\ndef zero(): ...\n' }]);
      assert.deepEqual(names(), ['tasks.zero zero()', 'tasks.one one(2)', 'tasks.two two(2)']);
      project.closeDocument(file);
      assert.deepEqual(names(), ['tasks.one one(2)', 'tasks.two two(2)']);
    });
  });
});

describe('modules are named as Python imports them', () => {
  const named = async (files: Record<string, string>): Promise<string[]> => withWorkspace(files, project => project.snapshot().tasks.map(({ identity }) => identity.name).sort());
  const task = 'from celery import shared_task\n@shared_task\ndef job(): ...\n';

  it('by packages, by src layouts, by marked roots', async () => {
    assert.deepEqual(await named({
      'pyproject.toml': '',
      'src/shop/__init__.py': '', 'src/shop/orders/__init__.py': '', 'src/shop/orders/tasks.py': task,
      'services/mail/tasks.py': task,
      'tools/setup.py': '', 'tools/jobs.py': task,
    }), ['jobs.job', 'services.mail.tasks.job', 'shop.orders.tasks.job']);
  });

  it('by what the imports of the project say, before the layout', async () => {
    assert.deepEqual(await named({
      'manage.py': '',
      'apps/__init__.py': '', 'apps/accounts/__init__.py': '', 'apps/accounts/tasks.py': task,
      'apps/ops/__init__.py': '', 'apps/ops/celery.py': 'from celery import Celery\nfrom accounts.tasks import job\napp = Celery()\n',
      'worker/jobs.py': task, 'worker/main.py': 'import celery\nimport jobs\n',
      'lib/deep/inner/tasks.py': task, 'lib/use.py': 'import celery\nfrom deep.inner import tasks\n',
    }), ['accounts.tasks.job', 'deep.inner.tasks.job', 'jobs.job']);
  });

  it('finds apps behind properties, lazy objects and annotations', async () => {
    await withWorkspace({
      'lazily.py': `
from celery import Celery
from lazy import Proxy
class Maker:
    def __init__(self):
        self._app = None
    @property
    def app(self):
        if self._app is None:
            self._app = Celery('made')
        return self._app
celery_app: Celery = Proxy(lambda: Maker().app)
@celery_app.task
def one(): ...
direct = Maker().app
@direct.task
def two(): ...
`,
    }, project => {
      const { apps, tasks: found } = project.snapshot();
      assert.deepEqual(apps.map(({ app, main }) => [app, main]), [['lazily:celery_app', null], ['lazily:direct', 'made']]);
      assert.deepEqual(found.map(({ identity }) => [identity.app, identity.name]), [[null, 'lazily.one'], ['lazily:direct', 'lazily.two']]);
    });
  });
});
