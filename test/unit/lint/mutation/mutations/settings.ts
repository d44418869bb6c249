import type { Mutation, Mutations } from '../mutation';

/** A setting in the place and the spelling of another that each project has. */
export const setting = (mistake: string, name: string, value: string, more: Partial<Mutation> = {}): Mutation => ({
  mistake,
  find: /('?)\b(CELERY_WORKER_CONCURRENCY|worker_concurrency)\1( ?[=:] ?)4\b/g,
  put: ([, quote, spelled, between]) => {
    const bare = name.replace(/[«»]/g, '');
    const written = quote! + (spelled!.startsWith('CELERY_') ? `CELERY_${bare.toUpperCase()}` : bare) + quote!;
    return `${name.startsWith('«') ? `«${written}»` : written}${between}${value}`;
  },
  ...more,
});

/** From 5.7 old names are read beside a namespace too. */
const until56 = { celery: '5.6', kombu: '5.6' };

export const settings: Mutations = {
  CEL701: [
    { mistake: 'a name from before Celery 4', find: /\bCELERY_WORKER_CONCURRENCY(?= = )/g, put: '«CELERYD_CONCURRENCY»', versions: until56 },
    { mistake: 'routes under their old name', find: /\bCELERY_TASK_ROUTES(?= = )/g, put: '«CELERY_ROUTES»', versions: until56 },
    { mistake: 'a schedule under its old name', find: /\bCELERY_BEAT_SCHEDULE(?= = )/g, put: '«CELERYBEAT_SCHEDULE»', versions: until56 },
    { mistake: 'the broker without the prefix', find: /\bCELERY_BROKER_URL(?= = )/g, put: '«BROKER_URL»', versions: until56 },
  ],
  CEL702: [setting('a letter lost', '«worker_concurency»', '4'), setting('no worker_', '«concurrency»', '4')],
  CEL703: [
    { mistake: 'no namespace', find: /app\.config_from_object\((.*), namespace='CELERY'\)/g, put: '«app.config_from_object»($1)' },
    { mistake: 'the namespace in lower case', find: /app\.config_from_object\((.*), namespace='CELERY'\)/g, put: "«app.config_from_object»($1, namespace='celery')" },
  ],
  CEL704: [
    { mistake: 'a module without .*', find: /'shop\.tasks\.\*'/g, put: "«'shop.tasks'»" },
    { mistake: 'a module that is gone', find: /'shop\.tasks\.\*'/g, put: "«'shop.orders.*'»" },
  ],
  CEL705: [{ mistake: 'a serializer that is not accepted', find: /(task_serializer|TASK_SERIALIZER)( ?= ?)'json'/g, put: "$1$2«'yaml'»" }],
  CEL706: [
    { mistake: 'an old name among new ones', find: /^( *)worker_concurrency(?= = 4)/gm, put: '$1«CELERYD_CONCURRENCY»' },
    { mistake: 'an old name with the prefix among new ones', find: /^( *)task_serializer(?= = )/gm, put: '$1«CELERY_TASK_SERIALIZER»' },
    { mistake: 'the old name of the broker among new ones', find: /^( *)broker_url(?= = )/gm, put: '$1«BROKER_URL»' },
  ],
  CEL707: [{ mistake: 'pickle accepted', find: /(accept_content|ACCEPT_CONTENT)( ?= ?)\['json'\]/g, put: "$1$2['json', «'pickle'»]" }],
  CEL708: [{ mistake: 'a password in the source', find: /'redis:\/\/localhost'/g, put: "«'redis://:h7Gq2xLm@redis.shop.net/0'»" }],
  CEL709: [setting('eager', '«task_always_eager»', 'True')],
  CEL710: [setting('megabytes', 'worker_max_memory_per_child', '«200»'), setting('bytes', 'worker_max_memory_per_child', '«500_000_000»')],
  CEL711: [setting('no limit', 'worker_prefetch_multiplier', '«0»')],
  CEL712: [{ mistake: 'longer than the broker waits', find: /max_retries=5/g, put: 'acks_late=True, time_limit=«7200»' }],
  CEL713: [
    { mistake: 'a soft limit with threads', find: /^app\.conf\.worker_concurrency = 4/gm, put: "app.conf.worker_pool = 'threads'\napp.conf.«task_soft_time_limit» = 60" },
    { mistake: 'a limit of tasks with gevent', find: /^( *)worker_concurrency = 4/gm, put: "$1worker_pool = 'gevent'\n$1«worker_max_tasks_per_child» = 10" },
    { mistake: 'a limit of memory with solo', find: /^CELERY_WORKER_CONCURRENCY = 4/gm, put: "CELERY_WORKER_POOL = 'solo'\n«CELERY_WORKER_MAX_MEMORY_PER_CHILD» = 200_000" },
    { mistake: 'a hard limit with threads', find: /^( *)worker_concurrency=4/gm, put: "$1worker_pool='threads', «task_time_limit»=60" },
  ],
  CEL714: [{ mistake: 'letters swapped', find: /(\w*\.?)remind\.apply_async\(\(7,\), queue='invoices'\)/g, put: "$1remind.apply_async((7,), queue='invoices'); $1remind.apply_async((8,), queue=«'invioces'»)" }],
  CEL715: [setting('a queue that expires', 'task_queues', "[Queue('invoices', «expires»=300)]", { imports: 'from kombu import Queue' })],
  CEL716: [setting('one for two', '«task_acks_on_failure_or_timeout»', 'False')],
  CEL717: [{ mistake: 'a transport by its path', find: /'redis:\/\/localhost'/g, put: "«'shop.transports://localhost'»" }],
  CEL718: [setting('zstd without its package', 'task_compression', "«'zstd'»")],
  CEL719: [setting('no limit', 'worker_max_tasks_per_child', '«0»')],
};
