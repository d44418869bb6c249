"""Copy as Python: a call or an expression as lines that run in a Python shell of the project."""
import ast
import builtins
import sys
import types

from . import calls
from .calltext import Call, CallText, literal
from .texts import bounded_repr

# Stands for the function of which the options are keyword arguments.
OPTIONS = '_'
# Where the names come from that a call can use without an import.
COMMON = {
    'datetime': 'datetime', 'date': 'datetime', 'time': 'datetime', 'timedelta': 'datetime', 'timezone': 'datetime', 'Decimal': 'decimal', 'UUID': 'uuid', 'uuid4': 'uuid',
    'signature': 'celery', 'chain': 'celery', 'group': 'celery', 'chord': 'celery', 'chunks': 'celery', 'xmap': 'celery', 'xstarmap': 'celery',
}


def as_python(opened, task=None, module=None, call=None, options='', expression=None):
    """Nothing is evaluated but the names of the module."""
    options = options.strip().rstrip(',')
    options_node = CallText('options', options, OPTIONS + '(', ')').parse()
    if expression is not None:
        text = CallText('expression', expression)
        node = text.parse()
        head = _head(opened, calls.namespace(opened, module, node), [node, options_node])
        if _sends(node):
            return '\n'.join(head + [text.text])
        signature = f'({text.text})' if isinstance(node, (ast.BinOp, ast.IfExp, ast.BoolOp)) else text.text
        return '\n'.join(head + [f'{signature}.apply_async({options})'])
    found = calls.find_task(opened, task, module)
    text = CallText('call', call)
    made = Call(text, text.parse(), literal)
    names = calls.namespace(opened, calls.module_of(found, module), made.node)
    variable, brought = _import_task(opened, found)
    nodes = made.node.args + [keyword.value for keyword in made.node.keywords] + [options_node]
    return '\n'.join(_head(opened, names, nodes, brought) + [f'{variable}.{_sent(text, made.node, options)}'])


def _sends(node):
    """True for `add.delay(1)`, `add.apply_async()` and `chord(header)(body)`."""
    if not isinstance(node, ast.Call):
        return False
    return isinstance(node.func, ast.Call) or (isinstance(node.func, ast.Attribute) and node.func.attr in ('delay', 'apply_async'))


def _sent(text, node, options):
    """`delay(1, y=2)`, or with options `apply_async((1,), {"y": 2}, countdown=5)`."""
    positional = [text.source(one) for one in node.args]
    if not options:
        named = [f'{one.arg}={text.source(one.value)}' if one.arg else f'**{text.source(one.value)}' for one in node.keywords]
        return f'delay({", ".join(positional + named)})'
    parts = []
    if positional:
        parts.append(f'({", ".join(positional)}{"," if len(positional) == 1 else ""})')
    if node.keywords:
        named = ', '.join(f'"{one.arg}": {text.source(one.value)}' if one.arg else f'**{text.source(one.value)}' for one in node.keywords)
        parts.append(('' if positional else 'kwargs=') + '{' + named + '}')
    return f'apply_async({", ".join(parts + [options])})'


def _import_task(opened, task):
    """The name by which a task is called, and the module and name that bring it."""
    module = sys.modules.get(type(task).__module__)
    for name, value in list(vars(module).items()) if module else []:
        if getattr(value, 'name', None) == task.name and hasattr(value, 'apply_async') and name.isidentifier():
            return name, (module.__name__, name)
    module, _, attribute = opened.name.partition(':')
    return f'{attribute}.tasks["{task.name}"]', (module, attribute.partition('.')[0])


def _head(opened, names, nodes, first=None):
    """Lines for the free names of these nodes; `first` is one more (module, name) to import."""
    from celery.app.task import Task
    imports, lines = {}, []

    def bring(module, name, known_as):
        imports.setdefault(module, []).append(name if name == known_as else f'{name} as {known_as}')

    if first:
        bring(*first, first[1])
    for name in sorted({one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name)} - {OPTIONS}):
        if name not in names or hasattr(builtins, name) or (first and name == first[1]):
            continue
        value = names[name]
        module = getattr(value, '__module__', None)
        if isinstance(value, types.ModuleType):
            lines.append(f'import {value.__name__}' + ('' if value.__name__ == name else f' as {name}'))
        elif isinstance(value, Task):
            # What a module holds is a proxy until its first use.
            variable, (module, own_name) = _import_task(opened, opened.app.tasks.get(value.name, value))
            if variable == own_name:
                bring(module, own_name, name)
            else:
                bring(module, own_name, own_name)
                lines.append(f'{name} = {variable}')
        elif name in COMMON and module in (COMMON[name], 'celery.canvas', '_pydatetime', '_decimal'):
            bring(COMMON[name], name, name)
        elif isinstance(module, str) and getattr(sys.modules.get(module), getattr(value, '__name__', name), None) is value:
            bring(module, getattr(value, '__name__', name), name)
        else:
            lines.append(f'{name} = {bounded_repr(value)}')
    return [f'from {module} import {", ".join(sorted(set(found)))}' for module, found in imports.items()] + lines
