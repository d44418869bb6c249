import assert from 'node:assert/strict';
import { withWorkspace } from './workspace';

/** The settings that Celery reads, `key=value` as written, sorted. */
function settingsOf(sources: Readonly<Record<string, string>>): Promise<string[]> {
  return withWorkspace(sources, ({ linked }) => linked.settings.all
    .filter(({ key }) => key !== null)
    .map(({ key, value, file, adds }) => `${key}${adds ? `[${adds.key ? file.text(adds.key) : ''}]` : ''}=${file.text(value)}`).sort());
}

function entriesOf(sources: Readonly<Record<string, string>>): Promise<(string | null)[]> {
  return withWorkspace(sources, ({ linked }) => linked.schedules.entries.map(({ key }) => key).sort());
}

const celery = "from celery import Celery\napp = Celery('proj')\n";
const django = {
  'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")\n',
  'proj/__init__.py': '',
  'proj/celery.py': `${celery}app.config_from_object('django.conf:settings', namespace='CELERY')\n`,
};

describe('settings of a project', () => {
  it('reads Django\'s by their namespace, and through star imports', async () => {
    assert.deepEqual(await settingsOf({
      ...django,
      'proj/settings/__init__.py': 'from .prod import *\n',
      'proj/settings/base.py': "CELERY_TASK_TIME_LIMIT = 3\nDEBUG = True\ntask_soft_time_limit = 4\n",
      'proj/settings/prod.py': "from .base import *\nfrom proj.settings.broker import *\nCELERY_TIMEZONE = 'UTC'\n",
      'proj/settings/broker.py': "CELERY_BROKER_URL = 'redis://'\n",
    }), ["broker_url='redis://'", 'task_time_limit=3', "timezone='UTC'"]);
  });

  it('reads the settings module that is named, of base, prod and test', async () => {
    assert.deepEqual(await settingsOf({
      ...django,
      'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings.prod")\n',
      'proj/settings/__init__.py': '',
      'proj/settings/base.py': 'CELERY_TASK_TIME_LIMIT = 3\n',
      'proj/settings/prod.py': "from proj.settings.base import *\nCELERY_TIMEZONE = 'UTC'\n",
      'proj/settings/test.py': 'from .base import *\nCELERY_TASK_ALWAYS_EAGER = True\n',
    }), ['task_time_limit=3', "timezone='UTC'"]);
  });

  it('takes the value of the settings that stand later', () => withWorkspace({
    ...django,
    'proj/settings/__init__.py': 'from .base import *\nCELERY_TASK_TIME_LIMIT = 9\n',
    'proj/settings/base.py': 'CELERY_TASK_TIME_LIMIT = 3\n',
  }, ({ linked }) => assert.equal(linked.settings.constant('task_time_limit', linked.registry.apps[0]!), 9)));

  it('reads conf.update with keywords, a dict, a dict of a name, and unpacked', async () => {
    assert.deepEqual(await settingsOf({
      'app.py': `${celery}more = {'worker_concurrency': 3}
app.conf.update(timezone='UTC', task_time_limit=3)
app.conf.update({'task_soft_time_limit': 4})
app.conf.update(more)
app.conf.update(**{'result_expires': 5})
`,
    }), ['result_expires=5', 'task_soft_time_limit=4', 'task_time_limit=3', "timezone='UTC'", 'worker_concurrency=3']);
  });

  it('reads config_from_object of a module, its name, a class, its name, and an object', async () => {
    const config = "timezone = 'UTC'\nclass Base:\n    task_time_limit = 3\nclass Config(Base):\n    worker_concurrency = 4\nconfig = Config()\n";
    for (const [line, expected] of [
      ['import conf\napp.config_from_object(conf)', ["timezone='UTC'"]],
      ["app.config_from_object('conf')", ["timezone='UTC'"]],
      ['from conf import Config\napp.config_from_object(Config)', ['task_time_limit=3', 'worker_concurrency=4']],
      ["app.config_from_object('conf:Config')", ['task_time_limit=3', 'worker_concurrency=4']],
      ["app.config_from_object('conf.Config')", ['task_time_limit=3', 'worker_concurrency=4']],
      ['from conf import Config\napp.config_from_object(Config())', ['task_time_limit=3', 'worker_concurrency=4']],
      ['from conf import config\napp.config_from_object(config)', ['task_time_limit=3', 'worker_concurrency=4']],
      ["app.config_from_object('conf:config')", ['task_time_limit=3', 'worker_concurrency=4']],
    ] as const) assert.deepEqual((await settingsOf({ 'app.py': `${celery}${line}\n`, 'conf.py': config })).filter(text => !text.startsWith('config')), expected, line);
  });

  it('reads config classes whose fields are annotated', async () => {
    assert.deepEqual(await settingsOf({
      'app.py': `from dataclasses import dataclass, field
${celery}@dataclass
class Config:
    timezone: str = 'UTC'
    worker_concurrency: int = field(default=4)
    task_time_limit: int
    beat_schedule: dict = field(default_factory=dict)
app.config_from_object(Config())
`,
    }), ['beat_schedule=field(default_factory=dict)', "timezone='UTC'", 'worker_concurrency=4']);
  });

  it('leaves what __init__ gives to objects where the class itself is the config', async () => {
    assert.deepEqual(await settingsOf({
      'app.py': `${celery}class Config:
    timezone = 'UTC'
    def __init__(self):
        self.worker_concurrency = 4
app.config_from_object(Config)
`,
    }), ["timezone='UTC'"]);
  });

  it('reads what __init__ of a config class gives its object', async () => {
    assert.deepEqual(await settingsOf({
      'app.py': `${celery}class Config:
    timezone = 'UTC'
    def __init__(self):
        self.worker_concurrency = 4
        self.timezone.task_time_limit = 3
app.config_from_object(Config())
`,
    }), ["timezone='UTC'", 'worker_concurrency=4']);
  });
});

