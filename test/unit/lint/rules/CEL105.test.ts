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
    other.apply_async((1,), countdown=timedelta(1))
    span.apply_async((1,), countdown=timedelta(1))
` }));
});
