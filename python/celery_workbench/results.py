"""Results of backends that have no client of our own: whatever the app's backend can read."""
import pprint

from .describing import backend_url
from .problems import Refusal, chain_of, root_message
from .sending import is_connection_error
from .texts import bounded_repr, mask

RESULT_LIMIT = 200_000


def result(opened, id, task=None):
    """What is stored of a task, or None where nothing is: a task that waits and an id that nobody knows look the same."""
    meta = _ask(opened, task, lambda backend: _read(backend, id))
    if not isinstance(meta, dict) or meta.get('status') == 'PENDING':
        return None
    # django-celery-results has names of its own.
    meta = dict({name[len('task_'):]: value for name, value in meta.items() if name in ('task_name', 'task_args', 'task_kwargs')}, **meta)
    value = meta.get('result')
    failed = isinstance(value, BaseException)
    return {
        'id': id, 'state': str(meta.get('status')), 'result': None if failed else _shown(value),
        'exception': {'type': type(value).__name__, 'module': type(value).__module__, 'message': mask(bounded_repr_of_error(value))} if failed else None,
        'traceback': _text(meta.get('traceback')), 'children': _children(meta.get('children')), 'doneAt': _moment(meta.get('date_done')),
        'name': _text(meta.get('name')), 'worker': _text(meta.get('worker')), 'queue': _text(meta.get('queue')),
        'retries': meta.get('retries') if isinstance(meta.get('retries'), int) else None,
        'args': None if meta.get('args') is None else _shown(meta['args']), 'kwargs': None if meta.get('kwargs') is None else _shown(meta['kwargs']),
        'parent': _text(meta.get('parent_id')), 'group': _text(meta.get('group_id')),
    }


def forget(opened, id, task=None):
    """Removes what is stored of a task."""
    _ask(opened, task, lambda backend: backend.forget(id))
    return {}


def _read(backend, id):
    from kombu.utils.functional import accepts_argument
    # The rpc backend has no cache, and no such argument.
    return backend.get_task_meta(id, cache=False) if accepts_argument(backend.get_task_meta, 'cache') else backend.get_task_meta(id)


def _ask(opened, task, question):
    app = opened.app
    try:
        return question(app.tasks[task].backend if task in app.tasks else app.backend)
    except Exception as error:
        url = mask(backend_url(opened))
        if isinstance(error, NotImplementedError) or type(app.backend).__name__ == 'DisabledBackend':
            raise Refusal('unsupported', f'The result backend {url} keeps no results that can be read')
        if is_connection_error(chain_of(error)):
            raise Refusal('broker-refused', f'The result backend {url} does not answer: {root_message(error)}', 'Is it running?')
        raise Refusal('unsupported', f'The result backend {url} cannot be read: {root_message(error)}')


def _shown(value):
    try:
        text = pprint.pformat(value, width=100)
    except Exception:
        text = bounded_repr(value)
    return {'text': mask(text[:RESULT_LIMIT]), 'complete': len(text) <= RESULT_LIMIT}


def bounded_repr_of_error(error):
    try:
        return str(error)[:RESULT_LIMIT]
    except Exception:
        return bounded_repr(error)


def _text(value):
    return value if isinstance(value, str) else None


def _moment(value):
    return value.isoformat() if hasattr(value, 'isoformat') else _text(value)


def _children(children):
    """Ids of the tasks that it started, of their groups' members too."""
    from .sending import result_ids
    found = []
    for child in children or ():
        if hasattr(child, 'id'):
            found += result_ids(child)
        elif isinstance(child, (list, tuple)) and child and isinstance(child[0], (list, tuple)) and isinstance(child[0][0], str):
            found.append(child[0][0])
    return found
