"""Asks the Celery of this interpreter where tasks go under random `task_routes`, and prints the answers as JSON.

    python scripts/record/routes.py [--seed 1] [--count 1200] > test/fixtures/celery/routes-5.7.json

`routes`: {"routers": [[key, value], ...] per router, "name", "caller", "default", "declared", "create", "answer"}. A key {"re": pattern} is
a compiled regular expression. The answer is {"queue", "exchange", "routing_key"} as the router gives them, or {"missing": name}.
`names`: [function or class name, module, main, name of the task].
"""
import argparse
import json
import random
import re
import sys
import types
import warnings

import celery
from celery import Celery
from celery.exceptions import QueueNotFound
from kombu import Queue

SEGMENTS = ['shop', 'orders', 'tasks', 'mail', 'add', 'send_mail', 'Tasks', 'x', 'orders2']
QUEUES = ['mail', 'slow', 'celery', 'a.b']


def name(rnd):
    return '.'.join(rnd.choice(SEGMENTS) for _ in range(rnd.randrange(1, 5)))


def key(rnd):
    text = name(rnd)
    shape = rnd.random()
    if shape < 0.35:
        return text
    if shape < 0.6:
        parts = text.split('.')
        parts[rnd.randrange(len(parts))] = '*'
        return '.'.join(parts)
    if shape < 0.7:
        return text[:rnd.randrange(len(text))] + '*'
    if shape < 0.8:
        return '*' + rnd.choice(['[a-z]', '[!a-m]*', '?', '[]x]', '[z-a]', '[', '[!]', '.tasks.?*', '[s-t]*', '[.a-]*', '**', '\\*'])
    if shape < 0.85:
        return text.replace('a', '?')
    return {'re': rnd.choice([r'shop\.', r'shop\.(orders|mail)\..*', r'.*\.tasks$', r'(?i)SHOP', r'(?P<first>\w+)\.(?P=first)', r'\Ashop\.tasks\Z', r'[^.]+$', r'mail|add',
                              r'sh', r'hop'])}


def value(rnd):
    shape = rnd.random()
    if shape < 0.35:
        return rnd.choice(QUEUES)
    options = {}
    if rnd.random() < 0.7:
        options['queue'] = rnd.choice(QUEUES)
    if rnd.random() < 0.2:
        options['exchange'] = rnd.choice(['ex', 'media'])
    if rnd.random() < 0.2:
        options['routing_key'] = rnd.choice(['key', 'media.video'])
    if rnd.random() < 0.2 or not options:
        options['priority'] = 3
    return options


def python_map(pairs):
    return [(re.compile(k['re']) if isinstance(k, dict) else k, v) for k, v in pairs]


def ask(case):
    app = Celery('oracle', set_as_current=False)
    app.conf.task_routes = [python_map(pairs) for pairs in case['routers']]
    app.conf.task_default_queue = case['default']
    app.conf.task_create_missing_queues = case['create']
    if case['declared']:
        app.conf.task_queues = [Queue(queue) for queue in case['declared']]
    options = dict(case['caller'])
    try:
        answer = app.amqp.router.route(options, case['name'])
    except QueueNotFound as exc:
        return {'missing': re.search(r"'(.*?)'", str(exc)).group(1)}
    queue = answer.get('queue')
    exchange = answer.get('exchange')
    if queue is None and exchange is None:
        try:
            queue = app.amqp.default_queue  # as the sender does
        except KeyError:
            return {'missing': case['default']}
    return {'queue': queue and queue.name, 'exchange': exchange, 'routing_key': answer.get('routing_key')}


def names(rnd, count):
    for _ in range(count):
        main = rnd.choice([None, 'proj', 'shop.app'])
        module = rnd.choice(['__main__', 'shop.tasks', 'tasks', 'a.b.c'])
        definition = rnd.choice(['add', 'send_mail', 'Report'])
        sys.modules.setdefault(module, types.ModuleType(module))
        app = Celery(main, set_as_current=False)
        explicit = rnd.choice([None, None, 'own', 'x.y', ''])
        if rnd.random() < 0.5:
            def function():
                pass
            function.__name__ = definition
            function.__module__ = module
            task = app.task(name=explicit)(function)
        else:
            task = app.register_task(type(definition, (app.Task,), {'__module__': module, 'name': explicit, 'run': lambda self: None})())
        yield [definition, module, main, explicit, task.name]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--count', type=int, default=600)
    options = parser.parse_args()
    rnd = random.Random(options.seed)
    warnings.simplefilter('ignore')  # names are given twice on purpose
    routes = []
    for _ in range(options.count):
        caller = {}
        if rnd.random() < 0.15:
            caller['queue'] = rnd.choice(QUEUES)
        if rnd.random() < 0.08:
            caller['exchange'] = 'own'
        if rnd.random() < 0.08:
            caller['routing_key'] = 'own.key'
        declared = rnd.sample(QUEUES, rnd.randrange(1, 4)) if rnd.random() < 0.4 else None
        case = {
            'routers': [[[key(rnd), value(rnd)] for _ in range(rnd.randrange(1, 6))] for _ in range(rnd.randrange(0, 3))],
            'name': name(rnd), 'caller': caller, 'default': rnd.choice(['celery', 'celery', 'main']), 'declared': declared,
            'create': rnd.random() < 0.8,
        }
        case['answer'] = ask(case)
        routes.append(case)
    print(json.dumps({'celery': celery.__version__, 'seed': options.seed, 'count': options.count})[:-1] + ',')
    print('"names": [')
    print(',\n'.join(json.dumps(row, separators=(',', ':')) for row in names(rnd, 200)))
    print('],\n"routes": [')
    print(',\n'.join(json.dumps(row, separators=(',', ':')) for row in routes))
    print(']}')


main()
