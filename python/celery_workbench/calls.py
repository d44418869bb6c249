"""Calls of tasks: reading, checking and routing them, as Celery and kombu would."""
import ast
import functools
import inspect
import linecache
import os
import re

from . import describing, options as option_rules
from .calltext import UNKNOWN, Argument, Call, CallText, common_names, evaluator, literal
from .problems import Refusal, clean_traceback, import_refusal, place_of, root_message
from .texts import bounded_repr, describe_error, utf16

# Reasons of refusals that are about the text of the call; any other is about the app.
ABOUT_CALL = ('call-syntax', 'call-arguments', 'call-serialization', 'call-raised')


class PreparedCall:
    """A task, the call's arguments and the options of apply_async, evaluated."""

    def __init__(self, task, call, options):
        self.task, self.call, self.options = task, call, options

    def chosen(self):
        return {option.key: option.value for option in self.options}


def prepare(opened, task, module, call, options, evaluate=True):
    """Finds the task, evaluates call and options, and checks them: what passes can be sent."""
    found = find_task(opened, task, module)
    text = CallText('call', call)
    node = text.parse()
    names = namespace(opened, module_of(found, module), node)
    made = Call(text, node, evaluator(names) if evaluate else literal)
    _check_name(found, made, names)
    prepared = PreparedCall(found, made, read_options(opened, options, names, evaluate))
    check(opened, prepared)
    return prepared


def remarks(opened, task=None, module=None, call=None, options='', expression=None, evaluate=False):
    """
    What is wrong with a call, without sending it: {in, start, end, severity, message}. Without `evaluate` nothing of the user's runs,
    and only literal arguments are looked at.
    """
    found = []
    try:
        if expression is not None:
            found += _remarks_on_expression(opened, expression, module, options, evaluate)
        else:
            prepared = prepare(opened, task, module, call, options, evaluate)
            found += _remarks_on_journey(opened, prepared) + _remarks_on_options(opened, prepared)
    except Refusal as refusal:
        if refusal.reason not in ABOUT_CALL:
            raise
        name, text = ('call', call) if expression is None else ('expression', expression)
        place = refusal.range or {'in': name, 'start': 0, 'end': utf16(text)}
        found.append(dict(place, severity='error', message=refusal.message + (f'. {refusal.advice}' if refusal.advice else '')))
    return found


# --- Tasks and names --------------------------------------------------------------------------------------------------

def find_task(opened, name, module):
    tasks = opened.tasks
    if name in tasks:
        return tasks[name]
    if module and not _is_file(module):
        opened.import_module(module)
        if name in opened.late:
            file, line = describing.definition(opened.app.tasks[name])
            raise Refusal('task-unknown', f'{opened.name} does not import {module}: a worker of it refuses {name}',
                          f'Add "{module}" to `include=` or `imports` of the app, or let `autodiscover_tasks` find it.',
                          {'file': file, 'line': line, 'column': 0} if file else None)
    similar = sorted(other for other in tasks if other.rpartition('.')[2] == name.rpartition('.')[2])
    raise Refusal('task-unknown', f'{name} is not registered with {opened.name}',
                  f'Registered under another name: {", ".join(similar)}.' if similar else 'Does the app import the module of the task?')


def module_of(task, module):
    """In whose namespace a call is evaluated: a file that was named, else the task's module."""
    return module if _is_file(module) else type(task).__module__


def _is_file(module):
    return bool(module) and module.endswith('.py')


def namespace(opened, module, node):
    """Names for an evaluation: of a module by its dotted name or of a `.py` file by its path, over the common ones."""
    names = common_names(node)
    if _is_file(module):
        names.update(_names_of_file(module))
    elif module:
        names.update(vars(opened.import_module(module)))
    return names


_files = {}


def _names_of_file(path):
    """A file of samples is no module of the project: it is read by its path, and again when it has changed."""
    try:
        status = os.stat(path)
        stamp = (status.st_mtime_ns, status.st_size)
        if _files.get(path, (None,))[0] != stamp:
            linecache.checkcache(path)
            with open(path, 'rb') as file:
                code = compile(file.read(), path, 'exec')
            names = {'__name__': os.path.splitext(os.path.basename(path))[0], '__file__': path}
            exec(code, names)
            _files[path] = (stamp, names)
    except BaseException as error:
        raise import_refusal(error, f'Reading {os.path.basename(path)} failed')
    return _files[path][1]


