import { expectFindings, expectSilence } from '../ruleTester';

const task = `
from celery import shared_task
@shared_task(bind=True)
def run(self, x):
    pass
`;

describe('CEL106 naive-eta', () => {
  it('finds local times without a zone', () => expectFindings('CEL106', { 'use.py': `
from datetime import datetime, timedelta${task}
def use():
    later = datetime.now() + timedelta(minutes=3)
    run.apply_async((1,), eta=«later»)
    run.apply_async((1,), eta=«datetime.now()»)
    run.apply_async((1,), expires=«datetime.today() + timedelta(1)»)
    run.apply_async((1,), eta=«datetime(2030, 1, 1)»)
@shared_task(bind=True)
def again(self):
    raise self.retry(eta=«datetime.now()»)
` }, { severity: 'warning', messages: [/This eta has no time zone/, /eta/, /This expires/, /eta/, /eta/] }));

  it('finds times that are made from others without a zone', () => expectFindings('CEL106', { 'use.py': `
import datetime as dt
from datetime import date, datetime, timedelta${task}
def use(text, seconds, day):
    run.apply_async((1,), eta=«timedelta(minutes=5) + datetime.now()»)
    run.apply_async((1,), eta=«datetime.now() + 3 * timedelta(minutes=5)»)
    run.apply_async((1,), eta=«datetime.now().replace(hour=3, minute=0) + timedelta(days=1)»)
    run.apply_async((1,), eta=«datetime.strptime(text, '%Y-%m-%d')»)
    run.apply_async((1,), eta=«datetime.fromtimestamp(seconds)»)
    run.apply_async((1,), eta=«datetime.combine(day, dt.time(3, 30))»)
    run.apply_async((1,), eta=«datetime.combine(day, dt.time.min)»)
    run.s(1).set(eta=«datetime.now()»)
` }, { severity: 'warning' }));

  it('uses UTC', () => expectFindings('CEL106', {
    'one.py': `from datetime import datetime${task}run.apply_async((1,), eta=«datetime.now()»)\n`,
    'two.py': `import datetime${task}run.apply_async((1,), eta=«datetime.datetime.now() + datetime.timedelta(1)»)\n`,
  }, { fixed: {
    'one.py': `from datetime import timezone\nfrom datetime import datetime${task}run.apply_async((1,), eta=datetime.now(timezone.utc))\n`,
    'two.py': `import datetime${task}run.apply_async((1,), eta=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(1))\n`,
  } }));

  it('leaves times in UTC, with a zone, and of unknown making', () => expectSilence('CEL106', { 'use.py': `
from datetime import datetime, timedelta, timezone as zone
from django.utils import timezone${task}
def use(eta, zoned):
    run.apply_async((1,), eta=datetime.utcnow() + timedelta(1))
    run.apply_async((1,), eta=datetime.now(zone.utc))
    run.apply_async((1,), eta=datetime.now(tz=zoned))
    run.apply_async((1,), eta=timezone.now(), expires=eta)
    run.apply_async((1,), eta=datetime(2030, 1, 1, tzinfo=zone.utc))
    run.apply_async((1,), eta=datetime(2030, 1, 1, 0, 0, 0, 0, zone.utc))
    run.apply_async((1,), eta=datetime.now().astimezone())
    run.apply_async((1,), eta=datetime(*eta))
    run.apply_async((1,), eta=datetime.now().replace(tzinfo=zone.utc))
    run.apply_async((1,), eta=datetime.now().replace(**eta))
    run.apply_async((1,), eta=eta.replace(hour=3))
    run.apply_async((1,), eta=datetime.strptime(eta, '%Y-%m-%d %z'))
    run.apply_async((1,), eta=datetime.strptime(eta, zoned))
    run.apply_async((1,), eta=datetime.fromtimestamp(eta, zone.utc))
    run.apply_async((1,), eta=datetime.combine(eta, zoned))
    local = datetime.now()
    if zoned:
        local = zoned
    run.apply_async((1,), eta=local)
    run.delay(eta=datetime.now())
` }));

  it('leaves apps that do not use UTC', () => expectSilence('CEL106', { 'use.py': `
from datetime import datetime
from celery import Celery
app = Celery('app')
app.conf.enable_utc = False
@app.task
def run(x): ...
run.apply_async((1,), eta=datetime.now())
` }));
});
