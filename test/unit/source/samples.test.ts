import assert from 'node:assert/strict';
import { withWorkspace } from './workspace';

/** The sample of each task, with what is guessed in braces. */
async function samples(files: Record<string, string>): Promise<string[]> {
  return withWorkspace(files, project => project.snapshot().tasks.map(({ sample }) => sample.text + (sample.guessed.length ? ` {${sample.guessed.join(', ')}}` : '')));
}

const header = 'from celery import shared_task\n';

describe('sample calls', () => {
  it('writes what the annotations say', async () => {
    assert.deepEqual(await samples({
      'tasks.py': `${header}
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Literal, Optional, Union
from uuid import UUID
from pydantic import BaseModel
class Color(Enum):
    RED = 1
class Address(BaseModel):
    street: str
    zip_code: int
    note: str = ''
@shared_task
def add(x: int, y: int): ...
@shared_task
def pay(order_id: int, amount: Decimal, *, on: date, at: datetime | None): ...
@shared_task
def mail(email: str, names: list[str], tags: 'str', mode: Literal['a', 'b'], color: Color): ...
@shared_task
def deep(table: dict[str, int], pair: tuple[int, str], key: Optional[UUID], either: Union[None, int], address: Address): ...
`,
    }), [
      'add(2, 3) {x, y}',
      'pay(1, Decimal("9.90"), on=date(2025, 1, 31), at=datetime(2025, 1, 31, 12, 0)) {order_id, amount, on, at}',
      'mail("ada@example.com", ["Ada"], "tags", \'a\', Color.RED) {email, names, tags, mode, color}',
      'deep({"key": 2}, (2, "pair"), UUID("00000000-0000-4000-8000-000000000001"), 2, {"street": "street", "zip_code": 3}) {table, pair, key, either, address}',
    ]);
  });

  it('guesses by names and docstrings where nothing else is said, and leaves out what has a default', async () => {
    assert.deepEqual(await samples({
      'tasks.py': `${header}
@shared_task
def one(user_id, user_ids, url, is_new, payload, limit=3, *args, **kwargs): ...
@shared_task
def two(thing, other):
    """Does it.

    :param int thing: how often
    :type other: list
    """
`,
    }), ['one(1, [1, 2], "https://example.com", False, {}) {user_id, user_ids, url, is_new, payload}', 'two(2, []) {thing, other}']);
  });

  it('prefers a call of the project to two in what is for tests', async () => {
    for (const tests of ['tests', 'testing', 'test_use']) {
      assert.deepEqual(await samples({
        'tasks.py': `${header}@shared_task\ndef greet(name): ...\n`,
        'use.py': "from tasks import greet\ngreet.delay('Bob')\n",
        [`${tests}.py`]: "from tasks import greet\ngreet.delay('Ann')\ngreet.delay('Ann')\n",
      }), ["greet('Bob')"], tests);
    }
  });

  it('prefers the literals of real calls, most common first, then latest', async () => {
    assert.deepEqual(await samples({
      'tasks.py': `${header}
@shared_task
def greet(name, times=1): ...
@shared_task
def half(a, b): ...
@shared_task(bind=True)
def never(self, item): ...
`,
      'use.py': `
from tasks import greet, half, never
def run(value):
    greet.delay('Bob')
    greet.apply_async(('Ann',), {'times': 2}, countdown=3)
    greet.apply_async(args=['Ann'], kwargs=dict(times=2))
    half.delay(value, 41)
    half.s(b=41, a=value)
    never.delay(value)
`,
    }), ["greet('Ann', times=2)", 'half(2, 41) {a}', 'never("item") {item}']);
  });

  it('prefers a kept sample, then the docstring', async () => {
    assert.deepEqual(await samples({
      'tasks.py': `${header}
@shared_task
def first(n): """Try \`first(7)\`."""
@shared_task
def second(n): """>>> second.delay([1, 2])"""
`,
      'use.py': 'from tasks import first\nfirst.delay(1)\nfirst.delay(1)\n',
      '.vscode/celery_samples.py': 'from tasks import first\nkept = first.s(99)\nother = first.s(98)\n',
    }), ['first(99)', 'second([1, 2])']);
  });

  it('lists the signatures of celery_samples.py', async () => {
    await withWorkspace({
      'tasks.py': `${header}@shared_task\ndef add(x, y): ...\n`,
      '.vscode/celery_samples.py': `
from celery import chain, group
from tasks import add
numbers = [1, 2]
plain = add.s(2, 3)
add.si(1, 1).set(countdown=5)
both = add.s(1, 2) | add.s(3)
many = group(add.s(n, n) for n in numbers)
print(numbers)
`,
    }, project => {
      assert.deepEqual(project.snapshot().samples.map(({ text, variable, task }) => [text, variable, task]), [
        ['add.s(2, 3)', 'plain', 'tasks.add'],
        ['add.si(1, 1).set(countdown=5)', null, 'tasks.add'],
        ['add.s(1, 2) | add.s(3)', 'both', 'tasks.add'],
        ['group(add.s(n, n) for n in numbers)', 'many', 'tasks.add'],
      ]);
    });
  });
});