describe('schedules of a project', () => {
  it('reads entries that are added in an if', async () => {
    assert.deepEqual(await entriesOf({
      'app.py': `${celery}import os
app.conf.beat_schedule = {'one': {'task': 'x', 'schedule': 3}}
if os.environ.get('MORE'):
    app.conf.beat_schedule['two'] = {'task': 'x', 'schedule': 3}
    app.conf.beat_schedule.update({'three': {'task': 'x', 'schedule': 3}})
`,
    }), ['one', 'three', 'two']);
  });

  it('reads a schedule that is taken from another setting of the same app', async () => {
    assert.deepEqual(await entriesOf({
      ...django,
      'proj/celery.py': `${django['proj/celery.py']}app.conf.beat_schedule = app.conf.CELERY_BEAT_SCHEDULE\n`,
      'proj/settings.py': "CELERY_BEAT_SCHEDULE = {'one': {'task': 'x', 'schedule': 3}}\n",
    }), ['one']);
    assert.deepEqual(await entriesOf({
      'proj/__init__.py': '',
      'manage.py': django['manage.py'],
      'proj/celery.py': `${celery}app.config_from_object('django.conf:settings')\napp.conf.beat_schedule = app.conf.CELERY_BEAT_SCHEDULE\n`,
      'proj/settings.py': "CELERY_BEAT_SCHEDULE = {'one': {'task': 'x', 'schedule': 3}}\n",
    }), ['one']);
  });

  it('reads a schedule of Django\'s settings through django.conf', async () => {
    assert.deepEqual(await entriesOf({
      ...django,
      'proj/celery.py': `from django.conf import settings\n${celery}app.config_from_object('django.conf:settings')\napp.conf.beat_schedule = settings.SCHEDULE\n`,
      'proj/settings.py': "SCHEDULE = {'one': {'task': 'x', 'schedule': 3}}\n",
    }), ['one']);
  });
});
