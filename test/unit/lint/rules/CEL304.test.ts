import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL304 unwrapped-decorator', () => {
  it('finds decorators that lose the name, bare and called, here and elsewhere', () => expectFindings('CEL304', {
    'shop/__init__.py': '',
    'shop/decorators.py': `
def timed(f):
    def wrapper(*args):
        return f(*args)
    return wrapper
`,
    'shop/tasks.py': `
from celery import Celery, shared_task as job
from shop.decorators import timed
app = Celery('tasks')
def limited(count):
    def decorate(function):
        async def inner(*args):
            return function(*args)
        return inner
    return decorate
@job
@«timed»
def one(): ...
@app.task(bind=True)
@«limited(3)»
def two(self): ...
`,
  }, {
    severity: 'warning',
    messages: [/timed does not keep the name.*named shop\.decorators\.wrapper/, /decorate .*named shop\.tasks\.inner/],
    fixed: {
      'shop/decorators.py': `
from functools import wraps
def timed(f):
    @wraps(f)
    def wrapper(*args):
        return f(*args)
    return wrapper
`,
    },
  }));

  it('tells an error where two tasks get one name, in whatever modules', () => expectFindings('CEL304', {
    'decorators.py': 'def timed(f):\n    def wrapper(*args):\n        return f(*args)\n    return wrapper\n',
    'a.py': 'from celery import shared_task\nfrom decorators import timed\n@shared_task\n@«timed»\ndef one(): ...\n',
    'b.py': 'from celery import shared_task\nfrom decorators import timed\n@shared_task\n@«timed»\ndef two(): ...\n@shared_task(name="three")\n@timed\ndef three(): ...\n',
  }, { severity: 'error', messages: [/named decorators\.wrapper, as is two/, /as is one/] }));

  it('tells a warning where the others have names of their own, or are made by a decorator of the project', () => expectFindings('CEL304', {
    'decorators.py': `
from celery import shared_task
def timed(f):
    def wrapper(*args):
        return f(*args)
    return wrapper
def job(f):
    register(f)
    return shared_task(f)
`,
    'tasks.py': `
from celery import shared_task
from decorators import job, timed
@shared_task
@«timed»
def one(): ...
@shared_task(name="two")
@timed
def two(): ...
@job
@timed
def three(): ...
`,
  }, { severity: 'warning', messages: [/and a second one would take its place/] }));

  it('stays silent where the name is kept, given or not known', () => expectSilence('CEL304', {
    'tasks.py': `
import functools
from celery import Celery, shared_task
from elsewhere import job, marked
from invoke import task
def wrapped(f):
    @functools.wraps(f)
    def wrapper(*args): return f(*args)
    return wrapper
def updated(f):
    def wrapper(*args): return f(*args)
    return functools.update_wrapper(wrapper, f)
def updated_before(f):
    def wrapper(*args): return f(*args)
    functools.update_wrapper(wrapper, f)
    return wrapper
def renamed(f):
    def wrapper(*args): return f(*args)
    wrapper.__name__ = f.__name__
    return wrapper
def lost(f):
    def wrapper(*args): return f(*args)
    return wrapper
def helped(f):
    @marked
    def wrapper(*args): return f(*args)
    return wrapper
def passing(f):
    f.marked = True
    return f
class Writer:
    def __call__(self, f):
        def wrapper(*args): return f(*args)
        return wrapper
@shared_task
@wrapped
def one(): ...
@shared_task
@updated
def two(): ...
@shared_task
@updated_before
def three(): ...
@shared_task
@renamed
def four(): ...
@shared_task(name='five')
@lost
def five(): ...
@shared_task
@helped
def six(): ...
@shared_task
@passing
def seven(): ...
@shared_task
@marked
def eight(): ...
@job
@lost
def nine(): ...
@task
@lost
def ten(): ...
@lost
@shared_task
def eleven(): ...
@shared_task
@wrapped
@lost
def twelve(): ...
@shared_task
@Writer()
def thirteen(): ...
`,
  }));

  it('finds decorators that may do without parentheses', () => expectFindings('CEL304', {
    'decorators.py': `
import functools
def again(func=None, **options):
    if func is None:
        return functools.partial(again, **options)
    def first(*args):
        return func(*args)
    return first
def later(func=None, *, label=''):
    if not func:
        return lambda f: later(f, label=label)
    def second(*args):
        return func(*args)
    return second
def inside(func=None, label=''):
    def decorate(f):
        def third(*args):
            return f(*args)
        return third
    return decorate if func is None else decorate(func)
def either(func=None, **options):
    def decorate(f):
        def fourth(*args):
            return f(*args)
        return fourth
    if func:
        return decorate(func)
    return decorate
`,
    'tasks.py': `
from celery import shared_task
from decorators import again, either, inside, later
@shared_task
@«again»
def one(): ...
@shared_task(bind=True)
@«again(label='x')»
def two(self): ...
@shared_task
@«later()»
def three(): ...
@shared_task
@«inside»
def four(): ...
@shared_task
@«inside(label='x')»
def five(): ...
@shared_task
@«either»
def six(): ...
`,
  }, {
    messages: [/again does not keep the name.*named decorators\.first, as is two/, /again .*as is one/, /later .*named decorators\.second, and a second/, /decorate .*named decorators\.third, as is five/, /third/, /decorate .*fourth/],
    fixed: {
      'decorators.py': `
from functools import wraps
import functools
def again(func=None, **options):
    if func is None:
        return functools.partial(again, **options)
    @wraps(func)
    def first(*args):
        return func(*args)
    return first
def later(func=None, *, label=''):
    if not func:
        return lambda f: later(f, label=label)
    @wraps(func)
    def second(*args):
        return func(*args)
    return second
def inside(func=None, label=''):
    def decorate(f):
        @wraps(f)
        def third(*args):
            return f(*args)
        return third
    return decorate if func is None else decorate(func)
def either(func=None, **options):
    def decorate(f):
        @wraps(f)
        def fourth(*args):
            return f(*args)
        return fourth
    if func:
        return decorate(func)
    return decorate
`,
    },
  }));

  it('stays silent for those that keep the name, or of which it is not known what they give', () => expectSilence('CEL304', {
    'tasks.py': `
from functools import partial, update_wrapper, wraps
from celery import shared_task
from elsewhere import other
def again(func=None, **options):
    if func is None:
        return partial(again, **options)
    @wraps(func)
    def inner(*args): return func(*args)
    return inner
def inside(func=None):
    def decorate(f):
        @wraps(f)
        def inner(*args): return f(*args)
        return inner
    return decorate if func is None else decorate(func)
def updated(func=None):
    def decorate(f):
        def inner(*args): return f(*args)
        return inner
    return decorate if func is None else update_wrapper(decorate(func), func)
def elsewhere(func=None, **options):
    if func is None:
        return partial(other, **options)
    def inner(*args): return func(*args)
    return inner
def required(func, **options):
    if options:
        return partial(required, func)
    def inner(*args): return func(*args)
    return inner
def two(func=None):
    if func is None:
        return partial(two)
    if other:
        return func
    def inner(*args): return func(*args)
    return inner
@shared_task
@again
def one(): ...
@shared_task
@again()
def two_(): ...
@shared_task
@inside(None)
def three(): ...
@shared_task
@updated
def four(): ...
@shared_task
@elsewhere()
def five(): ...
@shared_task
@required()
def six(): ...
@shared_task
@two
def seven(): ...
`,
  }));
});
