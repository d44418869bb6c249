import type { Mutations } from '../mutation';

const options = /autoretry_for=\(OSError,\), retry_backoff=True, max_retries=5/g;
/** The body of charge, which retries nothing by itself, and of remind, which does. */
const plain = /^([ \t]+)return remind\.s\(7\)/gm;
const retried = /^([ \t]+)return user_id/gm;

export const retries: Mutations = {
  // There each task is retried automatically, which the handler ends too: CEL409 tells that beside.
  CEL401: [{ mistake: 'the retry caught', find: plain, put: '$1try:\n$1$1raise charge.retry(countdown=10)\n$1«except Exception»:\n$1$1return None', except: /a prepared decorator/ }],
  CEL402: [{ mistake: 'the exception by position', find: plain, put: "$1raise charge.retry(«ValueError('x')»)" }],
  CEL403: [{ mistake: 'no tuple', find: options, put: 'autoretry_for=«OSError», retry_backoff=True, max_retries=5' }, { mistake: 'brackets without a comma', find: options, put: 'autoretry_for=(«OSError»), retry_backoff=True, max_retries=5' }],
  CEL404: [{ mistake: 'the hard limit', find: options, put: 'autoretry_for=(OSError, «TimeLimitExceeded»), retry_backoff=True, max_retries=5', imports: 'from celery.exceptions import TimeLimitExceeded' }],
  CEL405: [{ mistake: 'a pause for nothing', find: options, put: '«retry_backoff»=True' }, { mistake: 'a number for nothing', find: options, put: '«max_retries»=5' }],
  CEL406: [{ mistake: 'no end', find: options, put: 'autoretry_for=(OSError,), retry_backoff=True, max_retries=«None»' }],
  CEL407: [{ mistake: 'everything', find: options, put: 'autoretry_for=(«Exception»,), retry_backoff=True, max_retries=5' }],
  CEL408: [{ mistake: 'no pause', find: options, put: '«autoretry_for»=(OSError,), max_retries=5' }, { mistake: 'a backoff turned off beside its jitter', find: options, put: 'autoretry_for=(OSError,), retry_backoff=«False», retry_jitter=True, max_retries=5' }],
  // In these nothing is retried automatically.
  CEL409: [{ mistake: 'what is retried is caught', find: retried, put: '$1try:\n$1$1return user_id\n$1«except Exception»:\n$1$1pass', except: /tasks as classes|a wrapper of the project/ }],
};
