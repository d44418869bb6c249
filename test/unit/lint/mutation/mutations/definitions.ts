import { fill, type Mutations } from '../mutation';
import { setting } from './settings';

/** An option that each project gives, to a task or to a decorator that it prepares. */
const last = /max_retries=5/g;
/** A task function: its decorator, its options, the end of the line. */
const bare = /^@([\w.]+)(\(.*\))?(\r?\n)def charge\((?:self, )?order_id, /gm;
/** A decorator of the project may make anything of the function that it gets. */
const except = /a wrapper of the project/;

/** The name that the options give is that of one task. */
const unnamed = (put: string) => ([whole, decorator, options, newline]: RegExpMatchArray): string => fill(put, [whole, decorator, options?.replace(/name=[\w.]+/, ''), newline]);
/** Another module holds the app and imports the tasks, or their decorator is the project's own. */
const notTold = /wrapper|type checkers|periodic/;

const concurrency = /^app\.conf\.worker_concurrency = 4(?=\r?$)/gm;
/** An app that pickles results, with a task that raises an exception of its own. */
const raising = (parameters: string, body: string, args: string): string => `app.conf.result_serializer = 'pickle'  # celery: ignore[CEL705, CEL707]


class Refused(Exception):
    def __init__(${parameters}):
        ${body}


@app.task
def refuse(order_id):
    raise «Refused»(${args})

`;

export const definitions: Mutations = {
  CEL301: [
    { mistake: 'a plural', find: /(?<=\(.*)ignore_result(?==True)/g, put: '«ignore_results»' },
    { mistake: 'a singular', find: /(?<=\(.*)max_retries(?==5)/g, put: '«max_retry»' },
    { mistake: 'letters swapped', find: /(?<=\(.*)max_retries(?==5)/g, put: '«max_reties»' },
    { mistake: 'a name of other libraries', find: last, put: '«timeout»=5' },
    setting('a singular in an annotation', 'task_annotations', "{'shop.tasks.charge': {«'max_retry'»: 5}}", { except }),
    { mistake: 'a word of the policy for sending', find: last, put: '«interval_start»=5' },
  ],
  CEL302: [{ mistake: 'self without bind', find: bare, put: '@$1$3def pay(«self», order_id):\n    return order_id\n\n\n@$1$3def charge(order_id, ', except }, { mistake: 'self without bind in a task that is called', find: bare, put: '@$1$3def charge(«self», order_id, ', except }],
  CEL303: [
    // A shared_task that is prepared takes no more options.
    { mistake: 'a name twice', find: bare, put: "@$1(name='shop.tasks.pay')$3def pay(order_id):\n    return order_id\n\n\n@$1(name=«'shop.tasks.pay'»)$3def settle(order_id):\n    return order_id\n\n\n$&", except: /a prepared decorator/ },
    { mistake: 'a function twice', find: bare, put: unnamed('@$1$2$3def pay(*order):\n    return order\n\n\n@$1$2$3def «pay»(*order):\n    return order\n\n\n$&') },
  ],
  CEL304: [
    { mistake: 'a decorator that keeps no name', find: bare, put: unnamed('@$1$2$3@«timed»$3def pay(*order):\n    return order\n\n\n$&'), imports: 'def timed(function):\n    def inner(*args, **kwargs):\n        return function(*args, **kwargs)\n    return inner\n', except },
    { mistake: 'one that may do without parentheses', find: bare, put: unnamed('@$1$2$3@«timed()»$3def pay(*order):\n    return order\n\n\n$&'), imports: 'from functools import partial\n\n\ndef timed(function=None, **options):\n    if function is None:\n        return partial(timed, **options)\n\n    def inner(*args, **kwargs):\n        return function(*args, **kwargs)\n    return inner\n', except },
  ],
  CEL305: [{ mistake: 'async', find: bare, put: '@$1$3async def «charge»(order_id, ', except }],
  CEL306: [{ mistake: 'soft after hard', find: last, put: 'max_retries=5, soft_time_limit=«20», time_limit=10' }],
  CEL307: [{ mistake: 'a unit in letters', find: last, put: "max_retries=5, rate_limit=«'10/min'»" }, { mistake: 'by the day', find: last, put: "max_retries=5, rate_limit=«'24/d'»" }, setting('a unit in letters in an annotation', 'task_annotations', "{'*': {'rate_limit': «'10/min'»}}")],
  CEL308: [{ mistake: 'a cache above the task', find: bare, put: '@«lru_cache(maxsize=3)»$3$&', imports: 'from functools import lru_cache', except }],
  CEL309: [{ mistake: 'the decorators of Celery 4', find: /(?<![\s\S])/g, put: 'from «celery.decorators» import periodic_task\n' }],
  CEL310: [{ mistake: 'a task that is a method', find: bare, put: 'class Till:\n    @$1$3    def «pay»(self, order_id):\n        return order_id\n\n\n@$1$3def charge(order_id, ', except }],
  CEL311: [{ mistake: 'a task in a function', find: bare, put: 'def several():\n    @$1$3    def «pay»(order_id):\n        return order_id\n    pay.delay(1)\n\n\n@$1$3def charge(order_id, ', except }],
  CEL312: [
    { mistake: 'a module misspelt in include', find: /(?<=include ?= ?\[')shop\.tasks/g, put: 'shop.task', found: /(?<=^(?:def|class) )charge(?=\()/im, except: notTold },
    { mistake: 'an app that is not installed', find: /(?<=INSTALLED_APPS = \[')shop/g, put: 'web', found: /(?<=^def )charge(?=\()/m },
  ],
  CEL313: [
    { mistake: 'an exception that keeps a text in place of its arguments', find: concurrency, put: raising('self, order_id, reason', 'super().__init__(reason)', "order_id, 'no'") },
    { mistake: 'an exception that takes keywords only', find: concurrency, put: raising('self, *, reason', 'self.reason = reason', "reason='no'") },
  ],
  CEL314: [{ mistake: 'an import by the last name only', find: /(?<=^ *from )shop\.tasks(?= import (?:charge|remind|\*))/gm, put: '«tasks»', except: /star|constants|classes|wrapper|Django/ }],
  CEL315: [{ mistake: 'a queue at the task', find: last, put: "max_retries=5, «queue»='invoices'" }, { mistake: 'a priority at the task', find: last, put: 'max_retries=5, «priority»=3' }],
};
