"""Holds every Celery app of this process to the sandbox broker, whatever its code says.

The environment variables and command line options of
Celery are not enough: the app may assign `os.environ` or `app.conf` after it was imported, give TLS or transport settings
for another server, or bring backends of its own. So:

1. the settings that decide where an app connects have one value for every app, at any time;
2. a connection object that leads elsewhere refuses to connect;
3. before a worker or Beat starts, what they would connect to is looked at; anything else than the sandbox ends the process
   with exit code 78 and one line on stderr that starts with `celery-workbench-leak: `, followed by JSON.
"""
import inspect
import json
import os
import sys
from types import SimpleNamespace

VARIABLE = 'CELERY_WORKBENCH_SANDBOX'
LEAK_LINE = 'celery-workbench-leak: '
EX_CONFIG = 78

# What Celery's own environment variables say (celery.app.utils.Settings), and what its command line reads
# (celery.bin.celery: the options' own names, and those that click derives with auto_envvar_prefix="CELERY").
SET = ('CELERY_BROKER_URL', 'CELERY_BROKER_READ_URL', 'CELERY_BROKER_WRITE_URL', 'CELERY_RESULT_BACKEND')
UNSET = ('BROKER_URL', 'RESULT_BACKEND', 'CELERY_BROKER')

# Transport options that choose a server or a way to it, and not how the queues are kept there.
ROUTING_TRANSPORT_OPTIONS = frozenset((
    'master_name', 'sentinel_kwargs', 'min_other_sentinels', 'credential_provider', 'connection_class', 'ssl',
    'additional_connection_errors', 'host', 'hosts', 'port', 'virtual_host', 'username', 'password',
))


class Leak(Exception):
    """A connection that would not go to the sandbox."""


def wanted():
    """The sandbox URL of this process, or None."""
    return os.environ.get(VARIABLE) or None


