import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { StartedBroker } from '../../../src/live/process/brokers';
import { sandboxEnvironment, verifySandbox } from '../../../src/live/python/sandbox';
import { eventually, pythonOf } from '../process/parts';
import { Bench, djangoPython, refused, resultOf, VERSIONS } from './parts';

/** Stands for a broker elsewhere that nothing may ever connect to. */
class Elsewhere {
  touched = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer(socket => {
    this.touched++;
    this.sockets.add(socket);
    socket.on('error', () => undefined);
  });

  async listen(): Promise<void> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(scheme = 'redis'): string {
    return `${scheme}://:secret@127.0.0.1:${this.port}/1`;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

interface Leak {
  readonly title: string;
  /** Python of the app's module before and after its tasks; `ELSEWHERE` and `PORT` are names there. */
  readonly app: string;
  readonly after?: string;
  readonly env?: (url: string) => Readonly<Record<string, string>>;
  /** What proves that it leaks where nothing is done: part of the effective connection, the environment variables of Celery being set as usual. */
  readonly proof: 'broker' | 'result' | 'tls' | 'options' | 'late';
}

const plainApp = "app = Celery('leaky')";

const LEAKS: readonly Leak[] = [
  { title: 'URLs of the app', app: "app = Celery('leaky', broker=ELSEWHERE, backend=ELSEWHERE)", proof: 'late' },
  { title: 'CELERY_BROKER_URL and CELERY_RESULT_BACKEND in the environment', app: plainApp, env: url => ({ CELERY_BROKER_URL: url, CELERY_RESULT_BACKEND: url }), proof: 'late' },
  { title: 'BROKER_URL, RESULT_BACKEND and CELERY_BROKER in the environment', app: plainApp, env: url => ({ BROKER_URL: url, RESULT_BACKEND: url, CELERY_BROKER: url }), proof: 'broker' },
  { title: 'broker_read_url and broker_write_url', app: `${plainApp}\napp.conf.broker_read_url = ELSEWHERE\napp.conf.broker_write_url = ELSEWHERE`, proof: 'broker' },
  { title: 'old names of settings', app: "app = Celery('leaky')\napp.config_from_object({'BROKER_URL': ELSEWHERE, 'CELERY_RESULT_BACKEND': ELSEWHERE})", proof: 'late' },
  { title: 'parts of the URL as settings', app: `${plainApp}\napp.conf.update(broker_host='127.0.0.1', broker_port=PORT, broker_user='u', broker_password='p', broker_vhost='7', broker_transport='pyamqp', redis_host='127.0.0.1', redis_port=PORT, redis_password='p', redis_db=7)`, proof: 'late' },
  { title: 'TLS', app: `${plainApp}\napp.conf.update(broker_use_ssl={'ssl_cert_reqs': 'required', 'ssl_ca_certs': '/etc/none.pem'}, redis_backend_use_ssl={'ssl_cert_reqs': 'required', 'ssl_ca_certs': '/etc/none.pem'})`, proof: 'tls' },
  { title: 'transport options', app: `${plainApp}\napp.conf.update(broker_transport_options={'master_name': 'm', 'visibility_timeout': 77, 'sentinel_kwargs': {'password': 'x'}}, result_backend_transport_options={'master_name': 'm', 'global_keyprefix': 'shop_'})`, proof: 'options' },
  { title: 'settings made when the configuration was read', app: plainApp, after: "@app.on_after_configure.connect\ndef late(sender, **_):\n    sender.conf.update(broker_url=ELSEWHERE, broker_read_url=ELSEWHERE, broker_write_url=ELSEWHERE, result_backend=ELSEWHERE)\napp.conf.timezone", proof: 'broker' },
  { title: 'settings made by signals of the worker and Beat', app: plainApp, after: "from celery import signals\n\ndef late(**_):\n    os.environ.update(CELERY_BROKER_URL=ELSEWHERE, CELERY_BROKER_READ_URL=ELSEWHERE, CELERY_BROKER_WRITE_URL=ELSEWHERE, CELERY_RESULT_BACKEND=ELSEWHERE)\n    app.conf.update(broker_url=ELSEWHERE, broker_read_url=ELSEWHERE, result_backend=ELSEWHERE)\n\nfor signal in (signals.celeryd_init, signals.worker_init, signals.worker_process_init, signals.beat_init):\n    signal.connect(late, weak=False)", proof: 'late' },
  { title: 'a .env file that the app loads', app: "os.environ.update(CELERY_BROKER_URL=ELSEWHERE, CELERY_BROKER_READ_URL=ELSEWHERE, CELERY_BROKER_WRITE_URL=ELSEWHERE, CELERY_RESULT_BACKEND=ELSEWHERE, BROKER_URL=ELSEWHERE)\napp = Celery('leaky')", proof: 'broker' },
  { title: 'a result backend of each task', app: plainApp, after: "from celery.backends.redis import RedisBackend\n\n@app.task(backend=RedisBackend(app=app, url=ELSEWHERE))\ndef own(x):\n    return x\n\nclass Base(app.Task):\n    backend = RedisBackend(app=app, url=ELSEWHERE)\n\n@app.task(base=Base)\ndef based(x):\n    return x", proof: 'late' },
  { title: 'a result backend of the class of the app', app: "from celery.backends.redis import RedisBackend\n\nclass Leaky(Celery):\n    backend_cls = ELSEWHERE\n\napp = Leaky('leaky')", proof: 'result' },
  { title: 'another class behind the scheme of the URL', app: "from celery.backends.redis import RedisBackend\n\nclass Far(RedisBackend):\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **dict(kwargs, url=ELSEWHERE))\n\napp = Celery('leaky')\napp.config_from_object({'override_backends': {'redis': 'leaky:Far'}})", proof: 'late' },
  { title: 'a second app that is current', app: "app = Celery('leaky')", after: "other = Celery('other', broker=ELSEWHERE, backend=ELSEWHERE, set_as_current=True)\nother.conf.broker_write_url = ELSEWHERE\nother.set_default()\n\n@other.task\ndef elsewhere(x):\n    return x\n\n@app.task\ndef forward(x):\n    elsewhere.delay(x)\n    return x", proof: 'late' },
];

const HEAD = `import os
from celery import Celery, shared_task

ELSEWHERE = os.environ['ELSEWHERE']
PORT = int(ELSEWHERE.split(':')[-1].split('/')[0])

`;
const TASKS = `

@app.task
def add(x, y):
    return x + y

@shared_task
def tick(path):
    open(path, 'a').close()
`;

const source = (leak: Pick<Leak, 'app' | 'after'>) => `${HEAD}${leak.app}\n${TASKS}\n${leak.after ?? ''}\n`;

describe('sandbox', function () {
  this.timeout(90_000);
  let elsewhere: Elsewhere;
  let home: Bench;
  let broker: StartedBroker;

  before(async () => {
    elsewhere = new Elsewhere();
    await elsewhere.listen();
    home = new Bench({});
    broker = await home.broker();
  });
  after(async () => {
    await home.close();
    elsewhere.close();
  });
  beforeEach(() => { elsewhere.touched = 0; });

  /** Sends to a worker, both held to the sandbox, and sees the result. */
  async function worksInSandbox(bench: Bench, app: string, env: Readonly<Record<string, string>>, call = { task: 'leaky.add', call: 'add(20, 22)' }) {
    const [helper, worker] = await Promise.all([bench.helper(app, { ...env, ...sandboxEnvironment(broker.url) }), bench.worker(app, { env, sandbox: broker.url })]);
    const description = await helper.describe();
    assert.equal(verifySandbox(description, broker.url), null);
    const sent = await helper.send({ ...call, module: null, options: '' });
    assert.equal((await resultOf(helper, sent.id, 'SUCCESS', call.task)).result?.text, '42');
    assert.equal(elsewhere.touched, 0, 'something connected elsewhere');
    return { helper, description, worker };
  }

  for (const version of ['5.2', '5.7'] as const) {
    for (const leak of LEAKS) {
      it(`is not left by ${leak.title} (Celery ${version})`, async () => {
        const bench = new Bench({ 'leaky.py': source(leak) }, pythonOf(version));
        try {
          const env = { ELSEWHERE: elsewhere.url(), ...leak.env?.(elsewhere.url()) };
          const naive = { CELERY_BROKER_URL: broker.url, CELERY_RESULT_BACKEND: broker.url };
          if (leak.proof !== 'late') {
            const { connection } = await (await bench.helper('leaky', { ...naive, ...env })).describe();
            const proof = { broker: connection.read === env.ELSEWHERE, result: connection.result.url === env.ELSEWHERE, tls: connection.tls !== false && connection.tls !== null, options: 'master_name' in connection.transportOptions };
            assert.ok(proof[leak.proof], `no leak: ${JSON.stringify(connection)}`);
          }
          const { description, helper } = await worksInSandbox(bench, 'leaky', env);
          if (leak.proof === 'options') {
            assert.deepEqual(description.connection.transportOptions, { visibility_timeout: 77 });
            assert.equal(description.connection.result.keyPrefix, version === '5.2' ? 'celery-task-meta-' : 'shop_celery-task-meta-');
          }
          for (const name of ['own', 'based', 'forward']) {
            if (!description.description.tasks.some(task => task.name === `leaky.${name}`)) continue;
            const { id } = await helper.send({ task: `leaky.${name}`, module: null, call: `${name}(7)`, options: '' });
            assert.equal((await resultOf(helper, id, 'SUCCESS', `leaky.${name}`)).result?.text, '7');
          }
          assert.equal(elsewhere.touched, 0);
        } finally {
          await bench.close();
        }
      });
    }
  }

  for (const version of VERSIONS) {
    it(`is not left by all of it at once, by Beat neither (Celery ${version})`, async () => {
      const all = LEAKS.filter(({ app }) => app.startsWith(plainApp));
      const bench = new Bench({}, pythonOf(version));
      try {
        const ticked = bench.file('ticked');
        bench.write({
          'leaky.py': `${source({
            app: [LEAKS.find(({ title }) => title.startsWith('a .env'))!.app.split('\n')[0], plainApp, ...all.map(({ app }) => app.slice(plainApp.length))].join('\n'),
            after: all.map(({ after }) => after ?? '').join('\n\n'),
          })}\napp.conf.beat_schedule = {'tick': {'task': 'leaky.tick', 'schedule': 0.2, 'args': ('${ticked}',)}}\n`,
        });
        const env = { ELSEWHERE: elsewhere.url(), BROKER_URL: elsewhere.url(), RESULT_BACKEND: elsewhere.url() };
        await worksInSandbox(bench, 'leaky', env);
        await bench.beat('leaky', { env, sandbox: broker.url });
        assert.ok(await eventually(() => existsSync(ticked), 20_000), 'Beat\'s task did not run');
        assert.equal(elsewhere.touched, 0);
      } finally {
        await bench.close();
      }
    });

    it(`is left by nothing of an app that goes elsewhere by code of its own: it is ended before (Celery ${version})`, async () => {
      const leaky = {
        write: 'class Leaky(Celery):\n    def connection_for_write(self, url=None, **kwargs):\n        return super().connection_for_write(ELSEWHERE, **kwargs)\n',
        read: 'class Leaky(Celery):\n    def connection_for_read(self, url=None, **kwargs):\n        return super().connection_for_read(ELSEWHERE.replace("redis", "amqp"), **kwargs)\n',
        backend: 'from celery.backends.redis import RedisBackend\n\nclass Leaky(Celery):\n    def _get_backend(self):\n        return RedisBackend(app=self, url=ELSEWHERE)\n',
      };
      const names = { write: 'app.connection_for_write()', read: 'app.connection_for_read()', backend: 'app.backend' };
      const bench = new Bench({}, pythonOf(version));
      try {
        const env = { ELSEWHERE: elsewhere.url() };
        for (const [kind, code] of Object.entries(leaky)) {
          const module = `leaky_${kind}`;
          bench.write({ [`${module}.py`]: source({ app: `${code}\napp = Leaky('leaky')` }) });
          const helper = await bench.helper(module, { ...env, ...sandboxEnvironment(broker.url) });
          const problem = verifySandbox(await helper.describe(), broker.url);
          const name = names[kind as keyof typeof names];
          assert.equal(problem?.reason, 'leak');
          assert.ok(problem.message.includes(`${name} leads to `), problem.message);
          assert.ok(!problem.message.includes('secret'), problem.message);
          if (kind === 'write') assert.equal((await refused(helper.send({ task: `${module}.add`, module: null, call: 'add(1, 2)', options: '' }))).reason, 'leak');
          for (const start of [() => bench.worker(module, { env, sandbox: broker.url }), () => bench.beat(module, { env, sandbox: broker.url })]) {
            const ended = await refused(start());
            assert.equal(ended.reason, 'leak', JSON.stringify(ended));
            assert.ok(ended.message.includes(name), ended.message);
          }
        }
        assert.equal(elsewhere.touched, 0);
      } finally {
        await bench.close();
      }
    });
  }

  it('refuses connections that a task makes by itself', async () => {
    const bench = new Bench({ 'leaky.py': source({ app: plainApp, after: '@app.task\ndef sneak():\n    import kombu\n    with kombu.Connection(ELSEWHERE) as connection:\n        connection.ensure_connection(max_retries=1)\n' }) });
    try {
      const { helper, worker } = await worksInSandbox(bench, 'leaky', { ELSEWHERE: elsewhere.url() });
      const { id } = await helper.send({ task: 'leaky.sneak', module: null, call: 'sneak()', options: '' });
      const failed = await resultOf(helper, id, 'FAILURE');
      assert.match(failed.exception!.message, /refused a connection to redis:\/\/.*the sandbox is/);
      assert.equal(elsewhere.touched, 0);
      assert.ok(worker.log.tail().some(line => line.includes('Celery Workbench refused a connection')));
    } finally {
      await bench.close();
    }
  });

  it('holds pool children that were spawned', async () => {
    const bench = new Bench({ 'leaky.py': source({ app: "app = Celery('leaky', broker=ELSEWHERE, backend=ELSEWHERE)\napp.conf.broker_write_url = ELSEWHERE", after: "@app.task\ndef where():\n    return [os.environ.get('FORKED_BY_MULTIPROCESSING'), app.conf.broker_write_url, app.connection().as_uri()]" }) });
    try {
      const env = { ELSEWHERE: elsewhere.url(), CELERY_BROKER_WRITE_URL: elsewhere.url() };
      const helper = await bench.helper('leaky', { ...env, ...sandboxEnvironment(broker.url) });
      await bench.worker('leaky', { env, sandbox: broker.url, args: ['--pool-start-method', 'spawn'] });
      const { id } = await helper.send({ task: 'leaky.where', module: null, call: 'where()', options: '' });
      const { result } = await resultOf(helper, id);
      assert.match(result!.text, new RegExp(`^\\['1',\\s+'${broker.url}',\\s+'${broker.url.replace('://', '://(:\\*+@)?')}'\\]$`));
      assert.equal(elsewhere.touched, 0);
    } finally {
      await bench.close();
    }
  });

  it('holds Django projects', async () => {
    const settings = (url: string) => `
SECRET_KEY = 'not-a-secret'
INSTALLED_APPS = ['django_celery_results', 'django_celery_beat', 'orders']
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}
USE_TZ = True
CELERY_BROKER_URL = ${JSON.stringify(url)}
CELERY_BROKER_READ_URL = ${JSON.stringify(url)}
CELERY_BROKER_USE_SSL = {'ssl_cert_reqs': 'required'}
CELERY_BROKER_TRANSPORT_OPTIONS = {'master_name': 'm'}
CELERY_RESULT_BACKEND = 'django-db'
CELERY_REDIS_BACKEND_USE_SSL = {'ssl_cert_reqs': 'required'}
`;
    const bench = new Bench({
      'site_/__init__.py': '', 'site_/settings.py': settings(elsewhere.url()), 'orders/__init__.py': '',
      'orders/tasks.py': 'from celery import shared_task\n\n@shared_task\ndef add(x, y):\n    return x + y\n',
      'site_/celery.py': "import os\nfrom celery import Celery\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\napp = Celery('site_')\napp.config_from_object('django.conf:settings', namespace='CELERY')\napp.autodiscover_tasks()\n",
    }, djangoPython);
    try {
      const { connection } = await (await bench.helper('site_')).describe();
      assert.deepEqual([connection.read, connection.result.url], [elsewhere.url(), 'django-db']);
      await worksInSandbox(bench, 'site_', {}, { task: 'orders.tasks.add', call: 'add(20, 22)' });
    } finally {
      await bench.close();
    }
  });
});
