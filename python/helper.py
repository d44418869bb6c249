"""Speaks for a Celery app: runs in the user's interpreter, imports the app as `celery -A x worker` does, and answers.

    python helper.py

Requests and replies are JSON, one a line, on descriptor 4, which goes both ways. What the imported code prints goes to stdout and
stderr, and is log. One request at a time, in order; whoever asked ends this process when an answer takes too long.

    {"id": 1, "method": "open", "params": {"app": "proj:app"}}
    {"id": 1, "result": {…}}            or            {"id": 1, "problem": {"reason": …, "message": …, …}}

The types of requests and replies are in src/live/python/helper.ts.
Python 3.8 to 3.14, nothing but the standard library and the user's own Celery.
"""
import ast
import importlib
import importlib.machinery
import importlib.util
import inspect
import json
import linecache
import os
import re
import sys
import sysconfig
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
# Bound before user code can replace them.
os_read, os_write = os.read, os.write
CHANNEL = 4
TEXT_LIMIT = 4000
LOG_LIMIT = 60


# --- The channel ------------------------------------------------------------------------------------------------------

class Channel:
    """JSON lines over one descriptor, both ways."""

    def __init__(self, fd):
        self.fd = fd
        self.rest = b''

    def requests(self):
        """Until the other side has gone."""
        while True:
            line, newline, rest = self.rest.partition(b'\n')
            if newline:
                self.rest = rest
                yield json.loads(line.decode('utf-8'))
                continue
            try:
                data = os_read(self.fd, 65536)
            except OSError:
                return
            if not data:
                return
            self.rest += data

    def send(self, message):
        # ASCII: a lone surrogate in a result must not break the line.
        data = json.dumps(message, ensure_ascii=True, default=bounded_repr).encode('ascii') + b'\n'
        while data:
            data = data[os_write(self.fd, data):]


def open_channel():
    """Descriptor 4. On Windows the C library hands it on too, as the guard starts us by `os.spawnv`."""
    if sys.platform == 'win32':
        import msvcrt
        msvcrt.setmode(CHANNEL, os.O_BINARY)
    # What user code starts must not hold the channel open.
    os.set_inheritable(CHANNEL, False)
    return Channel(CHANNEL)


# --- Texts ------------------------------------------------------------------------------------------------------------

URL_PASSWORD = re.compile(r'\b([a-z][a-z0-9+.-]*://)([^\s:@/]*):([^\s@/]+)@', re.IGNORECASE)


def mask(text):
    """Hides the passwords of URLs, as src/shared/redact.ts does."""
    return URL_PASSWORD.sub(r'\1\2:***@', text)


def bounded_repr(value, limit=TEXT_LIMIT):
    """`repr`, but never an exception and never without bounds."""
    try:
        text = repr(value)
    except Exception as error:
        text = '<%s whose repr raised %s>' % (type(value).__name__, type(error).__name__)
    return text if len(text) <= limit else text[:limit] + '…'


def utf16(text):
    return len(text.encode('utf-16-le', 'surrogatepass')) // 2


def describe_error(error):
    """`KeyError: 'x'`, as the last line of a traceback."""
    return mask(''.join(traceback.format_exception_only(type(error), error)).strip())


# --- Problems ---------------------------------------------------------------------------------------------------------

class Refusal(Exception):
    """Why a request has no answer; becomes a Problem of src/shared/problem.ts. `range` is a place in the request's own text."""

    def __init__(self, reason, message, advice=None, place=None, log=(), range=None):
        super().__init__(message)
        self.reason, self.message, self.advice, self.place, self.log, self.range = reason, message, advice, place, list(log), range

    def as_json(self):
        return {
            'reason': self.reason, 'message': mask(self.message)[:TEXT_LIMIT], 'advice': self.advice, 'place': self.place,
            'log': [mask(line)[:TEXT_LIMIT] for line in self.log[-LOG_LIMIT:]], 'range': self.range,
        }


def is_users_frame(filename):
    """False for our own frames and for the import system's; a user cares for neither."""
    return not (filename.startswith(HERE) or '<frozen importlib' in filename or os.path.join('importlib', '__init__.py') in filename)


def is_library(filename):
    parts = filename.replace('\\', '/').split('/')
    return 'site-packages' in parts or 'dist-packages' in parts or filename.startswith('<') or filename.startswith(LIBRARY_PREFIXES)


LIBRARY_PREFIXES = tuple({
    os.path.join(path, '') for name, path in sysconfig.get_paths().items() if name in ('stdlib', 'platstdlib', 'purelib', 'platlib') and path
})


def clean_traceback(error):
    """The lines of a traceback without frames of ours, of the import system, and of Celery's way to the user's code."""
    whole = traceback.TracebackException(type(error), error, error.__traceback__)
    one, seen = whole, set()
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        frames = [frame for frame in one.stack if is_users_frame(frame.filename)]
        own = [index for index, frame in enumerate(frames) if not is_library(frame.filename)]
        frames = frames[own[0]:] if own else []
        one.stack[:] = frames
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return ''.join(whole.format()).rstrip().split('\n')


