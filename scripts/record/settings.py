"""Asks the Celery of this interpreter which spelling of which setting has an effect, and prints the answers as JSON.

    python scripts/record/settings.py > test/fixtures/celery/settings-5.7.json

`ways`: `object` is config_from_object(obj), with a namespace after the colon; `update` is conf.update(key=...), `attribute` is conf.key = ...,
each on an app that is not configured otherwise; `keyword` is Celery(key=...). `update:CELERY` is conf.update after
config_from_object(obj, namespace='CELERY').
`effects`: [key, the setting that takes its value or null, one letter for each way: 1 where it does].
`mixed`: [keys of one object without a namespace, null or the renames that Celery demands before it accepts them].
"""
import argparse
import json
import random
import re
import types

import celery.exceptions
from celery import Celery
from celery.app.defaults import NAMESPACES, flatten
from celery.app import utils

SENTINEL = 'given-by-the-test'


def taken(app, names):
    return [name for name in names if app.conf.get(name) == SENTINEL]


def module_with(**content):
    module = types.ModuleType('settings')
    vars(module).update(content)
    return module


def ways(key):
    for namespace in (None, 'CELERY', 'celery', 'MYAPP', 'CELERY_', 'MyApp'):
        def configure(namespace=namespace):
            app = Celery('oracle', set_as_current=False)
            app.config_from_object(module_with(**{key: SENTINEL}), namespace=namespace)
            return app
        yield 'object' + (':' + namespace if namespace else ''), configure

    def update():
        app = Celery('oracle', set_as_current=False)
        app.conf.update(**{key: SENTINEL})
        return app
    yield 'update', update

    def update_namespaced():
        app = Celery('oracle', set_as_current=False)
        app.config_from_object(module_with(), namespace='CELERY')
        app.conf.update(**{key: SENTINEL})
        return app
    yield 'update:CELERY', update_namespaced

    def attribute():
        app = Celery('oracle', set_as_current=False)
        setattr(app.conf, key, SENTINEL)
        return app
    yield 'attribute', attribute

    def keyword():
        return Celery('oracle', set_as_current=False, **{key: SENTINEL})
    yield 'keyword', keyword


def mixed(rnd, names, convert):
    """What Celery demands of an object that has old and new names; null if it takes them."""
    keys = sorted({rnd.choice(names) for _ in range(rnd.randrange(0, 4))} | {rnd.choice(sorted(convert)) for _ in range(rnd.randrange(0, 4))})
    if rnd.random() < 0.3:
        keys = sorted(set(keys) | {convert[key] for key in keys if key in convert and rnd.random() < 0.7})
    app = Celery('oracle', set_as_current=False)
    app.config_from_object(module_with(**{key: SENTINEL for key in keys}))
    try:
        app.conf.get('task_serializer')
    except celery.exceptions.ImproperlyConfigured as exc:
        return [keys, re.findall(r'(\w+)\s+-> (\w+)', str(exc))]
    return [keys, None]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--count', type=int, default=400)
    options = parser.parse_args()
    rnd = random.Random(options.seed)
    names = [name for name, _ in flatten(NAMESPACES)]
    convert = utils._settings_info.convert
    keys = set(names) | set(convert) | {name.upper() for name in names}
    keys |= {prefix + name for prefix in ('CELERY_', 'MYAPP_', 'celery_', 'myapp_') for name in (name.upper() if prefix.isupper() else name for name in names)}
    effects = []
    order = [way for way, _ in ways('task_serializer')]
    for key in sorted(keys):
        meaning, bits = None, ''
        # Those that it may mean by any rule, and some that it cannot mean: all would take minutes.
        likely = [name for name in names if name in key.lower() or name == convert.get(key)]
        for _, configure in ways(key):
            found = taken(configure(), likely + rnd.sample([name for name in names if name not in likely], 5))
            assert len(found) < 2 and (not found or meaning in (None, found[0])), (key, found, meaning)
            meaning = found[0] if found else meaning
            bits += '1' if found else '0'
        effects.append([key, meaning, bits])
    print(json.dumps({'celery': celery.__version__, 'ways': order})[:-1] + ',\n"effects": [')
    print(',\n'.join(json.dumps(row, separators=(',', ':')) for row in effects))
    print('],\n"mixed": [')
    print(',\n'.join(json.dumps(mixed(rnd, names, convert), separators=(',', ':')) for _ in range(options.count)))
    print(']}')


main()
