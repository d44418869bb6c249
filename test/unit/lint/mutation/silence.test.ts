import assert from 'node:assert/strict';
import { rules } from '../../../../src/source/lint/registry';
import { Bench } from './suite';

const head = `import datetime
import uuid
from decimal import Decimal

from celery import Celery, Task, chain, chord, group, shared_task

app = Celery('shop', broker='redis://localhost', backend='redis://localhost')


@app.task
def add(x, y):
    return x


@app.task
def total(numbers):
    return numbers
`;

/** Code that looks wrong and is not, or whose meaning cannot be known: nothing may be said of it, by any rule. */
const silent: Readonly<Record<string, string>> = {
  'a group over a generator': 'group(add.s(i, i) for i in range(3)).delay()\n',
  'a chord over a generator': 'chord(add.s(i, i) for i in range(3))(total.s())\n',
  'a chain over a generator': 'chain(add.si(i, i) for i in range(3)).delay()\n',
  'settings as keywords of the app': "other = Celery('other', task_ignore_result=True)\n",
  'a moment as an argument': 'add.delay(datetime.datetime.now(datetime.timezone.utc), 1)\n',
  'a UUID, a Decimal and bytes as arguments': "add.delay(uuid.uuid4(), Decimal('1.5'))\nadd.delay(b'x', 1)\n",
  'utcnow as eta': 'add.apply_async((1, 2), eta=datetime.datetime.utcnow() + datetime.timedelta(minutes=3))\n',
  'autodiscovery of a module of tasks': "app.autodiscover_tasks(['shop.tasks'])\n",
  'a signature as an argument': 'add.delay(total.s([1]), 2)\n',
  'delay in a task': '@app.task\ndef outer():\n    add.delay(1, 2)\n',
  'a bound task whose first parameter has another name': '@app.task(bind=True)\ndef bound(task, x):\n    return task.request.id\n\n\nbound.delay(1)\n',
  'a list of arguments': 'total.apply_async([[1, 2]])\n',
  // `Task.after_return` does nothing since Celery 4: the backend counts the tasks of a chord by itself.
  'after_return without super in a chord': 'class Own(Task):\n    def after_return(self, status, retval, task_id, args, kwargs, einfo):\n        print(status)\n\n\n@app.task(base=Own)\ndef part(x):\n    return x\n\n\nchord([part.s(1), part.s(2)])(total.s())\n',
  'a body without a result': '@app.task(ignore_result=True)\ndef finish(results):\n    print(results)\n\n\nchord([add.s(1, 2), add.s(3, 4)])(finish.s())\n',
  'return in place of raise': '@app.task(bind=True)\ndef again(self, x):\n    try:\n        return x()\n    except OSError as error:\n        return self.retry(exc=error)\n',
  'arguments by a star': 'def send(*values, **named):\n    add.delay(*values)\n    add.delay(**named)\n    add.apply_async(values, named)\n',
  'a name that hides the task': 'def send(add):\n    add.delay(1, 2, 3)\n    add.s(countdown=3)\n',
  'a task of a function with a star': "@app.task\ndef loose(*args, **kwargs):\n    return args\n\n\nloose.delay(1, 2, 3, x=1)\n",
  'a wrapper whose signature counts': 'from shop.other import logged\n\n\n@app.task\n@logged\ndef work(x):\n    return x\n\n\nwork.delay(1, 2, 3)\n',
  'a base that takes any arguments': '@app.task(base=unknown_base())\ndef based(x):\n    return x\n\n\nbased.delay(1, 2, 3)\n',
  'a base that sends by itself': "class Sender(app.Task):\n    def apply_async(self, args=None, kwargs=None, **options):\n        return super().apply_async(args, {**(kwargs or {}), 'x': 1}, **options)\n\n\n@app.task(base=Sender)\ndef sent(x):\n    return x\n\n\nsent.delay()\n",
  'no check of arguments': '@app.task(typing=False)\ndef untyped(x):\n    return x\n\n\nuntyped.delay(1, 2, 3)\n',
  'a parameter that is called as an option': '@app.task\ndef later(countdown, queue=None):\n    return countdown\n\n\nlater.delay(countdown=3, queue=1)\n',
  'a task of another library': 'from invoke import task\n\n\n@task(max_retry=3)\ndef build(context):\n    context.run()\n\n\nbuild.delay(1, 2, 3)\n',
  'an option of the project': "@app.task(verbose_name='Adds')\ndef named(x):\n    return x\n",
  'an attribute that is read': '@app.task(bind=True, max_retry=3)\ndef limited(self):\n    return self.max_retry\n',
  'a misspelt name in brackets that never close': 'add.delay(1, 2, 3\n',
  'an unknown schedule': "app.conf.beat_schedule = {'x': {'task': name(), 'schedule': interval()}}\n",
  'a task of another package': "app.conf.beat_schedule = {'x': {'task': 'library.tasks.clean', 'schedule': 60}}\n",
  'a route of another package': "app.conf.task_routes = {'library.tasks.*': {'queue': 'library'}}\n",
  'a value from the environment': "import os\n\napp.conf.worker_concurrency = int(os.environ['X'])\napp.conf.task_serializer = os.environ['Y']\napp.conf.accept_content = os.environ['Z'].split(',')\napp.conf.task_always_eager = bool(os.environ.get('EAGER'))\n",
  'a password of the developer': "app.conf.broker_url = 'amqp://guest:guest@localhost//'\n",
  'a crontab of another library': 'from timers import crontab\n\ncrontab(hour=3)\ncrontab(minute=90)\n',
  'a retry in the handler': '@app.task(bind=True)\ndef careful(self, x):\n    try:\n        x()\n    except Exception as error:\n        raise self.retry(exc=error, countdown=3)\n',
  'a retry that is raised on': 'from celery.exceptions import Retry\n\n\n@app.task(bind=True)\ndef passing(self, x):\n    try:\n        raise self.retry(countdown=3)\n    except Retry:\n        raise\n    except Exception:\n        return x\n',
  'a call after the commit': 'from django.db import transaction\n\n\ndef save(order):\n    with transaction.atomic():\n        order.save()\n        transaction.on_commit(lambda: add.delay(order.pk, 1))\n',
  'everything silenced by Celery\'s comment': 'add.delay(1, 2, 3)  # celery: ignore[CEL101]\n',
  'everything silenced as by flake8': 'add.delay(1, 2, 3)  # noqa: CEL101\nadd.delay(1, 2, 3)  # noqa\n',
};

describe('code that only looks wrong', () => {
  for (const [what, code] of Object.entries(silent)) {
    it(`${what} is left alone by all rules`, async () => {
      const bench = await Bench.open({ 'shop/__init__.py': '', 'shop/app.py': `${head}\n\n${code}` });
      try {
        assert.deepEqual(bench.lint({}, rules, {}, false).map(finding => `${bench.describe(finding)}: ${finding.message}`), []);
      } finally {
        bench.close();
      }
    });
  }

  it('is only found to be so while rules look', async () => {
    const bench = await Bench.open({ 'shop/__init__.py': '', 'shop/app.py': `${head}\n\nadd.delay(1, 2, 3)\n` });
    assert.equal(bench.lint({}, rules).length, 1);
    bench.close();
  });
});
