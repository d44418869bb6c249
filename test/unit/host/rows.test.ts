import assert from 'node:assert/strict';
import type { AppDescription, ProjectSettings } from '../../../src/shared/agentProtocol';
import { identityKey, LOCAL } from '../../../src/shared/identity';
import { problem } from '../../../src/shared/problem';
import type { Queue, Worker } from '../../../src/shared/service';
import type { WaitingMessage } from '../../../src/shared/waiting';
import type { SourceSchedule } from '../../../src/shared/source';
import { EMPTY_PROJECTION } from '../../../src/host/agentClient/projection';
import { messageRow } from '../../../src/host/queues/messageRows';
import { queueRows } from '../../../src/host/queues/rows';
import { runRows } from '../../../src/host/runs/rows';
import { scheduleRows } from '../../../src/host/schedules/rows';
import { serviceRows } from '../../../src/host/services/rows';
import type { ConfiguredSettings } from '../../../src/host/settings/resolve';
import { settingRows } from '../../../src/host/settings/rows';
import { statusText } from '../../../src/host/status/text';
import { taskRows } from '../../../src/host/tasks/rows';
import { changedRows } from '../../../src/host/tree/difference';
import { withDistinctIds } from '../../../src/host/tree/distinct';
import type { Row } from '../../../src/host/tree/element';
import { makeRun, makeService, makeTask } from './builders';

/** A tree as text: icon, label, description and context of each row. */
function draw(rows: readonly Row[], indent = ''): string {
  return rows.map(row => `${indent}${[`(${row.icon.name})`, row.label, row.description && `- ${row.description}`, `[${row.context}]`].filter(Boolean).join(' ')}\n${draw(row.children, `${indent}  `)}`).join('');
}
const lines = (...text: string[]): string => text.map(line => `${line}\n`).join('');

const worker: Worker = { environment: LOCAL, name: 'celery@host', own: false, alive: true, active: 2, processed: 10, pool: 'prefork', concurrency: 4, queues: ['celery'], version: '5.6.3', seenAt: 0 };
const app: AppDescription = {
  app: 'shop:app', main: 'shop', celery: '5.7.0', kombu: '5.7.0', python: '3.11.4', settings: {}, broker: 'redis://localhost:6379/0', backend: 'redis://localhost:6379/0', defaultQueue: 'celery', queues: null, timezone: 'UTC',
  tasks: ['shop.tasks.add', 'celery.chord', 'lib.tasks.clean'].map(name => ({ name, signature: '(x)', module: name.slice(0, name.lastIndexOf('.')), file: null, line: null, ignoreResult: false, queue: null })),
};

describe('rows of services', () => {
  it('say state, detail and whose they are, the broker first, workers of others last', () => {
    const services = {
      beat: makeService({ kind: 'beat', state: 'failed', problem: problem('exited', 'Beat ended with code 1') }),
      worker: makeService({ kind: 'worker', state: 'running', detail: 'celery · prefork 2', stale: true }),
      broker: makeService({ kind: 'broker', state: 'running', detail: '127.0.0.1:6379', foreign: true }),
    };
    assert.equal(draw(serviceRows({ ...EMPTY_PROJECTION, services, workers: { a: worker, b: { ...worker, name: 'mine', own: true } } }, [])), lines(
      '(database) Broker - running · not ours · 127.0.0.1:6379 [service.broker.running.foreign]',
      '(server-process) Worker - running · source has changed · celery · prefork 2 [service.worker.running]',
      '(error) Beat - failed · Beat ended with code 1 [service.beat.failed]',
      '(vm-active) celery@host - running · not ours · 2 active · celery [worker.alive]',
    ));
  });

  it('speak the state in words', () => {
    const [row] = serviceRows({ ...EMPTY_PROJECTION, services: { worker: makeService({ kind: 'worker', state: 'starting', detail: 'importing shop' }) } }, []);
    assert.equal(row!.spoken, 'Worker, starting, importing shop');
  });

  it('hold the settings of the worker, and where each value comes from', () => {
    const project: ProjectSettings = { folder: '/shop', app: 'shop:app', directory: '/shop/src', python: null, envFile: '/shop/.env', env: {}, queues: ['mail'], onlyQueues: [], pool: 'threads', concurrency: null, logLevel: 'INFO', brokerHint: null };
    const configured: ConfiguredSettings = { app: '', directory: 'src', python: '', envFile: '', env: {}, 'worker.queues': [], 'worker.pool': 'threads', 'worker.concurrency': null, 'worker.logLevel': 'INFO' };
    const interpreter = { path: '/shop/.venv/bin/python', version: '3.11.4', source: '.venv', celery: '5.7.0', kombu: '5.7.0', redis: '5' };
    assert.equal(draw(settingRows(project, configured, { workers: {} }, interpreter)), lines(
      '(package) App - shop:app (found) [setting]',
      '(folder) Directory - src (set) [setting]',
      '(terminal) Python - 3.11.4 · Celery 5.7.0 (.venv) [setting]',
      '(key) Environment file - .env (found) [setting]',
      '(list-unordered) Queues - all that are found [setting]',
      '(layers) Pool - threads (set) [setting]',
      '(dashboard) Concurrency - as many as processors (default) [setting]',
      '(output) Log level - INFO [setting]',
    ));
  });
});

