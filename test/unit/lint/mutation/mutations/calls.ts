import type { Mutations } from '../mutation';

/** What a decorator of the project gives back may take other things. */
const wrapped = /a wrapper of the project/;

export const calls: Mutations = {
  CEL101: [
    { mistake: 'one argument too many', find: /\bcharge\.delay\(7, 990\)/g, put: "charge.delay(7, 990, 'EUR', «1»)" },
    { mistake: 'one too few', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.«delay»(7)' },
    { mistake: 'a name that is no parameter', find: /\bcharge\.delay\(7, 990\)/g, put: "charge.delay(7, 990, «reason»='none')" },
    { mistake: 'a name that is no parameter, in a dict', find: /\bcharge\.delay\(7, 990\)/g, put: "charge.delay(*[7, 990], **{«'countdown'»: 3})" },
    { mistake: 'a misspelt name', find: /\bcharge\.delay\(7, 990\)/g, put: "charge.delay(7, 990, «curency»='USD')" },
    { mistake: 'a misspelt name of what is needed', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.delay(7, «amuont»=990)' },
    { mistake: 'another name for what is needed', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.delay(7, «price»=990)' },
    { mistake: 'a parameter twice', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.delay(7, 990, «order_id»=7)' },
    { mistake: 'too many for apply_async', find: /\bremind\.apply_async\(\(7,\)/g, put: 'remind.apply_async((7, «8»)' },
    { mistake: 'too many for a signature', find: /\bcharge\.s\(7, 990\)/g, put: "charge.s(7, 990, 'EUR', «1»)" },
    { mistake: 'an immutable signature that lacks one', find: /\bremind\.si\(7\)/g, put: 'remind.«si»()' },
    { mistake: 'a signature that lacks one when it is sent', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.«s»(7).delay()' },
  ],
  CEL102: [
    { mistake: 'countdown for delay', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.delay(7, 990, «countdown»=5)' },
    { mistake: 'a queue for s', find: /\bcharge\.s\(7, 990\)/g, put: "charge.s(7, 990, «queue»='invoices')" },
    { mistake: 'an expiry for si', find: /\bremind\.si\(7\)/g, put: 'remind.si(7, «expires»=60)' },
    { mistake: 'a countdown for a signature that is sent', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.s(7, 990).delay(«countdown»=5)' },
  ],
  CEL103: [
    { mistake: 'brackets without the comma', find: /\bremind\.apply_async\(\(7,\)/g, put: 'remind.apply_async((«7»)', except: wrapped },
    { mistake: 'a text', find: /\bremind\.apply_async\(\(7,\)/g, put: "remind.apply_async(«'7'»", except: wrapped },
    { mistake: 'a set', find: /\bremind\.apply_async\(\(7,\)/g, put: 'remind.apply_async(«{7}»', except: wrapped },
  ],
  CEL104: [
    { mistake: 'an argument among the options', find: /\bcharge\.delay\(7, 990\)/g, put: "charge.apply_async((7, 990), «currency»='USD')", except: wrapped },
    { mistake: 'a misspelt option', find: /\bremind\.apply_async\(\(7,\)/g, put: 'remind.apply_async((7,), «countdwn»=5', except: wrapped },
    { mistake: 'a misspelt option of a signature', find: /\bremind\.si\(7\)/g, put: 'remind.si(7).set(«countdwn»=5)', except: wrapped },
    { mistake: 'a misspelt option of a chain', find: /(?<![\w.])((?:tasks\.)?)remind\.si\(7\)/g, put: 'chain($1remind.si(7), $1remind.si(8), «countdwn»=5)', imports: 'from celery import chain', except: wrapped },
  ],
  CEL108: [
    { mistake: 'a misspelt name', find: /^([ \t]+)(?:tasks\.)?charge\.delay\(7, 990\)/gm, put: "$1current_app.send_task(«'shop.tasks.chrge'», (7, 990))", imports: 'from celery import current_app' },
    { mistake: 'a misspelt name in the registry', find: /^([ \t]+)(?:tasks\.)?charge\.delay\(7, 990\)/gm, put: "$1current_app.tasks[«'shop.tasks.chrge'»].delay(7, 990)", imports: 'from celery import current_app' },
    { mistake: 'a name without its package', find: /^([ \t]+)(?:tasks\.)?charge\.delay\(7, 990\)/gm, put: "$1signature(«'tasks.charge'», (7, 990)).delay()", imports: 'from celery import signature' },
  ],
};
