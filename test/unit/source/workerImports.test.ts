import assert from 'node:assert/strict';
import { importsIn } from '../../../src/source/project/imports';
import { withWorkspace } from './workspace';

const task = 'from celery import shared_task\n@shared_task\ndef run():\n    pass\n';
const app = (rest = '', more = ''): string => `from celery import Celery\napp = Celery('shop'${more})\n${rest}`;

/** A Django project with tasks in `shop.tasks` and `shop.jobs`. */
const django = (settings: string, discovery = 'app.autodiscover_tasks()', more: Record<string, string> = {}): Record<string, string> => ({
  'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\n",
  'proj/__init__.py': '', 'proj/settings.py': settings,
  'proj/celery.py': app(`app.config_from_object('django.conf:settings', namespace='CELERY')\n${discovery}\n`),
  'shop/__init__.py': '', 'shop/tasks.py': task, 'shop/jobs.py': task, ...more,
});

/** Which of the modules with tasks a worker imports; `?` in front where it may import any. */
async function imported(files: Readonly<Record<string, string>>): Promise<string> {
  return withWorkspace(files, ({ linked }) => {
    const { workerImports, registry } = linked;
    const modules = new Set(registry.tasks.filter(({ file }) => workerImports.has(file)).map(({ file }) => file.name));
    return `${workerImports.isKnown ? '' : '? '}${workerImports.isLazy ? 'lazily ' : ''}${[...modules].sort().join(' ')}`;
  });
}

