import { expectFindings, expectSilence } from '../ruleTester';

const source = (app: string, rest: string): Record<string, string> => ({ 'use.py': `
import datetime
from celery import Celery, chain, group
from django.utils import timezone
${app}
@app.task(bind=True)
def run(self, x): ...
${rest}
` });
const redis = "app = Celery('app', broker='redis://localhost')";
const rabbit = "app = Celery('app', broker='amqp://localhost')";
const unknown = "app = Celery('app', broker=URL)";

describe('CEL107 long-countdown', () => {
  it('finds delays beyond the visibility timeout', async () => {
    await expectFindings('CEL107', source(redis, `
DAY = 86400
run.apply_async((1,), countdown=«7200»)
run.apply_async((1,), countdown=«DAY»)
@app.task(bind=True, default_retry_delay=«4000»)
def again(self):
    self.retry(countdown=«86400»)
    self.retry((), {}, None, True, None, «86400»)
`), { severity: 'warning', fixed: null });
    await expectFindings('CEL107', source("app = Celery('app', broker='sqs://')", 'run.apply_async((1,), countdown=«2000»)'), { messages: [/2000 s .* visibility_timeout of 1800 s/] });
  });

  it('finds times that are a known while from now', () => expectFindings('CEL107', source(redis, `
TOMORROW = datetime.timedelta(days=1)
def use():
    run.apply_async((1,), eta=«datetime.datetime.now(datetime.timezone.utc) + TOMORROW»)
    run.apply_async((1,), eta=«timezone.now() + datetime.timedelta(hours=2) - datetime.timedelta(minutes=5)»)
    later = datetime.datetime.utcnow() + datetime.timedelta(hours=2)
    run.apply_async((1,), eta=«later»)
    run.apply_async((1,), eta=«TOMORROW * 3 + timezone.localtime()»)
    run.apply_async((1,), eta=«timezone.now() + 2 * TOMORROW - datetime.timedelta(hours=1)»)
    run.apply_async((1,), countdown=«(TOMORROW / 2).total_seconds()»)
`), { messages: [/^An eta of 86400 s is longer/, /6900 s/, /7200 s/, /259200 s/, /169200 s/, /43200 s/] }));

  it('finds constants of Django\'s settings', () => expectFindings('CEL107', {
    'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    'shop/__init__.py': 'from shop.celery import app\n',
    'shop/settings.py': "CELERY_BROKER_URL = 'redis://localhost'\nREMIND_AFTER = 7200\nFIRST = 60\n",
    'shop/celery.py': "from celery import Celery\napp = Celery('shop')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n@app.task\ndef remind(): ...\n",
    'shop/use.py': 'from django.conf import settings\nfrom shop.celery import remind\nremind.apply_async(countdown=«settings.REMIND_AFTER»)\nremind.apply_async(countdown=settings.FIRST)\nremind.apply_async(countdown=settings.OTHER)\n',
  }));

  it('finds them however options are given', () => expectFindings('CEL107', source(redis, `
run.s(1).set(countdown=«7200»)
run.s(1).apply_async(countdown=«7200»)
run.signature((1,), countdown=«7200»)
group(run.s(1), run.s(2)).apply_async(countdown=«7200»)
(run.si(1) | run.si(2)).set(countdown=«7200»)
app.send_task('use.run', (1,), {}, «7200»)
`)));

  it('finds automatic retries that get to wait so long', () => expectFindings('CEL107', source(redis, `
@app.task(autoretry_for=(OSError,), retry_backoff=True, retry_backoff_max=«10000», max_retries=13)
def backing(): ...
@app.task(autoretry_for=(OSError,), retry_backoff=3000, retry_backoff_max=«10000»)
def backing_by(): ...
@app.task(autoretry_for=(OSError,), retry_backoff=5, retry_backoff_max=«10000», max_retries=None)
def backing_on(): ...
@app.task(autoretry_for=(OSError,), retry_kwargs={'countdown': «7200»})
def waiting(): ...
`), { messages: [/^A retry_backoff of 4096 s/, /10000 s/, /10000 s/, /7200 s/] }));

  it('tells what RabbitMQ does where it is left as it is', async () => {
    await expectFindings('CEL107', source(rabbit, 'run.apply_async((1,), countdown=«2000»)'), { severity: 'info', messages: [/closes the channel/] });
    await expectSilence('CEL107', source(rabbit, 'run.apply_async((1,), countdown=1800)'));
    await expectSilence('CEL107', source(rabbit, "QUEUE = {'x-consumer-timeout': 10000000}\nrun.apply_async((1,), countdown=7200)"));
    await expectSilence('CEL107', source(`${rabbit}\napp.conf.task_default_queue_type = 'quorum'`, 'run.apply_async((1,), countdown=7200)'));
  });

  it('hints at more than an hour where the broker is not known', async () => {
    await expectFindings('CEL107', source(unknown, 'run.apply_async((1,), countdown=«7200»)\nrun.apply_async((1,), countdown=3600)'), { severity: 'hint', messages: [/most brokers/] });
    await expectSilence('CEL107', source(unknown, "OPTIONS = {'visibility_timeout': env('TIMEOUT')}\nrun.apply_async((1,), countdown=7200)"));
  });

  it('leaves what is short enough, and brokers that wait', async () => {
    await expectSilence('CEL107', source(redis, `
run.apply_async((1,), countdown=3600)
run.apply_async((1,), countdown=WAIT)
run.delay(7200)
run.apply((1,), countdown=7200)
run.apply_async((1,), eta=WHEN + datetime.timedelta(hours=2))
run.apply_async((1,), eta=datetime.datetime.now() + datetime.timedelta(hours=2))
run.apply_async((1,), eta=timezone.now() + datetime.timedelta(hours=HOURS))
run.apply_async((1,), eta=timezone.now() - datetime.timedelta(hours=2))
@app.task(autoretry_for=(OSError,), retry_backoff=True, retry_backoff_max=10000)
def few(): ...
@app.task(autoretry_for=(OSError,), retry_backoff=True, retry_backoff_max=10000, max_retries=TIMES)
def unknown(): ...
@app.task(autoretry_for=(OSError,), retry_backoff=True, retry_kwargs={'countdown': 7200})
def overruled(): ...
`));
    await expectSilence('CEL107', source(`${redis}\napp.conf.broker_transport_options = {'visibility_timeout': 10000}`, 'run.apply_async((1,), countdown=7200)'));
    await expectSilence('CEL107', source(`${redis}\napp.conf.broker_transport_options = OPTIONS`, 'run.apply_async((1,), countdown=7200)'));
    await expectSilence('CEL107', source("app = Celery('app', broker='memory://')", 'run.apply_async((1,), countdown=7200)'));
  });
});
