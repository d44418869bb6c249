"""Finds and imports the app as a worker does, and makes ready to send from here."""
import importlib
import inspect
import os
import sys
from _thread import get_ident

from . import sandbox
from .problems import Refusal, cause_in_user_code, clean_traceback, import_refusal, place_of
from .texts import describe_error

# What celery.bin.celery makes of the environment before it imports the app: the option's own variable, then the one that click
# derives (auto_envvar_prefix="CELERY"), and the variable that the option sets.
COMMAND_LINE = (
    (('BROKER_URL', 'CELERY_BROKER'), 'CELERY_BROKER_URL'), (('RESULT_BACKEND',), 'CELERY_RESULT_BACKEND'),
    (('LOADER',), 'CELERY_LOADER'), (('CONFIG_MODULE', 'CELERY_CONFIG'), 'CELERY_CONFIG_MODULE'),
)
# For sends that must fail at once when no broker is there. Options of the connection (kombu) and of the result backend (celery.backends.redis).
AT_ONCE = {'max_retries': 0, 'interval_start': 0, 'interval_step': 0, 'interval_max': 0}
CONNECT_TIMEOUT = 3.0


class OpenedApp:
    """An app that was imported, and what was changed of it for this process."""

    def __init__(self, app, name, held_to):
        self.app, self.name, self.sandbox = app, name, held_to
        # Remarks for the user.
        self.notes = []
        # Settings as the app has them, where we changed them for this process.
        self.changed = {}
        # Tasks that are registered only because a call named their module: a worker does not know them.
        self.late = set()
        # Messages, while something is sent; None at other times.
        self.published = None
        self.thread = get_ident()
        # What `apply_async` is for a task that does not bring its own.
        self.apply_async = None

    @property
    def tasks(self):
        """Registered tasks by name, those that a worker knows."""
        return {name: task for name, task in self.app.tasks.items() if name not in self.late}

    def import_module(self, module):
        if module in sys.modules:
            return sys.modules[module]
        before = set(self.app.tasks)
        try:
            return importlib.import_module(module)
        except BaseException as error:
            raise import_refusal(error, f'Importing {module} failed')
        finally:
            self.late |= set(self.app.tasks) - before


def open_app(name):
    _import_celery()
    _command_line_environment()
    sys.argv[:] = [os.path.join(os.path.dirname(sys.modules['celery'].__file__), '__main__.py'), '-A', name]
    if not getattr(sys.flags, 'safe_path', False):
        # `python -m celery` has its working directory first, where a script has its own folder.
        sys.path[0] = os.getcwd()
    held_to = sandbox.Sandbox(sandbox.wanted()) if sandbox.wanted() else None
    if held_to:
        held_to.install()
    app = _find(name)
    opened = OpenedApp(app, _full_name(app, name), held_to)
    try:
        _load(app)
        if held_to:
            held_to.set_environment()
        _prepare_to_send(opened)
    except Exception as error:
        raise import_refusal(error, f'Loading the tasks of {opened.name} failed')
    except SystemExit as error:
        raise import_refusal(error, f'Loading the tasks of {opened.name} failed')
    return opened


def _import_celery():
    try:
        import celery
        if not hasattr(celery, 'Celery'):
            raise ImportError(f'`celery` is {getattr(celery, "__file__", "something else")}, which is not Celery')
        # `celery` loads lazily; these bring the rest.
        for module in ('celery.app.base', 'celery.app.utils', 'celery.app.task', 'celery.canvas', 'celery.result'):
            importlib.import_module(module)
    except ImportError as error:
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        if missing == 'celery':
            raise Refusal('no-celery', f'There is no Celery in {sys.executable}', 'Install it there, or choose another interpreter.')
        if missing == 'packaging':
            raise Refusal('missing-packaging', f'Celery in {sys.executable} cannot be imported: its kombu needs the package `packaging`',
                          'Install `packaging` there, or a newer Celery.', log=clean_traceback(error))
        raise Refusal('no-celery', f'Celery in {sys.executable} cannot be imported: {describe_error(error)}', place=place_of(error), log=clean_traceback(error))


def _command_line_environment():
    for names, variable in COMMAND_LINE:
        value = next((os.environ[name] for name in names if os.environ.get(name)), None)
        if value:
            os.environ[variable] = value


def _find(name):
    from celery.app.base import Celery
    from celery.app.utils import find_app
    module = name.partition(':')[0]
    try:
        found = find_app(name)
    except BaseException as error:
        own = cause_in_user_code(error)
        if own is not None or not isinstance(error, (AttributeError, ImportError)):
            raise import_refusal(own or error, f'Importing {module} failed')
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        if missing and ':' not in missing and f'{module}.'.startswith(f'{missing}.') and module not in sys.modules:
            raise Refusal('no-app', f'There is no module {missing} in {os.getcwd()}', 'Set the app, and the directory that it is imported from.')
        if isinstance(error, ImportError) and not (missing and ':' in missing):
            raise import_refusal(error, f'Importing {module} failed')
        raise Refusal('no-app', f'There is no Celery app at {name}', _suggest(module))
    if not isinstance(found, Celery):
        raise Refusal('no-app', f'{name} is a {type(found).__name__}, not a Celery app', _suggest(module))
    return found


