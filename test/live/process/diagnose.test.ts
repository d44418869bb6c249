import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startBroker, type StartedBroker } from '../../../src/live/process/brokers';
import { colourLogLine, isHopeless } from '../../../src/live/process/celery';
import { diagnose } from '../../../src/live/process/diagnose';
import { Supervised } from '../../../src/live/process/supervised';
import { ProblemError, type Problem } from '../../../src/shared/problem';
import { freePort } from '../../../scripts/lib/samples.mjs';
import { environment, guardOf, newMarker, pythonOf, temporaryFolder } from './parts';

const WORKER = ['worker', '-c', '1', '--without-mingle', '--without-gossip', '-l', 'INFO'];
/** OPEN and CLOSED are ports: one where a broker with a password listens, and one where nobody does. */
const APP = 'from celery import Celery\napp = Celery("shop", broker="redis://127.0.0.1:OPEN/0")\n';

/** Makes the interpreter look as if the distributions named in BLOCK were not installed. */
const BLOCK = `
import os, sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name in os.environ.get("BLOCK", "").split(","):
            raise ModuleNotFoundError("No module named {!r}".format(name), name=name)
sys.meta_path.insert(0, Block())
`;

interface Failure {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly app?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly reason: Problem['reason'];
  readonly message: RegExp;
  readonly place?: readonly [file: string, line: number];
  readonly advice?: RegExp;
}

