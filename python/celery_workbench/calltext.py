"""Calls as people write them: `add(2, y=3)` and `countdown=5, queue="mail"`, with the place of each part."""
import ast

from .problems import Refusal, clean_traceback, place_of
from .texts import describe_error, utf16

# The value of an argument that was not evaluated.
UNKNOWN = object()


class CallText:
    """A text that a person wrote. Ranges are UTF-16 offsets in the text as given, `name` says in which text."""

    def __init__(self, name, given, before='', after=''):
        self.name, self.given = name, given
        self.text = before + given.strip() + after
        self.shift = utf16(given[:len(given) - len(given.lstrip())]) - utf16(before)
        self.lines = self.text.split('\n')

    def parse(self):
        try:
            return ast.parse(self.text, mode='eval').body
        except SyntaxError as error:
            line = max(0, min((error.lineno or 1) - 1, len(self.lines) - 1))
            before = '\n'.join(self.lines[:line] + [self.lines[line][:max((error.offset or 1) - 1, 0)]])
            start = self.shift + utf16(before)
            raise Refusal('call-syntax', error.msg, range=self.range(start, start + 1))
        except (ValueError, RecursionError, MemoryError) as error:  # null bytes, far too deep
            raise Refusal('call-syntax', describe_error(error), range=self.whole())

    def range(self, start, end):
        last = utf16(self.given)
        start = max(0, min(start, last - 1))
        return {'in': self.name, 'start': start, 'end': max(start, min(end, last))}

    def whole(self):
        return self.range(utf16(self.given[:len(self.given) - len(self.given.lstrip())]), utf16(self.given.rstrip()))

    def of(self, node):
        return self.range(self._offset(node.lineno, node.col_offset), self._offset(node.end_lineno, node.end_col_offset))

    def keyword(self, keyword):
        """Of `name=value`. Before Python 3.9 a keyword node has no place of its own."""
        whole = self.of(keyword.value)
        start = whole['start'] - (utf16(keyword.arg) + 1 if keyword.arg else 2)
        return self.range(start, whole['end'])

    def source(self, node):
        return ast.get_source_segment(self.text, node) or ''

    def _offset(self, line, column):
        """Of a place as `ast` says it: line from 1, column in UTF-8 bytes."""
        start = self.lines[line - 1].encode('utf-8', 'surrogatepass')[:column].decode('utf-8', 'ignore')
        return self.shift + utf16('\n'.join(self.lines[:line - 1] + [start]))


class Argument:
    """One argument of a call. `key` is its position or its name."""

    def __init__(self, key, value, text, range):
        self.key, self.value, self.text, self.range = key, value, text, range

    @property
    def label(self):
        return f'`{self.key}`' if isinstance(self.key, str) else f'Argument {self.key + 1}'


class Call:
    """The arguments of a call, each evaluated by `evaluate(text, node)`."""

    def __init__(self, text, node, evaluate):
        if not isinstance(node, ast.Call):
            raise Refusal('call-syntax', 'This is not a call', 'Write it like `name(1, key="value")`.', range=text.whole())
        self.text, self.node = text, node
        self.args, self.kwargs = [], []
        # False where an argument list that was not evaluated hides how many arguments there are.
        self.complete = True
        for argument in node.args:
            self._add_positional(argument, evaluate)
        for keyword in node.keywords:
            self._add_keyword(keyword, evaluate)

    def _add_positional(self, node, evaluate):
        text, starred = self.text, isinstance(node, ast.Starred)
        value = evaluate(text, node.value if starred else node)
        if starred and value is UNKNOWN:
            self.complete = False
        elif starred:
            try:
                items = list(value)
            except TypeError as error:
                raise Refusal('call-arguments', str(error), range=text.of(node))
            self.args += [Argument(len(self.args) + index, item, text.source(node), text.of(node)) for index, item in enumerate(items)]
        else:
            self.args.append(Argument(len(self.args), value, text.source(node), text.of(node)))

    def _add_keyword(self, keyword, evaluate):
        text, place = self.text, self.text.keyword(keyword)
        value = evaluate(text, keyword.value)
        if keyword.arg:
            items = [(keyword.arg, value)]
        elif value is UNKNOWN:
            self.complete = False
            items = []
        elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
            items = value.items()
        else:
            raise Refusal('call-arguments', 'What follows ** must be a dict whose keys are names', range=place)
        for key, item in items:
            if any(other.key == key for other in self.kwargs):
                raise Refusal('call-arguments', f'Keyword argument repeated: {key}', range=place)
            self.kwargs.append(Argument(key, item, text.source(keyword.value), place))

    @property
    def arguments(self):
        return self.args + self.kwargs

    def values(self):
        return tuple(argument.value for argument in self.args), {argument.key: argument.value for argument in self.kwargs}


def literal(text, node):
    """For checks while typing, which run nothing of the user's."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN


def evaluator(names):
    """Evaluates any expression with these names."""
    def evaluate(text, node):
        value = literal(text, node)
        if value is not UNKNOWN:
            return value
        try:
            return eval(compile(ast.Expression(node), '<call>', 'eval'), dict(names))
        except (Exception, SystemExit) as error:
            advice = None
            if isinstance(error, NameError):
                advice = 'Names are those of the module that defines the task; import it there, or write a literal.'
            raise Refusal('call-raised', describe_error(error), advice, place_of(error), clean_traceback(error), text.of(node))
    return evaluate


def common_names(node):
    """What a call can use without an import; names of the module come before these."""
    import datetime
    import decimal
    import uuid
    from celery import canvas
    names = {
        'datetime': datetime if _means_module(node, 'datetime') else datetime.datetime, 'date': datetime.date, 'time': datetime.time,
        'timedelta': datetime.timedelta, 'timezone': datetime.timezone, 'decimal': decimal, 'Decimal': decimal.Decimal,
        'uuid': uuid, 'UUID': uuid.UUID, 'uuid4': uuid.uuid4,
    }
    names.update((name, getattr(canvas, name)) for name in ('signature', 'chain', 'group', 'chord', 'chunks', 'xmap', 'xstarmap'))
    return names


def _means_module(node, name):
    """`datetime.timedelta(…)` means the module, `datetime(…)` and `datetime.now()` the class."""
    return any(
        isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == name
        and one.attr in ('datetime', 'date', 'time', 'timedelta', 'timezone', 'tzinfo', 'UTC') for one in ast.walk(node))
