import type { Guards, SilentCode } from './silent';

const shared = 'from celery import shared_task\n\n\n@shared_task\ndef send():\n    return 1\n';

/** A module with tasks beside an app whose module, or another one, is as given. */
const beside = (app: string, more: Readonly<Record<string, string>> = {}): SilentCode => ({
  files: { 'shop/__init__.py': '', 'shop/app.py': `from celery import Celery\n\n${app}\n`, 'shop/jobs.py': shared, ...more },
});

const discovering = "app = Celery('shop')\napp.autodiscover_tasks(";

/** A task that raises an exception with the `__init__` given, and an app that pickles results. */
function raising(parameters: string, init: string, { base = 'Exception', body = 'raise Refused(1, 2)', options = '', serializer = 'pickle' } = {}): SilentCode {
  return `app.conf.result_serializer = '${serializer}'  # celery: ignore[CEL705, CEL707]


class Refused(${base}):
    def __init__(${parameters}):
        ${init}


@app.task${options}
def refuse():
    ${body}
`;
}

/** A package whose tasks a file in it imports by another name than `include` and a module of the web do. */
const twice = (run: string, jobs = shared, more: Readonly<Record<string, string>> = {}): SilentCode => ({
  files: { 'setup.py': '', 'shop/__init__.py': '', 'shop/app.py': "from celery import Celery\n\napp = Celery('shop', include=['shop.jobs'])\n", 'shop/jobs.py': jobs, 'shop/run.py': run, 'shop/web.py': 'from shop.jobs import send\n\nsend.delay()\n', ...more },
});

/** Guards of the rules about definitions of tasks. */
export const definitions: Guards = {
  CEL312: {
    'a module in a list that is computed': beside("app = Celery('shop', include=names())"),
    'a module in a list that is put together': beside("BASE = ['shop.app']\napp = Celery('shop', include=[*BASE, 'shop.' + 'jobs'])"),
    'a module in one of packages that are found': beside(`${discovering}find_packages())`),
    'a module in one of packages that a function finds': beside(`${discovering}lambda: find_packages())`),
    'a module of a name that is computed': beside(`${discovering}['shop'], related_name=NAME)`),
    'a module that is found under another name': beside(`${discovering}['shop'], related_name='jobs')`),
    'a module that is imported by a name that is computed': beside("app = Celery('shop')\nfor name in NAMES:\n    import_module(name)"),
    'a module that is imported as a plugin': beside("from shop import plugins\n\napp = Celery('shop')", { 'shop/plugins.py': "from importlib.metadata import entry_points\n\nfor plugin in entry_points(group='shop'):\n    plugin.load()\n" }),
    'a module that is imported when the app is configured': beside("app = Celery('shop')\n\n\n@app.on_after_configure.connect\ndef setup(sender, **kwargs):\n    from shop import jobs\n"),
    'a module that a package of a package imports': beside('from shop.web.views import orders\n\napp = Celery()', { 'shop/web/__init__.py': 'from shop.web import all_jobs\n', 'shop/web/all_jobs.py': 'import shop.jobs\n', 'shop/web/views/orders.py': '' }),
    'a module that another one imports, which may be given to -A': beside("app = Celery('shop')", { 'worker.py': 'from shop.app import app\nfrom shop import jobs\n' }),
    'a module that may be given to -A itself': beside("app = Celery('shop')", { 'shop/jobs.py': 'from shop.app import app\n\n\n@app.task\ndef send():\n    return 1\n' }),
    'a module that starts a worker': beside("app = Celery('shop', include=['shop.app'])", { 'shop/jobs.py': "from shop.app import app\n\n\n@app.task\ndef send():\n    return 1\n\n\nif __name__ == '__main__':\n    app.worker_main(['worker'])\n" }),
    'a module of another program': { files: { 'web/setup.py': '', 'web/app.py': "from celery import Celery\n\napp = Celery('web')\n", 'mail/setup.py': '', 'mail/jobs.py': shared } },
    'a module of an app whose settings are not found': beside("app = Celery('shop')\napp.config_from_object('configured.elsewhere')"),
    'a module beside an app that no module holds': beside('def make():\n    register(Celery())'),
  },
  CEL313: {
    'an exception that keeps all its arguments': raising('self, order, reason', 'super().__init__(order, reason)'),
    'an exception that is given its arguments by place': raising('self, order, reason', 'self.order = order'),
    'an exception with defaults for what is not kept': raising("self, order, reason='no'", 'super().__init__(order)'),
    'an exception that hands on what it is given': raising('self, *args', 'super().__init__(*args)'),
    'an exception that sets what it keeps': raising('self, order, reason', 'super().__init__(reason)\n        self.args = (order, reason)'),
    'an exception that may be called otherwise': raising('self, order, reason', 'if order:\n            super().__init__(order, reason)', { body: 'raise Refused(1, reason=2)' }),
    'an exception that says how it is pickled': raising('self, order, reason', 'super().__init__(reason)\n\n    def __reduce__(self):\n        return Refused, (1, 2)'),
    'an exception with another base': raising('self, order, reason', 'super().__init__(reason)', { base: 'OSError' }),
    'an exception that is caught where it is raised': raising('self, order, reason', 'super().__init__(reason)', { body: 'try:\n        raise Refused(1, 2)\n    except Refused:\n        return None' }),
    'an exception of a task without results': raising('self, order, reason', 'super().__init__(reason)', { options: '(ignore_result=True)' }),
    'an exception where results are JSON': raising('self, order, reason', 'super().__init__(reason)', { serializer: 'json' }),
    'an exception where one does not know what results are': raising('self, order, reason', 'super().__init__(reason)', { serializer: 'yaml' }),
  },
  CEL314: {
    'a module of tasks that is tried by two names': twice('try:\n    from shop.jobs import send\nexcept ImportError:\n    from jobs import send\n\nsend.delay()\n'),
    'a module of tasks that is imported by two names, without sending one': twice('import jobs\n\nprint(jobs.send.name)\n'),
    'a module whose tasks are named, imported by two names': twice('from jobs import send\n\nsend.delay()\n', shared.replace('shared_task\n\n\n@shared_task', "shared_task\n\n\n@shared_task(name='send')")),
    'two modules of one last name': twice('from jobs import send\n\nsend.delay()\n', shared, { 'jobs.py': 'from celery import shared_task\n\n\n@shared_task\ndef send():\n    return 2\n\n\ndef jobs(app):\n    return app\n', 'shop/app.py': "from celery import Celery\n\napp = Celery('shop', include=['jobs', 'shop.jobs'])\n" }),
    'a module of tasks imported by two names, in tests': twice('', shared, { 'shop/test_run.py': 'from jobs import send\n\nsend.delay()\n' }),
    'tasks that the app names itself': twice('from jobs import send\n\nsend.delay()\n', shared, { 'shop/base.py': 'from celery import Celery\n\n\nclass Named(Celery):\n    def gen_task_name(self, name, module):\n        return name\n' }),
  },
};
