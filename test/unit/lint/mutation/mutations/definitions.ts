import type { Mutations } from '../mutation';

/** An option of a decorator that each project has; not where it was prepared under a name of its own. */
const last = /max_retries=5/g;
const except = /prepared/;
/** A task without options, and with one parameter. */
const bare = /^@(app\.task|shared_task|celery\.shared_task|celery\.task|task)(\r?\n)def charge\(order_id, /gm;
/** An app of its own class may know what to do with these. */
const own = /own class/;
/** Another module holds the app and imports the tasks, or their decorator is the project's own. */
const notTold = /wrapper|type checkers|periodic/;
const onlyPlain = /^(app\.task|shared_task|shared_task as task|star re-exports|several apps|tabs)$/;

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
    { mistake: 'a plural', find: /(?<=\(.*)ignore_result(?==True)/g, put: '«ignore_results»', except },
    { mistake: 'a singular', find: /(?<=\(.*)max_retries(?==5)/g, put: '«max_retry»', except },
    { mistake: 'letters swapped', find: /(?<=\(.*)max_retries(?==5)/g, put: '«max_reties»', except },
    { mistake: 'a name of other libraries', find: last, put: '«timeout»=5', except },
  ],
  CEL302: [{ mistake: 'self without bind', find: bare, put: '@$1$2def pay(«self», order_id):\n    return order_id\n\n\n@$1$2def charge(order_id, ', projects: onlyPlain }, { mistake: 'self without bind in a task that is called', find: bare, put: '@$1$2def charge(«self», order_id, ', projects: onlyPlain }],
  CEL303: [{ mistake: 'a name twice', find: bare, put: "@$1(name='shop.tasks.pay')$2def pay(order_id):\n    return order_id\n\n\n@$1(name=«'shop.tasks.pay'»)$2def settle(order_id):\n    return order_id\n\n\n@$1$2def charge(order_id, ", projects: onlyPlain }],
  CEL304: [{ mistake: 'a decorator that keeps no name', find: bare, put: '@$1$2@«timed»$2def charge(order_id, ', imports: 'def timed(function):\n    def inner(*args, **kwargs):\n        return function(*args, **kwargs)\n    return inner\n', projects: onlyPlain }],
  CEL305: [{ mistake: 'async', find: bare, put: '@$1$2async def «charge»(order_id, ', except: own }],
  CEL306: [{ mistake: 'soft after hard', find: last, put: 'max_retries=5, soft_time_limit=«20», time_limit=10', except }],
  CEL307: [{ mistake: 'a unit in letters', find: last, put: "max_retries=5, rate_limit=«'10/min'»", except }, { mistake: 'by the day', find: last, put: "max_retries=5, rate_limit=«'24/d'»", except }],
  CEL308: [{ mistake: 'a cache above the task', find: bare, put: '@«lru_cache(maxsize=3)»$2@$1$2def charge(order_id, ', imports: 'from functools import lru_cache', projects: onlyPlain }],
  CEL309: [{ mistake: 'the decorators of Celery 4', find: /(?<![\s\S])/g, put: 'from «celery.decorators» import periodic_task\n', projects: onlyPlain }],
  CEL310: [{ mistake: 'a task that is a method', find: bare, put: 'class Till:\n    @$1$2    def «pay»(self, order_id):\n        return order_id\n\n\n@$1$2def charge(order_id, ', except: own }],
  CEL311: [{ mistake: 'a task in a function', find: bare, put: 'def several():\n    @$1$2    def «pay»(order_id):\n        return order_id\n    pay.delay(1)\n\n\n@$1$2def charge(order_id, ', except: own }],
  CEL312: [
    { mistake: 'a module misspelt in include', find: /(?<=include ?= ?\[')shop\.tasks/g, put: 'shop.task', found: /(?<=^(?:def|class) )charge(?=\()/im, except: notTold },
    { mistake: 'an app that is not installed', find: /(?<=INSTALLED_APPS = \[')shop/g, put: 'web', found: /(?<=^def )charge(?=\()/m },
  ],
  CEL313: [
    { mistake: 'an exception that keeps a text in place of its arguments', find: concurrency, put: raising('self, order_id, reason', 'super().__init__(reason)', "order_id, 'no'") },
    { mistake: 'an exception that takes keywords only', find: concurrency, put: raising('self, *, reason', 'self.reason = reason', "reason='no'") },
  ],
  CEL314: [{ mistake: 'an import by the last name only', find: /(?<=^ *from )shop\.tasks(?= import (?:charge|remind|\*))/gm, put: '«tasks»', except: /star|constants|classes|wrapper|Django/ }],
  CEL315: [{ mistake: 'a queue at the task', find: last, put: "max_retries=5, «queue»='invoices'", except }, { mistake: 'a priority at the task', find: last, put: 'max_retries=5, «priority»=3', except }],
};
