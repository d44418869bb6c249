import type { Mutations } from '../mutation';

/** What a decorator of the project does with the arguments is not known. */
const except = /a wrapper of the project/;

export const inArguments: Mutations = {
  CEL201: [
    { mistake: 'a set', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.delay(7, «{990}»)', except },
    { mistake: 'a stretch of time', find: /\bcharge\.delay\(7, 990\)/g, put: 'charge.delay(7, amount=«timedelta(days=1)»)', imports: 'from datetime import timedelta', except },
    { mistake: 'a path', find: /\bremind\.apply_async\(\(7,\)/g, put: "remind.apply_async((«Path('7')»,)", imports: 'from pathlib import Path', except },
    { mistake: 'a generator', find: /\bremind\.si\(7\)/g, put: 'remind.si(«(each for each in [7])»)', except },
  ],
};
