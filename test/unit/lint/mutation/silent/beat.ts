import { project, type Guards, type SilentProject } from './silent';

const zone = "app.conf.timezone = 'Europe/Paris'\n";
const imports = 'from celery.schedules import crontab, schedule\nfrom datetime import timedelta\n';

/** Entries of the app's schedule, with code before it. */
function entries(text: string, before = ''): string {
  return `${imports}${before}\n${zone}app.conf.beat_schedule = {\n${text}\n}\n`;
}

const runs = (schedule: string, before = ''): string => entries(`    'x': {'task': 'shop.app.add', 'schedule': ${schedule}, 'args': (1, 2)},`, before);
const sends = (task: string, before = ''): string => entries(`    'x': {'task': ${task}, 'schedule': 60},`, before);
const entry = (more: string, before = ''): string => entries(`    'x': {'task': 'shop.app.add', 'schedule': 60, ${more}},`, before);
const daily = runs('86400');
const started = (name: string, text: string): SilentProject => project(daily, { [name]: text });

/** Guards of the rules about schedules. */
export const beat: Guards = {
  CEL601: {
    'a task of another package': sends("'library.tasks.clean'"),
    'a signature of a task of another package': `${imports}${zone}\n\n@app.on_after_configure.connect\ndef setup(sender, **kwargs):\n    sender.add_periodic_task(60, sender.signature('library.tasks.clean'))\n    sender.add_periodic_task(60, sender.signature('shop.app.add', (1, 2)))\n`,
    'a signature by what may be no app': `from library import scheduler\n${imports}${zone}\n\n@scheduler.on_after_configure.connect\ndef setup(sender, **kwargs):\n    sender.add_periodic_task(60, sender.signature('shop.app.gone'))\n\n\n@app.on_after_configure.connect\n@scheduler.later\ndef other(sender, **kwargs):\n    sender.add_periodic_task(60, sender.signature('shop.app.gone'))\n`,
    'a task of Celery': sends("'celery.backend_cleanup'"),
    'a task of Celery that is named like one of the project': sends("'celery.backend_cleanup'", "\n\n@app.task(name='celery.backend_clean_up')\ndef clean_up():\n    return 1\n"),
    'a name that is a package': sends("'shop'"),
    'a name without a module that is near no other': sends("'nightly'"),
    'a name in a constant': sends('Names.ADD', "class Names:\n    ADD = 'shop.app.plain'\n\n\n@app.task(name='shop.app.plain')\ndef plain():\n    return 1\n"),
    'a name that is not known': sends('Names.ADD', 'from library import Names'),
    'a name that is made': sends("f'shop.{area}.clean'", 'from library import area'),
    'the name of a task itself': sends('plain.name', '\n\n@app.task\ndef plain():\n    return 1\n'),
    'a task by an alias of the decorator': sends("'shop.app.plain'", 'job = app.task\n\n\n@job\ndef plain():\n    return 1\n'),
    'a task of a wrapper': sends("'shop.app.plain'", '\ndef shop_task(function):\n    return app.task(function)\n\n\n@shop_task\ndef plain():\n    return 1\n'),
    'a task as a class': sends("'shop.app.plain'", "class Plain(app.Task):\n    name = 'shop.app.plain'\n\n    def run(self):\n        return 1\n\n\napp.register_task(Plain())\n"),
    'a signature': `${imports}${zone}app.add_periodic_task(60, add.s(1, 2))\n`,
  },
  CEL602: {
    'every minute of every day': runs("crontab(minute='*')"),
    'no field at all': runs('crontab()'),
    'a minute and an hour': runs('crontab(minute=0, hour=3)'),
    'a minute and an hour by position': runs('crontab(0, 3)'),
    'an hour that leaves none out': runs("crontab(hour='*')"),
    'days that leave none out': runs("crontab(day_of_week='*')"),
    'days of which all are named': runs("crontab(day_of_week='0-6')"),
    'an hour that is not known': runs('crontab(hour=HOUR)', 'from library import HOUR'),
    'further fields that are not known': runs('crontab(hour=3, **FIELDS)', 'from library import FIELDS'),
    'fields by position that are not known': runs('crontab(*FIELDS, hour=3)', 'from library import FIELDS'),
    'a crontab of another library': runs('crontab(hour=3)', 'from library import crontab'),
    'every hour of some months': runs("crontab(minute=0, month_of_year='1-6')"),
  },
  CEL603: {
    'the ends of all ranges': runs("crontab(minute='0,59', hour='0,23')"),
    'months and days by name': runs("crontab(minute=0, hour=0, day_of_month=1, month_of_year='jan-mar')"),
    'weekdays by name': runs("crontab(minute=0, hour=0, day_of_week='mon-fri')"),
    'a list of numbers': runs('crontab(minute=[0, 30], hour={3})'),
    'a value that is not known': runs('crontab(minute=MINUTE, hour=HOUR)', 'from library import MINUTE, HOUR'),
    'a value that may be one of two': runs('crontab(minute=MINUTE, hour=3)', 'import os\n\nMINUTE = 60 if os.environ.get("X") else 0'),
    'a cron line where one is read': runs("crontab.from_string('0 3 * * *')"),
    'a crontab of another library': runs("crontab('0 3 * * *')", 'from library import crontab'),
    'a crontab of the project': runs("crontab(at='03:00')", '\ndef crontab(at):\n    return at\n'),
    'the arguments that are no fields': runs('crontab(minute=0, hour=3, nowfun=app.now)'),
    'fields that are not known': runs('crontab(*FIELDS)', 'from library import FIELDS'),
    '29 February': runs('crontab(minute=0, hour=0, day_of_month=29, month_of_year=2)'),
  },
  CEL604: {
    'steps that divide': runs("crontab(minute='*/15', hour='*/6')"),
    'a step within a range': runs("crontab(minute='0-40/20')"),
    'a step of days': runs("crontab(minute=0, hour=0, day_of_month='*/2')"),
    'a step that is not known': runs('crontab(minute=STEP)', 'from library import STEP'),
    'a step in a line': runs("crontab.from_string('*/20 */8 * * *')"),
    'a crontab of another library': runs("crontab(minute='*/90')", 'from library import crontab'),
  },
  CEL605: {
    'the key name': entry("'args': (1, 2), 'name': 'x'"),
    'all that an entry takes': entry("'args': [1], 'kwargs': {'y': 2}, 'options': {'queue': 'mail'}, 'relative': False"),
    'fields of the database scheduler': entry("'args': (1, 2), 'enabled': True, 'description': 'x', 'queue': 'mail', 'one_off': False", 'import django_celery_beat'),
    'fields of a scheduler in the settings': entry("'args': (1, 2), 'queue': 'mail'", "app.conf.beat_scheduler = 'library:Scheduler'"),
    'fields of a scheduler on a command line': project(entry("'args': (1, 2), 'queue': 'mail'"), { 'Procfile': 'beat: celery -A shop beat -S library:Scheduler\n' }),
    'a schedule that is not known': entries("    'x': {'task': 'shop.app.add', 'schedule': EVERY, 'args': (1, 2)},", 'from library import EVERY'),
    'arguments that are not known': entry("'args': ARGS, 'kwargs': KWARGS", 'from library import ARGS, KWARGS'),
    'keys that come from elsewhere': entries("    'x': {**COMMON, 'args': (1, 2)},", 'from library import COMMON'),
    'an entry that is made elsewhere': entries("    'x': every_minute('shop.app.add'),", 'from library import every_minute'),
    'an entry that gets its schedule later': `${imports}${zone}nightly = {'task': 'shop.app.add', 'args': (1, 2)}\nnightly['schedule'] = crontab(minute=0, hour=3)\napp.conf.beat_schedule = {'x': nightly}\n`,
    'a schedule of a class of its own': runs('Nightly()', 'class Nightly(schedule):\n    pass\n'),
    'a schedule that may be a number': runs('EVERY', "import os\n\nEVERY = int(os.environ.get('EVERY', '60'))"),
    'a schedule that is looked up, and None where there is none': runs('interval_of(STORES)', '\nfrom library import STORES\n\n\ndef interval_of(stores):\n    for store in stores:\n        if store.every is not None:\n            return store.every\n    return None\n'),
    'no arguments': entry("'args': None, 'kwargs': None, 'task': 'library.clean'"),
    'a dict that is no schedule': "from library import app as other\n\nother.beat_schedule = {'x': {'task': 'x', 'schedule': '60'}}\n",
  },
  CEL606: {
    'a task with a star': sends("'shop.app.loose'", '\n\n@app.task\ndef loose(*args, **kwargs):\n    return args\n'),
    'arguments that have defaults': sends("'shop.app.eager'", '\n\n@app.task\ndef eager(x=1):\n    return x\n'),
    'a bound task': entries("    'x': {'task': 'shop.app.bound', 'schedule': 60, 'args': (1,)},", '\n\n@app.task(bind=True)\ndef bound(self, x):\n    return x\n'),
    'a decorator that may give arguments': sends("'shop.app.given'", 'from library import inject\n\n\n@app.task\n@inject\ndef given(session):\n    return session\n'),
    'a base that may give arguments': sends("'shop.app.based'", 'from library import Base\n\n\n@app.task(base=Base)\ndef based(session):\n    return session\n'),
    'arguments that are not known': entries("    'x': {'task': 'shop.app.add', 'schedule': 60, 'args': ARGS},\n    'y': {'task': 'shop.app.add', 'schedule': 60, 'kwargs': KWARGS},\n    'z': {'task': 'shop.app.add', 'schedule': 60, 'args': (1, *ARGS)},", 'from library import ARGS, KWARGS'),
    'keys that come from elsewhere': entries("    'x': {**COMMON, 'task': 'shop.app.add', 'schedule': 60},", 'from library import COMMON'),
    'a task of another package': sends("'library.tasks.clean'"),
    'a complete signature': `${imports}${zone}app.add_periodic_task(60, add.s(1, y=2))\n`,
    'arguments beside a signature': `${zone}app.add_periodic_task(60, add.s(), (1, 2))\n`,
    'a signature with arguments that are not known': `from library import ARGS\n${zone}app.add_periodic_task(60, add.s(*ARGS))\n`,
  },
  CEL607: {
    'a call that Beat makes': entry("'args': (BeatLazyFunc(datetime.datetime.now), 2)", 'from celery.beat import BeatLazyFunc\nimport datetime'),
    'a function that is not called': entry("'args': (1, 2), 'options': {'headers': {'at': datetime.datetime.now}}", 'import datetime'),
    'a function without a name': entry("'args': (lambda: datetime.datetime.now(), 2), 'options': {'serializer': 'pickle'}", "import datetime\n\napp.conf.accept_content = ['json', 'application/x-own']\n"),
    'a call that always gives the same': entry("'args': (SIZES.get('big'), int('2'))", "SIZES = {'big': 1}"),
    'a call of another library': entry("'args': (now(), 2)", 'from library import now'),
    'a default that always is the same': '@app.task\ndef wait(until=datetime.timedelta(minutes=1)):\n    return until\n',
    'a moment in the body': '@app.task\ndef stamp():\n    return datetime.datetime.now()\n',
    'a default of a function that is no task': 'def stamp(at=datetime.datetime.now()):\n    return at\n',
  },
  CEL609: {
    'less than an hour': runs('timedelta(minutes=59)'),
    'a crontab': runs('crontab(minute=0, hour=0)'),
    'an interval that is not known': runs('timedelta(days=DAYS)', 'from library import DAYS'),
    'a scheduler in the settings': `${daily}app.conf.beat_scheduler = 'shop.schedulers:Scheduler'\n`,
    'the scheduler of an installed app': `${daily}INSTALLED_APPS = ['django_celery_beat']\n`,
    'a scheduler on a command line': started('bin/beat.sh', 'exec celery -A shop beat -S redbeat.RedBeatScheduler\n'),
    'a scheduler in a compose file': started('compose.yaml', 'services:\n  beat:\n    command: celery -A shop beat --scheduler redbeat.RedBeatScheduler\n'),
    'a scheduler in a Procfile': started('Procfile', 'beat: celery -A shop beat --scheduler=django\n'),
    'a scheduler in pyproject.toml': started('pyproject.toml', '[tool.poe.tasks]\nbeat = "celery -A shop beat -S django"\n'),
  },
  CEL610: {
    'a day of the month alone': runs('crontab(minute=0, hour=0, day_of_month=1)'),
    'a weekday alone': runs('crontab(minute=0, hour=0, day_of_week=1)'),
    'a day that leaves none out': runs("crontab(minute=0, hour=0, day_of_month='*', day_of_week=1)"),
    'the first Monday': runs("crontab(minute=0, hour=0, day_of_month='1-7', day_of_week=1)"),
    'the second Monday': runs("crontab(minute=0, hour=0, day_of_month='8-14', day_of_week='mon')"),
    'a day that is not known': runs('crontab(minute=0, hour=0, day_of_month=DAY, day_of_week=1)', 'from library import DAY'),
    'a crontab of another library': runs('crontab(minute=0, hour=0, day_of_month=1, day_of_week=1)', 'from library import crontab'),
  },
  CEL611: {
    'a time zone': runs('crontab(minute=0, hour=3)'),
    'a time zone in other places': `${imports}app.conf.update(timezone='Europe/Paris')\napp.conf.beat_schedule = {'x': {'task': 'shop.app.add', 'schedule': crontab(minute=0, hour=3), 'args': (1, 2)}}\n`,
    'the time zone of Django': { files: {
      'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n", 'shop/__init__.py': 'from .celery import app\n',
      'shop/celery.py': "from celery import Celery\n\napp = Celery('shop')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n",
      'shop/settings.py': "from celery.schedules import crontab\n\nTIME_ZONE = 'Europe/Paris'\nCELERY_BEAT_SCHEDULE = {'x': {'task': 'library.clean', 'schedule': crontab(minute=0, hour=3)}}\n",
    } },
    'minutes alone': `${imports}app.conf.beat_schedule = {'x': {'task': 'shop.app.add', 'schedule': crontab(minute=30), 'args': (1, 2)}}\n`,
    'an interval': `${imports}app.conf.beat_schedule = {'x': {'task': 'shop.app.add', 'schedule': 60, 'args': (1, 2)}}\n`,
    'settings that are not known': `from library import settings\n${imports}app.config_from_object(settings)\napp.conf.beat_schedule = {'x': {'task': 'shop.app.add', 'schedule': crontab(minute=0, hour=3), 'args': (1, 2)}}\n`,
    'tests': project('', { 'shop/tests/test_beat.py': `${imports}from shop.app import app\n\napp.conf.beat_schedule = {'x': {'task': 'shop.app.add', 'schedule': crontab(minute=0, hour=3), 'args': (1, 2)}}\n` }),
    'UTC within': `${zone}app.conf.enable_utc = True\n`,
    'a value that is not known': `import os\n\n${zone}app.conf.enable_utc = bool(os.environ.get('UTC'))\n`,
  },
  CEL612: {
    'whole minutes': entry("'args': (1, 2), 'relative': True"),
    'whole hours': runs('schedule(3600, relative=True)', "app.conf.beat_scheduler = 'redbeat.RedBeatScheduler'"),
    'no relative interval': runs('90'),
    'an interval that says so': runs('schedule(90, relative=False)'),
    'an interval that is not known': runs('schedule(EVERY, relative=True)', 'from library import EVERY'),
    'less than a minute': runs('schedule(30, relative=True)'),
  },
};
