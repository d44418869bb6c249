import type { Sources, TestedVersions } from '../../ruleTester';
import { project, type Guards, type SilentProject } from './silent';

/** From 5.7 old names are read beside a namespace too. */
const until56 = { celery: '5.6', kombu: '5.6' };

/** Settings of Django, read with the prefix CELERY_. */
function django(settings: string, files: Sources = {}, versions: TestedVersions = {}): SilentProject {
  return {
    versions,
    files: {
      'manage.py': "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
      'shop/__init__.py': 'from .celery import app as celery_app\n',
      'shop/celery.py': "from celery import Celery\n\napp = Celery('shop')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n",
      'shop/tasks.py': 'from celery import shared_task\n\n\n@shared_task\ndef work():\n    return 1\n',
      'shop/settings.py': `TIME_ZONE = 'Europe/Paris'\n${settings}`,
      ...files,
    },
  };
}

/** Settings in a module of their own, read without a prefix unless the call says so. */
function module(settings: string, call = "app.config_from_object('shop.config')", files: Sources = {}): SilentProject {
  return { files: { 'shop/__init__.py': '', 'shop/app.py': `from celery import Celery\n\napp = Celery('shop')\n${call}\n`, 'shop/config.py': settings, ...files } };
}

const reader = { 'shop/reader.py': '# For celery.\nfrom django.conf import settings\n\nprint(settings.CELERYD_CONCURRENCY, settings.CELERY_TASK_SERIALISER)\n' };
const queue = (broker: string, more = ''): SilentProject => ({ files: { 'shop/__init__.py': '', 'shop/app.py': `from celery import Celery\nfrom kombu import Queue\n\napp = Celery('shop', broker=${broker})\n${more}` } });