describe('rows of tasks', () => {
  const tasks = [makeTask('shop.tasks.add', { parameters: [{ name: 'x', kind: 'positional', annotation: null, default: null }, { name: 'rest', kind: 'var-keyword', annotation: null, default: null }] }), makeTask('shop.mail.send')];

  it('are grouped by module, with signatures, before anything ran', () =>
    assert.equal(draw(taskRows(tasks, EMPTY_PROJECTION)), lines(
      '(symbol-namespace) shop.mail [group]',
      '  (symbol-method) send - () [task.source.known]',
      '(symbol-namespace) shop.tasks [group]',
      '  (symbol-method) add - (x, **rest) [task.source.known]',
    )));

  it('show the last run, what is not registered, and what only the app knows', () => {
    const last = { [identityKey({ environment: LOCAL, app: null, name: 'shop.tasks.add' })]: makeRun({ runtime: 0.012, outcome: '3' }) };
    assert.equal(draw(taskRows(tasks, { ...EMPTY_PROJECTION, last, facts: { app } })), lines(
      '(symbol-namespace) lib.tasks [group]',
      '  (symbol-method) clean - (x) [task.registered]',
      '(symbol-namespace) shop.mail [group]',
      '  (warning) send - not registered · () [task.source.unregistered]',
      '(symbol-namespace) shop.tasks [group]',
      '  (pass) add - SUCCESS 12 ms → 3 [task.source.known]',
    ));
  });

  it('are grouped by app where there are several', () => {
    const other = makeTask('blog.tasks.post', { identity: { environment: LOCAL, app: 'blog:app', name: 'blog.tasks.post' } });
    assert.equal(draw(taskRows([tasks[1]!, other], EMPTY_PROJECTION)), lines(
      '(package) blog:app [group]',
      '  (symbol-namespace) blog.tasks [group]',
      '    (symbol-method) post - () [task.source.known]',
      '(package) shop:app [group]',
      '  (symbol-namespace) shop.mail [group]',
      '    (symbol-method) send - () [task.source.known]',
    ));
  });
});

describe('rows of runs', () => {
  const runs = [makeRun({ id: 'a', sentAt: 1000, call: 'add(1, 2)', runtime: 0.002, outcome: '3' }), makeRun({ id: 'b', sentAt: 2000, state: 'STARTED', call: null }), makeRun({ id: 'c', receivedAt: 1500, name: '', state: 'RECEIVED' })];
  const withoutTime = (text: string): string => text.replace(/( -| ·)? \d{2}:\d{2}:\d{2}/g, '');

  it('come newest first', () =>
    assert.equal(withoutTime(draw(runRows(runs, false))), lines('(play-circle) add - STARTED [run.going.named]', '(inbox) c - RECEIVED [run.going]', '(pass) add(1, 2) - SUCCESS · 2 ms → 3 [run.done.named]')));

  it('come by state where asked for, those that go on first', () =>
    assert.equal(withoutTime(draw(runRows(runs, true))), lines(
      '(inbox) RECEIVED - 1 [group]',
      '  (inbox) c [run.going]',
      '(play-circle) STARTED - 1 [group]',
      '  (play-circle) add [run.going.named]',
      '(pass) SUCCESS - 1 [group]',
      '  (pass) add(1, 2) - 2 ms → 3 [run.done.named]',
    )));
});

describe('rows of queues', () => {
  const queue: Queue = { environment: LOCAL, name: 'celery', ready: 0, inFlight: null, consumers: 1, declared: true, note: null };
  it('say what waits, and warn where nobody consumes it', () =>
    assert.equal(draw(queueRows([{ ...queue, name: 'mail', ready: 3, consumers: 0 }, queue, { ...queue, name: 'slow', ready: null, consumers: null, inFlight: 2 }])), lines(
      '(list-ordered) celery - 0 waiting · 1 consumer [queue.empty]',
      '(warning) mail - 3 waiting · no consumer [queue.filled]',
      '(list-ordered) slow - depth unknown · 2 in flight [queue.empty]',
    )));
  it('say why something is not known of them', () => assert.ok(queueRows([{ ...queue, note: 'RabbitMQ has no management API here' }])[0]!.tooltip.includes('RabbitMQ has no management API here')));
});

