import assert from 'node:assert/strict';
import type { Command } from '../../../../src/live/wire/control';
import { eventually, type TestWorker } from '../../../harness/celery';
import type { Cell } from '../../../harness/matrix';
import type { System } from '../system';

/** Checks 27 to 33. */
export function controlChecks(cell: Cell, system: () => System, main: () => TestWorker): void {
  const one = async (method: Command, args: Record<string, unknown> = {}): Promise<{ value: unknown; error: string | null }> => {
    const { replies } = await system().broker.control(method, args, { destination: [main().name], timeout: 10_000 });
    assert.equal(replies.length, 1, `${method} is answered`);
    return replies[0]!;
  };

  cell.check('27 NaN, Infinity and large integers are read, from results and from conf with defaults', async () => {
    const id = await system().send({ name: 'wired.special' });
    const { result } = await system().meta(id);
    assert.deepEqual(result, [NaN, Infinity, 2n ** 70n]);
    assert.equal((await system().run(id, 'SUCCESS')).outcome, '[nan, inf, 1180591620717411303424]');
    const conf = (await one('conf', { with_defaults: true })).value as Record<string, unknown>;
    assert.ok(Object.values(conf).includes(Infinity), 'conf holds Infinity');
  });

  cell.check('28 every question is answered', async () => {
    const running = await system().send({ name: 'wired.sleep', args: [3], kwargs: {} });
    await system().run(running, 'STARTED');
    const waiting = await system().send({ name: 'wired.add', args: [1, 1], countdown: 3 });
    await system().run(waiting, 'RECEIVED');
    assert.deepEqual((await one('ping')).value, { ok: 'pong' });
    const stats = (await one('stats')).value as Record<string, Record<string, unknown>>;
    assert.ok(stats['pool']!['max-concurrency'] === 2 && stats['broker']!['transport'] !== undefined);
    const active = (await one('active')).value as { id: string; args: unknown }[];
    assert.deepEqual(active.find(task => task.id === running)?.args, [3]);
    const safe = (await one('active', { safe: true })).value as { id: string; args: unknown }[];
    assert.equal(safe.find(task => task.id === running)?.args, '(3,)');
    assert.ok(Array.isArray((await one('reserved')).value));
    assert.ok(((await one('scheduled')).value as { request: { id: string } }[]).some(entry => entry.request.id === waiting));
    assert.ok(Array.isArray((await one('revoked')).value));
    const registered = (await one('registered', { taskinfoitems: ['rate_limit', 'ignore_result'] })).value as string[];
    assert.ok(registered.some(task => task.startsWith('wired.quiet [') && task.includes('ignore_result=True')));
    assert.ok(((await one('registered', { builtins: true })).value as string[]).includes('celery.chord'));
    const queried = (await one('query_task', { ids: [running] })).value as Record<string, [string, unknown]>;
    assert.equal(queried[running]![0], 'active');
    assert.deepEqual(((await one('active_queues')).value as { name: string }[]).map(queue => queue.name), ['celery']);
    assert.equal(typeof (await one('conf')).value, 'object');
    assert.match(((await one('report')).value as { ok: string }).ok, /software -> celery/);
    assert.equal(typeof ((await one('clock')).value as { clock: unknown }).clock, 'number');
    assert.equal((await one('heartbeat')).error, null);
  });

  cell.check('29 and 30 three workers answer, the wait ends with the last of them, and destination and pattern reach whom they name', async () => {
    const { broker } = system();
    await eventually('the workers of earlier checks are declared dead', () => broker.workers().every(worker => !worker.alive || worker.name === main().name), 30_000);
    const others = await Promise.all(['b', 'c'].map(name => system().worker({ name: `${name}${system().celery}@wire`, pool: 'threads', queues: [`queue-${name}`] })));
    for (const other of others) await system().known(other);
    const startedAt = Date.now();
    const answer = await broker.control('ping', {}, { timeout: 20_000 });
    assert.ok(Date.now() - startedAt < 10_000, 'it did not wait for the deadline');
    assert.deepEqual(answer.replies.map(reply => reply.node).sort(), [main().name, ...others.map(other => other.name)].sort());
    assert.deepEqual(answer.silent, []);
    if (system().isRedis) assert.equal(answer.listeners, 3);

    const named = await broker.control('ping', {}, { destination: [others[0]!.name] });
    assert.deepEqual(named.replies.map(reply => reply.node), [others[0]!.name]);
    const globbed = await broker.control('ping', {}, { pattern: `[bc]${system().celery}@*`, timeout: 20_000 });
    assert.deepEqual(globbed.replies.map(reply => reply.node).sort(), others.map(other => other.name).sort());
    const nobody = await broker.control('ping', {}, { destination: ['nobody@nowhere'], timeout: 500 });
    assert.deepEqual([nobody.replies, nobody.silent], [[], ['nobody@nowhere']]);
    for (const other of others) await other.stop();
  });

  cell.check('31 a busy solo worker is reported as silent, and is asked once', async () => {
    const { broker } = system();
    const solo = await system().worker({ pool: 'solo', concurrency: 1, queues: ['solo-31'] });
    await system().known(solo);
    const id = await system().send({ name: 'wired.sleep', args: [3] }, 'solo-31');
    await eventually('it is busy', async () => (await broker.control('ping', {}, { destination: [solo.name], timeout: 300 })).silent.length === 1);
    const { replies, silent } = await broker.control('rate_limit', { task_name: 'wired.add', rate_limit: '77/m' }, { destination: [solo.name], timeout: 300 });
    assert.deepEqual([replies, silent], [[], [solo.name]]);
    await system().run(id, 'SUCCESS');
    await eventually('it answers again', async () => (await broker.control('ping', {}, { destination: [solo.name] })).replies.length === 1);
    await solo.stop();
  });

  cell.check('32 revoke: a waiting task, a running one, and a pool that cannot kill', async () => {
    const { broker } = system();
    const flagged = await broker.control('revoke', { task_id: ['unknown-1', 'unknown-2'] }, { destination: [main().name] });
    assert.equal(flagged.replies[0]!.error, null);
    assert.ok(((await one('revoked')).value as string[]).includes('unknown-1'));
    const threads = await system().worker({ pool: 'threads', queues: ['threads-32'] });
    await system().known(threads);
    const id = await system().send({ name: 'wired.sleep', args: [2] }, 'threads-32');
    // Not by its event: a pool of threads loses some (it empties the buffer that another thread has just filled).
    await eventually('it runs', async () => JSON.stringify((await broker.control('active', {}, { destination: [threads.name] })).replies).includes(id));
    const { replies } = await broker.control('revoke', { task_id: id, terminate: true }, { destination: [threads.name] });
    assert.match(replies[0]!.error ?? '', /does not implement kill_job/);
    await system().run(id, 'SUCCESS');
    await threads.stop();
  });

  cell.check('33 the other commands do what they say, or say why not', async () => {
    const { broker } = system();
    assert.equal((await one('rate_limit', { task_name: 'wired.total', rate_limit: '10/m' })).error, null);
    assert.match((await one('rate_limit', { task_name: 'no.such', rate_limit: '10/m' })).error!, /unknown task/i);
    assert.match((await one('rate_limit', { task_name: 'wired.total', rate_limit: 'often' })).error!, /invalid rate limit/i);
    assert.equal((await one('time_limit', { task_name: 'wired.total', soft: 100, hard: 200 })).error, null);
    assert.equal((await one('add_consumer', { queue: 'added' })).error, null);
    await eventually('we know that it consumes the queue', () => broker.workers().find(other => other.name === main().name)?.queues.includes('added'));
    await system().run(await system().send({ name: 'wired.add', args: [1, 1] }, 'added'), 'SUCCESS');
    assert.equal((await one('cancel_consumer', { queue: 'added' })).error, null);
    assert.equal((await one('pool_grow', { n: 1 })).error, null);
    await eventually('the pool has grown', () => broker.workers().find(other => other.name === main().name)?.concurrency === 3);
    assert.equal((await one('pool_shrink', { n: 1 })).error, null);
    assert.match((await one('autoscale', { max: 3, min: 1 })).error!, /autoscale/i);
    assert.match((await one('pool_restart')).error!, /pool/i);
    const leaving = await system().worker({ pool: 'threads', queues: ['leaving'] });
    await system().known(leaving);
    const { replies } = await broker.control('shutdown', {}, { destination: [leaving.name], timeout: 500 });
    assert.deepEqual(replies, []);
    await leaving.child.exited;
    await eventually('it is gone', () => broker.workers().find(other => other.name === leaving.name)?.alive === false);
  });
}
