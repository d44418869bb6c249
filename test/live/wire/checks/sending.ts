import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ProblemError } from '../../../../src/shared/problem';
import { PythonFloat } from '../../../../src/live/wire/json';
import { resendTask, TaskMessage } from '../../../../src/live/wire/message';
import { PythonTyped } from '../../../../src/live/wire/values';
import { eventually, runPython, type TestWorker } from '../../../harness/celery';
import type { Cell } from '../../../harness/matrix';
import type { BrokerKind, System } from '../system';

/** Checks 1 to 14 and 18. */
export function sendingChecks(cell: Cell, system: () => System, main: () => TestWorker, version: string, kind: BrokerKind): void {
  cell.check('1 a message with nothing but task and id runs', async () => {
    const { broker } = system();
    const id = `minimal-${Math.random()}`;
    const message = TaskMessage.of({ task: 'wired.add', id }, { correlation_id: id, reply_to: '', delivery_mode: 2, priority: 0 }, '[[1,2],{},{}]', 'utf-8', false);
    await broker.send(message, { queue: 'celery' });
    assert.equal((await system().meta(id)).result, 3);
  });

  cell.check('2 with all headers, inspect active shows name, arguments and where it came from', async () => {
    const { broker } = system();
    const id = await system().send({ name: 'wired.sleep', args: [2], shadow: 'dozing', headers: { 'x-tenant': 'a' } });
    const info = await eventually('it is active', async () => {
      const { replies } = await broker.control('active', {}, { destination: [main().name] });
      return (replies[0]?.value as Record<string, unknown>[] | undefined)?.find(task => task['id'] === id);
    });
    assert.deepEqual([info['type'], info['name'], info['args'], info['hostname']], ['wired.sleep', 'dozing', [2], main().name]);
    assert.equal((info['delivery_info'] as Record<string, unknown>)['routing_key'], 'celery');
  });

  cell.check('3 arguments of every JSON kind arrive', async () => {
    const args = ['ünï ☃ 😀 half \ud83d "quotes" \\ \n', { deep: [[{ a: null }]], '': true }, null, false, 12345678901234567890123n, 0.1, new PythonFloat(2), -7];
    const id = await system().send({ name: 'wired.echo', args, kwargs: { 'ключ': 'значение' } });
    assert.deepEqual((await system().meta(id)).result, [args, { 'ключ': 'значение' }]);
  });

  const typed = [PythonTyped.datetime('2024-01-02T03:04:05.678+01:00'), PythonTyped.date('2024-01-02'), PythonTyped.time('01:02:03'), PythonTyped.decimal('1.50'), PythonTyped.uuid('12345678-1234-5678-1234-567812345678'), PythonTyped.bytes(Buffer.from([255, 0]))];
  cell.check('4 typed values arrive as their types, and are refused for a worker that does not know them', async () => {
    if (version === '5.2') {
      assert.throws(() => system().message({ name: 'wired.kinds', args: typed }), (error: ProblemError) => error.problem.reason === 'call-serialization');
      return;
    }
    const id = await system().send({ name: 'wired.kinds', args: typed });
    assert.deepEqual((await system().meta(id)).result, [
      'datetime', 'date', 'time', 'Decimal', 'UUID', 'bytes',
      'datetime.datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone(datetime.timedelta(seconds=3600)))', 'datetime.date(2024, 1, 2)', 'datetime.time(1, 2, 3)', "Decimal('1.50')", "UUID('12345678-1234-5678-1234-567812345678')", "b'\\xff\\x00'",
    ]);
  });

  cell.check('5 a typed value that kombu does not know is blocked', () => {
    assert.throws(() => system().message({ name: 'wired.echo', args: [{ __type__: 'set', __value__: [1] }] }), ProblemError);
    return Promise.resolve();
  });

  cell.check('6 a countdown is waited for, and scheduled shows it', async () => {
    const { broker } = system();
    const sentAt = Date.now();
    const message = system().message({ name: 'wired.add', args: [1, 1], countdown: 3 });
    assert.match(message.headers['eta'] as string, /Z$/);
    await broker.send(message, { queue: 'celery' });
    await eventually('it is scheduled', async () => {
      const { replies } = await broker.control('scheduled', {}, { destination: [main().name] });
      return (replies[0]?.value as { request: { id: string } }[] | undefined)?.some(entry => entry.request.id === message.id);
    }, 3000);
    await system().run(message.id, 'RECEIVED');
    const run = await system().run(message.id, 'SUCCESS');
    // Celery 5.2 drops the fraction of the second.
    assert.ok(run.startedAt! >= sentAt + 1900 && Math.abs(run.eta! - sentAt - 3000) < 1000, `started ${run.startedAt! - sentAt} ms after it was sent`);
  });

  if (kind === 'rabbitmq') cell.cannot('7 an eta beyond the visibility timeout is warned about', 'RabbitMQ has no visibility timeout');
  else {
    cell.check('7 an eta beyond the visibility timeout is warned about', async () => {
      const far = system().message({ name: 'wired.add', args: [1, 1], eta: Date.now() + 7_200_000 });
      assert.match((await system().broker.send(far, { queue: 'idle-far' })).notes.join(), /visibility timeout/);
      const near = system().message({ name: 'wired.add', args: [1, 1], eta: Date.now() + 3_000_000 });
      assert.doesNotMatch((await system().broker.send(near, { queue: 'idle-far' })).notes.join(), /visibility timeout/);
    });
  }

  cell.check('8 what has expired is revoked, not run', async () => {
    const { broker, isRedis } = system();
    const message = system().message({ name: 'wired.add', args: [1, 1], expires: Date.now() - 60_000 });
    assert.equal(message.properties.expiration, '0');
    await broker.send(message, { queue: 'celery' });
    if (isRedis) {
      assert.equal((await system().run(message.id, 'REVOKED')).outcome, 'expired');
      assert.deepEqual((await system().meta(message.id, 'REVOKED')).exception?.message, 'expired');
    } else {
      // RabbitMQ may drop it before a worker sees it; it is never run.
      await system().run(await system().send({ name: 'wired.add', args: [0, 0] }), 'SUCCESS');
      assert.notEqual((await system().results.get(message.id))?.status, 'SUCCESS');
    }
  });

  cell.check('11 the hard limit kills, the soft one raises', async () => {
    const hard = await system().send({ name: 'wired.sleep', args: [20], timeLimit: 1 });
    const soft = await system().send({ name: 'wired.sleep', args: [20], timeLimit: 500, softTimeLimit: 1 });
    assert.equal((await eventually('the soft limit', async () => (await system().results.get(soft))?.exception, 30_000)).type, 'SoftTimeLimitExceeded');
    assert.equal((await eventually('the hard limit', async () => (await system().results.get(hard))?.exception, 30_000)).type, 'TimeLimitExceeded');
    const run = await system().run(hard, 'FAILURE');
    assert.match(run.outcome!, /TimeLimitExceeded/);
    assert.equal(system().runs.details(hard)!.timeline.filter(moment => moment.state === 'FAILURE').length, 1);
  });

  cell.check('12 custom headers, limits and the shadow reach the task', async () => {
    const id = await system().send({ name: 'wired.request', headers: { 'x-tenant': 'acme', number: 70_000, list: [1, 'a', null] }, shadow: 'shaded', timeLimit: 300, softTimeLimit: 240, priority: 3 });
    const request = (await system().meta(id)).result as Record<string, unknown>;
    const headers = request['headers'] as Record<string, unknown>;
    assert.deepEqual([headers['x-tenant'], headers['number'], headers['list']], ['acme', 70_000, [1, 'a', null]]);
    assert.deepEqual([request['timelimit'], request['priority'], request['root_id'], request['retries'], request['argsrepr']], [[300, 240], 3, id, 0, '()']);
    assert.ok(main().child.log.includes('shaded['), 'the worker logs the shadow name');
  });

  cell.check('13 compressed bodies are read on both sides', async () => {
    const id = await system().send({ name: 'wired.echo', args: ['x'.repeat(5000)], compression: 'gzip' });
    assert.deepEqual((await system().meta(id)).result, [['x'.repeat(5000)], {}]);
    await runPython(system().celery, "import wired; wired.echo.apply_async(('y' * 5000,), compression='gzip', queue='idle-zip')", { broker: system().url, backend: system().backend });
    const [waiting] = await system().broker.peek('idle-zip', 1);
    assert.deepEqual([waiting!.task!.name, waiting!.task!.args], ['wired.echo', ['y'.repeat(5000)]]);
  });

  cell.check('14 a queue without a consumer is told', async () => {
    const { broker, isRedis } = system();
    await system().known(main());
    if (!isRedis) {
      await assert.rejects(broker.send(system().message({ name: 'wired.add' }), { queue: 'nobody-declared-this' }), (error: ProblemError) => /does not exist/.test(error.message));
      return;
    }
    const { notes, depth } = await broker.send(system().message({ name: 'wired.add' }), { queue: 'nobody-consumes-this' });
    assert.ok(notes.some(note => note.includes('No worker consumes')), notes.join());
    assert.equal(depth, 1);
    assert.deepEqual((await broker.send(system().message({ name: 'wired.quiet' }), { queue: 'celery' })).notes, []);
  });

  cell.check('18 workflows that Python sent are read, and sent again unchanged', async () => {
    const { broker } = system();
    const file = path.join(system().folder, `order-${Math.random()}`);
    await runPython(system().celery, `
import wired
from celery import chain, chord, group
note = lambda text: wired.note.si(${JSON.stringify(file)}, text)
wired.add.apply_async((1, 2), link=[wired.handled.s()], link_error=[wired.handled.s()], queue='idle-link')
chain(note('one'), note('two'), note('three')).apply_async(queue='idle-chain')
chord([wired.add.s(1, 1), wired.add.s(2, 2)], wired.total.s()).apply_async(queue='idle-chord')
group(wired.add.s(3, 3), wired.add.s(4, 4)).apply_async(queue='idle-group')
`, { broker: system().url, backend: system().backend });
    const [link] = await broker.peek('idle-link', 5);
    assert.deepEqual(link!.task!.next, ['wired.handled']);
    const [chain] = await broker.peek('idle-chain', 5);
    assert.deepEqual(chain!.task!.next, ['wired.note', 'wired.note']);
    const members = await broker.peek('idle-chord', 5);
    assert.deepEqual(members.map(member => member.task!.next), [['wired.total'], ['wired.total']]);
    assert.throws(() => resendTask(members[0]!.message!, { ids: 'new' }), /chord/);
    assert.equal((await broker.peek('idle-group', 5)).every(member => member.task!.groupId !== null), true);

    for (const waiting of [link!, chain!, ...members]) {
      const again = resendTask(waiting.message!, { ids: 'same' });
      assert.deepEqual({ ...again.headers }, { ...waiting.message!.headers }, 'the headers are the same');
      assert.equal(again.body.toString(), waiting.message!.body.toString(), 'the body is the same');
      await broker.send(again, { queue: 'celery' });
    }
    const fresh = resendTask(chain!.message!, { ids: 'new' });
    await broker.send(fresh, { queue: 'celery' });
    // What follows in a chain goes to the queue of its own options.
    await broker.control('add_consumer', { queue: 'idle-chain' }, { destination: [main().name] });
    await broker.control('add_consumer', { queue: 'idle-chord' }, { destination: [main().name] });
    await system().run(link!.task!.id, 'SUCCESS');
    await system().run(fresh.id, 'SUCCESS');
    const lines = await eventually('three chains have run', () => {
      const text = readFileSync(file, 'utf8').trim().split('\n');
      return text.length >= 9 && text;
    }, 30_000);
    assert.deepEqual(lines.filter(line => line === 'three').length, 3);
    for (const queue of ['idle-chain', 'idle-chord']) await broker.control('cancel_consumer', { queue }, { destination: [main().name] });
  });
}