def place_of(error):
    """Where in the user's own code an exception was raised: the innermost of its frames, or the place of a syntax error."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno and not error.filename.startswith('<'):
        return {'file': os.path.abspath(error.filename), 'line': error.lineno - 1, 'column': max((error.offset or 1) - 1, 0)}
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if is_users_frame(frame.filename) and not is_library(frame.filename)]
    if not frames:
        return None
    frame = frames[-1]
    line = linecache.getline(frame.filename, frame.lineno)
    column = getattr(frame, 'colno', None)  # Python 3.11
    return {
        'file': os.path.abspath(frame.filename), 'line': frame.lineno - 1,
        'column': column if column is not None else len(line) - len(line.lstrip()),
    }


def cause_in_user_code(error):
    """The exception of a chain that the user's code raised: Celery may have replaced it while it tried other names."""
    one, seen = error, set()
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        if place_of(one):
            return one
        one = one.__cause__ or one.__context__
    return None


# --- What was loaded, and when ----------------------------------------------------------------------------------------

class Stamps:
    """Modification time and size of each source file at the moment when Python loaded it."""

    def __init__(self):
        self.by_path = {}

    def install(self):
        loader, by_path = importlib.machinery.SourceFileLoader, self.by_path
        path_stats = loader.path_stats

        def recording_path_stats(self, path):
            stats = path_stats(self, path)
            by_path[path] = (stats['mtime'], stats.get('size'))
            return stats

        loader.path_stats = recording_path_stats

    def modules(self):
        """Source files of the project that are loaded (no libraries): file, mtime in ms, size."""
        found = {}
        for module in list(sys.modules.values()):
            file = getattr(module, '__file__', None)
            if not isinstance(file, str) or not file.endswith('.py') or is_library(file) or os.path.dirname(file) == HERE:
                continue
            stamp = self.by_path.get(file)
            if stamp is None:
                try:
                    status = os.stat(file)
                except OSError:
                    continue
                stamp = (status.st_mtime, status.st_size)
            found[os.path.abspath(file)] = {'file': os.path.abspath(file), 'modified': stamp[0] * 1000, 'size': stamp[1]}
        return sorted(found.values(), key=lambda one: one['file'])


# --- Calls as text ----------------------------------------------------------------------------------------------------

class CallText:
    """A text that a person wrote, and the places of its parts: UTF-16 offsets in the text as given."""

    def __init__(self, name, text):
        self.name, self.given = name, text
        self.text = text.strip()
        self.shift = utf16(text[:len(text) - len(text.lstrip())])
        self.lines = self.text.split('\n')

    def parse(self):
        try:
            return ast.parse(self.text, mode='eval').body
        except SyntaxError as error:
            line = min((error.lineno or 1) - 1, len(self.lines) - 1)
            start = self.shift + utf16('\n'.join(self.lines[:line]) + ('\n' if line else '') + self.lines[line][:max((error.offset or 1) - 1, 0)])
            start = max(0, min(start, utf16(self.given) - 1))
            raise Refusal('call-syntax', error.msg, range=self.range(start, start + 1))
        except (ValueError, RecursionError, MemoryError) as error:  # null bytes, far too deep
            raise Refusal('call-syntax', describe_error(error), range=self.all())

    def all(self):
        return self.range(self.shift, self.shift + utf16(self.text))

    def range(self, start, end):
        return {'in': self.name, 'start': start, 'end': end}

    def offset(self, line, column):
        """Of a place as `ast` says it: line from 1, column in UTF-8 bytes."""
        before = '\n'.join(self.lines[:line - 1]) + ('\n' if line > 1 else '')
        return self.shift + utf16(before + self.lines[line - 1].encode('utf-8')[:column].decode('utf-8', 'ignore'))

    def of(self, node):
        value = node
        start_line, start_column = value.lineno, value.col_offset
        return self.range(self.offset(start_line, start_column), self.offset(value.end_lineno, value.end_col_offset))

    def keyword(self, keyword):
        """`name=value`. Before Python 3.9 a keyword node has no place of its own."""
        whole = self.of(keyword.value)
        if keyword.arg:
            whole['start'] = max(self.shift, whole['start'] - utf16(keyword.arg) - 1)
        return whole

    def source(self, node):
        return ast.get_source_segment(self.text, node) or ''


class Argument:
    """One argument of a call: its text, place and value. `key` is a position or a name, for people."""

    def __init__(self, key, value, text, range):
        self.key, self.value, self.text, self.range = key, value, text, range

    @property
    def label(self):
        return '`%s`' % self.key if isinstance(self.key, str) else 'argument %d' % (self.key + 1)


UNKNOWN = object()