class Sandbox:
    """The rules for one process. `install` comes before the app is imported."""

    def __init__(self, url):
        self.url = url
        self.forced = dict.fromkeys(('broker_url', 'broker_read_url', 'broker_write_url', 'result_backend', 'redbeat_redis_url'), url)
        self.forced.update(dict.fromkeys((
            'broker_host', 'broker_port', 'broker_user', 'broker_password', 'broker_vhost', 'broker_transport', 'broker_use_ssl',
            'broker_login_method', 'broker_failover_strategy', 'redis_backend_use_ssl', 'redis_backend_credential_provider', 'redis_host',
            'redis_port', 'redis_db', 'redis_username', 'redis_password', 'override_backends', 'redbeat_redis_use_ssl', 'redbeat_redis_options',
        )))

    def install(self):
        """Rules 1 and 2. Idempotent."""
        from celery.app import backends, utils
        from celery.app.task import Task
        from kombu import Connection

        if getattr(utils.Settings, 'celery_workbench_sandbox', None) == self.url:
            return
        self.set_environment()
        self._force_settings(utils)
        self._force_backends(backends, Task)
        self._guard_connections(Connection)
        utils.Settings.celery_workbench_sandbox = self.url

    def set_environment(self):
        """For children of this process that run Celery themselves; the app may have changed it while it was imported."""
        for name in SET:
            os.environ[name] = self.url
        for name in UNSET:
            os.environ.pop(name, None)

    def _force_settings(self, utils):
        forced, url, settings = self.forced, self.url, utils.Settings
        lookup = settings.__getitem__
        to_new = getattr(utils, '_TO_NEW_KEY', {})
        missing = object()

        def new_name(self, key):
            prefix = self.__dict__.get('prefix') or ''
            name = to_new.get(key, key)
            if prefix and name.lower().startswith(prefix.lower()):
                name = name[len(prefix):]
            return name.lower()

        def getitem(self, key):
            name = new_name(self, key) if isinstance(key, str) else key
            value = missing
            try:
                # Also for the side effect: the first access loads the configuration.
                value = lookup(self, key)
            except KeyError:
                if name not in forced:
                    raise
            if name in forced:
                return forced[name]
            if name in ('broker_transport_options', 'result_backend_transport_options') and value:
                return {option: setting for option, setting in value.items() if option not in ROUTING_TRANSPORT_OPTIONS}
            return value

        settings.__getitem__ = getitem
        for name in ('broker_url', 'broker_read_url', 'broker_write_url', 'result_backend'):
            setattr(settings, name, property(lambda self: url))

    def _force_backends(self, backends, Task):
        url, by_url = self.url, backends.by_url
        # Also for apps whose class names a backend, and configurations that replace the class behind a scheme.
        plain_loader = SimpleNamespace(override_backends={})
        backends.by_url = lambda backend=None, loader=None: by_url(url, plain_loader)

        shared = property(lambda task: task.app.backend, lambda task, value: None)
        Task.backend = shared
        bind = Task.bind.__func__

        def bind_to_sandbox(cls, app):
            if cls.__dict__.get('backend', shared) is not shared or cls.backend is not shared:
                cls.backend = shared
            return bind(cls, app)

        Task.bind = classmethod(bind_to_sandbox)

    def _guard_connections(self, Connection):
        sandbox, establish = self, Connection._establish_connection

        def establish_in_sandbox(self):
            elsewhere = sandbox.elsewhere(self)
            if elsewhere:
                line = 'Celery Workbench refused a connection to %s: the sandbox is %s' % (elsewhere, sandbox.url)
                sys.stderr.write(line + '\n')
                raise Leak(line)
            return establish(self)

        Connection._establish_connection = establish_in_sandbox

    def elsewhere(self, connection):
        """Where a kombu connection leads if that is not the sandbox (a URL without its password), else None."""
        from kombu import Connection

        if connection.transport_cls == 'memory' or getattr(connection.transport_cls, '__module__', '') == 'kombu.transport.memory':
            return None
        ours = Connection(self.url)
        same = all(getattr(connection, name) == getattr(ours, name) for name in ('transport_cls', 'hostname', 'port', 'userid', 'password'))
        if same and (connection.virtual_host or '/').strip('/') == (ours.virtual_host or '/').strip('/') and not connection.ssl and not [
                url for url in connection.alt or () if url != self.url]:
            return None
        return _as_text(connection)

    def leaks(self, app):
        """What of an imported app would not go to the sandbox: a list of {what, where}. Connects to nothing."""
        found = []

        def look(what, make):
            try:
                where = make()
            except Exception as error:  # an app that overrides these may raise anything
                where = '%s: %s' % (type(error).__name__, error)
            if where:
                found.append({'what': what, 'where': where})

        look('app.connection_for_read()', lambda: self.elsewhere(app.connection_for_read()))
        look('app.connection_for_write()', lambda: self.elsewhere(app.connection_for_write()))
        look('app.connection()', lambda: self.elsewhere(app.connection()))
        look('app.backend', lambda: self._app_backend_elsewhere(app))
        if found:
            return found
        for name, task in sorted(app.tasks.items()):
            if task.app is app and task.backend is not app.backend:
                look('the result backend of %s' % name, lambda: self._backend_elsewhere(task.backend))
        return found

    def _app_backend_elsewhere(self, app):
        from celery.app.base import Celery
        # What code of the app's own makes is not made to look at it: a backend for a database connects at once.
        own = [name for name in ('backend', '_get_backend') if inspect.getattr_static(app, name) is not Celery.__dict__[name]]
        return f'what its own {own[0]} makes' if own else self._backend_elsewhere(app.backend)

    def _backend_elsewhere(self, backend):
        from kombu.utils.url import url_to_parts

        parameters = getattr(backend, 'connparams', None)
        if not isinstance(parameters, dict):
            return '%s.%s' % (type(backend).__module__, type(backend).__qualname__)
        ours = url_to_parts(self.url)
        where = (parameters.get('host'), parameters.get('port'), str(parameters.get('db', 0)), parameters.get('username'), parameters.get('password'))
        if where == (ours.hostname, ours.port, (ours.path or '').strip('/') or '0', ours.username, ours.password) and 'connection_class' not in parameters:
            return None
        return 'redis://%s:%s/%s' % where[:3]


def _as_text(connection):
    try:
        return connection.as_uri()
    except Exception:
        return '%s://%s:%s' % (connection.transport_cls, connection.hostname, connection.port)


def end(leaks):
    """Says why on stderr, in one line for the agent, and ends this process before it has connected to anything."""
    sys.stdout.flush()
    # Not sys.stderr: Celery may have made a logger of it.
    os.write(2, ('\n' + LEAK_LINE + json.dumps(leaks) + '\n').encode('ascii'))
    os._exit(EX_CONFIG)


def _watch(sandbox):
    """Rule 3. At these points all settings are read and nothing is connected yet."""
    from celery import signals
    from celery.apps.beat import Beat

    def check(app):
        found = sandbox.leaks(app)
        if found:
            end(found)

    signals.worker_init.connect(lambda sender, **_: check(sender.app), weak=False)
    start_scheduler = Beat.start_scheduler

    def start_checked_scheduler(self):
        # beat_init comes when Beat has said that it starts.
        check(self.app)
        return start_scheduler(self)

    Beat.start_scheduler = start_checked_scheduler


def main():
    """What `python -m celery` does (celery.__main__), in the sandbox."""
    if not getattr(sys.flags, 'safe_path', False):
        sys.path[0] = os.getcwd()
    import celery
    sys.argv[0] = os.path.join(os.path.dirname(celery.__file__), '__main__.py')
    if 'multi' not in sys.argv:
        celery.maybe_patch_concurrency()
    sandbox = Sandbox(os.environ[VARIABLE])
    sandbox.install()
    _watch(sandbox)
    from celery.bin.celery import main as run
    sys.exit(run())
