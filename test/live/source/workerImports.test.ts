import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { environmentFolder, pythonOf as environmentPython } from '../../../scripts/lib/environments.mjs';
import { CELERY_VERSIONS, pythonOf } from '../../harness/celery';
import { withWorkspace } from '../../unit/source/workspace';

/** Imports what a worker would, and prints the modules that the app's tasks are from. */
const script = `
import importlib, json, sys
module, attribute = sys.argv[1].split(':')
app = getattr(importlib.import_module(module), attribute)
app.loader.import_default_modules()
app.finalize()
print(json.dumps(sorted({task.__module__ for name, task in app.tasks.items() if not name.startswith('celery.')})))
`;

const task = 'from celery import shared_task\n@shared_task\ndef run(): ...\n';
const app = (rest: string, more = ''): string => `from celery import Celery\napp = Celery('shop'${more})\n${rest}\n`;
/** Packages and modules that each project has; which of them a worker imports is what differs. */
const everywhere = {
  'shop/__init__.py': '', 'shop/tasks.py': task, 'shop/jobs.py': task, 'shop/never.py': task,
  'shop/mail/__init__.py': '', 'shop/mail/tasks.py': task, 'shop/mail/jobs.py': task, 'space/tasks.py': task,
};

const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'include in the constructor': { 'main.py': app('', ", include=['shop.jobs', 'space.tasks']") },
  'imports and include as settings': { 'main.py': app("app.conf.imports = ('shop.jobs',)\napp.conf.update(include='shop.mail.jobs')") },
  'a module of settings': { 'main.py': app("app.config_from_object('config')"), 'config.py': "imports = ['shop.mail.tasks']\n" },
  'packages': { 'main.py': app("app.autodiscover_tasks(['shop', 'space'])") },
  'packages by a function': { 'main.py': app("app.autodiscover_tasks(lambda: ['shop.mail'])") },
  'modules in place of packages': { 'main.py': app("app.autodiscover_tasks(['shop.jobs'])") },
  'what does not exist below a package': { 'main.py': app("app.autodiscover_tasks(['shop.mail.Config'])") },
  'another name': { 'main.py': app("app.autodiscover_tasks(['shop', 'shop.mail'], related_name='jobs')") },
  'no name': { 'main.py': app("app.autodiscover_tasks(['shop.jobs', 'shop.mail'], related_name=None)") },
  'no packages': { 'main.py': app('app.autodiscover_tasks()') },
  'imports over other modules': { 'main.py': app('import web.views'), 'web/__init__.py': 'from . import more\n', 'web/more.py': 'from shop.mail import (\n    jobs,\n)\n', 'web/views.py': 'from shop import tasks\n' },
  'imports by a name, and of all that a package exports': { 'main.py': app("import importlib\nimportlib.import_module('shop.jobs')\nfrom web import *"), 'web/__init__.py': "__all__ = ['more']\n", 'web/more.py': 'import space.tasks\n' },
  'handlers of signals': { 'main.py': app('from celery.signals import import_modules\n@import_modules.connect\ndef load(**_):\n    import shop.jobs\n@app.on_after_configure.connect\ndef late(sender, **_):\n    from shop.mail import tasks\napp.conf.timezone') },
};

const djangoApp = (discovery: string): string => `import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\nfrom celery import Celery\napp = Celery('shop')\n${discovery}\n`;
const configs = 'from django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = "shop"\n';
const djangoProjects: typeof projects = {
  'installed apps': { 'main.py': djangoApp('app.autodiscover_tasks()'), 'settings.py': "INSTALLED_APPS = ['shop']\nINSTALLED_APPS += ['shop.mail']\n" },
  'an installed AppConfig': { 'main.py': djangoApp('app.autodiscover_tasks()'), 'settings.py': "INSTALLED_APPS = ['shop.apps.ShopConfig']\n", 'shop/apps.py': configs },
  'an installed AppConfig, by settings': { 'main.py': djangoApp('from django.conf import settings\napp.autodiscover_tasks(lambda: settings.INSTALLED_APPS)'), 'settings.py': "INSTALLED_APPS = ['shop.apps.ShopConfig', 'shop.mail']\n", 'shop/apps.py': configs },
  'what apps import when they are ready, and their models': {
    'main.py': djangoApp('app.autodiscover_tasks(related_name="other")'), 'settings.py': "INSTALLED_APPS = ['shop.apps.ShopConfig']\n", 'shop/models.py': 'import shop.mail.tasks\n',
    'shop/apps.py': `${configs}    def ready(self):\n        from shop import jobs\n`,
  },
  'what the URLs lead to': { 'main.py': djangoApp('app.autodiscover_tasks()'), 'settings.py': "INSTALLED_APPS = ['shop.mail']\nROOT_URLCONF = 'urls'\n", 'urls.py': "from django.urls import include, path\nurlpatterns = [path('', include('web.urls'))]\n", 'web/urls.py': 'import shop.jobs\nurlpatterns = []\n' },
};

function compare(title: string, files: Readonly<Record<string, string>>, python: string): void {
  it(title, () => withWorkspace({ ...everywhere, ...files }, ({ linked }, root) => {
    const { status, stdout, stderr } = spawnSync(python, ['-c', script, 'main:app'], { cwd: root, encoding: 'utf8', timeout: 30_000, env: { ...process.env, PYTHONPATH: '.', PYTHONDONTWRITEBYTECODE: '1' } });
    assert.equal(status, 0, stderr);
    const { workerImports, registry } = linked;
    assert.equal(workerImports.isKnown, true);
    assert.deepEqual(registry.tasks.map(({ file }) => file).filter(file => workerImports.has(file)).map(({ name }) => name).sort(), JSON.parse(stdout));
  }));
}

describe('what workers import, compared with app.tasks', function () {
  this.timeout(120_000);
  for (const version of [CELERY_VERSIONS[0], CELERY_VERSIONS.at(-1)!]) for (const [title, files] of Object.entries(projects)) compare(`${title} (Celery ${version})`, files, pythonOf(version));
  for (const [title, files] of Object.entries(djangoProjects)) compare(`${title} (Django)`, files, environmentPython(environmentFolder('django')));
});
