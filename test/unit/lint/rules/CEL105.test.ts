import { expectFindings, expectSilence } from '../ruleTester';

const head = `
from datetime import date, datetime, timedelta
from celery import Celery, shared_task
app = Celery('app')
@app.task(bind=True)
def run(self, x=1):
    pass
`;

describe('CEL105 option-type', () => {
  it('finds values that Celery does not take', () => expectFindings('CEL105', { 'use.py': `${head}
WAIT = timedelta(hours=1)
def use(span: timedelta):
    run.apply_async((1,), countdown=«WAIT»)
    run.apply_async((1,), countdown=«span»)
    run.apply_async((1,), countdown=«'10'»)
    run.apply_async((1,), countdown=«datetime.now()»)
    run.apply_async((1,), expires=«timedelta(1)»)
    run.apply_async((1,), expires=«'soon'»)
    run.apply_async((1,), expires=«date(2030, 1, 1)»)
    run.apply_async((1,), eta=«60»)
    run.apply_async((1,), eta=«timedelta(1)»)
    run.apply_async((1,), eta=«'soon'»)
    app.send_task('use.run', countdown=«span»)
@app.task(bind=True, default_retry_delay=«timedelta(1)»)
def again(self):
    self.retry(countdown=«timedelta(1)»)
` }, { severity: 'error' }));

  it('warns of options that undo each other', () => expectFindings('CEL105', { 'use.py': `${head}
run.apply_async((1,), countdown=3, «eta=datetime.utcnow()»)
run.apply_async((1,), soft_time_limit=«60», time_limit=30)
` }, { severity: 'warning', messages: [/countdown wins/, /soft time limit of 60 s is above the hard one of 30 s/] }));

  it('finds them however options are given', () => expectFindings('CEL105', { 'use.py': `${head}
from functools import partial
from celery import chain, group
run.s(1).set(countdown=«timedelta(1)»)
run.s(1).set(countdown=3).set(eta=«60»)
run.s(1).apply_async(countdown=«'5'»)
run.si(1).set(countdown=«timedelta(1)»).delay()
run.signature((1,), countdown=«timedelta(1)»)
(run.s(1) | run.s()).apply_async(eta=«60»)
group(run.s(1), run.s(2)).set(countdown=«timedelta(1)»)
chain(run.s(1), run.s()).apply_async(countdown=«timedelta(1)»)
partial(run.apply_async, (1,), countdown=«timedelta(1)»)
later = run.s(1)
later.set(countdown=«timedelta(1)»)
app.send_task('use.run', (1,), {}, «timedelta(1)»)
@app.task(bind=True)
def again(self):
    self.retry((), {}, None, True, «60»)
` }, { severity: 'error' }));

  it('finds what is reckoned', () => expectFindings('CEL105', { 'use.py': `${head}
from django.utils import timezone
MINUTE = timedelta(minutes=1)
run.apply_async((1,), countdown=«MINUTE * 5»)
run.apply_async((1,), countdown=«2 * MINUTE + timedelta(seconds=3)»)
run.apply_async((1,), countdown=«datetime.now() - datetime.utcnow()»)
run.apply_async((1,), countdown=«timezone.now() + MINUTE»)
run.apply_async((1,), countdown=«f'{MINUTE}' + 's'»)
run.apply_async((1,), eta=«60 * 5»)
run.apply_async((1,), eta=«timezone.now().timestamp()»)
run.apply_async((1,), expires=«MINUTE / 2»)
` }, { severity: 'error' }));

  it('finds what stands where the id goes', () => expectFindings('CEL105', { 'use.py': `${head}
run.apply_async((1,), {}, «60»)
run.apply_async((1,), None, «datetime.utcnow()»)
run.apply_async((1,), None, «timedelta(1)»)
` }, { severity: 'warning', messages: [/task_id, not the countdown/, /not the eta/, /not the countdown/], fixed: { 'use.py': `${head}
run.apply_async((1,), {}, countdown=60)
run.apply_async((1,), None, eta=datetime.utcnow())
run.apply_async((1,), None, timedelta(1))
` } }));

  it('holds limits of a call against those of the task', () => expectFindings('CEL105', { 'use.py': `${head}
@app.task(time_limit=30)
def limited(): ...
@app.task(soft_time_limit=60, time_limit=90)
def patient(): ...
limited.apply_async(soft_time_limit=«60»)
limited.apply_async(soft_time_limit=60, time_limit=70)
patient.apply_async(time_limit=«30»)
` }, { severity: 'warning' }));

  it('says what comes of it', () => expectFindings('CEL105', { 'use.py': `${head}
run.apply_async((1,), countdown=«timedelta(1)»)
run.apply_async((1,), eta=«'soon'»)
` }, { messages: [/^countdown is a number of seconds, not a timedelta: TypeError at this call$/, /the worker/] }));

  it('passes seconds, or the option that was meant', () => expectFindings('CEL105', { 'use.py': `${head}
run.apply_async((1,), countdown=«timedelta(1)»)
run.apply_async((1,), countdown=«datetime.utcnow()»)
run.apply_async((1,), eta=«60»)
run.apply_async((1,), eta=«timedelta(1)»)
run.apply_async((1,), expires=(«timedelta(1)»))
` }, { fixed: { 'use.py': `${head}
run.apply_async((1,), countdown=timedelta(1).total_seconds())
run.apply_async((1,), eta=datetime.utcnow())
run.apply_async((1,), countdown=60)
run.apply_async((1,), countdown=timedelta(1).total_seconds())
run.apply_async((1,), expires=timedelta(1).total_seconds())
` } }));

  it('leaves what fits and what is not known', () => expectSilence('CEL105', { 'use.py': `${head}
from somewhere import Base, WAIT
class Own(Base): ...
@app.task(base=Own)
def other(x): ...
def use(span, maybe: timedelta = None):
    run.apply_async((1,), countdown=3, expires=1.5)
    run.apply_async((1,), countdown=None, eta=datetime.utcnow())
    run.apply_async((1,), countdown=span, eta=None)
    run.apply_async((1,), countdown=maybe)
    run.apply_async((1,), countdown=WAIT)
    run.apply_async((1,), eta='2030-01-01T00:00:00', expires='2030-01-01T00:00:00')
    run.apply_async((1,), eta=date(2030, 1, 1), expires=datetime.utcnow())
    run.apply_async((1,), soft_time_limit=30, time_limit=60)
    run.delay(timedelta(1))
    run.apply_async((1,), {}, 'an-id')
    run.apply_async((1,), countdown=timedelta(1) / timedelta(2), expires=5 * 60)
    run.apply_async((1,), countdown=span * timedelta(1), eta=None)
    run.apply_async((1,), eta=datetime.utcnow() + timedelta(1))
    run.apply_async((1,), eta=(datetime.utcnow() + timedelta(1)).isoformat())
    run.apply_async((1,), {}, span)
    run.apply((1,), countdown=timedelta(1))
    run.s(1).set(countdown=3, eta=None)
    span.s(1).set(countdown=timedelta(1))
    other.s(1).set(countdown=timedelta(1))
    other.apply_async((1,), countdown=timedelta(1))
    span.apply_async((1,), countdown=timedelta(1))
` }));
});
