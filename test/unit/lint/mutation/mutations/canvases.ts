import type { Mutations } from '../mutation';

/** Each with the module of the tasks where they are called through it. */
const sent = /(?<![\w.])((?:tasks\.)?)charge\.delay\(7, 990\)/g;
const applied = /(?<![\w.])((?:tasks\.)?)remind\.apply_async\(\(7,\), queue='invoices'\)/g;

/** What a decorator of the project gives back, and what that gives, may be anything. */
const wrapped = /a wrapper of the project/;
/** There the task has no ignore_result. */
const stores = /a wrapper of the project/;
/** There charge stores no result, which CEL506 tells instead. */
const silent = /a wrapper of the project|a prepared decorator/;
/** In the body of a task. */
const waits = /^([ \t]+)return user_id/gm;

export const canvases: Mutations = {
  CEL501: [
    { mistake: 'a signature for a call', find: sent, put: '«$1charge.s(7, 990)»' },
    { mistake: 'a chain that nobody sends', find: sent, put: '«$1charge.s(7, 990) | $1remind.si(7)»' },
    { mistake: 'a group that nobody sends', find: applied, put: '«group([$1remind.si(7), $1remind.si(8)])»', imports: 'from celery import group' },
  ],
  CEL502: [
    { mistake: 'an errback with too many arguments', find: applied, put: "$1remind.apply_async((7,), queue='invoices', link_error=«$1remind.s(7)»)" },
    { mistake: 'an errback of a chain', find: sent, put: 'chain($1charge.s(7, 990), $1remind.si(7), link_error=«$1remind.s(7)»).delay()', imports: 'from celery import chain' },
    { mistake: 'an errback by a method', find: sent, put: '$1charge.s(7, 990).on_error(«$1remind.s(7)»).delay()' },
  ],
  CEL504: [
    { mistake: 'the task for its signature, as a callback', find: applied, put: "$1remind.apply_async((7,), queue='invoices', link=«$1remind»)", except: wrapped },
    { mistake: 'a function for a signature, as a callback', find: applied, put: "$1remind.apply_async((7,), queue='invoices', link=«print»)", except: wrapped },
    { mistake: 'a callback of a chord before 5.7', find: sent, put: 'chord([$1charge.s(7, 990)], $1remind.si(7)).apply_async(link_error=«$1remind.si(7)»)  # celery: ignore[CEL507]', imports: 'from celery import chord', versions: { celery: '5.6' }, except: wrapped },
    { mistake: 'the task for its signature, in a chain', find: sent, put: 'chain($1charge.s(7, 990), «$1remind»).delay()', imports: 'from celery import chain', except: wrapped },
    { mistake: 'a call for a signature, in a group', find: sent, put: 'group([$1remind.si(7), «$1charge.delay(7, 990)»]).delay()', imports: 'from celery import group', except: wrapped },
  ],
  CEL503: [
    { mistake: 'waiting in a task', find: waits, put: '$1return charge.delay(1, 2).«get»()', except: silent },
    { mistake: 'waiting later in a task', find: waits, put: '$1result = charge.delay(1, 2)\n$1return result.«get»(timeout=3)', except: silent },
    { mistake: 'waiting by an id', find: waits, put: '$1return AsyncResult(user_id).«get»()', imports: 'from celery.result import AsyncResult' },
  ],
  CEL505: [
    { mistake: 'no room for the result before', find: sent, put: 'chain($1charge.s(7, 990), «$1remind.s(7)»).delay()', imports: 'from celery import chain' },
    { mistake: 'no room for it, by an operator', find: sent, put: '($1charge.s(7, 990) | «$1remind.s(8)»).delay()' },
    { mistake: 'no room for it, in a callback', find: applied, put: "$1remind.apply_async((7,), queue='invoices', link=«$1remind.s(7)»)" },
  ],
  CEL506: [
    { mistake: 'a result of a task that stores none', find: applied, put: '$1remind.delay(7).«get»()', except: stores },
    { mistake: 'a wait for one', find: applied, put: "$1remind.apply_async((7,), queue='invoices').«wait»()", except: stores },
    { mistake: 'a result of a signature that is told to store none', find: sent, put: '$1charge.si(7, 990).apply_async(ignore_result=True).«get»()', except: wrapped },
  ],
  CEL507: [
    { mistake: 'a chord that nothing counts', find: sent, put: '«chord»([$1charge.si(7, 990)])($1remind.si(7))', imports: 'from celery import chord' },
    { mistake: 'a group before a task', find: sent, put: '(«group»([$1charge.si(7, 990)]) | $1remind.si(7)).delay()', imports: 'from celery import group' },
  ],
};