describe('what workers import', () => {
  describe('apps', () => {
    const shop = (own: string, more: Record<string, string> = {}): Record<string, string> => ({ 'shop/__init__.py': '', 'shop/app.py': own, 'shop/tasks.py': task, 'shop/jobs.py': task, ...more });

    it('what is named in include and imports', async () => {
      for (const text of [
        app('', ", include=['shop.jobs']"), app('', ", include='shop.jobs'"), app('app.conf.imports = ("shop.jobs",)\n'), app('app.conf.update(include=["shop.jobs"])\n'),
        app('app.conf.include = [*BASE, f"{PREFIX}.jobs"]\nBASE = []\nPREFIX = "shop"\n'), app('BASE = ["shop.jobs"]\napp.conf.include = tuple(BASE) + ()\n'),
        app('app.conf.include = ["shop.jobs"] if FLAG else []\n'), app('app.conf.include = [name for name in ["shop.jobs"] if name]\n'),
      ]) assert.equal(await imported(shop(text)), 'shop.jobs', text);
      assert.equal(await imported(shop(app("app.config_from_object('shop.config')\n"), { 'shop/config.py': 'include = ["shop.jobs"]\n' })), 'shop.jobs');
    });

    it('anything, where these are computed', async () => {
      for (const text of [app('', ', include=names()'), app('', ', include=["shop.jobs", name]'), app('', ', **given'), app('app.config_from_envvar("CONFIG")\n'), app('app.conf.include = [f"shop.{name}" for name in names]\n')]) {
        assert.match(await imported(shop(text)), /^\?/, text);
      }
    });

    it('what the module of the app imports, over others, in functions, by name', async () => {
      for (const [text, more] of [
        [app('import shop.jobs\n')], [app('from shop import jobs, other\n')], [app('from . import (  # tasks (all)\n    other,\n    jobs,\n)\n')], [app('from .jobs import run\n')], [app('from . import other, \\\n    jobs\n')],
        [app('try: import shop.jobs\nexcept ImportError: pass\n')], [app('import os; import shop.jobs as j\n')],
        [app('@app.on_after_configure.connect\ndef setup(sender, **_):\n    from shop.jobs import run\n')], [app('import importlib\nimportlib.import_module("shop.jobs")\n')], [app('load("shop.jobs.run_all")\n')],
        [app('import shop.web\n'), { 'shop/web.py': 'from shop.deep import views\n', 'shop/deep/__init__.py': '', 'shop/deep/views.py': 'from ..jobs import run\n' }],
        [app('import shop.deep.inner.last\n'), { 'shop/deep/__init__.py': 'import shop.jobs\n', 'shop/deep/inner/last.py': '' }],
        [app('from shop.deep import *\n'), { 'shop/deep/__init__.py': '__all__ = ["more"]\n', 'shop/deep/more.py': 'import shop.jobs' }],
      ] as const) assert.equal(await imported(shop(text, more)), 'shop.jobs', text);
    });

    it('the package of the app', async () => {
      assert.equal(await imported(shop(app(), { 'shop/__init__.py': 'from . import jobs\n' })), 'shop.jobs');
    });

    it('not what others import, and not a task that is only called by its name', async () => {
      assert.equal(await imported(shop(app('app.send_task("shop.jobs.run")\n'), { 'shop/web.py': 'from shop import jobs, tasks\n', 'tests/test_jobs.py': 'from shop.app import app\nimport shop.jobs\n' })), '');
    });

    it('anything, where modules are imported by a name that is computed, or as plugins', async () => {
      for (const line of ['import_module(name)', "import_module(f'shop.{name}')", '__import__(name)', 'pkgutil.iter_modules(__path__)', 'entry_points(group="shop")', 'exec(open("local.py").read())', 'config.scan("shop")']) {
        assert.match(await imported(shop(app(`import shop.web\n`), { 'shop/web.py': `${line}\n` })), /^\?/, line);
        assert.doesNotMatch(await imported(shop(app(), { 'shop/web.py': `${line}\n` })), /^\?/, line);
      }
      assert.doesNotMatch(await imported(shop(app('import_module(settings.ENGINE)\nredis.scan(0)\n'))), /^\?/);
    });

    it('modules that hold the app, where nothing tells workers what to import', async () => {
      const held = 'from shop.app import app\n@app.task\ndef run(): ...\n';
      assert.equal(await imported(shop(app(), { 'shop/tasks.py': held })), 'shop.tasks');
      assert.equal(await imported(shop(app('', ', include=["shop.jobs"]'), { 'shop/tasks.py': held })), 'shop.jobs');
      assert.equal(await imported(shop(app('', ', include=["shop.jobs"]'), { 'shop/tasks.py': `${held}app.worker_main(["worker"])\n` })), 'shop.jobs shop.tasks');
    });

    it('modules that hold the app and have no tasks', async () => {
      assert.equal(await imported(shop(app('', ', include=["shop.jobs"]'), { 'worker.py': 'from shop.app import app\nimport shop.tasks\n' })), 'shop.jobs shop.tasks');
      assert.equal(await imported(shop('from celery import Celery\ndef make():\n    return Celery()\n', { 'worker.py': 'from shop.app import make\ncelery = make()\nimport shop.tasks\n' })), 'shop.tasks');
    });

    it('anything, where no module holds an app', async () => {
      assert.match(await imported(shop('def make():\n    from celery import Celery\n    register(Celery())\n')), /^\?/);
      assert.match(await imported({ 'shop/tasks.py': task }), /^\?/);
    });
  });

  describe('autodiscover_tasks', () => {
    const shop = (discovery: string, more: Record<string, string> = {}): Record<string, string> => ({ 'main.py': app(`${discovery}\n`), 'shop/__init__.py': '', 'shop/tasks.py': task, 'shop/jobs.py': task, 'shop/mail/__init__.py': '', 'shop/mail/tasks.py': task, ...more });

    it('the packages, each with its tasks', async () => {
      assert.equal(await imported(shop('app.autodiscover_tasks(["shop"])')), 'shop.tasks');
      assert.equal(await imported(shop('NAMES = ["shop", "shop.mail"]\napp.autodiscover_tasks(packages=NAMES)')), 'shop.mail.tasks shop.tasks');
      assert.equal(await imported(shop('app.autodiscover_tasks(["shop.jobs"])')), 'shop.jobs');
      assert.equal(await imported(shop('app.autodiscover_tasks(["shop.mail.Config"])')), 'shop.mail.tasks');
      assert.equal(await imported(shop('app.autodiscover_tasks(["space"])', { 'space/tasks.py': task })), 'space.tasks');
    });

    it('under another name', async () => {
      assert.equal(await imported(shop('app.autodiscover_tasks(["shop"], "jobs")')), 'shop.jobs');
      assert.equal(await imported(shop('app.autodiscover_tasks(["shop"], related_name="mail.tasks")')), 'shop.mail.tasks');
      assert.equal(await imported(shop('app.autodiscover_tasks(["shop.jobs", "shop"], related_name=None)')), 'shop.jobs');
    });

    it('what a function gives, when the worker starts', async () => {
      assert.equal(await imported(shop('app.autodiscover_tasks(lambda: ["shop"])')), 'lazily shop.tasks');
      assert.equal(await imported(shop('def packages():\n    return ["shop"]\napp.autodiscover_tasks(packages)')), 'lazily shop.tasks');
    });

    it('nothing without Django and packages; anything where they are computed', async () => {
      assert.equal(await imported(shop('app.autodiscover_tasks()')), '');
      for (const given of ['names()', '[name]', 'lambda: names()', '["shop"], NAME', '**given', '*given']) assert.match(await imported(shop(`app.autodiscover_tasks(${given})`)), /^\?/, given);
    });
  });

  describe('Django', () => {
    it('the tasks of the installed apps', async () => {
      for (const settings of [
        'INSTALLED_APPS = ["django.contrib.auth", "shop"]', 'INSTALLED_APPS = ["proj"] + OWN\nOWN = ["shop"]', 'INSTALLED_APPS = []\nINSTALLED_APPS += ("shop",)', 'INSTALLED_APPS = []\nINSTALLED_APPS.append("shop")',
        'INSTALLED_APPS = ["shop"]\nINSTALLED_APPS = [*INSTALLED_APPS, "debug_toolbar"]', 'INSTALLED_APPS = ["shop"]\nINSTALLED_APPS = [app for app in INSTALLED_APPS if app != "x"]',
        'class Base:\n    INSTALLED_APPS = ["shop"]', 'from .base import *\nINSTALLED_APPS += ["shop"]',
      ]) assert.equal(await imported(django(settings, undefined, { 'proj/base.py': 'INSTALLED_APPS = ["proj"]\n' })), 'shop.tasks', settings);
      assert.equal(await imported(django('INSTALLED_APPS = ["proj"]')), '');
    });

    it('those whose AppConfig is installed, by its name', async () => {
      const config = { 'shop/apps.py': 'from django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = "shop"\n' };
      assert.equal(await imported(django('INSTALLED_APPS = ["shop.apps.ShopConfig"]', undefined, config)), 'shop.tasks');
      assert.equal(await imported(django('INSTALLED_APPS = ["shop.apps.ShopConfig"]', 'app.autodiscover_tasks(lambda: [each.name for each in apps.get_app_configs()])', config)), 'lazily shop.tasks');
      // `settings.INSTALLED_APPS` gives the class, of which Celery imports `shop.apps.tasks`.
      assert.equal(await imported(django('INSTALLED_APPS = ["shop.apps.ShopConfig"]', 'from django.conf import settings\napp.autodiscover_tasks(lambda: settings.INSTALLED_APPS)', config)), 'lazily ');
      assert.match(await imported(django('INSTALLED_APPS = ["shop.apps.ShopConfig"]', undefined, { 'shop/apps.py': 'class ShopConfig:\n    name = compute()\n' })), /^\?/);
    });

    it('what their modules, the settings and the URLs import', async () => {
      const installed = 'INSTALLED_APPS = ["shop"]\nROOT_URLCONF = "proj.urls"\n';
      for (const more of [{ 'shop/models.py': 'from . import jobs\n' }, { 'shop/apps.py': 'class Config:\n    def ready(self):\n        from shop import jobs\n' }, { 'proj/urls.py': 'include("web.urls")\n', 'web/urls.py': 'import web.views\n', 'web/views.py': 'from shop import jobs\n' }]) {
        assert.equal(await imported(django(installed, undefined, more as unknown as Record<string, string>)), 'shop.jobs shop.tasks', Object.keys(more)[0]);
      }
    });

    it('not what only commands and tests import', async () => {
      assert.equal(await imported(django('INSTALLED_APPS = ["shop"]', undefined, {
        'shop/management/commands/send.py': 'from shop.jobs import run\nrun.delay()\n', 'shop/tests.py': 'from shop.jobs import run\nrun.delay()\n',
      })), 'shop.tasks');
    });

    it('anything, where apps are computed or not found', async () => {
      for (const settings of ['INSTALLED_APPS = find()', 'INSTALLED_APPS = ["shop", *plugins()]', 'INSTALLED_APPS = []\nINSTALLED_APPS += [f"plugins.{name}" for name in NAMES]', 'INSTALLED_APPS = []\nINSTALLED_APPS.extend(names)', 'DEBUG = True']) {
        assert.match(await imported(django(settings)), /^\?/, settings);
      }
    });
  });

  it('follows edits, those in files that do not mention Celery too', () => withWorkspace({ 'main.py': app('import web\n', ", include=['jobs']"), 'web.py': '', 'tasks.py': task, 'jobs.py': task }, (project, root) => {
    const has = (): boolean => project.linked.workerImports.has(project.file(`${root}/tasks.py`)!);
    assert.equal(has(), false);
    project.openDocument(`${root}/web.py`, `file://${root}/web.py`, '');
    project.changeDocument(`${root}/web.py`, [{ start: 0, end: 0, text: 'def late():\n    import tasks\n' }]);
    assert.equal(has(), true);
    project.changeDocument(`${root}/web.py`, [{ start: 0, end: 'def late():\n    import tasks\n'.length, text: '' }]);
    assert.equal(has(), false);
    project.openDocument(`${root}/jobs.py`, `file://${root}/jobs.py`, task);
    assert.equal(has(), false);
    const kept = project.linked.workerImports;
    project.changeDocument(`${root}/jobs.py`, [{ start: task.length, end: task.length, text: '    print(1)\n' }]);
    assert.equal(project.linked.isPartial, true);
    assert.equal(project.linked.workerImports, kept);
    project.changeDocument(`${root}/jobs.py`, [{ start: task.length, end: task.length, text: '    import tasks\n' }]);
    assert.equal(project.linked.isPartial, true);
    assert.equal(has(), true);
  }));

  it('reads imports by their text', () => {
    assert.deepEqual(importsIn('from a import (b as c, d,)\nimport e.f as g, h\nfrom .. import i\nfrom .j.k import *\n'), {
      statements: [{ level: 0, module: 'a', names: ['b', 'd'] }, { level: 0, module: 'e.f', names: [] }, { level: 0, module: 'h', names: [] }, { level: 2, module: '', names: ['i'] }, { level: 1, module: 'j.k', names: ['*'] }],
      texts: [], exported: [], isOpen: false,
    });
  });
});
