"""Options of `apply_async` that a worker could not take: checked before anything is sent."""
import datetime
import math
import numbers

from .calltext import UNKNOWN
from .problems import Refusal

# Headers of the task message (protocol 2). A custom header of such a name replaces Celery's own: a wrong one ends workers.
PROTOCOL_HEADERS = frozenset((
    'lang', 'task', 'id', 'shadow', 'eta', 'expires', 'group', 'group_index', 'retries', 'timelimit', 'root_id', 'parent_id', 'argsrepr', 'kwargsrepr',
    'origin', 'ignore_result', 'replaced_task_nesting', 'stamped_headers', 'stamps', 'compression',
))


def _is_seconds(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


def _is_moment(value):
    if isinstance(value, str):
        try:
            datetime.datetime.fromisoformat(value.replace('Z', '+00:00'))
        except ValueError:
            return False
        return True
    return isinstance(value, datetime.datetime)


def _is_text(value):
    return isinstance(value, str) and value != ''


def _is_truth(value):
    return isinstance(value, bool)


def _is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_limit(value):
    return _is_seconds(value) and value > 0


def _is_queue(value):
    from kombu import Queue
    return _is_text(value) or isinstance(value, Queue)


def _is_serializer(value):
    from kombu.serialization import registry
    return value in registry._encoders


def _is_compression(value):
    from kombu import compression
    return value in compression._aliases or value in compression._encoders


def _is_link(value):
    from celery.canvas import Signature
    return isinstance(value, (Signature, dict)) or (isinstance(value, (list, tuple)) and all(isinstance(one, (Signature, dict)) for one in value))


def _is_headers(value):
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


RULES = {
    'countdown': (_is_seconds, 'a number of seconds'),
    'eta': (_is_moment, 'a datetime'),
    'expires': (lambda value: _is_seconds(value) or _is_moment(value), 'a number of seconds or a datetime'),
    'time_limit': (_is_limit, 'a number of seconds above 0'),
    'soft_time_limit': (_is_limit, 'a number of seconds above 0'),
    'priority': (lambda value: _is_count(value) and value <= 255, 'a number from 0 to 9 (RabbitMQ: 255)'),
    'retries': (_is_count, 'a number from 0'),
    'queue': (_is_queue, 'the name of a queue'),
    'serializer': (_is_serializer, 'a serializer that is installed, such as "json"'),
    'compression': (_is_compression, 'a compression that is installed, such as "gzip"'),
    'link': (_is_link, 'a signature or a list of them'),
    'link_error': (_is_link, 'a signature or a list of them'),
    'headers': (_is_headers, 'a dict with text keys'),
    'retry_policy': (lambda value: isinstance(value, dict), 'a dict'),
    'delivery_mode': (lambda value: value in (1, 2, 'transient', 'persistent'), '1 (transient) or 2 (persistent)'),
}
RULES.update({name: (_is_text, 'a text') for name in ('task_id', 'root_id', 'parent_id', 'group_id', 'shadow', 'reply_to', 'routing_key', 'exchange_type')})
RULES.update({name: (_is_truth, 'True or False') for name in ('retry', 'ignore_result', 'add_to_parent', 'mandatory', 'immediate')})

# What apply_async, send_task and Producer.publish take beside these.
FURTHER = frozenset((
    'exchange', 'connection', 'producer', 'publisher', 'router', 'result_cls', 'declare', 'timeout', 'confirm_timeout', 'chord', 'chain', 'group_index',
    'route_name', 'task_type', 'replaced_task_nesting', 'stamped_headers', 'expiration', 'content_type', 'content_encoding', 'argsrepr', 'kwargsrepr',
    'correlation_id', 'message_id', 'timestamp', 'type', 'user_id', 'app_id', 'event_dispatcher', 'origin',
))


def check(options):
    """Raises for the first of these Arguments that Celery would not take, or that would harm a worker."""
    for option in options:
        if option.value is None or option.value is UNKNOWN:
            continue
        if option.key in ('args', 'kwargs'):
            raise Refusal('call-arguments', f'`{option.key}` is no option here: the arguments are those of the call', range=option.range)
        is_right, words = RULES.get(option.key, (None, None))
        if is_right and not _holds(is_right, option.value):
            raise Refusal('call-arguments', f'`{option.key}` must be {words}', range=option.range)
        if option.key == 'headers':
            own = sorted(PROTOCOL_HEADERS.intersection(option.value))
            if own:
                raise Refusal('call-arguments', f'The header `{own[0]}` is Celery\'s own: a wrong value of it ends workers', range=option.range)


def unknown(options):
    """Options that Celery does not know, as Arguments; they travel as properties of the message."""
    return [option for option in options if option.key not in RULES and option.key not in FURTHER and option.key not in ('args', 'kwargs')]


def _holds(is_right, value):
    try:
        return is_right(value)
    except Exception:  # an unhashable serializer, an __eq__ that raises
        return False