def _names_in(module):
    return list(vars(sys.modules[module]).items()) if module in sys.modules else []


def _suggest(module):
    from celery.app.base import Celery
    names = [f'{module}:{key}' for key, value in _names_in(module) if isinstance(value, Celery)]
    return f'Choose {" or ".join(names)}.' if names else 'Set the app as `module:attribute`.'


def _full_name(app, name):
    """`module:attribute`, which finds the same app."""
    if ':' in name:
        return name
    for module in (name, f'{name}.celery', name.rpartition('.')[0]):
        for key, value in _names_in(module):
            if value is app and not key.startswith('__'):
                return f'{module}:{key}'
    return name


def _load(app):
    """What a worker does after it has found the app (celery.worker.WorkController, celery.apps.worker)."""
    app.set_current()
    app.set_default()
    app.loader.import_default_modules()
    app.finalize()
    # An app that was made while modules were imported has made itself the current one.
    app.set_current()
    app.set_default()


def _prepare_to_send(opened):
    """Sends fail at once where the app's own settings would wait or try again; and what is published is seen."""
    from celery import signals
    from celery.app.task import Task
    conf = opened.app.conf
    transport_options = dict(conf.broker_transport_options or {})
    _override(opened, 'broker_transport_options', dict({'socket_connect_timeout': CONNECT_TIMEOUT}, **dict(transport_options, **AT_ONCE)))
    _override(opened, 'result_backend_transport_options', dict(conf.result_backend_transport_options or {}, retry_policy=AT_ONCE))
    _override(opened, 'redis_socket_connect_timeout', conf.get('redis_socket_connect_timeout') or CONNECT_TIMEOUT)
    _override(opened, 'task_publish_retry', False)
    if conf.task_always_eager:
        _override(opened, 'task_always_eager', False)
        opened.notes.append('task_always_eager is on: the project runs its tasks in place; from here they are sent to the worker')
    _do_not_subscribe(opened.app)
    opened.apply_async = inspect.getattr_static(Task, 'apply_async')
    signals.before_task_publish.connect(_recorder(opened), weak=False)


def _override(opened, key, value):
    """For this process only. Under every name by which the setting may have been given, since one with a prefix may win."""
    conf = opened.app.conf
    opened.changed[key] = conf.get(key)
    for name in conf._to_keys(key):
        conf.changes[conf._key(name)] = value


def backend_class(app):
    """
    Class of the result backend, None where code of the app's own makes it. It is not made: one for a database connects then, and creates tables.
    """
    from celery.app import backends
    from celery.app.base import Celery
    if any(inspect.getattr_static(app, name) is not Celery.__dict__[name] for name in ('backend', '_get_backend')):
        return None
    return backends.by_url(app.backend_cls or app.conf.result_backend, app.loader)[0]


def is_redis(backend):
    """Whether a backend class is Celery's for Redis, or one that extends it; such a one connects when it is used."""
    return any(one.__module__ == 'celery.backends.redis' for one in getattr(backend, '__mro__', ()))


def _do_not_subscribe(app):
    """
    When it sends, the Redis backend subscribes to the result, for `get()`: for as long as this process lives, and with 20 seconds
    of attempts when nothing answers. Nobody calls `get()` here; user code that does subscribes by that.
    """
    try:
        if is_redis(backend_class(app)):
            app.backend.on_task_call = lambda producer, task_id: None
    except Exception:  # `describe` tells of a backend that cannot be made, and so does apply_async
        pass


def _recorder(opened):
    def on_publish(sender=None, exchange=None, routing_key=None, headers=None, properties=None, declare=None, **_):
        # Threads of the app may send too.
        if opened.published is None or get_ident() != opened.thread:
            return
        headers = headers or {}
        queue = declare[0].name if declare and hasattr(declare[0], 'name') else None if exchange else routing_key
        opened.published.append({
            'id': str(headers.get('id') or (properties or {}).get('correlation_id')), 'task': str(sender), 'queue': queue,
            'exchange': str(getattr(exchange, 'name', exchange) or ''), 'routingKey': routing_key,
            'args': headers.get('argsrepr'), 'kwargs': headers.get('kwargsrepr'), 'eta': headers.get('eta'), 'expires': headers.get('expires'),
            'root': headers.get('root_id'), 'parent': headers.get('parent_id'), 'group': headers.get('group'),
        })
    return on_publish