def _check_name(task, call, names):
    """A call that names another task than the one that will be sent would surprise."""
    from celery.app.task import Task
    function = call.node.func
    if isinstance(function, ast.Name):
        named = names.get(function.id)
        if isinstance(named, Task) and named.name != task.name:
            raise Refusal('call-syntax', f'`{function.id}` is the task {named.name}, not {task.name}', range=call.text.of(function))
    elif not isinstance(function, ast.Attribute):
        raise Refusal('call-syntax', 'This is not a call of a task', 'Write it like `name(1, key="value")`.', range=call.text.of(function))


def read_options(opened, options, names, evaluate):
    """`countdown=5, queue="mail"` as Arguments."""
    if not options.strip():
        return []
    text = CallText('options', options, 'f(', ')')
    node = text.parse()
    if not isinstance(node, ast.Call) or node.func.end_col_offset != 1 or node.args:
        raise Refusal('call-syntax', 'Options are written like `countdown=5, queue="mail"`', range=text.whole())
    # `eta=datetime.now()` may need another `datetime` than the call.
    made = Call(text, node, evaluator(dict(common_names(node), **names)) if evaluate else literal)
    return made.kwargs


# --- Checks -----------------------------------------------------------------------------------------------------------

def check(opened, prepared):
    """What Celery and kombu would refuse, and what would harm a worker; raises for the first."""
    task, call = prepared.task, prepared.call
    option_rules.check(prepared.options)
    if is_overridden(opened, task):
        return  # its own apply_async may make of the arguments what it likes
    if call.complete:
        _check_arguments(task, call)
    serializer = serializer_of(opened.app, task, prepared.options)
    _check_accepted(opened.app, serializer, next((option.range for option in prepared.options if option.key == 'serializer'), None))
    for argument in call.arguments:
        if argument.value is not UNKNOWN:
            _encode(task, argument, serializer)


def is_overridden(opened, task):
    """True where the task's class brings an apply_async of its own."""
    return inspect.getattr_static(type(task), 'apply_async', None) is not opened.apply_async


def _check_arguments(task, call):
    """Celery's own typing check: apply_async calls `__header__`."""
    header = getattr(task, '__header__', None)
    if not task.typing or header is None:
        return
    args, kwargs = call.values()
    try:
        header(*args, **kwargs)
    except TypeError as error:
        raise Refusal('call-arguments', misfit_message(task, error), takes(task), range=misfit(task, call))


def misfit_message(task, error):
    """Celery's words; it counts the task itself among the arguments of a bound one, which nobody wrote."""
    if not isinstance(getattr(task, '__header__', None), functools.partial):
        return str(error)

    def less(found):
        takes_, given = (re.sub(r'\d+', lambda number: str(int(number.group()) - 1), part) for part in found.group(1, 2))
        return f'takes {takes_} positional argument{"" if takes_ == "1" else "s"} but {given} {"was" if given == "1" else "were"} given'

    return re.sub(r'takes ([\w ]*\d) positional arguments? but (\d+) (?:was|were) given', less, str(error))


def takes(task):
    signature = describing.signature(task)
    return f'The task takes {signature}.' if signature else None


def misfit(task, call):
    """Where in the text an argument does not fit: at the argument, or at the closing bracket where one is missing."""
    try:
        parameters = list(inspect.signature(task.run).parameters.values())
    except (TypeError, ValueError):
        return call.text.whole()
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    by_name = {one.name for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)}
    kinds = {one.kind for one in parameters}
    if len(call.args) > len(positional) and inspect.Parameter.VAR_POSITIONAL not in kinds:
        return call.args[len(positional)].range
    filled = {one.name for one in positional[:len(call.args)]}
    for argument in call.kwargs:
        if argument.key in filled or (argument.key not in by_name and inspect.Parameter.VAR_KEYWORD not in kinds):
            return argument.range
    end = call.text.of(call.node)['end']
    return call.text.range(end - 1, end)


def serializer_of(app, task, options):
    chosen = next((option.value for option in options if option.key == 'serializer' and option.value is not UNKNOWN), None)
    return chosen or getattr(task, 'serializer', None) or app.conf.task_serializer


def _check_accepted(app, serializer, range):
    """A worker throws a message away whose content type it does not accept, and nobody hears of it."""
    from kombu import serialization
    encoder = serialization.registry._encoders.get(serializer)
    accepted = serialization.prepare_accept_content(app.conf.accept_content)
    if encoder is None:
        raise Refusal('call-serialization', f'The serializer {serializer} is not installed', range=range)
    if accepted is not None and encoder.content_type not in accepted and encoder.content_type != 'application/data':
        raise Refusal('call-serialization', f'A worker of this app throws the message away: accept_content has no {serializer}',
                      f'Add "{serializer}" to accept_content, or choose another serializer.', range=range)


