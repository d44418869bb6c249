import { expectFindings, expectSilence } from '../ruleTester';

const app = (entries: string, head = ''): string => `from celery import Celery\nfrom celery.schedules import crontab\n${head}app = Celery('app')\napp.conf.beat_schedule = {\n${entries}\n}\n`;

describe('CEL605 beat-entry-shape', () => {
  it('finds entries that stop Beat', () => expectFindings('CEL605', {
    'a.py': app(`
    'a': {'task': 't', 'schedule': «'60'»},
    'b': {'task': 't', 'schedule': «{'minute': 1}»},
    «'c'»: {'task': 't'},
    «'d'»: {'schedule': 10},
    'e': {'task': 't', 'schedule': 10, «'queue'»: 'mail'},
    'f': {'task': 't', 'schedule': 10, «'expires'»: 60, 'options': {'priority': 3}},
    'g': {'task': 't', 'schedule': 10, «'arg'»: (1,)},
    'h': {'task': 't', 'schedule': 10, 'args': «7»},
    'i': {'task': 't', 'schedule': 10, 'args': («'x'»)},
    'j': {'task': 't', 'schedule': 10, 'kwargs': «[1]»},
    'k': {'task': 't', 'schedule': «None»},
    'l': dict(task='t', schedule=«'10.5'»),
    'm': {'task': 't', 'schedule': 10, «'description'»: 'x'},`),
  }, {
    severity: 'error',
    fixed: {
      'a.py': app(`
    'a': {'task': 't', 'schedule': 60},
    'b': {'task': 't', 'schedule': {'minute': 1}},
    'c': {'task': 't'},
    'd': {'schedule': 10},
    'e': {'task': 't', 'schedule': 10, 'options': {'queue': 'mail'}},
    'f': {'task': 't', 'schedule': 10, 'options': {'expires': 60, 'priority': 3}},
    'g': {'task': 't', 'schedule': 10, 'args': (1,)},
    'h': {'task': 't', 'schedule': 10, 'args': (7,)},
    'i': {'task': 't', 'schedule': 10, 'args': ('x',)},
    'j': {'task': 't', 'schedule': 10, 'kwargs': [1]},
    'k': {'task': 't', 'schedule': None},
    'l': dict(task='t', schedule=10.5),
    'm': {'task': 't', 'schedule': 10, 'description': 'x'},`),
    },
  }));

  it('finds them in a dict that is filled item by item, and in add_periodic_task', () => expectFindings('CEL605', {
    'a.py': `from celery import Celery
app = Celery('app')
app.conf.beat_schedule = {}
app.conf.beat_schedule['x'] = {'task': 't', 'schedule': «'5'»}

@app.task
def t(): ...

@app.on_after_configure.connect
def setup(sender, **kwargs):
    sender.add_periodic_task(«'10'», t.s())
`,
  }));

  it('finds one of two that is no schedule', () => expectFindings('CEL605', {
    'a.py': app(`
    'a': {'task': 't', 'schedule': «60 if NIGHTLY else None»},
    'b': {'task': 't', 'schedule': «EVERY»},`, 'from elsewhere import NIGHTLY\nEVERY = crontab(minute=0) if NIGHTLY else None\n'),
  }));

  it('knows the fields of other schedulers', () => expectSilence('CEL605', {
    'a.py': app(`
    'a': {'task': 't', 'schedule': 10, 'queue': 'mail', 'enabled': False, 'description': 'x', 'own': 3},`, 'import django_celery_beat\n'),
  }));

  it('stays silent for what Beat takes and for what is not known', () => expectSilence('CEL605', {
    'a.py': app(`
    'a': {'task': 't', 'schedule': 10.0, 'args': (1,), 'kwargs': {'a': 1}, 'options': {'queue': 'x'}, 'relative': True, 'name': 'x'},
    'b': {'task': 't', 'schedule': crontab(minute=0), 'args': [1]},
    'c': {'task': 't', 'schedule': EVERY, 'args': ARGS},
    'd': {**COMMON, 'task': 't'},
    'e': entry(),
    KEY: {'task': 't', 'schedule': 5},
    'f': {'task': 't', 'schedule': 5, KEY: 3},
    'g': {'task': 't', 'schedule': 5, 'args': None},`, 'from elsewhere import EVERY, ARGS, COMMON, KEY, entry\n'),
  }));

  it('does not miss keys of a dict that gets them under a name of its own', () => expectSilence('CEL605', {
    'a.py': `from celery import Celery
app = Celery('app')

def every(seconds):
    def decorate(function):
        entry = {'schedule': seconds}
        task = app.task(function)
        entry['task'] = task.name
        app.conf.beat_schedule[task.name] = entry
        return task
    return decorate

nightly = {'schedule': 60}
nightly.update(task='t')
app.conf.beat_schedule = {'nightly': nightly}
`,
  }));

  it('finds schedules of things that are none', () => expectFindings('CEL605', {
    'a.py': app(`
    'a': {'task': 't', 'schedule': «[30]»},
    'b': {'task': 't', 'schedule': «(30,)»},
    'c': {'task': 't', 'schedule': «crontab»},
    'd': {'task': 't', 'schedule': «timedelta»},`, 'from datetime import timedelta\n'),
  }, { messages: [/not a list/, /not a tuple/, /crontab is the class itself/, /timedelta is the class itself/], fixed: null }));

  it('finds entries that are no dicts, and a schedule that is none', async () => {
    await expectFindings('CEL605', { 'a.py': app("'a': «('t', 30)», 'b': {'task': 't', 'schedule': 30}, «'task'»: «'t'»".replace("«'task'»", "'task'")) }, { messages: [/An entry of beat_schedule is a dict/, /An entry/], fixed: null });
    await expectFindings('CEL605', { 'a.py': "from celery import Celery\napp = Celery('app')\napp.conf.beat_schedule = «[{'task': 't', 'schedule': 30}]»\n" }, { messages: [/a dict of entries by name/], fixed: null });
    await expectSilence('CEL605', { 'a.py': "from celery import Celery\nfrom library import ENTRY, entries\napp = Celery('app')\napp.conf.beat_schedule = ()\nother = Celery('other')\nother.conf.beat_schedule = {'a': ENTRY, 'b': entries('x')}\n" });
  });
});
