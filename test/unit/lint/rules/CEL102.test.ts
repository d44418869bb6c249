import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `
from celery import shared_task
@shared_task
def add(x, y=1): ...
@shared_task
def greedy(x, **rest): ...
@shared_task
def own(queue): ...
`;

describe('CEL102 exec-option-in-delay', () => {
  it('finds options of apply_async in delay and s', () => expectFindings('CEL102', {
    'tasks.py': tasks,
    'use.py': `
from tasks import add
add.delay(1, «countdown»=5)
add.delay(1, y=2, «queue»='mail', «priority»=3)
add.s(1, «expires»=60)
add.si(x=1, «link»=add.s())
add.delay_on_commit(1, «countdown»=5)
`,
  }, {
    severity: 'error',
    fixed: {
      'use.py': `
from tasks import add
add.apply_async(args=(1,), countdown=5)
add.apply_async(args=(1,), kwargs={"y": 2}, queue='mail', priority=3)
add.s(1).set(expires=60)
add.si(x=1).set(link=add.s())
add.apply_async_on_commit(args=(1,), countdown=5)
`,
    },
  }));

  it('finds them where a canvas or a partial is sent', () => expectFindings('CEL102', {
    'tasks.py': tasks,
    'use.py': `
from functools import partial
from celery import chain, group
from tasks import add, greedy
add.s(1).delay(«countdown»=5)
add.s(1).delay(2, «countdown»=5)
chain(add.s(1), add.s()).delay(«queue»='mail')
group(add.s(1), add.s(2)).delay(«queue»='mail')
later = add.s(1)
later.delay(«countdown»=5, «queue»='mail')
partial(add.delay, 1, «countdown»=5)
`,
  }, {
    severity: 'error', messages: [/countdown goes to add/, /countdown/, /queue goes to add/, /queue/, /countdown/, /queue/, /Options belong to apply_async/],
    fixed: {
      'use.py': `
from functools import partial
from celery import chain, group
from tasks import add, greedy
add.s(1).apply_async(countdown=5)
add.s(1).delay(2, countdown=5)
chain(add.s(1), add.s()).apply_async(queue='mail')
group(add.s(1), add.s(2)).apply_async(queue='mail')
later = add.s(1)
later.apply_async(countdown=5, queue='mail')
partial(add.delay, 1, countdown=5)
`,
    },
  }));

  it('warns where ** swallows them', () => expectFindings('CEL102', {
    'tasks.py': tasks,
    'use.py': 'from tasks import greedy\ngreedy.delay(1, «countdown»=5)\ngreedy.delay(*[1], **{}, «eta»=3)\n',
  }, {
    severity: 'warning',
    fixed: { 'use.py': 'from tasks import greedy\ngreedy.apply_async(args=(1,), countdown=5)\ngreedy.apply_async(args=(*[1],), kwargs={**{}}, eta=3)\n' },
  }));

  it('stays silent where the task has such a parameter, and where they belong', () => expectSilence('CEL102', {
    'tasks.py': tasks,
    'use.py': 'from celery import group\nfrom tasks import add, own\nown.s().delay(queue="x")\ngroup(own.s()).delay(queue="x")\ngroup(unknown).delay(queue="x")\nadd.si(1).delay(countdown=5)\nadd.s(1).apply_async(countdown=5)\nown.delay(queue="x")\nadd.apply_async((1,), countdown=5)\nadd.s(1).set(countdown=5)\nother.delay(countdown=1)\n',
  }));
});
