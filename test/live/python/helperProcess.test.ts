import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { startBroker } from '../../../src/live/process/brokers';
import { Helper } from '../../../src/live/python/helper';
import { changedFiles, isStale, stampsNow } from '../../../src/live/python/stamps';
import { environment, eventually, guardOf, pythonOf, survivors } from '../process/parts';
import { Bench, djangoPython, helperScript, refused, resultOf } from './parts';

const HEAD = "import os\nfrom celery import Celery\napp = Celery('shop', broker=os.environ.get('SHOP_BROKER', 'redis://127.0.0.1:1/0'), backend=os.environ.get('SHOP_BROKER'))\n";
const ADD = '\n@app.task\ndef add(x, y=2):\n    return x + y\n';
const pythonFolder = path.dirname(helperScript);

/** The broker that was at `url`, again; answers how to end it. */
async function startAgain(bench: Bench, url: string): Promise<() => Promise<void>> {
  const { process: broker } = await startBroker({ address: url, consent: false, storage: bench.folder, python: pythonOf('5.7'), guard: guardOf(), env: environment(bench.marker) });
  return () => broker.stop({ grace: 1_000 });
}

async function withBench(files: Readonly<Record<string, string>>, use: (bench: Bench) => Promise<void>, python?: string): Promise<void> {
  const bench = new Bench(files, python);
  try {
    await use(bench);
  } finally {
    await bench.close();
    assert.ok(await eventually(() => survivors(bench.marker).length === 0, 5_000), JSON.stringify(survivors(bench.marker)));
  }
}

const add = { task: 'shop.add', module: null, call: 'add(2, 3)', options: '' } as const;