/** Guards of the rules about settings. */
export const settings: Guards = {
  CEL701: {
    'old names that are the prefix and the new ones': django("CELERY_IMPORTS = ()\nCELERY_RESULT_BACKEND = 'redis://localhost'\nCELERY_TIMEZONE = 'UTC'\n", {}, until56),
    'a name that the project reads itself': django('CELERYD_CONCURRENCY = 4\n', reader, until56),
    'a name that another one is made of': django("BROKER_URL = 'redis://localhost'\nCELERY_BROKER_URL = BROKER_URL\n", {}, until56),
    'old names with Celery 5.7': django('CELERYD_CONCURRENCY = 4\n'),
    'old names without a prefix': module("BROKER_URL = 'redis://localhost'\nCELERYD_CONCURRENCY = 4\n"),
    'a name of the project': django('CELERYD_NICE_LEVEL_OF_SHOP = 4\n', {}, until56),
    'a module that is no settings': django('', { 'shop/other.py': 'import celery\n\nCELERYD_CONCURRENCY = 4\n' }, until56),
  },
  CEL702: {
    'constants of the project under the prefix': django("CELERY_PRIVATE_QUEUE_PREFIX = 'x'\nCELERY_SOFT_LIMIT_FOR_EXPORTS = 3\n"),
    'a name that the project reads itself': django("CELERY_TASK_SERIALISER = 'json'\n", reader),
    'settings of RedBeat': django("CELERY_REDBEAT_REDIS_URL = 'redis://localhost'\nREDBEAT_KEY_PREFIX = 'x'\n"),
    'settings of other packages': django("CELERY_SINGLETON_BACKEND_URL = ''\nCELERY_ONCE = {}\nCELERY_EMAIL_BACKEND = 'x'\nCELERY_EMAIL_TASK_CONFIG = {}\nCELERY_FLOWER_PORT = 1\nDJANGO_CELERY_BEAT_TZ_AWARE = False\nCELERY_BEAT_TZ_AWARE = False\n"),
    'settings of other packages on the configuration': "app.conf.redbeat_redis_url = 'redis://localhost'\napp.conf.update(ONCE={'backend': 'x'}, singleton_backend_url='', email_task_config={}, flower_port=1, DJANGO_CELERY_RESULTS_X=1, BEAT_TZ_AWARE=False)\n",
    'what the project puts on the configuration and reads': "app.conf.shop_currency = 'EUR'\nprint(app.conf.shop_currency)\n",
    'old names on the configuration': "app.conf.CELERYD_CONCURRENCY = 4\napp.conf['BROKER_URL'] = 'redis://localhost'\n",
    'the prefix that the configuration was given': module('CELERY_TASK_TRACK_STARTED = True\n', "app.config_from_object('shop.config', namespace='CELERY')\napp.conf.update(CELERY_WORKER_CONCURRENCY=4)"),
    'names of a module of settings that are near none': module("broker_url = 'redis://localhost'\nhelper = 3\nname = 'x'\n_task_serialiser = 'json'\n"),
    'names in capitals without a prefix': module("broker_url = 'redis://localhost'\nCONCURRENCY = 4\nSERIALIZER = 'json'\n"),
    'a configuration of another library': "from library import app as other\n\nother.conf.task_serialiser = 'json'\nother.conf.update(task_serialiser='json')\n",
    'entries of a setting': "app.conf.broker_transport_options = {}\napp.conf.broker_transport_options['visibility_timeout'] = 60\n",
    'a name that is not known': 'from library import NAME\n\napp.conf[NAME] = 3\n',
  },
  CEL703: {
    'the namespace': module("CELERY_BROKER_URL = 'redis://localhost'\n", "app.config_from_object('shop.config', namespace='CELERY')"),
    'names that are old ones too': module("CELERY_TASK_SERIALIZER = 'json'\nCELERY_IMPORTS = ()\n"),
    'a prefix that the project strips by itself': module("CELERY_BROKER_URL = 'redis://localhost'\n", "from shop import config\n\napp.conf.broker_url = config.CELERY_BROKER_URL\napp.config_from_object('shop.config')"),
    'a name that another one is made of': module("CELERY_BROKER_URL = 'redis://localhost'\nbroker_url = CELERY_BROKER_URL\n"),
    'settings that nothing gives to Celery': module("broker_url = 'redis://localhost'\n", undefined, { 'shop/settings.py': "# For celery.\nCELERY_BROKER_URL = 'redis://localhost'\n" }),
    'settings that are not known': "app.config_from_object('library.settings')\n",
    'a namespace that is not known': module("CELERY_BROKER_URL = 'redis://localhost'\n", "from library import PREFIX\n\napp.config_from_object('shop.config', namespace=PREFIX)"),
    'a call on something else': module("CELERY_BROKER_URL = 'redis://localhost'\n", "from library import other\n\nother.config_from_object('shop.config')"),
    'constants of the project': module("broker_url = 'redis://localhost'\nCELERY_QUEUE_OF_EXPORTS = 'x'\n"),
  },
  CEL704: {
    'a route of another package': "app.conf.task_routes = {'library.tasks.*': {'queue': 'x'}, 'library.clean': 'x'}\n",
    'routes of Celery\'s own tasks': "app.conf.task_routes = {'celery.*': 'x', 'celery.backend_cleanup': 'x'}\n",
    'globs that match': "app.conf.task_routes = {'shop.*': 'x', '*.add': 'y', '*': 'z'}\n",
    'a pattern': "import re\n\napp.conf.task_routes = ([(re.compile(r'shop\\.gone\\..*'), {'queue': 'x'})],)\n",
    'a function': "def route(name, args, kwargs, options, task=None, **kw):\n    return {'queue': 'x'}\n\n\napp.conf.task_routes = (route, 'library.Router')\n",
    'names that are not known': "from library import NAME\n\napp.conf.task_routes = {NAME: 'x', f'{NAME}.*': 'y'}\n",
    'a name without a module that is near no other': "app.conf.task_routes = {'nightly': 'x'}\n",
    'a glob without a module': "app.conf.task_routes = {'*_nightly': 'x', 'feed*': 'y'}\n",
    'a project without tasks': { files: { 'shop/__init__.py': '', 'shop/app.py': "from celery import Celery\n\napp = Celery('shop')\napp.conf.task_routes = {'shop.tasks.*': 'x'}\n" } },
  },
  CEL705: {
    'the MIME name of one that is accepted': "app.conf.task_serializer = 'application/json'\napp.conf.accept_content = ['json']\n",
    'one that is accepted by its MIME name': "app.conf.task_serializer = 'yaml'\napp.conf.accept_content = ['json', 'application/x-yaml']\n",
    'one that the project registers': "app.conf.task_serializer = 'signed-pickle'\napp.conf.accept_content = ['json']\n",
    'a list that is not known': "from library import ACCEPTED\n\napp.conf.task_serializer = 'yaml'\napp.conf.accept_content = ACCEPTED\n",
    'a list with something that is not known': "from library import OWN\n\napp.conf.task_serializer = 'yaml'\napp.conf.accept_content = ['json', OWN]\n",
    'settings that are not known': "app.conf.task_serializer = 'yaml'\napp.config_from_object('library.settings')\n",
    'a serializer that is not known': "import os\n\napp.conf.task_serializer = os.environ['SERIALIZER']\n",
    'results that are accepted apart': "app.conf.result_serializer = 'yaml'\napp.conf.result_accept_content = ['yaml']\n",
    'the serializer of a task that is accepted': "app.conf.accept_content = ['json', 'yaml']\n\n\n@app.task(serializer='yaml')\ndef dump(x):\n    return x\n",
    'a shared task that one of two apps accepts': "other = Celery('other', broker='redis://localhost', accept_content=['yaml'])\napp.conf.accept_content = ['json']\n\n\n@shared_task(serializer='yaml')\ndef dump(x):\n    return x\n",
    'a list of the tests': project("app.conf.task_serializer = 'yaml'\napp.conf.accept_content = ['yaml', 'json']\n", { 'shop/tests/test_yaml.py': "from shop.app import app  # Of Celery.\n\napp.conf.accept_content = ['json']\n" }),
  },
  CEL706: {
    'new names': module("broker_url = 'redis://localhost'\ntask_serializer = 'json'\n"),
    'old names': module("BROKER_URL = 'redis://localhost'\nCELERYD_CONCURRENCY = 4\n"),
    'a setting under both names': module("broker_url = 'redis://localhost'\nBROKER_URL = broker_url\n"),
    'names under a condition': module("import os\n\nbroker_url = 'redis://localhost'\ntask_serializer = 'json'\nif os.environ.get('OLD'):\n    CELERYD_CONCURRENCY = 4\n"),
    'a namespace': django("CELERY_BROKER_URL = 'redis://localhost'\nCELERYD_CONCURRENCY = 4\n"),
    'two objects': module("broker_url = 'redis://localhost'\n", "app.config_from_object('shop.config')\n\nold = Celery('old')\nold.config_from_object('shop.old')", { 'shop/old.py': "CELERYD_POOL = 'prefork'\nCELERYD_CONCURRENCY = 4\n" }),
    'the configuration itself': module("broker_url = 'redis://localhost'\n", "app.config_from_object('shop.config')\napp.conf.update(CELERYD_POOL='prefork', CELERYD_CONCURRENCY=4)"),
  },
  CEL707: {
    'signed pickle': "app.conf.task_serializer = 'signed-pickle'\napp.conf.accept_content = ['json', 'signed-pickle']\n",
    'signed pickle, with what the project accepts elsewhere': "app.conf.task_serializer = 'signed-pickle'\n",
    'the others': "app.conf.accept_content = ['json', 'yaml', 'msgpack', 'application/x-yaml']\n",
    'a list that is not known': 'from library import ACCEPTED\n\napp.conf.accept_content = ACCEPTED\n',
    'tests': project('', { 'shop/tests/test_pickle.py': "from shop.app import app  # Of Celery.\n\napp.conf.accept_content = ['pickle']\n" }),
    'a list of something else': "ACCEPTED = ['pickle']\nprint(ACCEPTED)\n",
  },
  CEL708: {
    'the user that RabbitMQ comes with': "app.conf.broker_url = 'amqp://guest:guest@rabbit.shop.net//'\n",
    'this machine': "app.conf.broker_url = 'redis://:h7Gq2xLm@localhost:6379/0'\napp.conf.result_backend = 'redis://:h7Gq2xLm@127.0.0.1/1'\n",
    'a container': "app.conf.broker_url = 'amqp://shop:h7Gq2xLm@rabbitmq:5672//'\n",
    'placeholders': "app.conf.broker_url = 'amqp://user:password@mq.shop.net//'\napp.conf.result_backend = 'redis://:changeme@cache.shop.net/1'\n",
    'a password from the environment': "import os\n\napp.conf.broker_url = f\"amqp://shop:{os.environ['PASSWORD']}@mq.shop.net//\"\n",
    'no password': "app.conf.broker_url = 'amqp://shop@mq.shop.net//'\n",
    'a setting of something else': "DATABASE_URL = 'postgres://shop:h7Gq2xLm@db.shop.net/shop'\n",
    'development': project('', { 'shop/settings/local.py': "from shop.app import app  # Of Celery.\n\napp.conf.broker_url = 'amqp://shop:h7Gq2xLm@mq.shop.net//'\n" }),
    'tests': project('', { 'shop/tests/conftest.py': "from shop.app import app  # Of Celery.\n\napp.conf.broker_url = 'amqp://shop:h7Gq2xLm@mq.shop.net//'\n" }),
    'documentation': project('', { 'docs/conf.py': "from shop.app import app  # Of Celery.\n\napp.conf.broker_url = 'amqp://shop:h7Gq2xLm@mq.shop.net//'\n" }),
  },
  CEL709: {
    'tests': project('', { 'shop/tests/conftest.py': "from shop.app import app  # Of Celery.\n\napp.conf.task_always_eager = True\n" }),
    'settings for development': django('', { 'shop/settings_dev.py': 'CELERY_TASK_ALWAYS_EAGER = True\n', 'shop/settings.py': "from .settings_dev import *\nTIME_ZONE = 'Europe/Paris'\n" }),
    'a condition': django("import sys\n\nTESTING = 'test' in sys.argv\nif TESTING:\n    CELERY_TASK_ALWAYS_EAGER = True\n"),
    'a base that production sets back': django('CELERY_TASK_ALWAYS_EAGER = True\n', { 'shop/production.py': 'from .settings import *\n\nCELERY_TASK_ALWAYS_EAGER = False\n' }),
    'a function that is called for it': 'def eagerly():\n    app.conf.task_always_eager = True\n',
    'False': 'app.conf.task_always_eager = False\n',
    'a value that is not known': "import os\n\napp.conf.task_always_eager = os.environ.get('EAGER') == '1'\n",
  },
  CEL710: {
    'kilobytes': 'app.conf.worker_max_memory_per_child = 200_000\n',
    'no limit': 'app.conf.worker_max_memory_per_child = None\n',
    'a value that is not known': 'from library import LIMIT\n\napp.conf.worker_max_memory_per_child = LIMIT\n',
    'a product': 'app.conf.worker_max_memory_per_child = 200 * 1024\n',
  },
  CEL711: {
    'one for each process': 'app.conf.worker_prefetch_multiplier = 1\napp.conf.task_acks_late = True\napp.conf.task_time_limit = 3600\n',
    'short tasks': 'app.conf.task_acks_late = True\napp.conf.task_time_limit = 60\n',
    'tasks without a limit': 'app.conf.task_acks_late = True\n',
    'no prefetching': 'app.conf.task_acks_late = True\napp.conf.task_time_limit = 3600\napp.conf.worker_disable_prefetch = True\n',
    'settings that are not known': "app.config_from_object('library.settings')\napp.conf.task_acks_late = True\napp.conf.task_time_limit = 3600\n",
    'a value that is not known': "import os\n\napp.conf.worker_prefetch_multiplier = int(os.environ.get('PREFETCH', '0'))\n",
  },
  CEL712: {
    'tasks that are acknowledged at once': '@app.task(time_limit=7200)\ndef long():\n    return 1\n',
    'tasks that end in time': '@app.task(acks_late=True, time_limit=600)\ndef short():\n    return 1\n',
    'a longer wait': "app.conf.broker_transport_options = {'visibility_timeout': 43200}\n\n\n@app.task(acks_late=True, time_limit=7200)\ndef long():\n    return 1\n",
    'a wait that is not known': 'from library import OPTIONS\n\napp.conf.broker_transport_options = OPTIONS\n\n\n@app.task(acks_late=True, time_limit=7200)\ndef long():\n    return 1\n',
    'RabbitMQ': queue("'amqp://localhost'", '\n\n@app.task(acks_late=True, time_limit=7200)\ndef long():\n    return 1\n'),
    'a broker that is not known': queue("os.environ['BROKER']", '\n\n@app.task(acks_late=True, time_limit=7200)\ndef long():\n    return 1\n'),
    'a limit that is not known': 'from library import LIMIT\n\n\n@app.task(acks_late=True, time_limit=LIMIT)\ndef long():\n    return 1\n',
    'a soft limit': '@app.task(acks_late=True, soft_time_limit=7200)\ndef long():\n    return 1\n',
  },
  CEL713: {
    'the prefork pool': 'app.conf.task_soft_time_limit = 60\napp.conf.worker_max_tasks_per_child = 10\n',
    'a pool of some workers': project('app.conf.task_soft_time_limit = 60\n', { 'Procfile': 'fast: celery -A shop.app worker -P gevent\nslow: celery -A shop.app worker\n' }),
    'a pool of some workers, of which one names no app': project('app.conf.task_soft_time_limit = 60\n', { 'Procfile': 'fast: celery -A shop.app worker -P gevent\nslow: celery worker\n' }),
    'a pool of workers of another project': project('app.conf.task_soft_time_limit = 60\n', { 'Procfile': 'worker: celery -A stall.app worker -P gevent\n' }),
    'a pool for workers that may be of another project': project('app.conf.task_soft_time_limit = 60\n', { 'Procfile': 'worker: celery worker -P gevent\n' }),
    'a pool that a variable names': project('app.conf.task_soft_time_limit = 60\n', { 'start.sh': 'celery -A shop.app worker -P ${POOL:-gevent}\n' }),
    'a pool for development': project('app.conf.task_soft_time_limit = 60\n', { 'docker-compose.dev.yml': 'services:\n  worker:\n    command: celery -A shop.app worker -P solo\n' }),
    'a pool of a worker beside one that Python starts': project("app.conf.task_soft_time_limit = 60\n\nif __name__ == '__main__':\n    app.worker_main(['worker'])\n", { 'start.sh': 'celery -A shop.app worker -P gevent\n' }),
    'a pool in a command that is commented out': project('app.conf.task_soft_time_limit = 60\n', { 'start.sh': '# celery -A shop.app worker -P gevent\n' }),
    'the prefork pool by name': "app.conf.worker_pool = 'prefork'\napp.conf.task_soft_time_limit = 60\n",
    'a pool that is not known': 'from library import POOL\n\napp.conf.worker_pool = POOL\napp.conf.task_soft_time_limit = 60\n',
    'a pool of the project': "app.conf.worker_pool = 'shop.pools:Pool'\napp.conf.task_soft_time_limit = 60\n",
    'no limit': "app.conf.worker_pool = 'threads'\napp.conf.task_soft_time_limit = None\n",
    'the hard limit of gevent': "app.conf.worker_pool = 'gevent'\napp.conf.task_time_limit = 60\n",
    'one of two pools': "import os\n\napp.conf.worker_pool = 'threads' if os.name == 'nt' else 'prefork'\napp.conf.task_soft_time_limit = 60\n",
    'settings that are not known': "app.config_from_object('library.settings')\napp.conf.task_soft_time_limit = 60\n",
  },
  CEL714: {
    'queues with numbers': "add.apply_async((1, 2), queue='mails1')\nadd.apply_async((1, 2), queue='mails1')\nadd.apply_async((1, 2), queue='mails2')\n",
    'short names': "add.apply_async((1, 2), queue='mail')\nadd.apply_async((1, 2), queue='mail')\nadd.apply_async((1, 2), queue='main')\n",
    'a name that is used more than once': "add.apply_async((1, 2), queue='import')\nadd.apply_async((1, 2), queue='import')\nadd.apply_async((1, 2), queue='imports')\nadd.apply_async((1, 2), queue='imports')\n",
    'a name that is declared': "from kombu import Queue\n\napp.conf.task_queues = [Queue('imports'), Queue('import')]\nadd.apply_async((1, 2), queue='imports')\n",
    'queues that are made': "from kombu import Queue\n\napp.conf.task_queues = [Queue('imports')]\nadd.apply_async((1, 2), queue='nightly')\n",
    'queues that are not known': "from library import QUEUES\n\napp.conf.task_queues = QUEUES\napp.conf.task_create_missing_queues = False\nadd.apply_async((1, 2), queue='nightly')\n",
    'settings that are not known': "from kombu import Queue\n\napp.config_from_object('library.settings')\napp.conf.task_queues = [Queue('imports')]\napp.conf.task_create_missing_queues = False\nadd.apply_async((1, 2), queue='nightly')\n",
  },
  CEL715: {
    'another broker': queue("'amqp://localhost'", "app.conf.task_queues = [Queue('mails', expires=60)]\n"),
    'a broker that is not known': queue("os.environ['BROKER']", "app.conf.task_queues = [Queue('mails', expires=60)]\n"),
    'kombu before 5.7': { ...queue("'redis://localhost'", "app.conf.task_queues = [Queue('mails', expires=60)]\n"), versions: until56 },
    'no end': queue("'redis://localhost'", "app.conf.task_queues = [Queue('mails', expires=None)]\n"),
    'the end of messages': queue("'redis://localhost'", "app.conf.task_queues = [Queue('mails', message_ttl=60)]\n"),
    'a queue of another library': queue("'redis://localhost'", "from library import Queue\n\nQueue('mails', expires=60)\n"),
    'an app on another broker': queue("'redis://localhost'", "other = Celery('other', broker='amqp://localhost')\napp.conf.task_queues = [Queue('mails', expires=60)]\n"),
  },
  CEL716: {
    'the two settings': 'app.conf.task_acks_on_failure = True\napp.conf.task_acks_on_timeout = False\n',
    'before Celery 5.7': project('app.conf.task_acks_on_failure_or_timeout = False\n', {}, until56),
    'a setting that stays': 'app.conf.task_acks_late = True\n',
    'a setting of something else': 'from library import app as other\n\nother.conf.task_acks_on_failure_or_timeout = False\n',
  },
  CEL717: {
    'schemes that kombu knows': "app.conf.broker_url = 'redis+socket:///run/redis.sock'\n",
    'several brokers': "app.conf.broker_url = 'amqp://a.shop//;amqp://b.shop//'\n",
    'before kombu 5.7': project("app.conf.broker_url = 'shop.transports.Own://localhost'\n", {}, until56),
    'a class in its own setting': "app.conf.broker_transport = 'shop.transports:Own'\n",
    'a URL that is not known': "import os\n\napp.conf.broker_url = os.environ['BROKER']\n",
    'the URL of results': "app.conf.result_backend = 'shop.backends.Own://localhost'\n",
  },
  CEL718: {
    'before kombu 5.7': project("app.conf.task_compression = 'zstd'\n", {}, until56),
    'the package that is needed': "from backports import zstd\n\napp.conf.task_compression = 'zstd'\nprint(zstd)\n",
    'another compression': "app.conf.task_compression = 'gzip'\nadd.apply_async((1, 2), compression='bzip2')\n",
    'a compression that is not known': "import os\n\napp.conf.task_compression = os.environ['COMPRESSION']\n",
  },
  CEL719: {
    'no limit': 'app.conf.worker_max_tasks_per_child = None\n',
    'a limit': 'app.conf.worker_max_tasks_per_child = 100\n',
    'a limit that is not known': "import os\n\napp.conf.worker_max_tasks_per_child = int(os.environ.get('LIMIT', '0'))\n",
    'another limit': 'app.conf.worker_concurrency = 0\n',
  },
};
