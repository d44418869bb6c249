import { head, type Guards, type SilentCode } from './silent';

const amqp = (rest: string): SilentCode => ({ files: { 'shop/__init__.py': '', 'shop/app.py': `${head.replace('redis://localhost', 'amqp://localhost')}\n\n${rest}` } });

const project = (files: Record<string, string>): SilentCode => ({ files: { 'shop/__init__.py': '', ...files } });

/** Guards of the rules about calling a task. */
export const calls: Guards = {
  CEL101: {
    'a partial signature': 'later = [add.s(1), add.signature((1,)), add.subtask()]\n',
    'a signature that gets the rest from the task before': 'chain(add.s(1, 2), add.s(3)).delay()\n',
    'a partial call that gets the rest later': 'from functools import partial\n\nlater = partial(add.delay, 1)\nlater(2)\n',
    'a signature that gets the rest when it is sent': 'add.s(1).delay(2)\nadd.s(1).delay(y=2)\nadd.s(1).apply_async((2,))\nadd.s(1).apply_async(**OPTIONS)\n',
    'a direct call, which Python checks': 'add(1)\n',
    'parameters that any keyword fills': '@app.task\ndef loose(x, **more):\n    return x\n\n\nloose.delay(1, y=2, z=3)\n',
    'a base with a header of its own': "class Injecting(Task):\n    def __header__(self, *args, **kwargs):\n        pass\n\n\n@app.task(base=Injecting)\ndef injected(request, x):\n    return x\n\n\ninjected.delay(1)\n",
    'a base that calls by itself': 'class Calling(Task):\n    def __call__(self, *args, **kwargs):\n        return self.run(1, *args, **kwargs)\n\n\n@app.task(base=Calling)\ndef called(event, x):\n    return x\n\n\ncalled.delay(1)\n',
    'a base whose base is not known': 'from shop.other import Base\n\n\nclass Own(Base):\n    pass\n\n\n@app.task(base=Own)\ndef owned(x):\n    return x\n\n\nowned.delay()\n',
    'an app that checks nothing': project({ 'shop/app.py': "from celery import Celery\n\napp = Celery('shop', broker='redis://localhost', strict_typing=False)\n\n\n@app.task\ndef add(x, y):\n    return x\n\n\nadd.delay(1)\n" }),
    'an app with a class of tasks of its own': project({ 'shop/app.py': "from celery import Celery, Task\n\n\nclass Own(Task):\n    def apply_async(self, args=None, kwargs=None, **options):\n        return super().apply_async((1, *args), kwargs, **options)\n\n\napp = Celery('shop', broker='redis://localhost', task_cls=Own)\n\n\n@app.task\ndef add(x, y):\n    return x\n\n\nadd.delay(1)\n" }),
    'a class of tasks that the app gets later': project({ 'shop/app.py': "from celery import Celery, Task\n\n\nclass Own(Task):\n    def __call__(self, *args, **kwargs):\n        return self.run(1, *args, **kwargs)\n\n\napp = Celery('shop', broker='redis://localhost')\napp.Task = Own\n\n\n@app.task\ndef add(x, y):\n    return x\n\n\nadd.delay(1)\n" }),
    'arguments that are not written out': 'VALUES = [1]\nVALUES.append(2)\nadd.apply_async(VALUES)\nadd.apply_async(kwargs=dict(VALUES))\n',
    'stars of which it is not known what they spread': 'VALUES = [1]\nadd.delay(*[1, *VALUES])\nadd.delay(*{1, 2})\nadd.delay(*(value for value in VALUES))\nadd.delay(1, **{**OPTIONS})\nadd.delay(1, **{KEY: 2})\nadd.apply_async(*[[1]], **OPTIONS)\n',
    'stars that spread all there is': "add.delay(*[1, *(2,)])\nadd.delay(*[1], **{'y': 2})\nadd.apply_async([*[1]], {**{'y': 2}})\n",
    'a local signature of the same name': 'from shop.other import make\n\n\ndef send():\n    add = make()\n    add.delay(1)\n',
    'one of two tasks': '@app.task\ndef one(x):\n    return x\n\n\nif VALUE:\n    pick = add\nelse:\n    pick = one\npick.delay(1)\n',
  },
  CEL102: {
    'an option of apply_async': "add.apply_async((1, 2), countdown=3, queue='invoices')\n",
    'an option of a signature': "add.s(1, 2).set(countdown=3, queue='invoices').delay()\n",
    'a keyword-only parameter of that name': '@app.task\ndef later(x, *, priority):\n    return x\n\n\nlater.delay(1, priority=3)\nlater.s(1, priority=3).delay()\n',
    'a base that takes options': 'class Taking(Task):\n    def delay(self, *args, countdown=None, **kwargs):\n        return self.apply_async(args, kwargs, countdown=countdown)\n\n\n@app.task(base=Taking)\ndef taken(x):\n    return x\n\n\ntaken.delay(1, countdown=3)\n',
  },
  CEL103: {
    'nothing at all': "add.apply_async((1, 2), None)\n@app.task\ndef bare():\n    return 1\n\n\nbare.apply_async('')\nbare.apply_async(set())\nbare.apply_async(())\n",
    'a list or nothing': 'def send(flag):\n    values = [1, 2] if flag else 0\n    add.apply_async(values)\n',
    'a parameter that may be another': "def send(values: str = ()):\n    add.apply_async(values)\n",
    'a value that is not known': 'from library import Values\n\nadd.apply_async(Values(1, 2))\n',
    'a base that takes one value': 'class Taking(Task):\n    def apply_async(self, args=None, kwargs=None, **options):\n        return super().apply_async((args,), kwargs, **options)\n\n\n@app.task(base=Taking)\ndef taken(x):\n    return x\n\n\ntaken.apply_async(7)\n',
    'an app that sends differently': project({ 'shop/app.py': "from celery import Celery\n\n\nclass Own(Celery):\n    def send_task(self, name, *args, **kwargs):\n        return super().send_task(name, args)\n\n\napp = Own('shop', broker='redis://localhost')\napp.send_task('other.task', 'text')\n" }),
  },
  CEL104: {
    'what a broker reads': "add.apply_async((1, 2), MessageGroupId='orders', MessageDeduplicationId='7')\n",
    'stamps': "add.apply_async((1, 2), stamped_headers=['y', 'countdwn'], y=3, countdwn=4)\n",
    'an option that the task has as a parameter too': '@app.task\ndef urgent(x, priority=0):\n    return x\n\n\nurgent.apply_async((1,), priority=3)\n',
    'what any keyword of the task would take': '@app.task\ndef loose(x, **more):\n    return x\n\n\nloose.apply_async((1,), tenant=3)\n',
    'a base that reads it': 'class Reading(Task):\n    def apply_async(self, args=None, kwargs=None, x=None, **options):\n        return super().apply_async(args, {**(kwargs or {}), "x": x}, **options)\n\n\n@app.task(base=Reading)\ndef read(x):\n    return x\n\n\nread.apply_async(x=1)\n',
    'a word that is like no option': "add.apply_async((1, 2), tenant='acme')\n",
  },
  CEL105: {
    'no countdown': 'add.apply_async((1, 2), countdown=None, eta=None, expires=None)\n',
    'a countdown of nothing beside an eta': 'add.apply_async((1, 2), countdown=0, eta=datetime.datetime.utcnow())\n',
    'seconds of a stretch of time': 'add.apply_async((1, 2), countdown=datetime.timedelta(minutes=3).total_seconds())\n',
    'a text that is a time': "add.apply_async((1, 2), eta='2030-01-31T12:00:00+00:00')\nadd.apply_async((1, 2), expires='20300131')\n",
    'a day as eta, which has an isoformat': 'add.apply_async((1, 2), eta=datetime.date(2030, 1, 31))\n',
    'a parameter that may be another': 'def send(pause: datetime.timedelta = None):\n    add.apply_async((1, 2), countdown=pause)\n',
    'one of two types': 'def send(flag):\n    pause = datetime.timedelta(minutes=3) if flag else 180\n    add.apply_async((1, 2), countdown=pause)\n',
    'a base that takes stretches of time': 'class Taking(Task):\n    def apply_async(self, args=None, kwargs=None, countdown=None, **options):\n        return super().apply_async(args, kwargs, countdown=countdown.total_seconds(), **options)\n\n\n@app.task(base=Taking)\ndef taken(x):\n    return x\n\n\ntaken.apply_async((1,), countdown=datetime.timedelta(minutes=3))\ntaken.s(1).set(countdown=datetime.timedelta(minutes=3)).delay()\n',
    'how often a chord looks, in whatever it takes': "chord([add.s(1, 2), add.s(3, 4)], total.s()).apply_async(countdown='5')\n",
    'options of a task that runs here': 'add.apply((1, 2), countdown=datetime.timedelta(minutes=3))\n',
    'an id in its place': "add.apply_async((1, 2), {}, 'add-1-2')\nadd.apply_async((1, 2), {}, str(uuid.uuid4()))\n",
    'a soft limit below the hard one': 'add.apply_async((1, 2), soft_time_limit=30, time_limit=60)\nadd.apply_async((1, 2), soft_time_limit=60, time_limit=60)\n',
    'what else can be set': 'from shop.other import option\n\noption.set(countdown=datetime.timedelta(minutes=3))\n',
  },
  CEL106: {
    'a time with its zone': 'add.apply_async((1, 2), eta=datetime.datetime.now(tz=datetime.timezone.utc))\nadd.apply_async((1, 2), eta=datetime.datetime(2030, 1, 31, tzinfo=datetime.timezone.utc))\n',
    'the time of Django': 'from django.utils import timezone\n\nadd.apply_async((1, 2), eta=timezone.now() + datetime.timedelta(minutes=3))\n',
    'local time where Celery may keep it': 'from shop.other import FLAG\n\napp.conf.enable_utc = FLAG\nadd.apply_async((1, 2), eta=datetime.datetime.now())\n',
    'a time that is made from another': "from shop.other import clock\n\nadd.apply_async((1, 2), eta=datetime.datetime.now() + clock)\nadd.apply_async((1, 2), eta=datetime.datetime.fromisoformat('2030-01-31T12:00:00+00:00'))\n",
    'one of two times': 'def send(flag):\n    when = datetime.datetime.now() if flag else datetime.datetime.utcnow()\n    add.apply_async((1, 2), eta=when)\n',
  },
  CEL107: {
    'an hour on Redis': 'add.apply_async((1, 2), countdown=3600)\n',
    'two hours where Redis waits three': "app.conf.broker_transport_options = {'visibility_timeout': 10800}\nadd.apply_async((1, 2), countdown=7200)\n",
    'options of the broker that are not known': "from shop.other import OPTIONS\n\napp.conf.broker_transport_options = OPTIONS\nadd.apply_async((1, 2), countdown=7200)\n",
    'a wait that is not known': 'from library import clock\n\nfrom shop.other import WAIT\n\nadd.apply_async((1, 2), countdown=WAIT)\nadd.apply_async((1, 2), eta=clock() + datetime.timedelta(days=1))\nadd.apply_async((1, 2), eta=WAIT + datetime.timedelta(days=1))\n',
    'two hours for a task that runs here': 'add.apply((1, 2), countdown=7200)\n',
    'a limit that the pauses never reach': '@app.task(autoretry_for=(OSError,), retry_backoff=True, retry_backoff_max=86400)\ndef backing(x):\n    return x\n',
    'how often a chord looks': 'chord([add.s(1, 2), add.s(3, 4)], total.s()).apply_async(countdown=7200)\n',
    'two hours in a quorum queue': amqp("app.conf.task_default_queue_type = 'quorum'\nadd.apply_async((1, 2), countdown=7200)\n"),
    'two hours in a queue of RabbitMQ that waits': amqp("QUEUE = {'x-consumer-timeout': 10800000}\nadd.apply_async((1, 2), countdown=7200)\n"),
    'two hours in memory': { files: { 'shop/__init__.py': '', 'shop/app.py': `${head.replace("'redis://localhost'", "'memory://'")}\n\nadd.apply_async((1, 2), countdown=7200)\n` } },
  },
  CEL108: {
    'a task of another project': "app.send_task('library.tasks.clean')\napp.signature('reports.build').delay()\n",
    'a name that is not known': "from shop.other import NAME\n\napp.send_task(NAME)\napp.send_task(f'shop.app.{NAME}')\n",
  },
};
