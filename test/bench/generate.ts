import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Random } from '../harness/random';

/** The size of a large Django shop: what a budget is for. */
export const size = { files: 4_338, celery: 190, lines: 850_000 } as const;

const packages = 60;

/** Writes a Django project of that size, the same for the same seed: most of it models, views and tests that know nothing of Celery. */
export function generateProject(root: string, seed = 1): { readonly lines: number; readonly files: number } {
  const random = new Random(seed);
  let lines = 0;
  let files = 0;
  const put = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
    if (!name.endsWith('.py')) return;
    files++;
    lines += text.split('\n').length - 1;
  };
  const app = (index: number): string => `shop_${index % packages}`;

  put('pyproject.toml', '[project]\nname = "shop"\n');
  put('manage.py', "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n");
  put('shop/__init__.py', 'from .celery import app as celery_app\n');
  put('shop/celery.py', "from celery import Celery\n\napp = Celery('shop')\napp.config_from_object('django.conf:settings', namespace='CELERY')\napp.autodiscover_tasks()\n");
  put('shop/settings.py', `from celery.schedules import crontab\n\nTIME_ZONE = 'Europe/Paris'\nINSTALLED_APPS = [${Array.from({ length: packages }, (_nothing, index) => `'${app(index)}'`).join(', ')}]\nCELERY_BROKER_URL = 'redis://localhost'\nCELERY_BEAT_SCHEDULE = {\n${Array.from({ length: packages }, (_nothing, index) => `    'clean-${index}': {'task': '${app(index)}.tasks.clean_0', 'schedule': crontab(minute=0, hour=${index % 24}), 'args': (${index},)},\n`).join('')}}\n`);
  for (let index = 0; index < packages; index++) put(`${app(index)}/__init__.py`, '');

  // The files of the project itself that use Celery are two; one with tasks and two that send them for each package make most of the rest.
  const withCelery = size.celery - 3;
  for (let index = 0; index < withCelery; index++) {
    const own = app(index);
    put(index < packages ? `${own}/tasks.py` : `${own}/service_${index}.py`, index < packages ? tasks(random, index) : service(random, own, app(index + 7), index));
  }
  while (files < size.files) {
    const left = size.files - files;
    const wanted = Math.max(20, Math.round((size.lines - lines) / left * (0.5 + random.below(100) / 100)));
    put(`${app(files)}/${files % 5 === 0 ? 'tests/test_' : 'lib/module_'}${files}.py`, ordinary(random, app(files + 1), left === 1 ? size.lines - lines : wanted));
  }
  return { lines, files };
}

function tasks(random: Random, index: number): string {
  const made = Array.from({ length: 12 }, (_nothing, task) => `@shared_task(bind=${task % 2 === 0 ? 'False' : 'True'}, max_retries=${task + 1}, ignore_result=True)
def clean_${task}(${task % 2 === 0 ? '' : 'self, '}order_id, limit=${random.below(100)}):
    """Cleans what order ${task} of ${index} has left."""
${statements(random, 20)}    return order_id
`);
  return `import logging\n\nfrom celery import shared_task\n\nlogger = logging.getLogger(__name__)\n\n\n${made.join('\n\n')}`;
}

function service(random: Random, own: string, other: string, index: number): string {
  const functions = Array.from({ length: 10 }, (_nothing, number) => `def send_${number}(order_id, items=()):
${statements(random, 15)}    clean_${number}.delay(order_id, limit=${number})
    remote.apply_async((order_id,), countdown=${number})
    return [clean_0.si(item) for item in items]
`);
  return `import logging\n\nfrom ${own}.tasks import ${Array.from({ length: 10 }, (_nothing, number) => `clean_${number}`).join(', ')}\nfrom ${other}.tasks import clean_2 as remote\n\nlogger = logging.getLogger('${own}.${index}')\n\n\n${functions.join('\n\n')}`;
}

/** A module without Celery of so many lines. */
function ordinary(random: Random, other: string, lines: number): string {
  const text = [`import json`, `import os`, `from dataclasses import dataclass`, ``, `import ${other}`, ``, ``];
  for (let number = 0; text.length < lines; number++) {
    text.push(...`class Record${number}:\n    """A record of ${other}."""\n\n    def __init__(self, value, *rest, name=None):\n        self.value = value\n        self.name = name or f'{value!r} of {${number}}'\n\n    def method_${number}(self, request, *args, **kwargs):\n${statements(random, 12, '        ')}        return json.dumps({'id': self.value, 'args': list(args)})\n\n`.split('\n'));
  }
  // A cut would leave half a statement: what is too much gives way to remarks.
  const whole = text.length > lines ? text.slice(0, text.lastIndexOf('', lines - 1)) : text;
  while (whole.length < lines) whole.push(`# ${whole.length}: nothing here`);
  return `${whole.join('\n')}\n`;
}

function statements(random: Random, count: number, indent = '    '): string {
  const kinds = [
    (number: number) => `value_${number} = {'key': ${number}, 'other': [${random.below(1000)}, ${random.below(1000)}]}`,
    (number: number) => `value_${number} = os.environ.get('SETTING_${number}', 'default') if ${number} else None`,
    (number: number) => `print('step %s of %s' % (${number}, len(str(${random.below(1000)}))))`,
    (number: number) => `value_${number} = [item * ${number} for item in range(${random.below(100)}) if item % 2]`,
  ];
  return Array.from({ length: count }, (_nothing, number) => `${indent}${kinds[random.below(kinds.length)]!(number)}\n`).join('');
}
