import { expectFindings, expectSilence } from '../ruleTester';

const head = `from datetime import date, datetime
import time, uuid
from django.utils import timezone
from celery import Celery
app = Celery('app')
`;

describe('CEL607 beat-arg-frozen', () => {
  it('finds calls that are made once', () => expectFindings('CEL607', {
    'a.py': `${head}app.conf.beat_schedule = {
    'a': {'task': 't', 'schedule': 1, 'args': («datetime.now()»,)},
    'b': {'task': 't', 'schedule': 1, 'kwargs': {'day': «date.today()», 'id': str(«uuid.uuid4()»)}},
    'c': {'task': 't', 'schedule': 1, 'args': [«timezone.now()», 1]},
}
`,
  }, {
    severity: 'warning',
    fixed: {
      'a.py': `from celery.beat import BeatLazyFunc
${head}app.conf.beat_schedule = {
    'a': {'task': 't', 'schedule': 1, 'args': (BeatLazyFunc(datetime.now),)},
    'b': {'task': 't', 'schedule': 1, 'kwargs': {'day': BeatLazyFunc(date.today), 'id': str(uuid.uuid4())}},
    'c': {'task': 't', 'schedule': 1, 'args': [BeatLazyFunc(timezone.now), 1]},
}
`,
    },
  }));

  it('finds them as defaults of a task', () => expectFindings('CEL607', {
    'a.py': `${head}@app.task\ndef report(day=«date.today()», at=«time.time()», *, limit=10): ...\n`,
  }, { fixed: null, messages: [/same default$/, /same default$/] }));

  it('stays silent for lazy ones and for other calls', () => expectSilence('CEL607', {
    'a.py': `${head}from celery.beat import BeatLazyFunc
from elsewhere import now, settings
app.conf.beat_schedule = {
    'a': {'task': 't', 'schedule': 1, 'args': (BeatLazyFunc(datetime.now), settings.get('x'), now())},
    'b': {'task': 't', 'schedule': 1, 'args': (lambda: datetime.now(), datetime(2024, 1, 1))},
}
def plain(at=datetime.now()): ...
@app.task
def t(day=None): return date.today()
`,
  }));

  it('finds them in signatures that are added, and under a name', () => expectFindings('CEL607', {
    'a.py': `${head}@app.task
def add(x, y=1): ...
TODAY = date.today()
YESTERDAY = '2026-01-01'
app.conf.beat_schedule = {'a': {'task': 'a.add', 'schedule': 1, 'args': («TODAY», YESTERDAY)}}
@app.on_after_configure.connect
def setup(sender, **kwargs):
    sender.add_periodic_task(1, add.s(«datetime.now()», y=«time.strftime('%Y')»))
    sender.add_periodic_task(1, add.s(kwargs['x']))
`,
  }, { messages: [/^TODAY is what was called once, when this module is imported/, /once, when the entry is added/, /once, when the entry is added/] }));
});
