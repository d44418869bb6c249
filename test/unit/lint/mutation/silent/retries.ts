import type { Guards } from './silent';

const bound = (body: string, options = ''): string => `@app.task(bind=True${options})\ndef work(self, x):\n${body.replace(/^(?=.)/gm, '    ')}`;
const retrying = bound('try:\n    x()\nexcept OSError as error:\n    raise self.retry(exc=error)\n', ', max_retries=None').replace('exc=error', 'exc=error, max_retries=9');

/** Guards of the rules about retries. */
export const retries: Guards = {
  CEL401: {
    'a retry in the handler': bound('try:\n    x()\nexcept OSError as error:\n    self.retry(exc=error)\nexcept Exception:\n    return x\n'),
    'a Retry that is let through': `from celery.exceptions import Retry\n\n\n${bound('try:\n    raise self.retry()\nexcept Retry:\n    raise\nexcept Exception:\n    return x\n')}`,
    'a handler that raises on': bound('try:\n    raise self.retry()\nexcept Exception:\n    print(x)\n    raise\n'),
    'a retry that raises nothing': bound('try:\n    self.retry(throw=False)\nexcept Exception:\n    return x\n'),
    'a handler for something else': bound('try:\n    raise self.retry()\nexcept KeyError:\n    return x\n'),
    'a handler that may be for anything': `from library import Errors\n\n\n${bound('try:\n    raise self.retry()\nexcept Errors:\n    return x\n')}`,
    'a retry of something else': '@app.task\ndef work(client):\n    try:\n        client.retry()\n    except Exception:\n        return None\n',
    'a retry that a base class does in its own way': `class Own(Task):\n    def retry(self, *args, **options):\n        return None\n\n\n${bound('try:\n    self.retry()\nexcept Exception:\n    return x\n', ', base=Own')}`,
    'a retry in a function that may run later': bound('try:\n    return x(lambda: self.retry())\nexcept Exception:\n    return x\n'),
  },
  CEL402: {
    'arguments for the next attempt': bound('raise self.retry((x,))\n'),
    'arguments that are not known': bound('raise self.retry(x)\n'),
    'a retry of something else': '@app.task\ndef work(client):\n    client.retry(ValueError())\n',
  },
  CEL403: {
    'a name that holds a tuple': 'ERRORS = (OSError, ValueError)\n\n\n@app.task(autoretry_for=ERRORS, retry_backoff=True)\ndef work(x):\n    return x\n',
    'a name that may hold anything': 'from library import ERRORS\n\n\n@app.task(autoretry_for=ERRORS, retry_backoff=True)\ndef work(x):\n    return x\n',
    'throws, which may be one class': '@app.task(throws=KeyError)\ndef work(x):\n    return x\n',
  },
  CEL404: {
    'a soft limit of the task': 'from celery.exceptions import SoftTimeLimitExceeded\n\n\n@app.task(autoretry_for=(SoftTimeLimitExceeded,), retry_backoff=True, soft_time_limit=9)\ndef work(x):\n    return x\n',
    'a soft limit for all tasks': 'from celery.exceptions import SoftTimeLimitExceeded\n\napp.conf.task_soft_time_limit = 9\n\n\n@app.task(autoretry_for=(SoftTimeLimitExceeded,), retry_backoff=True)\ndef work(x):\n    return x\n',
    'a soft limit of a call': 'from celery.exceptions import SoftTimeLimitExceeded\n\n\n@app.task(autoretry_for=(SoftTimeLimitExceeded,), retry_backoff=True)\ndef work(x):\n    return x\n\n\nwork.apply_async((1,), soft_time_limit=9)\n',
    'the limit of a task that is waited for': 'from celery.exceptions import TimeLimitExceeded\n\n\n@app.task\ndef work(result):\n    try:\n        return result.get()\n    except TimeLimitExceeded:\n        return None\n',
  },
  CEL405: {
    'options that the task reads': bound('if x:\n    raise self.retry(countdown=self.retry_backoff * 2 ** self.request.retries)\n', ', retry_backoff=3'),
    'a task that hands itself on': 'from library import attempt\n\n\n@app.task(bind=True, retry_backoff=3, max_retries=5)\ndef work(self, x):\n    return attempt(self, x)\n',
    'a base class that retries': 'class Retrying(Task):\n    autoretry_for = (OSError,)\n\n\n@app.task(base=Retrying, retry_backoff=True, max_retries=5)\ndef work(x):\n    return x\n',
    'a base class that is not known': 'from library import Retrying\n\n\n@app.task(base=Retrying, retry_backoff=True, max_retries=5)\ndef work(x):\n    return x\n',
    'a decorator that retries': 'from library import retried\n\n\n@app.task(bind=True, max_retries=5)\n@retried\ndef work(self, x):\n    return x\n',
    'a task that other code retries': '@app.task(max_retries=5)\ndef work(x):\n    return x\n\n\ndef again():\n    work.retry(countdown=3)\n',
    'a prepared decorator of which some tasks retry': 'job = shared_task(bind=True, max_retries=5)\n\n\n@job\ndef first(self, x):\n    raise self.retry(countdown=3)\n\n\n@job\ndef second(self, x):\n    return self.request.id\n',
    'a prepared decorator that another one is made of': 'from functools import partial\n\njob = partial(app.task, retry_backoff=True)\nretried = partial(job, autoretry_for=(OSError,))\n\n\n@retried\ndef first(x):\n    return x\n\n\n@job()\ndef second(x):\n    return x\n',
    'a prepared decorator that one of the project uses': 'from functools import partial\n\njob = partial(app.task, retry_backoff=True)\n\n\ndef retried(function):\n    return job(autoretry_for=(OSError,))(function)\n\n\n@retried\ndef first(x):\n    return x\n\n\n@job()\ndef second(x):\n    return x\n',
    'no retries at all': '@app.task(max_retries=0)\ndef work(x):\n    return x\n',
  },
  CEL406: {
    'a limit at each retry': retrying,
    'a limit in retry_kwargs': "@app.task(autoretry_for=(OSError,), retry_backoff=True, max_retries=None, retry_kwargs={'max_retries': 9})\ndef work(x):\n    return x\n",
    'a limit that is not known': 'from library import LIMIT\n\n\n@app.task(autoretry_for=(OSError,), retry_backoff=True, max_retries=LIMIT)\ndef work(x):\n    return x\n',
    'a task that is never retried': '@app.task(max_retries=None)\ndef work(x):\n    return x\n',
  },
  CEL407: {
    'all but some': '@app.task(autoretry_for=(Exception,), dont_autoretry_for=(ValueError,), retry_backoff=True)\ndef work(x):\n    return x\n',
    'all but what a base class says': 'class Careful(Task):\n    dont_autoretry_for = (ValueError,)\n\n\n@app.task(base=Careful, autoretry_for=(Exception,), retry_backoff=True)\ndef work(x):\n    return x\n',
  },
  CEL408: {
    'a delay': '@app.task(autoretry_for=(OSError,), default_retry_delay=9)\ndef work(x):\n    return x\n',
    'a countdown for the retry': "@app.task(autoretry_for=(OSError,), retry_kwargs={'countdown': 9})\ndef work(x):\n    return x\n",
    'a backoff of the base class': 'class Retrying(Task):\n    retry_backoff = True\n\n\n@app.task(base=Retrying, autoretry_for=(OSError,))\ndef work(x):\n    return x\n',
    'options that are not written out': 'from library import OPTIONS\n\n\n@app.task(autoretry_for=(OSError,), **OPTIONS)\ndef work(x):\n    return x\n',
    'a backoff and a jitter that are turned off': '@app.task(autoretry_for=(OSError,), retry_backoff=False, retry_jitter=False)\ndef work(x):\n    return x\n',
    'a backoff that is turned off for a delay': '@app.task(autoretry_for=(OSError,), retry_backoff=False, retry_backoff_max=60, default_retry_delay=9)\ndef work(x):\n    return x\n',
    'a backoff that may be turned off': 'from library import BACKOFF\n\n\n@app.task(autoretry_for=(OSError,), retry_backoff=BACKOFF, retry_jitter=True)\ndef work(x):\n    return x\n',
    'a longest wait that the task itself reads': bound('if x:\n    raise self.retry(countdown=self.retry_backoff_max)\n', ', autoretry_for=(OSError,), retry_backoff=False, retry_backoff_max=60'),
    'a pause of its own that a base class reads': 'class Patient(Task):\n    def retry(self, *args, **options):\n        return super().retry(*args, countdown=self.interval_start, **options)\n\n\n@app.task(base=Patient, autoretry_for=(OSError,), interval_start=9)\ndef work(x):\n    return x\n',
    'nothing to retry for': '@app.task(autoretry_for=())\ndef work(x):\n    return x\n',
  },
  CEL409: Object.fromEntries(Object.entries({
    'a handler that raises on': 'try:\n    return x()\nexcept Exception:\n    print(x)\n    raise\n',
    'a handler that may raise': 'try:\n    return x()\nexcept Exception:\n    if x:\n        raise\n    return None\n',
    'code beside the try': 'y = x()\ntry:\n    return y()\nexcept Exception:\n    return None\n',
    'code that runs where nothing went wrong': 'try:\n    y = x()\nexcept Exception:\n    return None\nelse:\n    return y()\n',
    'a try for a part': 'if x:\n    try:\n        return x()\n    except Exception:\n        return None\nreturn x()\n',
    'a handler for some exceptions': 'try:\n    return x()\nexcept ValueError:\n    return None\n',
  }).map(([what, body]) => [what, `@app.task(autoretry_for=(OSError,), retry_backoff=True)\ndef work(x):\n${body.replace(/^(?=.)/gm, '    ')}`])),
};