const FAILURES: readonly Failure[] = [
  { title: 'no Celery in this interpreter', files: { 'shop.py': APP }, env: { BLOCK: 'celery' }, reason: 'no-celery', message: /Celery is not installed in the interpreter .*python/ },
  { title: '`redis` not installed', files: { 'shop.py': APP }, env: { BLOCK: 'redis' }, reason: 'missing-module', message: /the package "redis" is not installed/, advice: /celery\[redis\]/ },
  { title: 'module of the app not found', files: {}, app: 'nowhere.app:app', reason: 'no-app', message: /there is no module "nowhere" in \// },
  { title: 'attribute of the app not found', files: { 'shop.py': APP }, app: 'shop:nothing', reason: 'no-app', message: /shop:nothing was not found/ },
  { title: 'something that is no app', files: { 'shop.py': 'app = 3\n' }, reason: 'no-app', message: /shop:app is not a Celery app \(int\)/ },
  { title: 'an exception while importing', files: { 'shop.py': `${APP}\ndef rates():\n    return {}["RATE"]\n\nrates()\n` }, reason: 'app-import', message: /importing shop:app raised KeyError: 'RATE'/, place: ['shop.py', 4] },
  { title: 'a syntax error', files: { 'shop.py': `${APP}import orders\n`, 'orders.py': 'def total(:\n' }, reason: 'app-import', message: /raised SyntaxError: /, place: ['orders.py', 0] },
  { title: 'a module that is not installed', files: { 'shop.py': `${APP}import nosuchthing.deep\n` }, reason: 'app-import', message: /importing shop:app raised ModuleNotFoundError: No module named 'nosuchthing'/, place: ['shop.py', 2] },
  { title: 'a task module that is not importable', files: { 'shop.py': APP.replace('/0")', '/0", include=["orders"])'), 'orders.py': '\nimport nosuchthing\n' }, reason: 'app-import', message: /ModuleNotFoundError: No module named 'nosuchthing'/, place: ['orders.py', 1] },
  { title: 'a file that hides a package', files: { 'shop.py': APP, 'amqp.py': 'from celery import Celery\n' }, reason: 'app-import', message: /your file amqp\.py hides the package of that name/, place: ['amqp.py', 0] },
  { title: 'an app in a file called celery.py', files: { 'celery.py': APP }, app: 'celery:app', reason: 'app-import', message: /your file celery\.py hides the package of that name/, place: ['celery.py', 0] },
  { title: 'a broker that refuses connections', files: { 'shop.py': APP.replace('OPEN', 'CLOSED') }, reason: 'broker-refused', message: /the broker at redis:\/\/\S*127\.0\.0\.1:CLOSED\/0 refuses connections/ },
  { title: 'a RabbitMQ that refuses connections', files: { 'shop.py': APP.replace('redis://127.0.0.1:OPEN/0', 'amqp://guest:secret@127.0.0.1:CLOSED//') }, reason: 'broker-refused', message: /the broker at amqp:\/\/guest:\*+@127\.0\.0\.1:CLOSED\/\/ refuses connections/ },
  { title: 'a wrong password', files: { 'shop.py': APP.replace('127', ':wrong@127') }, reason: 'broker-refused', message: /refuses its user name or password/ },
  { title: 'a missing password', files: { 'shop.py': APP }, reason: 'broker-refused', message: /refuses its user name or password/ },
  { title: 'an unknown queue', files: { 'shop.py': `${APP}app.conf.task_create_missing_queues = False\n` }, args: [...WORKER, '-Q', 'celery,mail'], reason: 'exited', message: /the queue "mail" is not in task_queues/ },
  { title: 'an unknown transport', files: { 'shop.py': APP.replace('redis', 'nosuch') }, reason: 'unsupported', message: /kombu knows no transport "nosuch"/ },
  { title: 'a pool that is not installed', files: { 'shop.py': APP }, args: [...WORKER, '-P', 'gevent'], reason: 'missing-module', message: /there is no module "gevent"/ },
  { title: 'a result backend that is not installed', files: { 'shop.py': `${APP}app.conf.result_backend = "nosuch://x"\n` }, reason: 'missing-module', message: /there is no module "nosuch"/ },
  { title: 'new and old names of settings', files: { 'shop.py': `${APP}app.conf.update(task_serializer="json", result_backend="rpc://", BROKER_URL="redis://")\n` }, reason: 'app-import', message: /mixes settings with new and old names \(BROKER_URL\)/ },
  { title: 'a scheduler that is not installed', files: { 'shop.py': `${APP}app.conf.beat_scheduler = "django_celery_beat.schedulers:DatabaseScheduler"\n` }, args: ['beat', '-s', 'schedule', '--pidfile='], reason: 'missing-module', message: /Beat did not start: there is no module "django_celery_beat"/ },
  { title: 'a crontab that is none', files: { 'shop.py': `from celery.schedules import crontab\n${APP}app.conf.beat_schedule = {"a": {"task": "t", "schedule": crontab(hour="x")}}\n` }, args: ['beat', '-s', 'schedule', '--pidfile='], reason: 'app-import', message: /Beat did not start: importing shop:app raised ValueError: Invalid weekday literal 'x'/, place: ['shop.py', 3] },
  { title: 'a folder for the schedule that is not there', files: { 'shop.py': APP }, args: ['beat', '-s', 'nowhere/schedule', '--pidfile='], reason: 'exited', message: /Beat did not start: FileNotFoundError: .*No such file/ },
  { title: 'an option that Celery does not know', files: { 'shop.py': APP }, args: [...WORKER, '-P', 'nosuch'], reason: 'exited', message: /Invalid value for '-P'/ },
];

/** Only newer kombu has the trap. */
const PACKAGING: Failure = { title: 'kombu without `packaging`', files: { 'shop.py': APP }, env: { BLOCK: 'packaging' }, reason: 'missing-packaging', message: /kombu needs the package "packaging"/ };

describe('causes of failures', function () {
  this.timeout(60_000);
  const { folder, remove } = temporaryFolder();
  let broker: StartedBroker;
  let ports: { readonly OPEN: number; readonly CLOSED: number };

  before(async () => {
    ports = { OPEN: await freePort(), CLOSED: await freePort() };
    broker = await startBroker({ address: `redis://:right@127.0.0.1:${ports.OPEN}/0`, consent: false, storage: folder, python: pythonOf('5.7'), guard: guardOf(), env: environment(newMarker()) });
    mkdirSync(path.join(folder, 'block'));
    writeFileSync(path.join(folder, 'block/sitecustomize.py'), BLOCK);
  });
  after(async () => {
    await broker?.process.kill();
    remove();
  });

  for (const [version, failures] of [['5.2', FAILURES], ['5.7', [...FAILURES, PACKAGING]]] as const) {
    describe(`Celery ${version}`, () => {
      failures.forEach(({ title, files, app = 'shop:app', args = WORKER, env = {}, reason, message, place, advice }, index) => it(title, async () => {
        const directory = path.join(folder, `${version}-${index}`);
        mkdirSync(directory);
        for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text.replace(/OPEN|CLOSED/g, port => String(ports[port as keyof typeof ports])));
        const kind = args[0] === 'beat' ? 'beat' : 'worker';
        const supervised = new Supervised();
        const python = pythonOf(version);
        const start = supervised.start({
          title: kind, command: python, args: ['-m', 'celery', '-A', app, ...args], cwd: directory, guard: guardOf(version),
          env: environment(newMarker(), { PYTHONPATH: path.join(folder, 'block'), BROKER_URL: null, CELERY_BROKER_URL: null, ...env }),
          ready: { line: line => / ready\.$/.test(line), hopeless: isHopeless }, readyTimeout: 30_000, decorate: colourLogLine,
          diagnose: (lines, exit) => diagnose(kind, lines, exit, { python, app, directory }),
        });
        const error: unknown = await start.then(() => supervised.kill().then(() => assert.fail('it started')), (caught: unknown) => caught);
        assert.ok(error instanceof ProblemError, String(error));
        const { problem } = error;
        const told = JSON.stringify(problem, null, 1);
        assert.equal(problem.reason, reason, told);
        assert.match(problem.message.replace(String(ports.CLOSED), 'CLOSED'), message);
        assert.deepEqual(problem.place && [path.relative(directory, problem.place.file), problem.place.line], place ?? null, told);
        if (advice) assert.match(problem.advice ?? '', advice);
        assert.ok(!told.includes('wrong') && !told.includes('secret'), 'a password is told');
        assert.equal(supervised.state, 'failed');
      }));
    });
  }
});
