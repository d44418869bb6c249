import type { Mutations } from '../mutation';

/** Each with the module of the tasks where they are called through it. */
const sent = /(?<![\w.])((?:tasks\.)?)charge\.delay\(7, 990\)/g;
const applied = /(?<![\w.])((?:tasks\.)?)remind\.apply_async\(\(7,\), queue='invoices'\)/g;

/** What a decorator of the project gives back may take other things. */
const wrapped = /a wrapper of the project/;

export const canvases: Mutations = {
  CEL501: [
    { mistake: 'a signature for a call', find: sent, put: '«$1charge.s(7, 990)»' },
    { mistake: 'a chain that nobody sends', find: sent, put: '«$1charge.s(7, 990) | $1remind.si(7)»' },
    { mistake: 'a group that nobody sends', find: applied, put: '«group([$1remind.si(7), $1remind.si(8)])»', imports: 'from celery import group' },
  ],
  CEL502: [
    { mistake: 'an errback with too many arguments', find: applied, put: "$1remind.apply_async((7,), queue='invoices', link_error=«$1remind.s(7)»)" },
    { mistake: 'an errback by a method', find: sent, put: '$1charge.s(7, 990).on_error(«$1remind.s(7)»).delay()' },
  ],
  CEL504: [
    { mistake: 'the task for its signature, as a callback', find: applied, put: "$1remind.apply_async((7,), queue='invoices', link=«$1remind»)", except: wrapped },
    { mistake: 'the task for its signature, in a chain', find: sent, put: 'chain($1charge.s(7, 990), «$1remind»).delay()', imports: 'from celery import chain', except: wrapped },
    { mistake: 'a call for a signature, in a group', find: sent, put: 'group([$1remind.si(7), «$1charge.delay(7, 990)»]).delay()', imports: 'from celery import group', except: wrapped },
  ],
};