def _encode(task, argument, serializer):
    """kombu's own encoder, one argument at a time, so that the one at fault is known. Answers (content type, encoding, data)."""
    from kombu import serialization
    value = argument.value
    dump_models = getattr(task, '_dump_pydantic_arguments', None)
    if dump_models is not None and serializer != 'pickle':
        args, kwargs = dump_models((value,), {}) if isinstance(argument.key, int) else dump_models((), {argument.key: value})
        value = args[0] if args else kwargs[argument.key]
    try:
        return serialization.dumps(value, serializer)
    except Exception as error:
        raise Refusal('call-serialization', f'{argument.label}: {root_message(error)}', _instead(value, serializer), range=argument.range)


def _instead(value, serializer):
    kind = type(value).__name__
    if isinstance(value, (set, frozenset)):
        return f'Pass a list instead of a {kind}.'
    if kind == 'timedelta':
        return 'Pass its seconds.'
    if hasattr(value, 'pk'):
        return f'Pass its primary key, and load the {kind} in the task.'
    if hasattr(value, '__dataclass_fields__'):
        return 'Pass `dataclasses.asdict(…)` of it.'
    return f'{serializer} takes numbers, texts, None, lists and dicts.' if serializer in ('json', 'yaml', 'msgpack') else None


def _remarks_on_options(opened, prepared):
    if is_overridden(opened, prepared.task):
        return []
    return [dict(option.range, severity='warning', message=f'Celery has no option `{option.key}`: it travels as a property of the message')
            for option in option_rules.unknown(prepared.options)]


def _remarks_on_journey(opened, prepared):
    """Arguments that arrive as something else than was sent."""
    from kombu import serialization
    task, found = prepared.task, []
    if is_overridden(opened, task):
        return found
    serializer = serializer_of(opened.app, task, prepared.options)
    for argument in prepared.call.arguments:
        if argument.value is UNKNOWN or getattr(task, '_dump_pydantic_arguments', None) is not None:
            continue
        content_type, encoding, data = _encode(task, argument, serializer)
        arrived = serialization.loads(data, content_type, encoding, accept={content_type})
        change = _change(argument.value, arrived)
        if change:
            found.append(dict(argument.range, severity='warning', message=f'{argument.label} {change}'))
    return found


def _change(sent, arrived):
    """`arrives as …`, or None where it is the same; a tuple that becomes a list is not worth a word."""
    if isinstance(sent, (list, tuple)) and isinstance(arrived, (list, tuple)) and len(sent) == len(arrived):
        return next(filter(None, (_change(one, other) for one, other in zip(sent, arrived))), None)
    if isinstance(sent, dict) and isinstance(arrived, dict):
        lost = [key for key in sent if key not in arrived]
        if lost:
            return f'arrives with the key {bounded_repr(str(lost[0]), 60)} (str) instead of {bounded_repr(lost[0], 60)}'
        return next(filter(None, (_change(value, arrived[key]) for key, value in sent.items())), None)
    if type(sent) is not type(arrived) and not (isinstance(arrived, type(sent)) or isinstance(sent, type(arrived))):
        return f'arrives as {bounded_repr(arrived, 80)} ({type(arrived).__name__}, not {type(sent).__name__})'
    return None


# --- Expressions ------------------------------------------------------------------------------------------------------

def read_expression(opened, expression, module):
    """The text, the value of an expression, and the names that it was evaluated with."""
    text = CallText('expression', expression)
    node = text.parse()
    names = namespace(opened, module, node)
    return text, evaluator(names)(text, node), names


def as_signature(value, text):
    from celery.app.task import Task
    from celery.canvas import Signature
    if isinstance(value, Task):
        return value.s()
    if isinstance(value, Signature):
        return value
    raise Refusal('call-syntax', f'This is a {type(value).__name__}, not a signature', 'Write one like `add.s(2, 3)`, or a canvas like `chain(a.s(), b.s())`.',
                  range=text.whole())


def _remarks_on_expression(opened, expression, module, options, evaluate):
    if not evaluate:
        CallText('expression', expression).parse()
        return []
    text, value, names = read_expression(opened, expression, module)
    unknown = check_signature(opened, as_signature(value, text), text)
    option_rules.check(read_options(opened, options, names, evaluate))
    return [dict(text.whole(), severity='warning', message=f'{name} is not registered with {opened.name}') for name in unknown]