class Call:
    """`add(2, y=3)`: positional and keyword arguments, evaluated."""

    def __init__(self, text, namespace, evaluate):
        self.text = text
        self.node = text.parse()
        if not isinstance(self.node, ast.Call):
            raise Refusal('call-syntax', 'this is not a call: write it like `name(1, key="value")`', range=text.all())
        self.args, self.kwargs = [], []
        for node in self.node.args:
            if isinstance(node, ast.Starred):
                value = evaluate(text, node.value, namespace)
                if value is UNKNOWN:
                    self.args.append(Argument(len(self.args), UNKNOWN, text.source(node), text.of(node)))
                    continue
                for item in self._iterate(value, text, node):
                    self.args.append(Argument(len(self.args), item, text.source(node), text.of(node)))
            else:
                self.args.append(Argument(len(self.args), evaluate(text, node, namespace), text.source(node), text.of(node)))
        for keyword in self.node.keywords:
            value = evaluate(text, keyword.value, namespace)
            place = text.keyword(keyword)
            if keyword.arg:
                self._add(Argument(keyword.arg, value, text.source(keyword.value), place))
            elif value is not UNKNOWN:
                if not hasattr(value, 'keys'):
                    raise Refusal('call-arguments', 'what follows ** must be a dict, not %s' % type(value).__name__, range=place)
                for key in value.keys():
                    self._add(Argument(key, value[key], text.source(keyword.value), place))

    def _iterate(self, value, text, node):
        try:
            return list(value)
        except TypeError as error:
            raise Refusal('call-arguments', str(error), range=text.of(node))

    def _add(self, argument):
        if any(other.key == argument.key for other in self.kwargs):
            raise Refusal('call-arguments', 'keyword argument repeated: %s' % argument.key, range=argument.range)
        self.kwargs.append(argument)

    @property
    def arguments(self):
        return self.args + self.kwargs

    @property
    def known(self):
        return all(argument.value is not UNKNOWN for argument in self.arguments)

    def values(self):
        return tuple(argument.value for argument in self.args), {argument.key: argument.value for argument in self.kwargs}


def evaluate_any(text, node, namespace):
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        pass
    try:
        return eval(compile(ast.Expression(node), '<call>', 'eval'), dict(namespace))
    except Exception as error:
        advice = None
        if isinstance(error, NameError):
            advice = 'Names are looked up in the module that defines the task; import it there, or write a literal.'
        raise Refusal('call-raised', describe_error(error), advice=advice, place=place_of(error), log=clean_traceback(error), range=text.of(node))


def evaluate_literal(text, node, namespace):
    """For checks while typing, which run nothing of the user's."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN


def common_names():
    """What can be written in a call without an import. The names of the task's module come first."""
    import datetime
    import decimal
    import uuid
    from celery import canvas
    names = {
        'datetime': datetime.datetime, 'date': datetime.date, 'time': datetime.time, 'timedelta': datetime.timedelta, 'timezone': datetime.timezone,
        'decimal': decimal, 'Decimal': decimal.Decimal, 'uuid': uuid, 'UUID': uuid.UUID, 'uuid4': uuid.uuid4,
    }
    for name in ('signature', 'chain', 'group', 'chord', 'chunks', 'xmap', 'xstarmap'):
        names[name] = getattr(canvas, name)
    return names


def uses_datetime_module(node):
    """`datetime.timedelta(…)` means the module, `datetime(…)` and `datetime.now()` the class."""
    return any(
        isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == 'datetime'
        and one.attr in ('datetime', 'date', 'time', 'timedelta', 'timezone', 'tzinfo', 'UTC') for one in ast.walk(node))


# --- The app ----------------------------------------------------------------------------------------------------------

