import { expectFindings, expectSilence } from '../ruleTester';

const source = (app: string, rest: string): Record<string, string> => ({ 'use.py': `
from celery import Celery
${app}
@app.task(bind=True)
def run(self, x): ...
${rest}
` });

describe('CEL107 long-countdown', () => {
  it('finds delays beyond the visibility timeout', async () => {
    await expectFindings('CEL107', source("app = Celery('app', broker='redis://localhost')", `
DAY = 86400
run.apply_async((1,), countdown=«7200»)
run.apply_async((1,), countdown=«DAY»)
@app.task(bind=True, default_retry_delay=«4000»)
def again(self):
    self.retry(countdown=«86400»)
@app.task(autoretry_for=(OSError,), retry_backoff=True, retry_backoff_max=«10000»)
def backing(): ...
`), { severity: 'warning', fixed: null });
    await expectFindings('CEL107', source("app = Celery('app', broker='sqs://')", 'run.apply_async((1,), countdown=«2000»)'), { messages: [/2000 s .* visibility_timeout of 1800 s/] });
  });

  it('leaves what is short enough, and brokers that are others or not known', async () => {
    await expectSilence('CEL107', source("app = Celery('app', broker='redis://localhost')", 'run.apply_async((1,), countdown=3600)\nrun.apply_async((1,), countdown=WAIT)\nrun.delay(7200)'));
    await expectSilence('CEL107', source("app = Celery('app', broker='redis://localhost')\napp.conf.broker_transport_options = {'visibility_timeout': 10000}", 'run.apply_async((1,), countdown=7200)'));
    await expectSilence('CEL107', source("app = Celery('app', broker='redis://localhost')\napp.conf.broker_transport_options = OPTIONS", 'run.apply_async((1,), countdown=7200)'));
    await expectSilence('CEL107', source("app = Celery('app', broker='amqp://')", 'run.apply_async((1,), countdown=7200)'));
    await expectSilence('CEL107', source("app = Celery('app', broker=URL)", 'run.apply_async((1,), countdown=7200)'));
  });
});