def check_signature(opened, signature, text, given=0):
    """
    As `check`, for each task of a canvas; `given` positional arguments come from the task before. Answers names of unknown tasks.
    """
    from celery.canvas import chord, group, maybe_signature
    if 'tasks' in signature.kwargs and signature.task in ('celery.chain', 'celery.group'):
        tasks = signature.tasks if isinstance(signature, group) or hasattr(signature, 'tasks') else signature.kwargs['tasks']
        tasks = [maybe_signature(one, app=opened.app) for one in tasks]
        later = given if signature.task == 'celery.group' else 1
        return [name for index, one in enumerate(tasks) for name in check_signature(opened, one, text, later if index else given)]
    if isinstance(signature, chord):
        header = signature.tasks if isinstance(signature.tasks, (list, tuple)) else [signature.tasks]
        unknown = [name for one in header for name in check_signature(opened, maybe_signature(one, app=opened.app), text, given)]
        return unknown + (check_signature(opened, maybe_signature(signature.body, app=opened.app), text, 1) if signature.body else [])
    return _check_leaf(opened, signature, text, given)


def _check_leaf(opened, signature, text, given):
    arguments = [Argument(index, value, '', text.whole()) for index, value in enumerate(signature.args)]
    arguments += [Argument(key, value, '', text.whole()) for key, value in signature.kwargs.items()]
    chosen = [Argument(key, value, '', text.whole()) for key, value in signature.options.items()]
    option_rules.check(chosen)
    task = opened.tasks.get(signature.task)
    if task is None:
        return [signature.task]
    if is_overridden(opened, task):
        return []
    header = getattr(task, '__header__', None)
    if task.typing and header is not None:
        try:
            header(*([None] * (0 if signature.immutable else given)), *signature.args, **signature.kwargs)
        except TypeError as error:
            raise Refusal('call-arguments', misfit_message(task, error), takes(task), range=text.whole())
    serializer = serializer_of(opened.app, task, chosen)
    _check_accepted(opened.app, serializer, text.whole())
    for argument in arguments:
        try:
            _encode(task, argument, serializer)
        except Refusal as refusal:
            refusal.message = f'{signature.task}, {refusal.message[0].lower()}{refusal.message[1:]}'
            raise
    return []


# --- Routes -----------------------------------------------------------------------------------------------------------

def route(opened, task, module=None, call=None, options='', evaluate=False):
    """
    Where a call goes: {queue, exchange, routingKey, priority, why}. Without a call, or where arguments were not evaluated, a router of the
    user's that needs them may say otherwise.
    """
    if call is None:
        return destination(opened, find_task(opened, task, module), (), {}, {})
    prepared = prepare(opened, task, module, call, options, evaluate)
    args, kwargs = prepared.call.values()
    known = {key: value for key, value in prepared.chosen().items() if value is not UNKNOWN}
    return destination(opened, prepared.task, tuple(None if one is UNKNOWN else one for one in args),
                       {key: None if one is UNKNOWN else one for key, one in kwargs.items()}, known)


def destination(opened, task, args, kwargs, options):
    """As `Task.apply_async` and `Celery.send_task` find it."""
    from celery.exceptions import QueueNotFound
    router = opened.app.amqp.router
    chosen = {key: value for key, value in dict(task._get_exec_options(), **options).items() if value is not None}
    try:
        found = router.route(dict(chosen), task.name, args, kwargs, task)
    except QueueNotFound as error:
        raise queue_refusal(error)
    except Exception as error:
        raise Refusal('call-raised', f'A router of the app raised {describe_error(error)}', place=place_of(error), log=clean_traceback(error))
    queue, exchange = found.get('queue'), found.get('exchange')
    return {
        'queue': getattr(queue, 'name', queue), 'exchange': getattr(exchange, 'name', exchange), 'routingKey': found.get('routing_key'),
        'priority': found.get('priority'), 'why': _why(opened, task, args, kwargs, options),
    }


def queue_refusal(error):
    return Refusal('call-arguments', str(error.args[0] if error.args else error), 'task_create_missing_queues is off: add the queue to task_queues.')


def _why(opened, task, args, kwargs, options):
    """Which rule decided, in words."""
    if options.get('queue') or options.get('exchange') or options.get('routing_key'):
        return 'the options of this call'
    if any(getattr(task, name, None) for name in ('queue', 'exchange', 'routing_key')):
        return 'the options of the task'
    from celery.utils.functional import maybe_evaluate
    router = opened.app.amqp.router
    for one in map(maybe_evaluate, router.routes or ()):
        if router.query_router(one, task.name, args, kwargs, dict(options), task):
            entries = getattr(one, 'map', None)
            if entries is None:
                return f'the router {getattr(one, "__name__", type(one).__name__)}'
            return f'task_routes: {task.name if task.name in entries else "a pattern"}'
    return 'the default queue'