class Workbench:
    """One imported app, and what can be asked of it."""

    def __init__(self):
        self.stamps = Stamps()
        self.stamps.install()
        self.app = None
        self.name = None
        self.sandbox = None
        self.notes = []
        self.published = None
        self.builtin_apply_async = ()
        self.samples = {}

    # open

    def open(self, app):
        """Finds and imports the app; the first request."""
        started = time.monotonic()
        self._import_celery()
        self._command_line_environment()
        self._enter_sandbox()
        self.app = self._find(app)
        self.name = self._full_name(app)
        try:
            self._load()
        except Refusal:
            raise
        except BaseException as error:
            raise self._import_refusal(error, 'importing the tasks of %s failed' % self.name)
        self._prepare_to_publish()
        return {'app': self.name, 'versions': self._versions(), 'modules': self.stamps.modules(), 'notes': self.notes,
                'seconds': time.monotonic() - started}

    def _import_celery(self):
        try:
            import celery
            importlib.import_module('celery.app.utils')
            importlib.import_module('celery.canvas')
            if not hasattr(celery, 'Celery'):
                raise ImportError('`celery` is %s, not Celery' % getattr(celery, '__file__', 'something else'))
        except ImportError as error:
            where = 'in %s' % sys.executable
            if isinstance(error, ModuleNotFoundError) and error.name == 'celery':
                raise Refusal('no-celery', 'There is no Celery %s' % where, 'Install it there, or choose another interpreter.')
            if isinstance(error, ModuleNotFoundError) and error.name == 'packaging':
                raise Refusal('missing-packaging', 'Celery %s cannot be imported: its kombu needs the package `packaging`' % where,
                              'Install `packaging` there, or a newer Celery.', log=clean_traceback(error))
            raise Refusal('no-celery', 'Celery %s cannot be imported: %s' % (where, describe_error(error)), place=place_of(error), log=clean_traceback(error))

    def _command_line_environment(self):
        """What celery.bin.celery turns into settings before it imports the app: the worker does the same."""
        for option, variable in (('BROKER_URL', 'CELERY_BROKER_URL'), ('CELERY_BROKER', 'CELERY_BROKER_URL'),
                                 ('RESULT_BACKEND', 'CELERY_RESULT_BACKEND'), ('LOADER', 'CELERY_LOADER'), ('CONFIG_MODULE', 'CELERY_CONFIG_MODULE'),
                                 ('CELERY_CONFIG', 'CELERY_CONFIG_MODULE')):
            value = os.environ.get(option)
            explicit = {'CELERY_BROKER': 'BROKER_URL', 'CELERY_CONFIG': 'CONFIG_MODULE'}.get(option)
            if value and not (explicit and os.environ.get(explicit)):
                os.environ[variable] = value

    def _enter_sandbox(self):
        spec = importlib.util.spec_from_file_location('_celery_workbench_sandbox', os.path.join(HERE, 'sandbox.py'))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        url = module.wanted()
        if url:
            self.sandbox = module.Sandbox(url)
            self.sandbox.install()

    def _find(self, name):
        from celery.app.base import Celery
        from celery.app.utils import find_app
        module = name.partition(':')[0]
        try:
            found = find_app(name)
        except BaseException as error:
            own = cause_in_user_code(error)
            if own is not None or not isinstance(error, (AttributeError, ImportError)):
                raise self._import_refusal(own or error, 'importing %s failed' % module)
            missing = error.name if isinstance(error, ModuleNotFoundError) else None
            if missing and ':' not in missing and (module + '.').startswith(missing + '.') and module not in sys.modules:
                raise Refusal('no-app', 'There is no module %s in %s' % (missing, os.getcwd()), 'Set the app and the directory that it is imported from.')
            if isinstance(error, ImportError) and not (missing and ':' in missing):
                raise self._import_refusal(error, 'importing %s failed' % module)
            raise Refusal('no-app', '%s has no Celery app %s' % (module, name), self._suggest(module))
        if not isinstance(found, Celery):
            raise Refusal('no-app', '%s is a %s, not a Celery app' % (name, type(found).__name__), self._suggest(module))
        return found

    def _suggest(self, module):
        from celery.app.base import Celery
        names = ['%s:%s' % (module, key) for key, value in vars(sys.modules.get(module) or object).items() if isinstance(value, Celery)]
        return 'Choose %s.' % ' or '.join(names) if names else 'Set the app as `module:attribute`.'

    def _full_name(self, name):
        """`module:attribute`, which finds the same app."""
        module = name.partition(':')[0]
        if ':' in name:
            return name
        candidates = [module, module + '.celery', module.rpartition('.')[0]]
        for candidate in candidates:
            for key, value in list(vars(sys.modules.get(candidate) or object).items()):
                if value is self.app and not key.startswith('__'):
                    return '%s:%s' % (candidate, key)
        return name

    def _load(self):
        """What a worker does after it has found the app (celery.worker.WorkController, celery.apps.worker)."""
        app = self.app
        app.set_current()
        app.set_default()
        app.loader.import_default_modules()
        app.finalize()
        if self.sandbox:
            self.sandbox.set_environment()
        app.set_current()
        app.set_default()

    def _import_refusal(self, error, what):
        if isinstance(error, KeyboardInterrupt):
            raise error
        own = cause_in_user_code(error) or error
        advice = None
        if isinstance(own, ModuleNotFoundError) and own.name:
            advice = 'Install what provides `%s` in %s, or choose another interpreter or directory.' % (own.name.partition('.')[0], sys.executable)
        elif isinstance(own, SystemExit):
            advice = 'The code calls sys.exit() when it is imported.'
        return Refusal('app-import', '%s: %s' % (what[0].upper() + what[1:], describe_error(own)), advice, place_of(own), clean_traceback(own))

    def _versions(self):
        import celery
        import kombu
        return {'python': '%d.%d.%d' % sys.version_info[:3], 'celery': celery.__version__, 'kombu': kombu.__version__}

    def _prepare_to_publish(self):
        """Publishing fails at once where the app's own settings would wait or try again; and what is published is seen."""
        from celery import signals
        from celery.app.task import Task
        conf = self.app.conf
        self.transport_options = dict(conf.broker_transport_options or {})
        self._override('broker_transport_options', dict(
            {'socket_connect_timeout': 3.0}, **dict(self.transport_options, max_retries=0, interval_start=0, interval_step=0, interval_max=0)))
        self._override('task_publish_retry', False)
        if conf.task_always_eager:
            self._override('task_always_eager', False)
            self.notes.append('task_always_eager is set: the project runs its tasks in place; they are sent to the worker from here')
        self._do_not_subscribe()
        signals.before_task_publish.connect(self._on_publish, weak=False)
        self.builtin_apply_async = tuple(
            one.__dict__['apply_async'] for one in Task.__mro__ if 'apply_async' in one.__dict__)

    def _do_not_subscribe(self):
        """
        When it sends, the Redis backend subscribes to the result, for `get()`: for as long as this process lives, and with 20
        seconds of attempts when nothing answers. Nobody calls `get()` here; who does subscribes by that.
        """
        try:
            backend = self.app.backend
        except Exception:  # a backend that cannot be made is told by describe(), and by apply_async itself
            return
        if hasattr(getattr(backend, 'result_consumer', None), 'subscribed_to'):
            backend.on_task_call = lambda producer, task_id: None

    def _override(self, key, value):
        """For this process only. Under every name by which the setting may have been given, since one with a prefix may win."""
        conf = self.app.conf
        conf.get(key)
        for name in conf._to_keys(key):
            conf.changes[conf._key(name)] = value

    def _on_publish(self, sender=None, body=None, exchange=None, routing_key=None, headers=None, properties=None, declare=None, **_):
        if self.published is None:
            return
        headers = headers or {}
        queue = declare[0].name if declare and hasattr(declare[0], 'name') else routing_key if not exchange else None
        self.published.append({
            'id': headers.get('id') or (properties or {}).get('correlation_id'), 'task': sender, 'queue': queue,
            'exchange': str(getattr(exchange, 'name', exchange) or ''), 'routingKey': routing_key,
            'args': headers.get('argsrepr'), 'kwargs': headers.get('kwargsrepr'), 'eta': headers.get('eta'), 'expires': headers.get('expires'),
            'root': headers.get('root_id'), 'parent': headers.get('parent_id'), 'group': headers.get('group'),
        })

    # describe

    def describe(self):
        return {
            'description': {
                'app': self.name, 'main': self.app.main, 'celery': self._versions()['celery'], 'kombu': self._versions()['kombu'],
                'python': self._versions()['python'], 'tasks': [self._task(name) for name in sorted(self.app.tasks)],
                'settings': self._settings(), 'broker': mask(self._broker_url('read')), 'backend': mask(self._backend_url()),
                'defaultQueue': self.app.conf.task_default_queue, 'queues': self._queues(), 'timezone': self._timezone(),
            },
            'connection': self._connection(),
            'modules': self.stamps.modules(),
            'notes': self.notes,
            'sandbox': {'url': self.sandbox.url, 'leaks': self.sandbox.leaks(self.app)} if self.sandbox else None,
        }

    def modules(self):
        return self.stamps.modules()

    def _task(self, name):
        task = self.app.tasks[name]
        file, line = self._definition(task)
        return {
            'name': name, 'signature': self._signature(task), 'module': type(task).__module__, 'file': file, 'line': line,
            'ignoreResult': bool(task.ignore_result), 'queue': self._queue_of(task),
        }

    def _signature(self, task):
        try:
            return mask(str(inspect.signature(task.run)))[:TEXT_LIMIT]
        except Exception:  # a callable without one, a default whose repr raises
            return None

    def _definition(self, task):
        if type(task).__module__.startswith('celery.'):
            return None, None
        try:
            code = inspect.unwrap(getattr(task.run, '__func__', task.run)).__code__
        except (AttributeError, ValueError):
            return None, None
        file, line = os.path.abspath(code.co_filename), code.co_firstlineno
        definition = re.compile(r'\s*(async\s+)?def\s+%s\b' % re.escape(code.co_name))
        # co_firstlineno is the first decorator's.
        for number in range(line, line + 50):
            if definition.match(linecache.getline(file, number)):
                return file, number - 1
        return file, line - 1

    def _queue_of(self, task):
        try:
            return self._route(task, (), {}, {})['queue']
        except Exception:  # a router of the user's that needs the arguments
            return None

    def _settings(self):
        from celery.app.defaults import DEFAULTS
        from celery.app.utils import filter_hidden_settings
        conf, changed = self.app.conf, {}
        for key, default in DEFAULTS.items():
            try:
                value = getattr(conf, key)
                if value == default:
                    continue
            except Exception:
                continue
            changed[key] = value
        changed['broker_transport_options'] = self.transport_options
        changed.pop('task_publish_retry', None)
        if not self.transport_options:
            del changed['broker_transport_options']
        masked = {}
        for key, value in changed.items():
            try:
                value = filter_hidden_settings({key: value})[key]
            except Exception:  # a URL that kombu cannot parse
                value = mask(bounded_repr(value))
            masked[key] = mask(bounded_repr(value))
        return masked

    def _broker_url(self, direction):
        conf = self.app.conf
        url = conf.broker_read_url if direction == 'read' else conf.broker_write_url
        if isinstance(url, str) and '://' in url:
            return url
        connection = self.app.connection_for_read() if direction == 'read' else self.app.connection_for_write()
        return connection.as_uri(include_password=True)

    def _backend_url(self):
        backend = self.app.backend_cls or self.app.conf.result_backend
        if not backend:
            return 'disabled'
        return backend if isinstance(backend, str) else '%s.%s' % (getattr(backend, '__module__', ''), getattr(backend, '__name__', type(backend).__name__))

    def _queues(self):
        if not self.app.conf.task_queues:
            return None
        return sorted(self.app.amqp.queues.consume_from)

    def _timezone(self):
        zone = self.app.timezone
        return getattr(zone, 'key', None) or getattr(zone, 'zone', None) or self.app.conf.timezone or ('UTC' if self.app.conf.enable_utc else 'local')

    def _connection(self):
        """For the reader of this broker and these results; not for people: nothing is masked here."""
        conf = self.app.conf
        facts = {
            'read': self._broker_url('read'), 'write': self._broker_url('write'), 'transportOptions': plain(self.transport_options),
            'tls': plain(conf.broker_use_ssl), 'missing': self._missing_module(), 'createMissingQueues': bool(conf.task_create_missing_queues),
            'defaultQueue': conf.task_default_queue, 'defaultExchange': conf.task_default_exchange or '',
            'serializer': conf.task_serializer, 'acceptContent': sorted(str(one) for one in conf.accept_content or ()),
            'result': {
                'url': self._backend_url(), 'class': None, 'keyPrefix': None, 'transportOptions': plain(conf.result_backend_transport_options or {}),
                'tls': plain(conf.redis_backend_use_ssl), 'serializer': conf.result_serializer, 'extended': bool(conf.result_extended), 'problem': None,
            },
        }
        try:
            backend = self.app.backend
            facts['result']['class'] = '%s:%s' % (type(backend).__module__, type(backend).__qualname__)
            prefix = getattr(backend, 'task_keyprefix', None)
            facts['result']['keyPrefix'] = prefix.decode('utf-8', 'replace') if isinstance(prefix, bytes) else prefix if isinstance(prefix, str) else None
        except Exception as error:
            facts['result']['problem'] = describe_error(error)
        return facts

    def _missing_module(self):
        """The module that the broker's transport needs and that is not there, e.g. `redis`."""
        scheme = self._broker_url('write').partition('://')[0].partition('+')[0]
        needed = {'redis': 'redis', 'rediss': 'redis', 'sentinel': 'redis', 'valkey': 'redis', 'sqs': 'boto3', 'confluentkafka': 'confluent_kafka'}.get(scheme)
        return needed if needed and importlib.util.find_spec(needed) is None else None

    # tasks and calls

    def _find_task(self, name, module):
        tasks = self.app.tasks
        if name in tasks:
            return tasks[name]
        if module and module not in sys.modules and not module.endswith('.py'):
            try:
                importlib.import_module(module)
            except BaseException as error:
                raise self._import_refusal(error, 'importing %s failed' % module)
            if name in tasks:
                task = tasks[name]
                # It is registered here only because we imported it just now: a worker will not know it.
                tasks.unregister(name)
                raise Refusal('task-unknown', '%s does not import %s: a worker refuses %s' % (self.name, module, name),
                              'Add "%s" to `include=` or `imports` of the app, or let `autodiscover_tasks` find it.' % module, place=self._place_of_task(task))
        similar = [other for other in tasks if other.rpartition('.')[2] == name.rpartition('.')[2]]
        raise Refusal('task-unknown', '%s is not registered with %s' % (name, self.name),
                      'Registered under another name: %s.' % ', '.join(sorted(similar)) if similar else 'Is its module imported by the app?')

    def _place_of_task(self, task):
        file, line = self._definition(task)
        return None if file is None else {'file': file, 'line': line, 'column': 0}

    def _namespace(self, module, node=None):
        """Names for an evaluation: of a module by its dotted name, or of a file by its path, over the common ones."""
        names = common_names()
        if node is not None and uses_datetime_module(node):
            import datetime
            names['datetime'] = datetime
        if module and module.endswith('.py'):
            names.update(self._sample_file(module))
        elif module:
            if module not in sys.modules:
                try:
                    importlib.import_module(module)
                except BaseException as error:
                    raise self._import_refusal(error, 'importing %s failed' % module)
            names.update(vars(sys.modules[module]))
        return names

    def _sample_file(self, path):
        """The names of a file of samples, which is no module of the project; read again when it has changed."""
        try:
            status = os.stat(path)
            stamp = (status.st_mtime_ns, status.st_size)
            if self.samples.get(path, (None, None))[0] != stamp:
                with open(path, 'rb') as file:
                    code = compile(file.read(), path, 'exec')
                names = {'__name__': os.path.splitext(os.path.basename(path))[0], '__file__': path}
                exec(code, names)
                linecache.checkcache(path)
                self.samples[path] = (stamp, names)
        except BaseException as error:
            raise self._import_refusal(error, 'reading %s failed' % os.path.basename(path))
        return self.samples[path][1]

    def _call(self, task, module, call, options, evaluate):
        text = CallText('call', call)
        namespace = self._namespace(module or type(task).__module__, text.parse())
        made = Call(text, namespace, evaluate)
        self._check_name(task, made, namespace)
        return made, self._options(options, namespace, evaluate)

    def _check_name(self, task, call, namespace):
        """A call that names another task than the one that will be sent would surprise."""
        from celery.app.task import Task
        function = call.node.func
        if isinstance(function, ast.Name):
            named = namespace.get(function.id)
            if isinstance(named, Task) and named.name != task.name:
                raise Refusal('call-syntax', '`%s` is the task %s, not %s' % (function.id, named.name, task.name), range=call.text.of(function))
        elif not isinstance(function, ast.Attribute):
            raise Refusal('call-syntax', 'this is not a call of a task: write it like `name(1, key="value")`', range=call.text.of(function))

    def _options(self, options, namespace, evaluate):
        if not options.strip():
            return []
        text = CallText('options', options)
        inner = CallText('options', 'f(%s)' % text.text)
        inner.shift = text.shift - 2
        inner.given = options
        try:
            call = Call(inner, namespace, evaluate)
        except Refusal as refusal:
            if refusal.range:
                refusal.range = text.range(max(0, refusal.range['start']), max(1, min(refusal.range['end'], utf16(options))))
            raise
        if call.node.func.end_col_offset != 1 or call.args:
            raise Refusal('call-syntax', 'options are written like `countdown=5, queue="mail"`', range=text.all())
        return call.kwargs

    def _is_overridden(self, task):
        """True where the class has an apply_async of its own, which may change arguments before Celery sees them."""
        return inspect.getattr_static(type(task), 'apply_async', None) not in self.builtin_apply_async

    def _check(self, task, call, options):
        """What Celery and kombu would refuse; raises the first."""
        if not self._is_overridden(task):
            if call.known or all(argument.value is not UNKNOWN or argument.key is not None for argument in call.arguments):
                self._check_arguments(task, call)
            self._check_serializable(task, call, options)

    def _check_arguments(self, task, call):
        """Celery's own typing check: `Task.apply_async` calls `__header__`."""
        header = getattr(task, '__header__', None)
        if not task.typing or header is None:
            return
        args, kwargs = call.values()
        try:
            header(*args, **kwargs)
        except TypeError as error:
            raise Refusal('call-arguments', str(error), advice=self._fits(task), range=self._misfit(task, call))

    def _fits(self, task):
        signature = self._signature(task)
        return 'The task takes %s.' % signature if signature else None

    def _misfit(self, task, call):
        """Where in the text an argument does not fit."""
        end = call.text.of(call.node)['end']
        try:
            parameters = list(inspect.signature(task.run).parameters.values())
        except (TypeError, ValueError):
            return call.text.all()
        positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
        by_name = {one.name for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)}
        open_ended = {one.kind for one in parameters}
        if len(call.args) > len(positional) and inspect.Parameter.VAR_POSITIONAL not in open_ended:
            return call.args[len(positional)].range
        filled = {one.name for one in positional[:len(call.args)]}
        for argument in call.kwargs:
            if argument.key in filled or (argument.key not in by_name and inspect.Parameter.VAR_KEYWORD not in open_ended):
                return argument.range
        return call.text.range(end - 1, end)

    def _serializer(self, task, options):
        for option in options:
            if option.key == 'serializer' and option.value not in (None, UNKNOWN):
                return option.value
        return getattr(task, 'serializer', None) or self.app.conf.task_serializer

    def _check_serializable(self, task, call, options):
        """kombu's own encoder, argument by argument, so that the one at fault is known."""
        from kombu import serialization
        serializer = self._serializer(task, options)
        models = getattr(task, '_dump_pydantic_arguments', None)
        for argument in call.arguments:
            value = argument.value
            if value is UNKNOWN:
                continue
            if models is not None and serializer != 'pickle':
                args, kwargs = models((value,), {}) if isinstance(argument.key, int) else models((), {argument.key: value})
                value = args[0] if args else kwargs[argument.key]
            try:
                serialization.dumps(value, serializer)
            except Exception as error:
                raise Refusal('call-serialization', '%s: %s' % (argument.label, root_message(error)), advice=serialization_advice(value, serializer), range=argument.range)

    # send

    def send(self, task=None, module=None, call=None, options='', expression=None):
        if expression is not None:
            return self._send_expression(expression, module)
        found = self._find_task(task, module)
        made, chosen = self._call(found, module, call, options, evaluate_any)
        self._check(found, made, chosen)
        args, kwargs = made.values()
        return self._publish(lambda: found.apply_async(args, kwargs, **{option.key: option.value for option in chosen}), found.name)

    def _send_expression(self, expression, module):
        value, text = self._evaluate_expression(expression, module)
        return self._publish(value.apply_async, text)

    def _evaluate_expression(self, expression, module):
        from celery.app.task import Task
        from celery.canvas import Signature
        text = CallText('expression', expression)
        node = text.parse()
        value = evaluate_any(text, node, self._namespace(module, node))
        if isinstance(value, Task):
            value = value.s()
        if not isinstance(value, Signature):
            raise Refusal('call-syntax', 'this is a %s, not a signature' % type(value).__name__,
                          'Write a signature like `add.s(2, 3)` or a canvas like `chain(a.s(), b.s())`.', range=text.all())
        return value, text.text

    def _publish(self, apply, what):
        self.published = []
        try:
            result = apply()
        except Exception as error:
            raise self._publish_refusal(error, what)
        finally:
            published, self.published = self.published, None
        ids = result_ids(result)
        ids += [one['id'] for one in published if one['id'] not in ids]
        if not published:
            raise Refusal('call-raised', 'apply_async of %s returned without sending anything' % what, 'Its own apply_async decided so.')
        return {'id': ids[-1] if not hasattr(result, 'id') or result.id not in ids else result.id, 'ids': ids, 'queue': published[0]['queue'],
                'messages': published, 'notes': list(self.notes)}

    def _publish_refusal(self, error, what):
        from kombu.exceptions import EncodeError, OperationalError
        message = describe_error(error)
        if self.sandbox and any(type(one).__name__ == 'Leak' for one in chain_of(error)):
            return Refusal('leak', root_message(error), 'The code makes a connection of its own.', place_of(error), clean_traceback(error))
        if isinstance(error, EncodeError):
            return Refusal('call-serialization', root_message(error), place=place_of(error), log=clean_traceback(error))
        if isinstance(error, TypeError) and innermost_file(error) == '<string>':
            return Refusal('call-arguments', str(error), log=clean_traceback(error))
        if any(isinstance(one, (OperationalError, ConnectionError)) or type(one).__module__.startswith('redis.') for one in chain_of(error)):
            return Refusal('broker-refused', 'No broker took the message at %s: %s' % (mask(self._broker_url('write')), root_message(error)),
                           'Is the broker running there?', log=clean_traceback(error))
        return Refusal('call-raised', '%s: %s' % (what, message), place=place_of(error), log=clean_traceback(error))

    # routes

    def _route(self, task, args, kwargs, options):
        chosen = dict(task._get_exec_options(), **options)
        route = self.app.amqp.router.route(chosen, task.name, args, kwargs, task)
        queue = route.get('queue')
        exchange, routing_key = route.get('exchange'), route.get('routing_key')
        if queue is None and exchange is None:
            queue = self.app.amqp.default_queue
        name = getattr(queue, 'name', queue)
        return {
            'queue': name, 'exchange': getattr(exchange, 'name', exchange), 'routingKey': routing_key, 'priority': route.get('priority'),
        }


