"""Prints as JSON what the Celery of this interpreter says of its settings, options, signals and tasks.

    python scripts/tables/read.py
"""
import ast
import inspect
import json
import textwrap


def option_type(option):
    return option.type if isinstance(option.type, str) else option.type.__name__


def settings():
    """Name -> [type, default as Python text, names it had before 4.0, [deprecated in, removed in, what to use instead] or null]."""
    from celery.app import utils
    from celery.app.defaults import NAMESPACES, flatten
    found = {}
    for name, option in flatten(NAMESPACES):
        gone = [option.deprecate_by, option.remove_by, option.alt] if option.deprecate_by or option.remove_by else None
        found[name] = [option_type(option), repr(option.default), [], gone]
    for old, new in sorted(utils._settings_info.convert.items()):
        found[new][2].append(old)
    return found


def undeclared():
    """Settings that Celery's code reads from the configuration without declaring them."""
    import os

    import celery
    from celery.app.defaults import NAMESPACES, flatten
    from celery.app.utils import Settings
    declared = dict(flatten(NAMESPACES))
    found = set()
    for folder, _, files in os.walk(os.path.dirname(celery.__file__)):
        for file in files:
            if file.endswith('.py') and 'contrib' not in folder:
                with open(os.path.join(folder, file), encoding='utf-8') as source:
                    found.update(read_settings(ast.parse(source.read())))
    return sorted(name for name in found if name not in declared and not hasattr(Settings, name))


def read_settings(tree):
    def is_conf(node):
        return getattr(node, 'attr', getattr(node, 'id', '')) == 'conf'
    getters = {target.id for node in ast.walk(tree) if isinstance(node, ast.Assign) and getattr(node.value, 'attr', '') == 'get' and is_conf(node.value.value)
               for target in node.targets if isinstance(target, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            getter = node.func
            if getattr(getter, 'id', '') in getters or (getattr(getter, 'attr', '') == 'get' and is_conf(getter.value)):
                yield node.args[0].value
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and is_conf(node.value) and '_' in node.attr.strip('_'):
            yield node.attr


def keys_of(function):
    return [name for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)]


def inner_keywords(function, inner):
    """Keywords of a function that is defined inside another."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    node = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == inner)
    names = [a.arg for a in node.args.args]
    defaults = [ast.unparse(d) for d in node.args.defaults]
    return dict(zip(names[len(names) - len(defaults):], defaults))


def autoretry_options():
    """Names and defaults that `add_autoretry_behaviour` looks up: getattr(task, name, default)."""
    from celery.app import autoretry
    found = {}
    for node in ast.walk(ast.parse(inspect.getsource(autoretry.add_autoretry_behaviour))):
        if isinstance(node, ast.Call) and getattr(node.func, 'id', '') == 'getattr' and len(node.args) == 3 and getattr(node.args[0], 'id', '') == 'task' \
                and isinstance(node.args[2], (ast.Constant, ast.Tuple, ast.Dict)):
            found[node.args[1].value] = ast.unparse(node.args[2])
    return found


def exec_options():
    """Task attributes that travel as options of the call."""
    from celery.app import task
    seen = []

    class Recorder:
        def __getattr__(self, name):
            seen.append(name)
    task.extract_exec_options(Recorder())
    return seen


def task_options():
    """Name -> [default as Python text, the setting that it falls back on or null, what it is for: decorator, attribute, call]."""
    from celery import Celery, Task
    from celery.local import Proxy
    found = {}
    for name in exec_options():
        found[name] = ['None', None, 'call']
    for cls in reversed(Task.__mro__[:-1]):
        for name, value in vars(cls).items():
            plain = value is None or isinstance(value, (bool, int, float, str, tuple, list, dict))
            if not name.startswith('_') and plain and not isinstance(value, Proxy) and name not in ('from_config', 'abstract', 'request_stack', 'app'):
                found[name] = [repr(value), None, found.get(name, [0, 0, 'attribute'])[2]]
    for name, setting in Task.from_config:
        found[name] = [found.get(name, ['None'])[0], setting, found.get(name, [0, 0, 'attribute'])[2]]
    for name, default in autoretry_options().items():
        found[name] = [default, None, 'attribute']
    decorator = dict(inner_keywords(Celery.task, 'inner_create_task_cls'))
    for name, parameter in inspect.signature(Celery._task_from_fun).parameters.items():
        if name not in ('self', 'fun') and parameter.kind == parameter.POSITIONAL_OR_KEYWORD:
            decorator[name] = repr(parameter.default)
    for name, default in decorator.items():
        found[name] = [default, None, 'decorator']
    found['backend'] = ['None', 'result_backend', 'attribute']  # a property of Task
    return found


def task_methods():
    """What a task class may override or a decorator replace by a function."""
    from celery import Task
    return {name: True for cls in Task.__mro__[:-1] for name, value in vars(cls).items()
            if not name.startswith('_') and (callable(value) or isinstance(value, (classmethod, staticmethod, property))) and not isinstance(value, type)}


def call_options():
    """Keyword -> the functions that take it on the way from the call to the broker."""
    from celery import Celery, Task
    from kombu import Producer
    app = Celery('tables', set_as_current=False)
    takers = {
        'apply_async': keys_of(Task.apply_async), 'send_task': keys_of(Celery.send_task), 'message': keys_of(app.amqp.as_task_v2),
        'publish': keys_of(app.amqp.send_task_message), 'producer': keys_of(Producer.publish), 'task': exec_options(),
        'retry': keys_of(Task.retry), 'apply': keys_of(Task.apply),
    }
    found = {}
    for taker, names in takers.items():
        for name in names:
            found.setdefault(name, []).append(taker)
    return found


def signals():
    from celery import signals as module
    return {name: sorted(getattr(module, name).providing_args or ()) for name in module.__all__}


def builtin_tasks():
    from celery import Celery
    return sorted(name for name in Celery('tables', set_as_current=False).tasks if name.startswith('celery.'))


def main():
    import celery
    import kombu
    print(json.dumps({
        'celery': celery.__version__, 'kombu': kombu.__version__, 'settings': settings(), 'undeclared': undeclared(), 'taskOptions': task_options(),
        'taskMethods': task_methods(), 'callOptions': call_options(), 'signals': signals(), 'builtinTasks': builtin_tasks(),
    }))


main()