describe('helper process', function () {
  this.timeout(60_000);

  describe('finds the app as the command line of Celery does', () => {
    const instance = (name: string) => `from celery import Celery\n${name} = Celery('x')\n`;
    const layouts: readonly (readonly [argument: string, files: Readonly<Record<string, string>>, found: string])[] = [
      ['proj', { 'proj.py': instance('app') }, 'proj:app'],
      ['proj', { 'proj.py': instance('celery') }, 'proj:celery'],
      ['proj', { 'proj.py': instance('whatever') }, 'proj:whatever'],
      ['proj', { 'proj/__init__.py': '', 'proj/celery.py': instance('app') }, 'proj.celery:app'],
      ['proj:other', { 'proj.py': `${instance('app')}${instance('other')}` }, 'proj:other'],
      ['proj.other', { 'proj.py': `${instance('app')}${instance('other')}` }, 'proj:other'],
      ['factory', { 'factory.py': 'from celery import Celery\n\ndef make():\n    made = Celery("made")\n    return type("Site", (), {"extensions": {"celery": made}})()\n\nsite = make()\ncelery_app = site.extensions["celery"]\n' }, 'factory:celery_app'],
      ['helper', { 'helper.py': instance('app'), 'sandbox.py': 'raise RuntimeError("shadowed")' }, 'helper:app'],
    ];
    for (const [argument, files, found] of layouts) {
      it(`-A ${argument} with ${Object.keys(files).join(', ')}`, () => withBench(files, async bench => {
        const helper = await bench.helper(argument);
        const { description } = await helper.describe();
        assert.equal(description.app, found);
        const oracle = bench.run(`from celery.app.utils import find_app\nprint(find_app('${argument}').main, find_app('${found}') is find_app('${argument}'))`);
        assert.equal(oracle.trim(), `${description.main} True`);
      }));
    }
  });

  it('has sys.path, working directory and sys.argv as a worker has', () => withBench({
    'shop.py': `import json, os, sys\n${HEAD}print('PATHS ' + json.dumps([sys.path, os.getcwd(), sys.argv[:3]]))\n`,
  }, async bench => {
    await bench.helper('shop');
    const report = execFileSync(pythonOf('5.7'), ['-m', 'celery', '-A', 'shop', 'report'], { cwd: bench.folder, env: environment(bench.marker), encoding: 'utf8' });
    const paths = (text: string) => /^PATHS (.*)$/m.exec(text)?.[1];
    assert.ok(paths(report));
    assert.equal(paths(bench.printed), paths(report));
  }));

  it('takes from the environment what the command line of Celery takes', () => withBench({ 'shop.py': `${HEAD}${ADD}`, 'settings.py': "task_default_queue = 'from_settings'\n" }, async bench => {
    const { connection } = await (await bench.helper('shop', { BROKER_URL: 'redis://127.0.0.1:2/0', RESULT_BACKEND: 'redis://127.0.0.1:3/0' })).describe();
    assert.deepEqual([connection.read, connection.write, connection.result.url], ['redis://127.0.0.1:2/0', 'redis://127.0.0.1:2/0', 'redis://127.0.0.1:3/0']);
  }));

  it('says what is wrong with an app, and where', () => withBench({
    'syntax.py': 'import os\n\nx = (1,\n',
    'imports.py': `${HEAD}app.conf.include = ['broken_tasks']\n`,
    'broken_tasks.py': 'import os\n\n\ndef load():\n    return os.environ["NOT_SET"]\n\n\nvalue = load()\n',
    'needs.py': 'import celery\nimport a_module_that_is_not_installed\n',
    'leaves.py': 'import sys\nsys.exit(3)\n',
    'attribute.py': 'import os\nos.nothing_like_it\n',
    'empty.py': '',
    'several.py': "from celery import Celery\none = Celery('a')\nclass Flask:\n    pass\napp = Flask()\n",
    'late.py': `${HEAD}\n@app.on_after_finalize.connect\ndef fail(**_):\n    pass\napp.config_from_object('no_settings')\n`,
  }, async bench => {
    const problem = (app: string) => refused(bench.helper(app));
    const syntax = await problem('syntax');
    assert.deepEqual([syntax.reason, syntax.place?.file, syntax.place?.line], ['app-import', bench.file('syntax.py'), 2]);
    const nested = await problem('imports:app');
    assert.deepEqual([nested.reason, nested.place?.file, nested.place?.line], ['app-import', bench.file('broken_tasks.py'), 4]);
    assert.equal(nested.message, "Loading the tasks of imports:app failed: KeyError: 'NOT_SET'");
    assert.deepEqual(nested.log.filter(line => line.startsWith('  File ')).map(line => line.replace(/ \[.*/, '')), [
      `  File "${bench.file('broken_tasks.py')}", line 8, in <module>`, `  File "${bench.file('broken_tasks.py')}", line 5, in load`, '  File "<frozen os>", line 679, in __getitem__',
    ].filter(line => nested.log.some(one => one.startsWith(line))));
    const needs = await problem('needs');
    assert.deepEqual([needs.reason, needs.place?.line, needs.place?.column], ['app-import', 1, 0]);
    assert.match(needs.advice!, /Install what provides `a_module_that_is_not_installed`/);
    assert.match((await problem('leaves')).advice!, /calls sys\.exit\(\)/);
    const attribute = await problem('attribute:app');
    assert.deepEqual([attribute.reason, attribute.place?.line], ['app-import', 1]);
    assert.match(attribute.message, /AttributeError/);
    assert.deepEqual(await problem('nowhere:app').then(({ reason, message }) => [reason, message]), ['no-app', `There is no module nowhere in ${bench.folder}`]);
    assert.equal((await problem('empty')).reason, 'no-app');
    assert.equal((await problem('empty:app')).message, 'There is no Celery app at empty:app');
    const several = await problem('several:app');
    assert.deepEqual([several.reason, several.message, several.advice], ['no-app', 'several:app is a Flask, not a Celery app', 'Choose several:one.']);
    assert.match((await problem('late')).message, /no_settings/);
  }));

  it('says when the interpreter has no Celery, or is none', () => withBench({ 'shop.py': HEAD }, async bench => {
    const start = (python: string) => refused(bench.helper('shop', {}, { python }));
    const valkey = path.join(path.dirname(path.dirname(path.dirname(pythonOf('5.7')))), 'valkey/bin/python');
    assert.equal((await start(valkey)).reason, 'no-celery');
    assert.ok(['exited', 'no-python'].includes((await start('/no/such/python')).reason));
  }));

  it('keeps what imported code prints out of the answers', () => withBench({
    'shop.py': `import sys\nprint('{"id": 1, "result": {}}')\nsys.stderr.write('to stderr redis://:hunter2@localhost\\n')\nos_ = __import__('os')\nos_.write(1, b'{"id": 1, "problem": null}\\n\\xff\\xfe')\nos_.write(4, b'\\n{"id": 1, "result": 7}\\nnonsense {{{\\n')\n${HEAD}${ADD}\nclass Loud:\n    def __repr__(self):\n        print('repr')\n        return 'x' * 100_000\n\n@app.task\ndef defaults(x=Loud()):\n    pass\n`,
  }, async bench => {
    // It writes a reply of its own to the first request, which is not one.
    const first = await refused(bench.helper('shop'));
    assert.deepEqual([first.reason, first.message], ['internal', 'the helper\'s answer to open is not understood']);
    bench.write({ 'quiet.py': readFileSync(bench.file('shop.py'), 'utf8').replace('"id": 1, "result": 7', '"id": 99, "result": 7') });
    const helper = await bench.helper('quiet');
    const { description } = await helper.describe();
    assert.ok(description.tasks.find(({ name }) => name === 'quiet.defaults')!.signature!.length < 5_000);
    assert.match(bench.printed, /^\{"id": 1, "problem": null\}$/m);
    assert.match(bench.printed, /to stderr redis:\/\/:\*\*\*@localhost/);
    assert.doesNotMatch(bench.printed, /hunter2/);
  }));

  it('masks secrets in what it describes, and tells them only to our own clients', () => withBench({
    'shop.py': `${HEAD}app.conf.update(broker_url='redis://u:hunter2@127.0.0.1:1/0', result_backend='redis://:hunter3@127.0.0.1:1/1', security_key='hunter4', broker_transport_options={'sentinel_kwargs': {'password': 'hunter5'}, 'visibility_timeout': 5}, timezone='Europe/Zurich', task_queues=None)\n`,
  }, async bench => {
    const { description, connection } = await (await bench.helper('shop')).describe();
    assert.doesNotMatch(JSON.stringify(description), /hunter/);
    assert.equal(description.broker, 'redis://u:***@127.0.0.1:1/0');
    assert.equal(description.settings.timezone, "'Europe/Zurich'");
    assert.equal(description.timezone, 'Europe/Zurich');
    assert.match(description.settings.broker_transport_options!, /'visibility_timeout': 5/);
    assert.ok(!('task_publish_retry' in description.settings) && !('redis_socket_connect_timeout' in description.settings), Object.keys(description.settings).join());
    assert.equal(connection.write, 'redis://u:hunter2@127.0.0.1:1/0');
    assert.deepEqual(connection.transportOptions, { sentinel_kwargs: { password: 'hunter5' }, visibility_timeout: 5 });
  }));

  it('refuses at once when no broker answers, and works when one does', () => withBench({ 'shop.py': `${HEAD}${ADD}` }, async bench => {
    const broker = await bench.broker();
    const helper = await bench.helper('shop', { SHOP_BROKER: broker.url });
    await helper.send(add);
    await broker.process.stop({ grace: 1_000 });
    const gone = await refused(helper.send(add));
    assert.equal(gone.reason, 'broker-refused', JSON.stringify(gone));
    assert.ok(gone.message.includes(broker.url), gone.message);
    assert.equal((await refused(helper.result('some-id'))).reason, 'broker-refused');
    const again = await startAgain(bench, broker.url);
    assert.equal((await helper.send(add)).queue, 'celery');
    await again();
  }));

  it('names a package that the broker needs', () => withBench({ 'shop.py': `${HEAD}${ADD}app.conf.broker_url = 'sqs://'\n`, 'other.py': `import sys\nsys.modules['redis'] = None\n${HEAD}${ADD}` }, async bench => {
    assert.equal((await (await bench.helper('shop')).describe()).connection.missing, 'boto3');
    const helper = await bench.helper('other');
    const problem = await refused(helper.send({ ...add, task: 'other.add' }));
    assert.deepEqual([problem.reason, problem.message], ['missing-module', 'The broker at redis://127.0.0.1:1/0 needs the Python package redis']);
  }));

  it('ends code that hangs, and says where', () => withBench({
    'slow.py': `import time\n\ndef wait():\n    time.sleep(600)\n\nwait()\n`,
    'shop.py': `${HEAD}${ADD}\nimport time, os\n\ndef hang():\n    time.sleep(600)\n\ndef crash():\n    os._exit(7)\n`,
  }, async bench => {
    const importing = await refused(bench.helper('slow', {}, { importTimeout: 8_000 }));
    assert.deepEqual([importing.reason, importing.place], ['timeout', { file: bench.file('slow.py'), line: 3, column: 0 }]);
    const hanging = await bench.helper('shop', {}, { callTimeout: 3_000 });
    let ended = '';
    hanging.onExit(problem => { ended = problem.reason; });
    const calling = refused(hanging.send({ ...add, call: 'add(hang())' }));
    const behind = refused(hanging.describe());
    assert.deepEqual(await calling.then(({ reason, place }) => [reason, place?.line]), ['timeout', 11]);
    assert.ok(['cancelled', 'timeout'].includes((await behind).reason));
    assert.ok(await eventually(() => ended !== '', 5_000));
    assert.deepEqual([ended, hanging.alive], ['cancelled', false]);
    assert.equal((await refused(hanging.describe())).reason, 'cancelled');
    const crashing = await bench.helper('shop');
    const crash = await refused(crashing.send({ ...add, call: 'add(crash())' }));
    assert.deepEqual([crash.reason, crash.message], ['exited', 'The interpreter that imported shop:app exited with status 7']);
  }));

  it('can be given up while it imports', () => withBench({ 'slow.py': 'import time\ntime.sleep(600)\n' }, async bench => {
    const abort = new AbortController();
    const starting = refused(Helper.start({ python: pythonOf('5.7'), script: helperScript, directory: bench.folder, app: 'slow', env: environment(bench.marker), guard: guardOf(), log: () => undefined }, abort.signal));
    assert.ok(await eventually(() => survivors(bench.marker).length > 0, 5_000));
    abort.abort();
    assert.equal((await starting).reason, 'cancelled');
  }));

  it('sends to the worker although task_always_eager is on', () => withBench({ 'shop.py': `${HEAD}${ADD}app.conf.task_always_eager = True\n` }, async bench => {
    const { url } = await bench.broker();
    const sent = await (await bench.helper('shop', { SHOP_BROKER: url })).send(add);
    assert.equal(sent.messages.length, 1);
    assert.match(sent.notes.join(), /task_always_eager is on/);
  }));

  it('says so when an apply_async of the task\'s own sends nothing', () => withBench({
    'shop.py': `${HEAD}\nclass Once(app.Task):\n    def apply_async(self, *args, **options):\n        return None\n\n@app.task(base=Once)\ndef add(x, y):\n    pass\n`,
  }, async bench => {
    const { reason, message } = await refused((await bench.helper('shop')).send(add));
    assert.deepEqual([reason, message], ['call-raised', 'apply_async of shop.add sent nothing']);
  }));

  it('knows which files it has loaded, and whether they are old', () => withBench({ 'shop/__init__.py': '', 'shop/app.py': `${HEAD}app.conf.include = ['shop.tasks']\n`, 'shop/tasks.py': 'from shop.app import app\nfrom shop import model\n', 'shop/model.py': '', 'shop/lazy.py': 'x = 1\n', 'unused.py': '' }, async bench => {
    const helper = await bench.helper('shop.app');
    const modules = await helper.modules();
    assert.deepEqual(modules.map(({ file }) => path.relative(bench.folder, file)), ['shop/__init__.py', 'shop/app.py', 'shop/model.py', 'shop/tasks.py']);
    assert.equal(isStale(modules), false);
    const before = stampsNow(modules.map(({ file }) => file));
    assert.equal(isStale(before), false);
    const past = new Date(Date.now() - 3_600_000);
    utimesSync(bench.file('shop/model.py'), past, past);
    assert.deepEqual(changedFiles(modules), [bench.file('shop/model.py')]);
    rmSync(bench.file('shop/tasks.py'));
    assert.deepEqual(changedFiles(before), [bench.file('shop/model.py'), bench.file('shop/tasks.py')]);
    // A modification time in the future is no change by itself.
    bench.write({ 'shop/tasks.py': 'from shop.app import app\n' });
    const future = new Date(Date.now() + 3_600_000);
    utimesSync(bench.file('shop/tasks.py'), future, future);
    assert.equal(isStale(await (await bench.helper('shop.app')).modules()), false);
  }));

  it('works for a Django project with results in its database', () => withBench({
    'site_/__init__.py': '', 'orders/__init__.py': '', 'orders/models.py': 'from django.db import models\n\nclass Order(models.Model):\n    name = models.CharField(max_length=9)\n',
    'site_/settings.py': "import os\nSECRET_KEY = 'x'\nINSTALLED_APPS = ['django_celery_results', 'orders']\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}\nUSE_TZ = True\nTIME_ZONE = 'Europe/Rome'\nCELERY_BROKER_URL = os.environ['SHOP_BROKER']\nCELERY_RESULT_BACKEND = 'django-db'\nCELERY_RESULT_EXTENDED = True\nCELERY_TASK_ROUTES = {'orders.tasks.slow': {'queue': 'slow'}}\nDEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\n",
    'site_/celery.py': "import os\nfrom celery import Celery\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\napp = Celery('site_')\napp.config_from_object('django.conf:settings', namespace='CELERY')\napp.autodiscover_tasks()\n",
    'orders/tasks.py': 'from celery import shared_task\nfrom orders.models import Order\n\n@shared_task\ndef add(x, y):\n    return x + y\n\n@shared_task\ndef slow(x):\n    raise LookupError(x)\n',
  }, async bench => {
    const env = { SHOP_BROKER: (await bench.broker()).url };
    bench.run("import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'site_.settings'\nimport django\ndjango.setup()\nfrom django.core.management import call_command\ncall_command('migrate', verbosity=0)", env);
    const helper = await bench.helper('site_', env);
    const { description, connection } = await helper.describe();
    assert.equal(description.app, 'site_.celery:app');
    assert.deepEqual(description.tasks.map(({ name }) => name).filter(name => !name.startsWith('celery.')), ['orders.tasks.add', 'orders.tasks.slow']);
    assert.deepEqual([description.backend, description.timezone, description.settings.SECRET_KEY], ['django-db', 'Europe/Rome', undefined]);
    assert.equal(connection.result.class, 'django_celery_results.backends.database:DatabaseBackend');
    const model = await refused(helper.send({ task: 'orders.tasks.add', module: null, call: 'add(Order(pk=3), 1)', options: '' }));
    assert.deepEqual([model.reason, model.advice], ['call-serialization', 'Pass its primary key, and load the Order in the task.']);
    await bench.worker('site_', { env, queues: ['celery', 'slow'] });
    const sent = await helper.send({ task: 'orders.tasks.add', module: null, call: 'add(2, 3)', options: '' });
    const done = await resultOf(helper, sent.id);
    assert.deepEqual([done.result?.text, done.name], ['5', 'orders.tasks.add']);
    const failing = await helper.send({ task: 'orders.tasks.slow', module: null, call: 'slow("x")', options: '' });
    assert.equal(failing.queue, 'slow');
    assert.equal((await resultOf(helper, failing.id, 'FAILURE')).exception?.type, 'LookupError');
    await helper.forget(sent.id);
    assert.equal(await helper.result(sent.id), null);
  }, djangoPython));

  for (const [backend, reads] of [['db+sqlite:///results.db', true], ['file://FOLDER', true], ['rpc://', true], ['cache+memory://', false], ['disabled://', false]] as const) {
    it(`reads results of ${backend} as far as they can be read`, () => withBench({ 'shop.py': `${HEAD}${ADD}app.conf.result_backend = os.environ['SHOP_RESULTS']\n` }, async bench => {
      const env = { SHOP_BROKER: (await bench.broker()).url, SHOP_RESULTS: backend.replace('FOLDER', bench.folder) };
      const helper = await bench.helper('shop', env);
      // A database is not touched before something is sent or read.
      assert.equal((await helper.describe()).connection.result.problem, null);
      assert.equal(existsSync(bench.file('results.db')), false);
      await bench.worker('shop', { env });
      const { id } = await helper.send(add);
      if (reads) assert.equal((await resultOf(helper, id)).result?.text, '5');
      else if (backend.startsWith('disabled')) assert.equal((await refused(helper.result(id))).reason, 'unsupported');
      else assert.equal(await helper.result(id), null);
    }, djangoPython));
  }

  it('sends pydantic models as Celery does', () => withBench({
    'shop.py': `${HEAD}from pydantic import BaseModel\n\nclass Order(BaseModel):\n    id: int\n\n@app.task(pydantic=True)\ndef add(order: Order):\n    return order.id\n`,
  }, async bench => {
    const env = { SHOP_BROKER: (await bench.broker()).url };
    const helper = await bench.helper('shop', env);
    await bench.worker('shop', { env });
    for (const call of ['add(Order(id=42))', 'add(order=Order(id=42))', 'add({"id": 42})']) assert.equal((await resultOf(helper, (await helper.send({ ...add, call })).id)).result?.text, '42', call);
    assert.equal((await refused(helper.send({ ...add, call: 'add({Order})' }))).reason, 'call-serialization');
  }, djangoPython));

  it('is written for Python 3.8 and newer', () => {
    const files = readdirSync(pythonFolder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.py')).map(file => path.join(pythonFolder, file));
    assert.ok(files.length > 10);
    execFileSync(pythonOf('5.7'), ['-c', 'import ast, pathlib, sys\nfor file in sys.argv[1:]:\n    ast.parse(pathlib.Path(file).read_text("utf-8"), file, feature_version=(3, 8))', ...files]);
    const compile = 'import pathlib, sys\nfor file in sys.argv[1:]:\n    compile(pathlib.Path(file).read_text("utf-8"), file, "exec", dont_inherit=True)';
    for (const minor of [8, 9, 10, 11, 12, 13, 14]) {
      for (const python of interpreters(minor)) execFileSync(python, ['-W', 'error', '-c', compile, ...files]);
    }
  });
});

/** Interpreters of that version which are on this machine. */
function interpreters(minor: number): readonly string[] {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter).filter(folder => !folder.includes('shims')), ...pyenvFolders()];
  return [...new Set(folders.map(folder => path.join(folder, `python3.${minor}`)).filter(existsSync))];
}

function pyenvFolders(): readonly string[] {
  const versions = path.join(process.env.PYENV_ROOT ?? '', 'versions');
  return process.env.PYENV_ROOT && existsSync(versions) ? readdirSync(versions).map(version => path.join(versions, version, 'bin')).filter(folder => existsSync(folder) && statSync(folder).isDirectory()) : [];
}
