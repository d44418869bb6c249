import assert from 'node:assert/strict';
import type { Helper, HelperCall, Sent } from '../../../src/live/python/helper';
import { Bench, refused, resultOf, VERSIONS } from './parts';
import { pythonOf } from '../process/parts';

const APP = `
import os
from celery import Celery

app = Celery('shop', broker=os.environ['SHOP_BROKER'], backend=os.environ['SHOP_BROKER'], include=['shop.tasks', 'shop.canvas'])
app.conf.task_routes = ('shop.routers.by_country', {'shop.tasks.report*': {'queue': 'reports'}})
`;

const ROUTERS = `
def by_country(name, args, kwargs, options, task=None, **kw):
    if name == 'shop.tasks.ship':
        return {'queue': 'ship.' + (kwargs.get('country') or args[1])}
`;

const TASKS = `
import functools
from celery import Task
from shop.celery_app import app
from shop.catalogue import PRICE

def loud(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

def discount(percent):
    return PRICE * percent

@app.task
def add(x, y=2):
    return x + y

@app.task(bind=True, ignore_result=False)
def who(self, *, name: str = 'nobody'):
    return [name, self.request.delivery_info['routing_key'], self.request.retries]

@app.task(name='kinds')
@loud
def what_kinds(*values, **named):
    return [type(value).__name__ for value in list(values) + list(named.values())]

@app.task
def ship(order, country):
    return country

@app.task
def report(pages):
    return pages

@app.task(queue='slow')
def crunch():
    return 'crunched'

@app.task
def fail(message):
    raise ValueError(message)

@app.task(bind=True)
def progress(self):
    self.update_state(state='PROGRESS', meta={'current': 1, 'total': 4})
    import time
    time.sleep(60)

class PrimaryKeys(Task):
    def apply_async(self, args=None, kwargs=None, **options):
        return super().apply_async([getattr(one, 'pk', one) for one in args or ()], kwargs, **options)

class Product:
    pk = 17

@app.task(base=PrimaryKeys)
def load(product):
    return product

@app.task(typing=False)
def untyped(x):
    return x

@app.task(serializer='pickle')
def pickled(x):
    return x

class Multiply(Task):
    def run(self, x, y):
        return x * y

multiply = app.register_task(Multiply())
`;

const CANVAS = `
from shop.celery_app import app

@app.task
def total(numbers):
    return sum(numbers)
`;

const PROJECT = {
  'shop/__init__.py': '', 'shop/celery_app.py': APP, 'shop/routers.py': ROUTERS, 'shop/tasks.py': TASKS, 'shop/canvas.py': CANVAS, 'shop/catalogue.py': 'PRICE = 3\n',
  'shop/forgotten.py': 'from shop.celery_app import app\n\n\n@app.task\ndef lost():\n    pass\n',
  '.vscode/celery_samples.py': 'from celery import chain\nfrom shop.tasks import add\n\nlarge = 40\n\nsum_up = chain(add.s(large, 1), add.s(1))\n',
};

