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
});
