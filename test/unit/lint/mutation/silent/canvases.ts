import { head, project, type Guards } from './silent';

const shop = (code: string, app = ''): { readonly files: Record<string, string> } => ({
  files: { 'shop/__init__.py': '', 'shop/app.py': `${head.replace(", backend='redis://localhost'", app)}\n\n${code}` },
});
const silentTask = '@app.task(ignore_result=True)\ndef quiet(x):\n    return x\n\n\n';
/** A chord of shared tasks, beside other modules. */
const sharing = (files: Readonly<Record<string, string>>): { readonly files: Record<string, string> } => ({
  files: { 'shop/__init__.py': '', 'shop/jobs.py': 'from celery import chord, shared_task\n\n\n@shared_task\ndef send(x):\n    return x\n\n\n@shared_task\ndef total(xs):\n    return xs\n\n\nchord([send.s(1), send.s(2)])(total.s())\n', ...files },
});
const inTask = (body: string): string => `@app.task\ndef outer(x):\n${body.replace(/^(?=.)/gm, '    ')}`;

/** Guards of the rules about canvas and results. */
export const canvases: Guards = {
  CEL501: {
    'a chord that is called with its body': 'chord([add.s(1, 2), add.s(3, 4)])(total.s())\n',
    'a signature that is kept': 'later = add.s(1, 2)\n',
    'a signature that a function gives back': 'def make():\n    return add.s(1, 2) | add.s(3)\n',
    'what a test expects to fail': 'import pytest\n\nwith pytest.raises(TypeError):\n    chain(add.s(1, 2))\n',
    'a sample that is sent by a click': { files: { 'shop/__init__.py': '', 'shop/app.py': head, '.vscode/celery_samples.py': 'from shop.app import add\n\nadd.s(1, 2)\n' } },
    'a method s of one\'s own': 'class Own(Task):\n    def s(self, *args, **kwargs):\n        return self.delay(*args, **kwargs)\n\n\n@app.task(base=Own)\ndef own(x):\n    return x\n\n\nown.s(1)\n',
  },
  CEL502: {
    'an errback of the old kind': '@app.task\ndef failed(task_id):\n    print(task_id)\n\n\nadd.apply_async((1, 2), link_error=failed.s())\n',
    'an errback of the new kind': '@app.task\ndef failed(request, exc, traceback):\n    print(exc)\n\n\nadd.apply_async((1, 2), link_error=failed.s())\n',
    'an errback that takes anything': '@app.task\ndef failed(*args):\n    print(args)\n\n\nadd.apply_async((1, 2), link_error=failed.s(3))\n',
    'an errback that is given nothing': '@app.task\ndef failed():\n    print(1)\n\n\nadd.apply_async((1, 2), link_error=failed.si())\n',
    'an errback that is not known': "add.apply_async((1, 2), link_error=app.signature('library.failed'))\n",
    'an errback below a decorator that is not known': 'from library import logged\n\n\n@app.task\n@logged\ndef failed(a, b, c, d):\n    print(a)\n\n\nadd.apply_async((1, 2), link_error=failed.s())\n',
  },
  CEL503: {
    'get of a dict': inTask("values = {'x': 1}\nreturn values.get('x')\n"),
    'a wait that is allowed': `from celery.result import allow_join_result\n\n\n${inTask('with allow_join_result():\n    return add.delay(1, x).get()\n')}`,
    'a wait without the check': inTask('return add.delay(1, x).get(disable_sync_subtasks=False)\n'),
    'a wait in green threads': `app.conf.worker_pool = 'gevent'\n\n\n${inTask('return add.delay(1, x).get()\n')}`,
    'a wait outside of tasks': 'def view(x):\n    return add.delay(1, x).get()\n',
    'a result from elsewhere': inTask('return x.get()\n'),
    'a wait in a function that may run elsewhere': inTask('def wait():\n    return add.delay(1, 2).get()\nreturn str(wait)\n'),
  },
  CEL504: {
    'signatures by name': 'first = add.s(1, 2)\nchain(first, add.s(3)).delay()\n',
    'members that are not known': 'from library import step\n\nchain(add.s(1, 2), step).delay()\n',
    'a method delay of one\'s own': 'class Own(Task):\n    def delay(self, *args):\n        return self.s(*args)\n\n\n@app.task(base=Own)\ndef own(x):\n    return x\n\n\ngroup([own.delay(1), own.delay(2)]).apply_async()\n',
    'what a decorator of the project gives back': 'def job(function):\n    return app.task(function).s\n\n\n@job\ndef made(x):\n    return x\n\n\nchain(add.s(1, 2), made).delay()\n',
    'a callback that a decorator makes': 'from library import callback\n\n\n@callback\ndef made():\n    return 1\n\n\nadd.apply_async((1, 2), link=made)\n',
    'a callback that may be a signature': 'try:\n    from library import done\nexcept ImportError:\n    def done():\n        return 1\n\n\nadd.apply_async((1, 2), link=done)\n',
    'a callback that a subclass gives': 'class Steps:\n    def done(self):\n        return None\n\n    def run(self):\n        add.apply_async((1, 2), link=self.done)\n',
    'a callback of a chord since 5.7': project('chord([add.s(1, 2)], total.s()).apply_async(link_error=total.si([1]))\n', {}, { celery: '5.7' }),
    'a callback of a chord by a method': project('chord([add.s(1, 2)], total.s()).on_error(total.si([1])).delay()\n', {}, { celery: '5.6' }),
    'a callback of a chord that may be none': project('def send(failed=None):\n    chord([add.s(1, 2)], total.s()).apply_async(link_error=failed)\n', {}, { celery: '5.6' }),
    'a callback of a chord that may have no header': project('def send(numbers):\n    chord([add.s(n, n) for n in numbers], total.s()).apply_async(link_error=total.si([1]))\n', {}, { celery: '5.6' }),
    'a callback of a chain before 5.7': project('chain(add.s(1, 2), add.s(3), link_error=total.si([1])).delay()\n', {}, { celery: '5.6' }),
  },
  CEL505: {
    'a task that takes anything': '@app.task\ndef loose(*args):\n    return args\n\n\nchain(add.s(1, 2), loose.s(1)).delay()\n',
    'a parameter for the result that may be left out': '@app.task\ndef maybe(x=None):\n    return x\n\n\nchain(add.s(1, 2), maybe.s()).delay()\n',
    'a task whose parameters are hidden': 'from library import logged\n\n\n@app.task\n@logged\ndef hidden():\n    return None\n\n\nchain(add.s(1, 2), hidden.s()).delay()\n',
    'one that does not want the result': '@app.task\ndef finish():\n    return None\n\n\nchain(add.s(1, 2), finish.si()).delay()\n',
    'the first after a name that may hold an empty chain': 'def send(first):\n    chain(first, add.s(1, 2)).delay()\n',
    'an immutable one that is given options': 'add.si(1, 2).apply_async(countdown=3)\n',
  },
  CEL506: {
    'a call that stores its result': `${silentTask}quiet.apply_async((1,), ignore_result=False).get()\n`,
    'a call that may store its result': `from library import OPTIONS\n\n${silentTask}quiet.apply_async((1,), **OPTIONS).get()\n`,
    'a call in place': `${silentTask}quiet.apply((1,)).get()\n`,
    'a task that annotations may change': `app.conf.task_annotations = {'*': {'ignore_result': False}}\n\n\n${silentTask}quiet.delay(1).get()\n`,
    'a setting that the task overrides': 'app.conf.task_ignore_result = True\n\n\n@app.task(ignore_result=False)\ndef told(x):\n    return x\n\n\ntold.delay(1).get()\n',
    'a result of another call': `${silentTask}def view(x):\n    result = add.delay(1, 2) if x else quiet.delay(1)\n    return result.get()\n`,
    'a signature that may store its result': 'from library import QUIET\n\nadd.s(1, 2).apply_async(ignore_result=QUIET).get()\n',
    'a signature that is told otherwise at last': 'add.s(1, 2).set(ignore_result=True).apply_async(ignore_result=False).get()\n',
    'a chain, of which the last stores its result since 5.7': 'chain(add.s(1, 2), add.s(3)).apply_async(ignore_result=True).get()\n',
    'a signature of a base that sends in its own way': "class Keeping(Task):\n    def apply_async(self, *args, **options):\n        return super().apply_async(*args, **{**options, 'ignore_result': False})\n\n\n@app.task(base=Keeping)\ndef kept(x):\n    return x\n\n\nkept.s(1).apply_async(ignore_result=True).get()\n",
    'the last of a chain that stores its result': `${silentTask}chain(quiet.si(1), add.si(1, 2)).delay().get()\n`,
  },
  CEL507: {
    'a header that stores nothing, in Redis': `${silentTask}chord([quiet.s(1), quiet.s(2)])(total.s())\n`,
    'a body that stores nothing, in a database': shop(`${silentTask}chord([add.s(1, 2), add.s(3, 4)])(quiet.s())\n`, ", backend='db+sqlite:///results.db'"),
    'a backend that is not known': shop("import os\n\napp.conf.result_backend = os.environ['RESULTS']\nchord([add.s(1, 2), add.s(3, 4)])(total.s())\n"),
    'settings that are not known': shop("app.config_from_object('library.config')\nchord([add.s(1, 2), add.s(3, 4)])(total.s())\n"),
    'shared tasks, of which one app has a backend that is not known': sharing({ 'shop/app.py': "import os\n\nfrom celery import Celery\n\napp = Celery('shop', include=['shop.jobs'], backend=os.environ['RESULTS'])\n", 'shop/other.py': "from celery import Celery\n\nother = Celery('other')\n" }),
    'shared tasks, for which there is an app in tests alone': sharing({ 'tests/__init__.py': '', 'tests/app.py': "from celery import Celery\n\napp = Celery('tests')\n" }),
    'a group with nothing after it': shop('(add.s(1, 2) | group([add.s(3), add.s(4)])).delay()\n'),
  },
};
