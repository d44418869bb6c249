"""Asks the kombu of this interpreter what becomes of real values, and prints the answers as JSON.

    python scripts/record/serialization.py > test/fixtures/celery/serialization-5.7.json

Needs PyYAML, msgpack, Django, pydantic and numpy; values of pandas are left out where it is missing.
`values`: [what it is, its type in the terms of src/celery/serialization.ts, {serializer: answer}]. Answers: "same", "refused" (cannot be
encoded), "undecodable" (is sent and cannot be read), or the name of the type that arrives instead.
"""
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import io
import json
import pathlib
import re
import sys
import uuid
import warnings

import kombu
from kombu.serialization import dumps, enable_insecure_serializers, loads, prepare_accept_content

enable_insecure_serializers(['json', 'yaml', 'msgpack', 'pickle'])
SERIALIZERS = ('json', 'yaml', 'msgpack', 'pickle')
ACCEPT = prepare_accept_content(SERIALIZERS)


class Color(enum.Enum):
    RED = 'red'


class Name(str, enum.Enum):
    RED = 'red'


class Level(enum.IntEnum):
    LOW = 1


class Flags(enum.IntFlag):
    A = 1


Point = collections.namedtuple('Point', 'x y')


@dataclasses.dataclass
class Data:
    x: int = 1


class Plain:
    def __eq__(self, other):
        return type(other) is Plain


class Jsonable:
    def __json__(self):
        return {'a': 1}

    def __eq__(self, other):
        return type(other) is Jsonable


class OwnStr(str):
    pass


def function():
    pass


def generator():
    yield 1


def django_values():
    import django
    from django.conf import settings
    settings.configure(DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}, INSTALLED_APPS=['django.contrib.contenttypes'],
                       SECRET_KEY='x')
    django.setup()
    from django.contrib.contenttypes.models import ContentType
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection
    from django.test import RequestFactory
    from django.utils.safestring import SafeString
    from django.utils.translation import gettext_lazy
    with connection.schema_editor() as editor:
        editor.create_model(ContentType)
    ContentType.objects.create(app_label='a', model='b')
    yield 'model instance', 'model', ContentType.objects.get()
    yield 'queryset', 'queryset', ContentType.objects.all()
    yield 'values_list', 'queryset', ContentType.objects.values_list('pk', flat=True)
    yield 'manager', 'manager', ContentType.objects
    yield 'lazy string', 'lazy string', gettext_lazy('x')
    yield 'safe string', 'SafeString', SafeString('x')
    yield 'request', 'request', RequestFactory().get('/')
    yield 'uploaded file', 'uploaded file', SimpleUploadedFile('a.txt', b'a')


def celery_values():
    from celery import Celery
    app = Celery('oracle', broker='memory://', backend='cache+memory://')

    @app.task(name='oracle.add')
    def add(x):
        return x
    yield 'task', 'task', add
    yield 'result', 'AsyncResult', app.AsyncResult('id')
    yield 'signature', 'Signature', add.s(1)
    yield 'app', 'app', app


def other_values():
    import numpy
    import pydantic

    class Model(pydantic.BaseModel):
        x: int = 1
    globals()['Model'] = Model
    Model.__qualname__ = 'Model'
    yield 'pydantic model', 'pydantic model', Model()
    yield 'numpy float64', 'numpy.float64', numpy.float64(1.5)
    yield 'numpy float32', 'numpy.float32', numpy.float32(1.5)
    yield 'numpy int64', 'numpy.int64', numpy.int64(1)
    yield 'numpy bool', 'numpy.bool', numpy.bool_(True)
    yield 'numpy array', 'numpy.ndarray', numpy.array([1, 2])
    try:
        import pandas
    except ImportError:
        return
    yield 'pandas Timestamp', 'pandas.Timestamp', pandas.Timestamp('2024-01-02')
    yield 'pandas DataFrame', 'pandas.DataFrame', pandas.DataFrame({'a': [1]})
    yield 'pandas Series', 'pandas.Series', pandas.Series([1])


def listed(name, *elements):
    return {'name': name, 'elements': [of(element) for element in elements]}


def mapped(name, keys, values):
    return {'name': name, 'keys': [of(key) for key in keys], 'values': [of(value) for value in values]}


def of(name):
    return name if isinstance(name, dict) else {'name': name}