describe('rows of waiting messages', () => {
  const message: WaitingMessage = { key: '1/0', id: 'a-1', name: 'shop.tasks.add', call: 'add(2, 3)', eta: null, expires: null, retries: 0, fromBeat: false, fault: null };
  const now = new Date(2030, 0, 7, 12, 0).getTime();
  it('say the call, when it may run, where it is from', () => {
    assert.deepEqual(messageRow(message, now), { label: 'add(2, 3)', description: 'shop.tasks.add', detail: 'a-1' });
    assert.match(messageRow({ ...message, eta: now + 60_000, expires: now - 1, retries: 2, fromBeat: true }, now).detail, /^not before \S+( PM)? · expired · attempt 3 · sent by Beat · a-1$/);
  });
  it('warn of what a worker could not run', () => assert.deepEqual(messageRow({ ...message, id: null, name: null, call: null, fault: 'It is no message of Celery' }, now), { label: '$(warning) Unknown message', description: '', detail: 'It is no message of Celery' }));
});

describe('rows of schedules', () => {
  const schedule: SourceSchedule = { key: 'nightly', task: { environment: LOCAL, app: null, name: 'shop.tasks.add' }, location: { uri: 'file:///a.py', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }, words: 'every 30 seconds', text: '30.0', next: [], timezone: 'UTC', call: 'add(1, 2)', options: '' };
  const now = new Date(2030, 0, 7, 12, 0).getTime();
  it('say when in words, the next run that is still to come, and what has no task', () => {
    const next = [now - 60_000, new Date(2030, 0, 9, 7, 30).getTime()];
    const text = draw(scheduleRows([schedule, { ...schedule, key: 'weekly', words: 'Wednesdays at 07:30', next, call: null }, { ...schedule, key: 'gone', words: null, task: { ...schedule.task, name: 'nope' } }], new Set(['shop.tasks.add']), now));
    assert.match(text, /^\(calendar\) nightly - every 30 seconds \[schedule\.runnable\]\n\(calendar\) weekly - Wednesdays at 07:30 · next Wed \S+( AM)? \[schedule\.fixed\]\n\(warning\) gone - 30\.0 · task not found \[schedule\.fixed\]\n$/);
  });
});

describe('the status bar', () => {
  const queue: Queue = { environment: LOCAL, name: 'celery', ready: 3, inFlight: null, consumers: 1, declared: true, note: null };
  it('says the state of the worker and how much waits', () => {
    assert.equal(statusText(EMPTY_PROJECTION, []).text, '$(server-process) Celery: worker stopped');
    assert.equal(statusText({ ...EMPTY_PROJECTION, services: { worker: makeService({ kind: 'worker', state: 'running' }) }, queues: { celery: queue } }, []).text, '$(server-process) Celery: worker running · 3 waiting');
    assert.equal(statusText({ ...EMPTY_PROJECTION, services: { worker: makeService({ kind: 'worker', state: 'failed' }) } }, []).text, '$(error) Celery: worker failed');
  });
  it('says what is being prepared before anything else', () => assert.equal(statusText(EMPTY_PROJECTION, [{ title: 'add(1, 2)', text: 'starting the broker' }]).text, '$(loading~spin) Celery: starting the broker'));
});

describe('what is refreshed', () => {
  const row = (id: string, description = '', children: readonly Row[] = []): Row => ({ id, label: id, description, icon: { name: 'x' }, context: '', tooltip: [], spoken: '', children, collapsed: false, subject: { kind: 'group', name: id } });
  it('has one id a row, whatever the source defines twice', () => {
    assert.equal(draw(withDistinctIds([row('a', '', [row('b')]), row('b'), row('b')])), lines('(x) a []', '  (x) b []', '(x) b []', '(x) b []'));
    assert.deepEqual(withDistinctIds([row('a', '', [row('b')]), row('b'), row('b')]).map(({ id }) => id), ['a', 'b#2', 'b#3']);
  });
  it('is nothing where nothing shows', () => assert.deepEqual(changedRows([row('a')], [{ ...row('a'), tooltip: ['new'] }]), []));
  it('is the row that changed', () => assert.deepEqual(changedRows([row('a', '', [row('b'), row('c')])], [row('a', '', [row('b'), row('c', 'new')])]), ['c']));
  it('is the parent of a row that came or went', () => assert.deepEqual(changedRows([row('a', '', [row('b')]), row('d')], [row('a', '', [row('c'), row('b')]), row('d')]), ['a']));
  it('is the top where its rows came, went or moved', () => assert.equal(changedRows([row('a'), row('b')], [row('b'), row('a')]), 'root'));
});
