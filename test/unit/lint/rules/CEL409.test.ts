import { expectFindings, expectSilence } from '../ruleTester';

describe('CEL409 autoretry-swallowed', () => {
  it('finds a try that keeps what autoretry_for waits for', () => expectFindings('CEL409', {
    'tasks.py': `
from celery import Celery, Task, shared_task as job
app = Celery('tasks')
task = app.task
@job(autoretry_for=(OSError,))
def one():
    """Fetches."""
    result = None
    try:
        result = work()
    except ValueError:
        pass
    «except Exception» as error:
        print(error)
    return result
@app.task(bind=True, autoretry_for=(OSError,))
def two(self):
    try:
        work()
    «except»:
        return None
@task(autoretry_for=(OSError,))
def three():
    try:
        work()
    «except (BaseException, KeyError)»:
        pass
    finally:
        pass
class Four(Task):
    autoretry_for = (OSError,)
    def run(self):
        try:
            work()
        «except Exception»:
            pass
app.register_task(Four())
`,
  }, { severity: 'info', messages: [/gets out of one, so autoretry_for never sees it/, /two/, /three/, /Four/], fixed: null }));

  it('stays silent where something may get out', () => expectSilence('CEL409', {
    'tasks.py': `
from celery import shared_task
from invoke import task
from somewhere import wrapped, wrapper
def fail(): raise OSError
@shared_task(autoretry_for=(OSError,))
def one():
    try: work()
    except Exception: raise
@shared_task(autoretry_for=(OSError,))
def two():
    try: work()
    except OSError: raise
    except Exception: pass
@shared_task(autoretry_for=(OSError,))
def three():
    prepare()
    try: work()
    except Exception: pass
@shared_task(autoretry_for=(OSError,))
def four():
    try: work()
    except Exception: fail()
@shared_task(autoretry_for=(OSError,))
def five():
    try: work()
    except ValueError: pass
@shared_task(autoretry_for=(OSError,))
def six():
    try: work()
    except Exception: pass
    else: more()
@shared_task(autoretry_for=(OSError,))
def seven():
    try: work()
    except Exception as error:
        if bad: raise
@shared_task(bind=True, autoretry_for=(OSError,))
def eight(self):
    try: work()
    except Exception as error: self.retry(exc=error)
@shared_task
def nine():
    try: work()
    except Exception: pass
@shared_task(autoretry_for=())
def ten():
    try: work()
    except Exception: pass
@shared_task(autoretry_for=(OSError,))
@wrapped
def eleven():
    try: work()
    except Exception: pass
@task(autoretry_for=(OSError,))
def twelve():
    try: work()
    except Exception: pass
@wrapper(autoretry_for=(OSError,))
def thirteen():
    try: work()
    except Exception: pass
`,
  }));
});