def values():
    utc = datetime.timezone.utc
    yield 'str', 'str', 'é'
    yield 'int', 'int', 2
    yield 'large int', 'large int', 2 ** 70
    yield 'float', 'float', 1.5
    yield 'bool', 'bool', True
    yield 'None', 'None', None
    yield 'str subclass', 'str subclass', OwnStr('x')
    yield 'bytes', 'bytes', b'text'
    yield 'binary bytes', 'bytes', b'\xff'
    yield 'bytearray', 'bytearray', bytearray(b'x')
    yield 'memoryview', 'memoryview', memoryview(b'x')
    yield 'datetime', 'datetime', datetime.datetime(2024, 1, 2, 3, 4, 5)
    yield 'aware datetime', 'datetime', datetime.datetime(2024, 1, 2, tzinfo=utc)
    yield 'date', 'date', datetime.date(2024, 1, 2)
    yield 'time', 'time', datetime.time(1, 2, 3)
    yield 'timedelta', 'timedelta', datetime.timedelta(1)
    yield 'tzinfo', 'tzinfo', utc
    yield 'Decimal', 'Decimal', decimal.Decimal('1.50')
    yield 'UUID', 'UUID', uuid.UUID(int=7)
    yield 'complex', 'complex', 1j
    yield 'Fraction', 'Fraction', fractions.Fraction(1, 3)
    yield 'Path', 'Path', pathlib.PurePosixPath('a')
    yield 'pattern', 'pattern', re.compile('a')
    yield 'file', 'file', open(__file__)
    yield 'BytesIO', 'BytesIO', io.BytesIO(b'x')
    yield 'set', listed('set', 'int'), {1}
    yield 'frozenset', listed('frozenset', 'int'), frozenset([1])
    yield 'deque', listed('deque', 'int'), collections.deque([1])
    yield 'range', 'range', range(3)
    yield 'generator', 'generator', generator()
    yield 'map', 'iterator', map(str, [1])
    yield 'filter', 'iterator', filter(None, [1])
    yield 'zip', 'iterator', zip([1], [2])
    yield 'dict view', 'dict view', {'a': 1}.keys()
    yield 'Enum', 'Enum', Color.RED
    yield 'str Enum', 'str Enum', Name.RED
    yield 'IntEnum', 'IntEnum', Level.LOW
    yield 'IntFlag', 'IntEnum', Flags.A
    yield 'dataclass', 'dataclass', Data()
    yield 'object', 'object', Plain()
    yield 'object with __json__', 'object with __json__', Jsonable()
    yield 'exception', 'exception', ValueError('x')
    yield 'function', 'function', function
    yield 'lambda', 'lambda', lambda: 1
    yield 'class', 'class', Plain
    yield 'module', 'module', sys
    yield 'list', listed('list', 'int', 'str'), [1, 'a']
    yield 'empty list', listed('list'), []
    yield 'tuple', listed('tuple', 'int'), (1,)
    yield 'namedtuple', listed('namedtuple', 'int', 'int'), Point(1, 2)
    yield 'list of sets', listed('list', 'int', listed('set', 'int')), [1, {1}]
    yield 'list of tuples', listed('list', listed('tuple', 'int')), [(1,)]
    yield 'list of datetimes', listed('list', 'datetime'), [datetime.datetime(2024, 1, 2)]
    yield 'set of UUIDs', listed('set', 'UUID'), {uuid.UUID(int=7)}
    yield 'dict', mapped('dict', ['str'], ['int']), {'a': 1}
    yield 'dict of decimals', mapped('dict', ['str'], ['Decimal']), {'a': decimal.Decimal('1.5')}
    yield 'dict of lambdas', mapped('dict', ['str'], ['lambda']), {'a': lambda: 1}
    yield 'int keys', mapped('dict', ['int'], ['int']), {1: 1}
    yield 'float keys', mapped('dict', ['float'], ['int']), {1.5: 1}
    yield 'bool keys', mapped('dict', ['bool'], ['int']), {True: 1}
    yield 'None keys', mapped('dict', ['None'], ['int']), {None: 1}
    yield 'str Enum keys', mapped('dict', ['str Enum'], ['int']), {Name.RED: 1}
    yield 'IntEnum keys', mapped('dict', ['IntEnum'], ['int']), {Level.LOW: 1}
    yield 'Enum keys', mapped('dict', ['Enum'], ['int']), {Color.RED: 1}
    yield 'tuple keys', mapped('dict', [listed('tuple', 'int')], ['int']), {(1,): 1}
    yield 'UUID keys', mapped('dict', ['UUID'], ['int']), {uuid.UUID(int=7): 1}
    yield 'date keys', mapped('dict', ['date'], ['int']), {datetime.date(2024, 1, 2): 1}
    yield 'datetime keys', mapped('dict', ['datetime'], ['int']), {datetime.datetime(2024, 1, 2): 1}
    yield 'bytes keys', mapped('dict', ['bytes'], ['int']), {b'a': 1}
    yield 'Decimal keys', mapped('dict', ['Decimal'], ['int']), {decimal.Decimal('1'): 1}
    yield 'OrderedDict', mapped('OrderedDict', ['str'], ['int']), collections.OrderedDict(a=1)
    yield 'defaultdict', mapped('defaultdict', ['str'], ['int']), collections.defaultdict(int, a=1)
    yield 'Counter', mapped('Counter', ['str'], ['int']), collections.Counter('a')
    yield 'ChainMap', 'object', collections.ChainMap({'a': 1})
    yield from django_values()
    yield from celery_values()
    yield from other_values()


def ask(value, serializer):
    try:
        content_type, encoding, body = dumps(value, serializer=serializer)
    except Exception:  # the encoders raise all sorts
        return 'refused'
    try:
        back = loads(body, content_type, encoding, accept=ACCEPT)
    except Exception:
        return 'undecodable'
    if type(back) is not type(value):
        return type(back).__name__
    return 'same' if deeply_same(back, value) else 'contents'


def deeply_same(back, value):
    if type(back) is not type(value):
        return False
    if isinstance(value, (list, tuple)):
        return len(back) == len(value) and all(map(deeply_same, back, value))
    if isinstance(value, dict):
        return len(back) == len(value) and all(deeply_same(*pair) for pair in zip(sorted(back, key=repr), sorted(value, key=repr))) \
            and all(deeply_same(back[key], value[key]) for key in value)
    return True


def main():
    warnings.simplefilter('ignore')
    rows = [[label, of(kind), {serializer: ask(value, serializer) for serializer in SERIALIZERS}] for label, kind, value in values()]
    print(json.dumps({'kombu': kombu.__version__, 'python': '%d.%d' % sys.version_info[:2]})[:-1] + ',\n"values": [')
    print(',\n'.join(json.dumps(row, separators=(',', ':')) for row in rows))
    print(']}')


main()