# --- Small things -----------------------------------------------------------------------------------------------------

def plain(value):
    """JSON of a setting; what JSON has no form for becomes its text."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if hasattr(value, 'name') and type(value).__module__ == 'ssl':
        return value.name
    if isinstance(value, int) or (isinstance(value, float) and value == value and abs(value) != float('inf')):
        return value
    return bounded_repr(value)


def chain_of(error):
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return seen


def root_message(error):
    """The text of the exception that a library wrapped: `Object of type set is not JSON serializable`."""
    return mask(str(chain_of(error)[-1]) or describe_error(error))


def innermost_file(error):
    frames = traceback.extract_tb(error.__traceback__)
    return frames[-1].filename if frames else None


def serialization_advice(value, serializer):
    kind = type(value).__name__
    if isinstance(value, (set, frozenset)):
        return 'Pass a list instead of a %s.' % kind
    if kind == 'timedelta':
        return 'Pass seconds instead of a timedelta.'
    if hasattr(value, 'pk'):
        return 'Pass its primary key, and load the %s in the task.' % kind
    if hasattr(value, '__dataclass_fields__'):
        return 'Pass dataclasses.asdict(…) of it.'
    return 'The serializer %s takes numbers, texts, None, lists and dicts.' % serializer if serializer in ('json', 'yaml', 'msgpack') else None


def result_ids(result):
    """Ids of a result and all that belongs to it: earlier steps first, then members, then itself."""
    ids, seen = [], set()

    def walk(one):
        if one is None or id(one) in seen:
            return
        seen.add(id(one))
        walk(getattr(one, 'parent', None))
        members = getattr(one, 'results', None)
        if isinstance(members, (list, tuple)):
            for member in members:
                walk(member)
        elif isinstance(getattr(one, 'id', None), str) and one.id not in ids:
            ids.append(one.id)

    walk(result)
    return ids


# --- Process ----------------------------------------------------------------------------------------------------------

METHODS = ('open', 'describe', 'modules', 'send')


def answer(workbench, request):
    try:
        if request['method'] not in METHODS or (workbench.app is None and request['method'] != 'open'):
            raise Refusal('internal', 'the helper cannot %s now' % request['method'])
        return {'id': request['id'], 'result': getattr(workbench, request['method'])(**request.get('params') or {})}
    except Refusal as refusal:
        return {'id': request['id'], 'problem': refusal.as_json()}
    except BaseException as error:  # the helper outlives whatever user code raises, SystemExit too
        lines = traceback.format_exception(type(error), error, error.__traceback__)
        return {'id': request['id'], 'problem': Refusal('internal', describe_error(error), log=''.join(lines).rstrip().split('\n')).as_json()}


def be_like_a_worker():
    """`python -m celery` has its working directory first on sys.path, where a script has its own folder; and nobody types."""
    if not getattr(sys.flags, 'safe_path', False):
        sys.path[0] = os.getcwd()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)


def main():
    channel = open_channel()
    be_like_a_worker()
    sys.argv[:] = ['celery']
    workbench = Workbench()
    for request in channel.requests():
        channel.send(answer(workbench, request))
    # Threads of user code must not keep us.
    os._exit(0)


if __name__ == '__main__':
    main()
