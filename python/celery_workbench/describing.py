"""What the app says of itself."""
import importlib.util
import inspect
import linecache
import os
import re
import sys

from . import calls
from .opening import backend_class, is_redis
from .texts import bounded, bounded_repr, describe_error, mask, plain

# Python modules that kombu's transports need beyond kombu itself.
NEEDED = {'redis': 'redis', 'rediss': 'redis', 'sentinel': 'redis', 'valkey': 'redis', 'valkeys': 'redis', 'sqs': 'boto3', 'confluentkafka': 'confluent_kafka'}


def describe(opened):
    app, versions = opened.app, _versions()
    return {
        'description': {
            'app': opened.name, 'main': app.main, 'celery': versions['celery'], 'kombu': versions['kombu'], 'python': versions['python'],
            'tasks': [_task(opened, task) for _, task in sorted(opened.tasks.items())],
            'settings': _settings(opened), 'broker': mask(broker_url(app, 'read')), 'backend': mask(backend_url(opened)),
            'defaultQueue': app.conf.task_default_queue, 'queues': sorted(app.amqp.queues.consume_from) if app.conf.task_queues else None,
            'timezone': _timezone(app),
        },
        'connection': _connection(opened),
        'notes': opened.notes,
        'sandbox': {'url': opened.sandbox.url, 'leaks': opened.sandbox.leaks(app)} if opened.sandbox else None,
    }


def _versions():
    import celery
    import kombu
    return {'python': '{}.{}.{}'.format(*sys.version_info), 'celery': celery.__version__, 'kombu': kombu.__version__}


def _task(opened, task):
    file, line = definition(task)
    try:
        queue = calls.destination(opened, task, (), {}, {})['queue']
    except Exception:  # a router of the user's that needs the arguments
        queue = None
    return {
        'name': task.name, 'signature': signature(task), 'module': type(task).__module__, 'file': file, 'line': line,
        'ignoreResult': bool(task.ignore_result), 'queue': queue,
    }


def signature(task):
    """`(x, y=2)`, the bound first parameter left out; None where Python cannot tell."""
    try:
        return mask(bounded(str(inspect.signature(task.run))))
    except Exception:  # a callable without one, a default whose repr raises
        return None


def definition(task):
    """File and line (from 0) of the task's function, (None, None) for Celery's own."""
    if type(task).__module__.startswith('celery.'):
        return None, None
    try:
        code = inspect.unwrap(getattr(task.run, '__func__', task.run)).__code__
    except (AttributeError, ValueError):
        return None, None
    file, first = os.path.abspath(code.co_filename), code.co_firstlineno
    head = re.compile(r'\s*(async\s+)?def\s+' + re.escape(code.co_name) + r'\b')
    # The first line of the code is its first decorator's.
    line = next((number for number in range(first, first + 100) if head.match(linecache.getline(file, number))), first)
    return file, line - 1


# Settings that are those of another one unless they are set.
DERIVED = {'broker_read_url': 'broker_url', 'broker_write_url': 'broker_url', 'task_default_exchange': 'task_default_queue', 'task_default_routing_key': 'task_default_queue'}


def _settings(opened):
    """Effective settings that differ from Celery's defaults; secrets masked as Celery does, and in URLs as we do."""
    from celery.app.defaults import DEFAULTS
    from celery.app.utils import filter_hidden_settings
    conf, shown = opened.app.conf, {}
    for key, default in DEFAULTS.items():
        try:
            value = opened.changed[key] if key in opened.changed else getattr(conf, key)
            if value == default or (key in DERIVED and value == getattr(conf, DERIVED[key])):
                continue
        except Exception:  # a value that cannot be compared
            continue
        try:
            value = filter_hidden_settings({key: value})[key]
        except Exception:  # a URL that kombu cannot parse
            pass
        shown[key] = mask(bounded_repr(value))
    return shown


def broker_url(app, direction):
    """With its password."""
    url = app.conf.broker_read_url if direction == 'read' else app.conf.broker_write_url
    if isinstance(url, str) and '://' in url:
        return url
    connection = app.connection_for_read() if direction == 'read' else app.connection_for_write()
    return connection.as_uri(include_password=True)


def missing_module(app):
    """What the broker's transport needs and this interpreter has not, e.g. `redis`."""
    needed = NEEDED.get(broker_url(app, 'write').partition('://')[0].partition('+')[0])
    try:
        return needed if needed and importlib.util.find_spec(needed) is None else None
    except ValueError:  # sys.modules has something without a spec
        return None


def backend_url(opened):
    """A URL with its password, or the name of a backend."""
    app = opened.app
    # In the sandbox the class has no say.
    backend = (not opened.sandbox and app.backend_cls) or app.conf.result_backend or 'disabled'
    if isinstance(backend, str):
        return backend
    return f'{getattr(backend, "__module__", "")}.{getattr(backend, "__name__", type(backend).__name__)}'


def _timezone(app):
    zone = app.timezone
    return getattr(zone, 'key', None) or getattr(zone, 'zone', None) or app.conf.timezone or ('UTC' if app.conf.enable_utc else 'local')


def _connection(opened):
    """For our own readers of this broker and these results, never for people: nothing here is masked."""
    app, conf = opened.app, opened.app.conf
    result = {
        'url': backend_url(opened), 'class': None, 'keyPrefix': None, 'transportOptions': plain(opened.changed['result_backend_transport_options'] or {}),
        'tls': plain(conf.redis_backend_use_ssl), 'serializer': conf.result_serializer, 'extended': bool(conf.result_extended), 'problem': None,
    }
    try:
        kind = backend_class(app)
        result['class'] = f'{kind.__module__}:{kind.__qualname__}' if kind else None
        if is_redis(kind):
            prefix = app.backend.task_keyprefix
            result['keyPrefix'] = prefix.decode('utf-8', 'replace') if isinstance(prefix, bytes) else str(prefix)
    except Exception as error:
        result['problem'] = describe_error(error)
    return {
        'read': broker_url(app, 'read'), 'write': broker_url(app, 'write'), 'transportOptions': plain(opened.changed['broker_transport_options'] or {}), 'tls': plain(conf.broker_use_ssl),
        'missing': missing_module(app),
        'createMissingQueues': bool(conf.task_create_missing_queues), 'defaultQueue': conf.task_default_queue,
        'defaultExchange': conf.task_default_exchange or '', 'serializer': conf.task_serializer,
        'acceptContent': sorted(str(one) for one in conf.accept_content or ()), 'result': result,
    }
