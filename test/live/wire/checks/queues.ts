import assert from 'node:assert/strict';
import { ProblemError } from '../../../../src/shared/problem';
import { eventually, runPython, type TestWorker } from '../../../harness/celery';
import type { Cell } from '../../../harness/matrix';
import type { System } from '../system';

/** Checks 36 to 38. */
export function queueChecks(cell: Cell, system: () => System, main: () => TestWorker): void {
  cell.check('36 depth, what workers have taken, and idle queues are seen', async () => {
    const { broker, isRedis } = system();
    await system().known(main());
    // A queue exists on RabbitMQ once somebody has declared it: Python's senders do.
    await runPython(system().celery, "import wired\nfor priority in (0, 4, 9): wired.add.apply_async((1, 1), queue='idle-36', priority=priority)", { broker: system().url, backend: system().backend });
    assert.equal(await broker.depth('idle-36'), 3);
    const far = await Promise.all([600, 601].map(countdown => system().send({ name: 'wired.add', args: [1, 1], countdown })));
    const facts = await eventually('the counts', async () => {
      const queues = await broker.queues([]);
      const celery = queues.find(queue => queue.name === 'celery');
      return celery && (celery.inFlight ?? 0) >= 2 && queues;
    }, 30_000);
    const idle = facts.find(queue => queue.name === 'idle-36')!;
    assert.deepEqual([idle.ready, idle.consumers], [3, 0]);
    assert.equal(facts.find(queue => queue.name === 'celery')!.consumers, 1);
    assert.equal(facts.some(queue => /pidbox|celeryev/.test(queue.name)), false, 'queues of workers and clients are left out');
    const { removed, stays } = await broker.purge('idle-36');
    assert.equal(removed, 3);
    assert.equal(isRedis ? stays : null, null);
    const purged = await broker.purge('celery');
    assert.match(purged.stays!, /taken already/);
    await broker.control('revoke', { task_id: far }, { destination: [main().name] });
    assert.ok((await broker.queues(['idle-36'])).some(queue => queue.name === 'idle-36' && queue.ready === 0), 'an idle queue is still listed');
  });

  cell.check('37 a peek shows the order of execution and takes nothing', async () => {
    const { broker, isRedis } = system();
    const queue = 'idle-37';
    await runPython(system().celery, `import wired\nfor number in range(30): wired.add.apply_async((number, 0), queue='${queue}')`, { broker: system().url, backend: system().backend });
    const first = await broker.peek(queue, 25);
    assert.deepEqual(first.map(waiting => (waiting.task!.args as number[])[0]), Array.from({ length: 25 }, (_, index) => index));
    assert.equal(first.every(waiting => waiting.fault === null), true);
    assert.equal(await broker.depth(queue), 30);
    assert.deepEqual((await broker.peek(queue, 25)).map(waiting => waiting.task!.id), first.map(waiting => waiting.task!.id), 'it is the same again');
    if (isRedis) {
      assert.equal(await broker.remove(first[1]!), true);
      assert.equal(await broker.remove(first[1]!), false);
      assert.deepEqual((await broker.peek(queue, 3)).map(waiting => (waiting.task!.args as number[])[0]), [0, 2, 3]);
    } else {
      await assert.rejects(broker.remove(first[1]!), ProblemError);
    }
    assert.equal((await broker.purge(queue)).removed, isRedis ? 29 : 30);
  });
}
