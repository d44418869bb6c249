import type { Mutations } from '../mutation';

/** What a decorator of the project gives back may send differently. */
const wrapped = /a wrapper of the project/;
const charge = /\bcharge\.delay\(7, 990\)/g;
const remind = /\bremind\.apply_async\(\(7,\)/g;
/** Where `charge` is defined, with the names of the function and of what Celery passes itself, the end of the line and the indentation. */
const definition = /\bdef (charge|run)(\((?:self, )?)order_id, amount, currency='EUR'\):(\r?\n)([ \t]+)return/g;
/** The parameter of `remind`, and what Celery passes itself before it. */
const parameter = /\bdef (remind|run)\((self, )?user_id\)/g;

/** Arguments and options of the wrong type. */
export const types: Mutations = {
  CEL105: [
    { mistake: 'a text as countdown', find: remind, put: "remind.apply_async((7,), countdown=«'5'»", except: wrapped },
    { mistake: 'a number as eta', find: remind, put: 'remind.apply_async((7,), eta=«5»', except: wrapped },
    { mistake: 'a text that is no time', find: remind, put: "remind.apply_async((7,), eta=«'soon'»", except: wrapped },
    { mistake: 'a stretch of time for a signature', find: /\bremind\.si\(7\)/g, put: 'remind.si(7).set(countdown=«timedelta(minutes=5)»)', imports: 'from datetime import timedelta', except: wrapped },
    { mistake: 'the pause where the id goes', find: charge, put: 'charge.apply_async((7, 990), {}, «60»)', except: wrapped },
    { mistake: 'the soft limit above the hard one', find: charge, put: 'charge.apply_async((7, 990), soft_time_limit=«60», time_limit=30)', except: wrapped },
  ],
  CEL106: [
    { mistake: 'local time', find: remind, put: 'remind.apply_async((7,), eta=«datetime.datetime.now()»', imports: 'import datetime', except: wrapped },
    { mistake: 'local time and a delay', find: remind, put: 'remind.apply_async((7,), expires=«datetime.datetime.now() + datetime.timedelta(1)»', imports: 'import datetime', except: wrapped },
    { mistake: 'local time for a signature', find: /\bremind\.si\(7\)/g, put: 'remind.si(7).set(eta=«datetime.datetime.now()»)', imports: 'import datetime', except: wrapped },
  ],
  CEL107: [
    { mistake: 'two hours on Redis', find: remind, put: 'remind.apply_async((7,), countdown=«7200»', except: wrapped },
    { mistake: 'tomorrow on Redis', find: remind, put: 'remind.apply_async((7,), eta=«datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)»', imports: 'import datetime', except: wrapped },
    { mistake: 'a signature for tomorrow', find: /\bremind\.si\(7\)/g, put: 'remind.si(7).set(countdown=«86400»)', except: wrapped },
    { mistake: 'retries that come to wait hours', find: /retry_backoff=True, max_retries=5/g, put: 'retry_backoff=True, retry_backoff_max=«86400», max_retries=20' },
    { mistake: 'half an hour and more on RabbitMQ', find: /redis:\/\/localhost'([^]*)$/g, put: "amqp://localhost'$1\n\nfrom celery import current_app\n\ncurrent_app.send_task('shop.tasks.remind', (7,), countdown=«2000»)\n", projects: /^app\.task$/ },
  ],
  CEL202: [
    { mistake: 'a tuple where one is promised', find: definition, put: "def $1$2order_id, amount, currency: tuple = ()):$3$4charge.delay(7, 990, «('EUR',)»)$3$4return", except: wrapped },
    { mistake: 'keys that are numbers', find: definition, put: "def $1$2order_id, amount, currency: dict[int, str] = {}):$3$4charge.delay(7, 990, «{7: 'EUR'}»)$3$4return", except: wrapped },
    { mistake: 'a tuple by name', find: definition, put: "def $1$2order_id, amount: 'Money', currency='EUR'):$3$4charge.delay(7, «Money(990)»)$3$4return", imports: "from collections import namedtuple\nMoney = namedtuple('Money', 'amount')", except: wrapped },
  ],
  CEL203: [
    { mistake: 'an instance in a pickle', find: charge, put: "charge.apply_async((7, «User.objects.get(pk=1)»), serializer='pickle')", imports: 'from django.db import models\nclass User(models.Model): ...', except: wrapped },
    { mistake: 'a queryset in a pickle', find: charge, put: "charge.apply_async((7,), {'amount': «User.objects.filter(pk=1)»}, serializer='pickle')", imports: 'from django.contrib.auth.models import User', except: wrapped },
  ],
  CEL204: [
    { mistake: 'a parameter that is a set', find: parameter, put: 'def $1($2user_id: «set»)', except: wrapped },
    { mistake: 'a parameter that is a function', find: parameter, put: 'def $1($2user_id: «Callable»)', imports: 'from typing import Callable', except: wrapped },
    { mistake: 'a parameter that is a model or nothing', find: parameter, put: "def $1($2user_id: «'User | None'»)", imports: 'from django.contrib.auth.models import User', except: wrapped },
    { mistake: 'a parameter that is a list of models', find: parameter, put: 'def $1($2user_id: «list[User]»)', imports: 'from django.contrib.auth.models import User', except: wrapped },
  ],
};
