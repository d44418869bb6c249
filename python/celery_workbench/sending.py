"""Sending by the app's own `apply_async`, so that routers, signals and overridden methods do what they do in Python."""
import sys
import traceback

from . import calls, options as option_rules
from .describing import backend_url, broker_url, missing_module
from .problems import Refusal, chain_of, clean_traceback, place_of, raised_in, root_message
from .texts import describe_error, mask


def send(opened, task=None, module=None, call=None, options='', expression=None):
    """Answers {id, ids, queue, messages, notes}."""
    if expression is not None:
        return _send_expression(opened, expression, module, options)
    prepared = calls.prepare(opened, task, module, call, options)
    args, kwargs = prepared.call.values()
    return _receipt(opened, prepared.task.name, lambda: prepared.task.apply_async(args, kwargs, **prepared.chosen()), prepared)


def _send_expression(opened, expression, module, options):
    from celery.result import ResultBase

    def evaluate_and_send():
        text, value, names = calls.read_expression(opened, expression, module)
        if isinstance(value, ResultBase) and opened.published:
            return value  # `add.delay(2, 3)`: its evaluation has sent it
        signature = calls.as_signature(value, text)
        calls.check_signature(opened, signature, text)
        chosen = calls.read_options(opened, options, names, evaluate=True)
        option_rules.check(chosen)
        return signature.apply_async(**{option.key: option.value for option in chosen})

    return _receipt(opened, expression.strip(), evaluate_and_send)


def _receipt(opened, what, apply, prepared=None):
    opened.published = []
    try:
        result = apply()
    except Refusal:
        raise
    except (Exception, SystemExit) as error:
        raise _refusal(opened, error, what, prepared)
    finally:
        published, opened.published = opened.published, None
    if not published:
        raise Refusal('call-raised', f'apply_async of {what} sent nothing', 'Its own apply_async decided so.')
    ids = result_ids(result)
    ids += [message['id'] for message in published if message['id'] not in ids]
    last = getattr(result, 'id', None)
    return {'id': last if last in ids else ids[-1], 'ids': ids, 'queue': published[-1]['queue'], 'messages': published, 'notes': opened.notes}


def result_ids(result):
    """Ids of a result and of all that belongs to it: earlier steps first, then members, then itself."""
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


def _refusal(opened, error, what, prepared):
    from celery.exceptions import QueueNotFound
    from kombu.exceptions import EncodeError
    chain = chain_of(error)
    log = clean_traceback(error)
    if opened.sandbox and any(type(one).__name__ == 'Leak' for one in chain):
        return Refusal('leak', root_message(error), 'That code makes a connection of its own.', place_of(error), log)
    if isinstance(error, QueueNotFound):
        return calls.queue_refusal(error)
    if isinstance(error, EncodeError):
        return Refusal('call-serialization', root_message(error), place=place_of(error), log=log)
    if isinstance(error, TypeError) and raised_in(error) == '<string>':  # `__header__`, which Celery makes by exec
        if prepared is None:
            return Refusal('call-arguments', str(error))
        return Refusal('call-arguments', calls.misfit_message(prepared.task, error), calls.takes(prepared.task), range=calls.misfit(prepared.task, prepared.call))
    missing = missing_module(opened.app)
    if missing:
        return Refusal('missing-module', f'The broker at {mask(broker_url(opened.app, "write"))} needs the Python package {missing}', f'Install it in {sys.executable}.', log=log)
    if is_connection_error(chain):
        if any(_went_through(one, 'celery/backends/') for one in chain):
            return Refusal('broker-refused', f'The result backend {mask(backend_url(opened))} does not answer: {root_message(error)}', 'Is it running?', log=log)
        return Refusal('broker-refused', f'No broker took the message at {mask(broker_url(opened.app, "write"))}: {root_message(error)}', 'Is the broker running there?', log=log)
    return Refusal('call-raised', f'{what}: {describe_error(error)}', place=place_of(error), log=log)


def is_connection_error(chain):
    from kombu.exceptions import OperationalError
    return any(isinstance(one, (OperationalError, ConnectionError)) or type(one).__module__.startswith(('redis.exceptions', 'amqp.exceptions')) for one in chain)


def _went_through(error, part):
    return any(part in frame.filename.replace('\\', '/') for frame in traceback.extract_tb(error.__traceback__))