for (const version of VERSIONS) {
  describe(`helper with Celery ${version}`, function () {
    this.timeout(60_000);
    let bench: Bench;
    let helper: Helper;
    let env: Record<string, string>;
    const send = (task: string, call: string, options = ''): Promise<Sent> => helper.send({ task, module: null, call, options });
    const outcome = async (sent: Sent): Promise<string | undefined> => (await resultOf(helper, sent.id)).result?.text;

    before(async () => {
      bench = new Bench(PROJECT, pythonOf(version));
      env = { SHOP_BROKER: (await bench.broker()).url };
      const queues = ['celery', 'reports', 'slow', 'ship.CH', 'ship.IT', 'mail'];
      [helper] = await Promise.all([bench.helper('shop.celery_app', env), bench.worker('shop.celery_app', { env, queues })]);
    });
    after(() => bench.close());

    it('describes what Celery has registered', async () => {
      const { description, connection, sandbox } = await helper.describe();
      const oracle = JSON.parse(bench.run(`
import inspect, json
from shop.celery_app import app
app.loader.import_default_modules()
print(json.dumps({name: [type(task).__module__, str(inspect.signature(task.run)), task.ignore_result] for name, task in app.tasks.items()}))`, env)) as Record<string, unknown[]>;
      // Defaults of Celery's own tasks show addresses.
      const own = (names: readonly string[]) => names.filter(name => !name.startsWith('celery.'));
      assert.deepEqual(description.tasks.map(({ name }) => name), Object.keys(oracle).sort());
      for (const name of own(Object.keys(oracle))) {
        const task = description.tasks.find(one => one.name === name)!;
        assert.deepEqual([task.module, task.signature, task.ignoreResult], oracle[name], name);
      }
      assert.equal(description.app, 'shop.celery_app:app');
      assert.equal(description.main, 'shop');
      assert.ok(description.celery.startsWith(version), description.celery);
      assert.deepEqual([description.defaultQueue, description.queues, description.timezone], ['celery', null, 'UTC']);
      const add = description.tasks.find(({ name }) => name === 'shop.tasks.add')!;
      assert.equal(add.file, bench.file('shop/tasks.py'));
      assert.equal(TASKS.split('\n')[add.line!], 'def add(x, y=2):');
      const kinds = description.tasks.find(({ name }) => name === 'kinds')!;
      assert.equal(TASKS.split('\n')[kinds.line!], 'def what_kinds(*values, **named):');
      const queueOf = (name: string) => description.tasks.find(one => one.name === `shop.tasks.${name}`)?.queue;
      assert.deepEqual([queueOf('add'), queueOf('crunch'), queueOf('report'), queueOf('ship')], ['celery', 'slow', 'reports', null]);
      assert.deepEqual([connection.read, connection.write, connection.result.url], Array(3).fill(env.SHOP_BROKER));
      assert.equal(connection.result.keyPrefix, 'celery-task-meta-');
      assert.equal(sandbox, null);
    });

    it('sends, and a worker runs it', async () => {
      assert.equal(await outcome(await send('shop.tasks.add', 'add(2, 3)')), '5');
      assert.equal(await outcome(await send('shop.tasks.add', 'add(x=2)')), '4');
      assert.equal(await outcome(await send('shop.tasks.Multiply', 'multiply(6, 7)')), '42');
      assert.equal(await outcome(await send('shop.tasks.add', 'add(*[1, 2])')), '3');
      assert.equal(await outcome(await send('shop.tasks.add', 'add(**{"x": 1, "y": 2})')), '3');
    });

    it('evaluates Python arguments in the module of the task', async () => {
      assert.equal(await outcome(await send('shop.tasks.add', 'add(discount(2), y=PRICE)')), '9');
      const typed = 'what_kinds(Decimal("9.90"), datetime(2026, 1, 2), datetime.timezone.utc and 1, UUID(int=1), date.today(), when=timedelta(seconds=1).seconds)';
      const flattened = "['str', 'str', 'int', 'str', 'str', 'int']";
      const kept = "['Decimal', 'datetime', 'int', 'UUID', 'date', 'int']";
      assert.equal(await outcome(await send('kinds', typed.replace('datetime.timezone.utc and 1', '1'))), version === '5.2' ? flattened : kept);
      assert.equal(await outcome(await send('kinds', 'what_kinds(datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc))')), version === '5.2' ? "['str']" : "['datetime']");
    });

    it('honours routers, options and an apply_async of the task\'s own, as Python does', async () => {
      const shipped = await send('shop.tasks.ship', 'ship(1, country="CH")');
      assert.equal(shipped.queue, 'ship.CH');
      assert.equal(await outcome(shipped), "'CH'");
      assert.equal((await send('shop.tasks.report', 'report(3)')).queue, 'reports');
      assert.equal((await send('shop.tasks.crunch', 'crunch()')).queue, 'slow');
      const mailed = await send('shop.tasks.who', 'who(name="Ada")', 'queue="mail", retries=2, headers={"x": 1}, expires=timedelta(hours=1).seconds');
      assert.equal(mailed.queue, 'mail');
      assert.equal(await outcome(mailed), "['Ada', 'mail', 2]");
      assert.equal(await outcome(await send('shop.tasks.load', 'load(Product())')), '17');
    });

    it('says where a call goes as sending it does', async () => {
      for (const [task, call, options] of [['add', 'add(1)', ''], ['ship', 'ship(1, "IT")', ''], ['report', 'report(1)', ''], ['crunch', 'crunch()', ''], ['add', 'add(1)', 'queue="mail"']] as const) {
        const route = await helper.routes(`shop.tasks.${task}`, call, options);
        assert.equal(route.queue, (await send(`shop.tasks.${task}`, call, options)).queue, JSON.stringify(route));
      }
      assert.equal((await helper.routes('shop.tasks.report')).why, 'task_routes: a pattern');
      assert.equal((await helper.routes('shop.tasks.ship', 'ship(1, "IT")')).why, 'the router by_country');
      assert.equal((await helper.routes('shop.tasks.crunch')).why, 'the options of the task');
      assert.equal((await helper.routes('shop.tasks.add')).why, 'the default queue');
      assert.equal((await helper.routes('shop.tasks.add', 'add(1)', 'queue="mail"')).why, 'the options of this call');
    });

    it('refuses what Celery, kombu or a worker would not take, at its place, and sends nothing', async () => {
      const refusals: readonly (readonly [task: string, call: string, options: string, reason: string, message: RegExp, at: string])[] = [
        ['add', 'add(1, ', '', 'call-syntax', /never closed|unexpected EOF|EOF/, 'in:call'],
        ['add', 'add', '', 'call-syntax', /not a call/, 'add'],
        ['add', 'report(1)', '', 'call-syntax', /is the task shop\.tasks\.report/, 'report'],
        ['add', 'add()', '', 'call-arguments', /missing 1 required positional argument: 'x'/, ')'],
        ['add', 'add(1, 2, 3)', '', 'call-arguments', /takes from 1 to 2 positional arguments but 3 were given/, '3'],
        ['add', 'add(1, z=3)', '', 'call-arguments', /unexpected keyword argument 'z'/, 'z=3'],
        ['add', 'add(1, x=3)', '', 'call-arguments', /multiple values for argument 'x'/, 'x=3'],
        ['who', 'who("Ada")', '', 'call-arguments', /^who\(\) takes 0 positional arguments but 1 was given$/, '"Ada"'],
        ['add', 'add("ä€🎉", {1, 2})', '', 'call-serialization', /Argument 2: Object of type set is not JSON serializable/, '{1, 2}'],
        ['add', 'add(1, y=timedelta(1))', '', 'call-serialization', /`y`: /, 'y=timedelta(1)'],
        ['add', 'add(Product())', '', 'call-serialization', /Argument 1: /, 'Product()'],
        ['add', 'add("🎉", nope)', '', 'call-raised', /NameError: name 'nope'/, 'nope'],
        ['add', 'add(1, 1 / 0)', '', 'call-raised', /ZeroDivisionError/, '1 / 0'],
        ['add', 'add(1, discount("x" - 1))', '', 'call-raised', /TypeError/, 'discount("x" - 1)'],
        ['pickled', 'pickled(1)', '', 'call-serialization', /accept_content has no pickle/, ''],
        ['add', 'add(1)', 'countdown="x"', 'call-arguments', /`countdown` must be a number/, 'countdown="x"'],
        ['add', 'add(1)', 'eta="soon"', 'call-arguments', /`eta` must be a datetime/, 'eta="soon"'],
        ['add', 'add(1)', 'priority=1, time_limit="1"', 'call-arguments', /`time_limit` must be/, 'time_limit="1"'],
        ['add', 'add(1)', 'headers={"timelimit": 1}', 'call-arguments', /`timelimit` is Celery's own/, 'headers={"timelimit": 1}'],
        ['add', 'add(1)', ' serializer="toml"', 'call-arguments', /`serializer` must be/, 'serializer="toml"'],
        ['add', 'add(1)', 'countdown=', 'call-syntax', /./, 'in:options'],
        ['add', 'add(1)', '5', 'call-syntax', /Options are written like/, '5'],
        ['add', 'add(1)', 'queue="a", queue="b"', 'call-arguments', /repeated/, 'queue="b"'],
      ];
      const depth = () => bench.run(`
from shop.celery_app import app
with app.connection() as connection:
    print(connection.default_channel.client.lpush('sentinel', 1), connection.default_channel.client.dbsize())`, env).split(' ')[1];
      const before = depth();
      for (const [task, call, options, reason, message, at] of refusals) {
        const problem = await refused(send(`shop.tasks.${task}`, call, options));
        const what = `${call} ${options}: ${JSON.stringify(problem)}`;
        assert.equal(problem.reason, reason, what);
        assert.match(problem.message, message, what);
        if (at.startsWith('in:')) assert.equal(problem.range?.in, at.slice(3), what);
        else if (at !== '') assert.equal({ call, options, expression: '' }[problem.range!.in].slice(problem.range!.start, problem.range!.end), at, what);
        if (reason === 'call-serialization' || reason === 'call-arguments') {
          const remarks = await helper.check({ task: `shop.tasks.${task}`, module: null, call, options }, true);
          assert.deepEqual(remarks.map(({ severity }) => severity), ['error'], what);
        }
      }
      assert.equal(depth(), before);
    });

    it('names tasks that a worker would not know', async () => {
      const unknown = await refused(send('shop.tasks.subtract', 'subtract(1)'));
      assert.deepEqual([unknown.reason, unknown.message], ['task-unknown', 'shop.tasks.subtract is not registered with shop.celery_app:app']);
      for (let attempt = 0; attempt < 2; attempt++) {
        const forgotten = await refused(helper.send({ task: 'shop.forgotten.lost', module: 'shop.forgotten', call: 'lost()', options: '' }));
        assert.equal(forgotten.reason, 'task-unknown');
        assert.match(forgotten.message, /does not import shop\.forgotten/);
        assert.deepEqual(forgotten.place, { file: bench.file('shop/forgotten.py'), line: 4, column: 0 });
      }
      assert.ok(!(await helper.describe()).description.tasks.some(({ name }) => name === 'shop.forgotten.lost'));
    });

    it('remarks on a call while it is typed, without running anything of it', async () => {
      const check = (call: string, evaluate = false, options = '') => helper.check({ task: 'shop.tasks.add', module: null, call, options }, evaluate);
      assert.deepEqual(await check('add(1, discount(2))'), []);
      assert.deepEqual(await check('add(print("ran"), *what, **ever)'), []);
      assert.doesNotMatch(bench.printed, /^ran$/m);
      assert.deepEqual((await check('add(discount(2), 2, 3)')).map(({ start, end, severity }) => [start, end, severity]), [[20, 21, 'error']]);
      const changed = await check('add({1: 2}, Decimal("1.5"))', true);
      assert.deepEqual(changed.map(({ severity, start, end }) => [severity, start, end]), [['warning', 4, 10], ...version === '5.2' ? [['warning', 12, 26]] : []]);
      assert.match(changed[0]!.message, /arrives with the key '1' \(str\) instead of 1/);
      assert.deepEqual((await check('add(1)', false, 'countdwn=3')).map(({ in: where, severity }) => [where, severity]), [['options', 'warning']]);
    });

    it('sends signatures and canvases, and knows every task of them', async () => {
      const module = 'shop.tasks';
      const run = async (expression: string, ids: number, options = '') => {
        const sent = await helper.send({ expression, module, options });
        assert.equal(sent.ids.length, ids, `${expression}: ${JSON.stringify(sent.ids)}`);
        const results = await Promise.all(sent.ids.map(id => resultOf(helper, id)));
        assert.equal(new Set(results.map(({ id }) => id)).size, ids);
        return (await resultOf(helper, sent.id)).result?.text;
      };
      assert.equal(await run('add.s(2, 3)', 1), '5');
      assert.equal(await run('add', 1).catch((error: Error) => error.message), "add() missing 1 required positional argument: 'x'");
      assert.equal(await run('add.s(2).set(countdown=0, queue="mail")', 1), '4');
      assert.equal(await run('chain(add.s(1, 1), add.s(1), add.s(1))', 3), '4');
      assert.equal(await run('add.s(1, 1) | add.s(1)', 2), '3');
      assert.equal(await run('group(add.s(i, i) for i in range(3))', 3), '4');
      assert.equal(await run('chord([add.s(i, i) for i in range(3)])(app.signature("shop.canvas.total"))', 4), '6');
      assert.equal(await run('chord([add.s(1, 1), add.s(2, 2)], app.signature("shop.canvas.total"))', 3), '6');
      assert.equal(await run('chain(add.s(1, 1), group(add.s(1), add.s(2)), app.signature("shop.canvas.total"))', 4), '7');
      assert.equal(await run('add.si(1, 1)', 1, 'queue="mail"'), '2');
      assert.equal(await run('add.delay(3, 3)', 1), '6');
      assert.equal(await run('add.starmap([(1, 1), (2, 2)])', 1), '[2, 4]');
      assert.equal(await run('report.map([1, 2])', 1), '[1, 2]');
      assert.equal(await run('add.chunks([(i, i) for i in range(4)], 2).group()', 2), '[4, 6]');
      assert.equal(await run('add.s(1, 1).set(link=add.s(5))', 1), '2');
    });

    it('refuses canvases that cannot run', async () => {
      const refusal = (expression: string) => refused(helper.send({ expression, module: 'shop.tasks', options: '' }));
      assert.match((await refusal('add.s(1) | add.s(1, 2, 3)')).message, /takes from 1 to 2 positional arguments but 4 were given/);
      assert.match((await refusal('chain(add.s(1), report.s(1))')).message, /takes 1 positional argument but 2 were given/);
      assert.match((await refusal('group(add.s(1), add.s({1}))')).message, /shop\.tasks\.add, argument 1: Object of type set is not JSON serializable/);
      assert.match((await refusal('add.s(1).set(headers={"id": "x"})')).message, /The header `id` is Celery's own/);
      assert.match((await refusal('1 + 1')).message, /This is a int, not a signature/);
      assert.equal((await refusal('add.s(nope)')).reason, 'call-raised');
      const unknown = await helper.check({ expression: 'app.signature("other.task") | add.s(1)', module: 'shop.tasks', options: '' }, true);
      assert.deepEqual(unknown.map(({ message }) => message), ['other.task is not registered with shop.celery_app:app']);
    });

    it('evaluates in a file of samples, as it is now', async () => {
      const module = bench.file('.vscode/celery_samples.py');
      const run = async () => outcome(await helper.send({ expression: 'sum_up', module, options: '' }));
      assert.equal(await run(), '42');
      bench.write({ '.vscode/celery_samples.py': 'from shop.tasks import add\n\nsum_up = add.s(20, 20)\n' });
      assert.equal(await run(), '40');
      bench.write({ '.vscode/celery_samples.py': 'from shop.tasks import add\n\nsum_up = add.s(20, twenty)\n' });
      const problem = await refused(run());
      assert.deepEqual([problem.reason, problem.place?.file, problem.place?.line], ['app-import', module, 2]);
      assert.match(problem.message, /NameError: name 'twenty' is not defined/);
    });

    it('copies a call as Python that sends the same', async () => {
      const calls: readonly HelperCall[] = [
        { task: 'shop.tasks.add', call: 'add(PRICE, y=Decimal("1.5"))', options: '', module: null },
        { task: 'shop.tasks.add', call: 'add(1)', options: 'queue="mail", eta=datetime.now() + timedelta(days=1)', module: null },
        { task: 'kinds', call: 'what_kinds(*[1, 2], a=discount(2), **{"b": 3})', options: 'countdown=100', module: null },
        { task: 'shop.tasks.Multiply', call: 'multiply(6, 7)', options: '', module: null },
        { expression: 'add.s(1, PRICE) | add.s(2)', options: '', module: 'shop.tasks' },
        { expression: 'add.delay(1, PRICE)', options: '', module: 'shop.tasks' },
        { expression: 'chord([add.s(1, 1)])(report.s())', options: '', module: 'shop.tasks' },
      ];
      const texts = await Promise.all(calls.map(call => helper.copyAsPython(call)));
      const direct = JSON.parse(bench.run(`
import json, os
from celery import signals
sent = []
signals.before_task_publish.connect(lambda sender, headers, routing_key, **_: sent.append([sender, headers['argsrepr'], headers['kwargsrepr'], routing_key, bool(headers['eta'])]), weak=False)
firsts = []
for text in json.loads(os.environ['TEXTS']):
    sent.clear()
    exec(text, {})
    firsts.append(sent[0])
print(json.dumps(firsts))`, { ...env, TEXTS: JSON.stringify(texts) })) as unknown[][];
      for (const [index, call] of calls.entries()) {
        const [message] = (await helper.send(call)).messages;
        assert.deepEqual(direct[index], [message!.task, message!.args, message!.kwargs, message!.routingKey, message!.eta !== null], texts[index]);
      }
    });

    it('reads results, failures and progress, and forgets them', async () => {
      const failed = await resultOf(helper, (await send('shop.tasks.fail', 'fail("no stock")')).id, 'FAILURE');
      assert.deepEqual(failed.exception, { type: 'ValueError', module: 'builtins', message: 'no stock' });
      assert.match(failed.traceback!, /raise ValueError\(message\)/);
      const sent = await send('shop.tasks.add', 'add("a", "b")');
      const done = await resultOf(helper, sent.id);
      assert.deepEqual([done.result, done.exception, done.children], [{ text: "'ab'", complete: true }, null, []]);
      assert.ok(Number.isFinite(Date.parse(done.doneAt!)), String(done.doneAt));
      await helper.forget(sent.id);
      assert.equal(await helper.result(sent.id), null);
      assert.equal(await helper.result('nobody-knows-this-id'), null);
      const running = await resultOf(helper, (await send('shop.tasks.progress', 'progress()')).id, 'PROGRESS');
      assert.equal(running.result?.text, "{'current': 1, 'total': 4}");
    });
  });
}
