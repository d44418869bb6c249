import assert from 'node:assert/strict';
import { withWorkspace } from './workspace';

/** What each call site does with which task, as `via task text args kwargs`. */
async function sites(files: Record<string, string>): Promise<string[]> {
  return withWorkspace(files, project => project.linked.calls.all.filter(({ file }) => file.name === 'use').map(({ via, task, file, args, kwargs, options }) =>
    [via, task?.name ?? '-', args ? `(${args.map(node => file.text(node)).join(', ')})` : '?', kwargs ? `{${kwargs.map(({ name, value }) => `${name}=${file.text(value)}`).join(', ')}}` : '?', options.map(option => file.text(option)).join(' ')].join(' ').trim()));
}

const tasks = 'from celery import shared_task\n@shared_task\ndef add(x, y=0): ...\n';

describe('places that call a task', () => {
  it('knows every method of a task, and what the task gets', async () => {
    assert.deepEqual(await sites({
      'tasks.py': tasks,
      'use.py': `
from tasks import add
add.delay(1, y=2)
add.apply_async((1,), {'y': 2}, countdown=3)
add.apply(args=[1])
add.s(1)
add.si(1, 2)
add.signature((1,), immutable=True)
add.delay_on_commit(1)
add.apply_async_on_commit((1,))
add(1, 2)
`,
    }), [
      'delay tasks.add (1) {y=2}',
      'apply_async tasks.add (1) {y=2} countdown=3',
      'apply tasks.add (1) {}',
      's tasks.add (1) {}',
      'si tasks.add (1, 2) {}',
      'signature tasks.add (1) {} immutable=True',
      'delay_on_commit tasks.add (1) {}',
      'apply_async_on_commit tasks.add (1) {}',
      'direct tasks.add (1, 2) {}',
    ]);
  });

  it('knows what stars spread where it is written out', async () => {
    assert.deepEqual(await sites({
      'tasks.py': tasks,
      'use.py': `
from tasks import add
def use(more, named):
    add.delay(*[1, 2])
    add.delay(*(1, *[2]), **{'y': 3})
    add.s(1, **{'y': 2, **{'z': 3}})
    add.apply_async(args=[*[1], 2], kwargs={**{'y': 2}})
    add.apply_async((1,), dict(**{'y': 2}))
    add(*(1,))
    add.delay(*more, y=1)
    add.delay(*[1, *more])
    add.delay(*{1, 2})
    add.delay(1, **named)
    add.delay(1, **{'y': 2, **named})
    add.apply_async(*[[1]])
`,
    }), [
      'delay tasks.add (1, 2) {}',
      'delay tasks.add (1, 2) {y=3}',
      's tasks.add (1) {y=2, z=3}',
      'apply_async tasks.add (1, 2) {y=2}',
      'apply_async tasks.add (1) {y=2}',
      'direct tasks.add (1) {}',
      'delay tasks.add ? {y=1}',
      'delay tasks.add ? {}',
      'delay tasks.add ? {}',
      'delay tasks.add (1) ?',
      'delay tasks.add (1) ?',
      'apply_async tasks.add ? ?',
    ]);
  });

  it('knows calls by name, by whatever name of signature()', async () => {
    assert.deepEqual(await sites({
      'tasks.py': tasks,
      'app.py': "from celery import Celery\napp = Celery('app')\n",
      'use.py': `
import celery
from celery import signature as build
from app import app
NAME = 'tasks.add'
app.send_task(NAME, (1,), queue='slow')
app.signature('tasks.add', args=(1,))
celery.signature('tasks.add', (1,))
build('tasks.gone')
`,
    }), [
      "send_task tasks.add (1) {} queue='slow'",
      'signature() tasks.add (1) {}',
      'signature() tasks.add (1) {}',
      'signature() - () {}',
    ]);
  });

  it('knows calls that are put together now and made later', async () => {
    assert.deepEqual(await sites({
      'tasks.py': tasks,
      'use.py': `
from functools import partial
from celery import chain
from django.db import transaction
from tasks import add
transaction.on_commit(partial(add.delay, 1, y=2))
transaction.on_commit(partial(add.apply_async, (1,), countdown=3))
transaction.on_commit(lambda: add.delay(1))
sender.add_periodic_task(10.0, add.s(1))
add.chunks([(1, 2)], 10)
add.map([1])
add.starmap([(1, 2)])
(add.s(1) | chain(add.s(2), [add.si(i, i) for i in range(3)])).on_error(add.si(0)).delay()
pool.map(add, [1])
`,
    }), [
      'partial tasks.add (1) {y=2}',
      'partial tasks.add (1) {} countdown=3',
      'delay tasks.add (1) {}',
      's tasks.add (1) {}',
      'chunks tasks.add ? ?',
      'map tasks.add ? ?',
      'starmap tasks.add ? ?',
      's tasks.add (1) {}',
      's tasks.add (2) {}',
      'si tasks.add (i, i) {}',
      'si tasks.add (0) {}',
    ]);
  });
});

describe('files that are looked at', () => {
  it('include those that only put signatures together', async () => {
    const files = { 'tasks.py': tasks, 'a.py': 'from tasks import add\nwork = add.s(1)\n', 'b.py': 'from tasks import add\nwork = add.chunks([], 1)\n', 'c.py': 'from tasks import add\nwork = make(link_error=add)\n', 'd.py': 'x = "".join([])\n' };
    await withWorkspace(files, project => { assert.deepEqual(project.linked.files.map(({ name }) => name).sort(), ['a', 'b', 'c', 'tasks']); });
  });
});
