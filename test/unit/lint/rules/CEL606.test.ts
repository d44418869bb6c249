import { expectFindings, expectSilence } from '../ruleTester';

const tasks = `from celery import Celery, Task
app = Celery('app')

@app.task(name='add')
def add(x, y=2): ...

@app.task(name='bound', bind=True)
def bound(self, x): ...

@app.task(name='many')
def many(*args, **kwargs): ...

class Injecting(Task):
    def __call__(self, *args, **kwargs): ...

@app.task(name='injected', base=Injecting)
def injected(x): ...
`;
const schedule = (entries: string): string => `${tasks}app.conf.beat_schedule = {\n${entries}\n}\n`;

describe('CEL606 beat-args-mismatch', () => {
  it('finds what does not fit', () => expectFindings('CEL606', {
    'a.py': schedule(`
    'a': {'task': «'add'», 'schedule': 1},
    'b': {'task': 'add', 'schedule': 1, 'args': (1, 2, «3»)},
    'c': {'task': 'add', 'schedule': 1, 'args': [1], 'kwargs': {«'z'»: 1}},
    'd': {'task': 'add', 'schedule': 1, 'args': (1,), 'kwargs': {«'x'»: 1}},
    'e': {'task': «add.name», 'schedule': 1, 'kwargs': {'y': 1}},
    'f': {'task': «'bound'», 'schedule': 1},`),
  }, {
    severity: 'error', fixed: null,
    messages: [/^add is sent without x: each run fails in the worker with TypeError\. It is add\(x, y=2\)$/, /takes 2 positional arguments, 3 are given/, /no parameter z/, /x is given twice/, /without x/, /^bound is sent without x.*bound\(x\)$/],
  }));

  it('finds what a complete signature lacks', () => expectFindings('CEL606', {
    'a.py': `${tasks}
@app.on_after_configure.connect
def setup(sender, **kwargs):
    sender.add_periodic_task(10, «add.s()»)
    sender.add_periodic_task(10, add.s(1))
    sender.add_periodic_task(10, «bound.s()», name='x')
    sender.add_periodic_task(10, add.s(), args=(1,))
`,
  }));

  it('stays silent for what fits and for what is not known', () => expectSilence('CEL606', {
    'a.py': schedule(`
    'a': {'task': 'add', 'schedule': 1, 'args': (1,)},
    'b': {'task': 'add', 'schedule': 1, 'kwargs': {'x': 1}},
    'c': {'task': 'bound', 'schedule': 1, 'args': [1]},
    'd': {'task': 'many', 'schedule': 1, 'args': (1, 2, 3), 'kwargs': {'a': 1}},
    'e': {'task': 'injected', 'schedule': 1},
    'f': {'task': 'add', 'schedule': 1, 'args': ARGS},
    'g': {'task': 'add', 'schedule': 1, **MORE},
    'h': {'task': 'unknown', 'schedule': 1},
    'i': {'task': 'add', 'schedule': 1, 'args': (*ARGS,)},`).replace('app = Celery', 'from elsewhere import ARGS, MORE\napp = Celery'),
  }));
});
