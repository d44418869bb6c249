import assert from 'node:assert/strict';
import { eventually, runPython, type TestWorker } from '../../../harness/celery';
import type { Cell } from '../../../harness/matrix';
import type { System } from '../system';

/** Checks 19 to 25. */
export function eventChecks(cell: Cell, system: () => System, main: () => TestWorker): void {
  cell.check('19 a worker without -E is seen to come, to beat and to go', async () => {
    const { broker } = system();
    const worker = await system().worker({ events: false, pool: 'threads', queues: ['quiet-queue'] });
    await system().known(worker);
    const of = (type: string): boolean => system().events.some(event => event.type === type && event.hostname === worker.name);
    await eventually('online and heartbeat', () => of('worker-online') && of('worker-heartbeat'));
    const found = broker.workers().find(other => other.name === worker.name)!;
    assert.deepEqual([found.alive, found.queues, found.version?.slice(0, 3)], [true, ['quiet-queue'], system().celery]);
    // Celery 5.2 says it only by what threads it has.
    assert.ok(found.pool === 'threads' || (found.pool === null && system().celery === '5.2'), String(found.pool));
    await worker.child.kill('SIGTERM');
    await eventually('offline', () => of('worker-offline') && broker.workers().find(other => other.name === worker.name)?.alive === false, 30_000);
  });

  cell.check('20 enabling makes task events appear, again after the worker was restarted', async () => {
    const { broker } = system();
    const options = { events: false, pool: 'threads' as const, name: `quiet-${system().celery}@wire`, queues: ['quiet-events'] };
    const first = await system().worker(options);
    await system().known(first);
    const unheard = await system().send({ name: 'wired.add', args: [1, 1] }, 'quiet-events');
    await system().meta(unheard);
    assert.equal(system().events.some(event => event.kind === 'task' && event.id === unheard), false);
    const end = broker.keepEventsOn();
    await eventually('its events', async () => {
      const id = await system().send({ name: 'wired.add', args: [2, 2] }, 'quiet-events');
      await system().meta(id);
      return eventuallyQuick(() => system().runs.get(id)?.state === 'SUCCESS');
    }, 30_000);
    await first.stop();
    const second = await system().worker(options);
    await system().known(second);
    await eventually('its events after the restart', async () => {
      const id = await system().send({ name: 'wired.add', args: [3, 3] }, 'quiet-events');
      await system().meta(id);
      return eventuallyQuick(() => system().runs.get(id)?.state === 'SUCCESS');
    }, 30_000);
    end();
    await second.stop();
  });

  cell.check('21 a worker that has events on says so, which is no error', async () => {
    const { replies } = await system().broker.control('enable_events', {}, { destination: [main().name], timeout: 5000 });
    assert.equal(replies[0]!.error, null);
    assert.match(JSON.stringify(replies[0]!.value), /already enabled/);
  });

  cell.check('22 success, failure, retry, revoke, reject and an unknown task each end in their state', async () => {
    const { broker } = system();
    const success = await system().send({ name: 'wired.add', args: [20, 22] });
    assert.equal((await system().run(success, 'SUCCESS')).outcome, '42');
    const failure = await system().send({ name: 'wired.fail', args: ['it is "so"'] });
    assert.match((await system().run(failure, 'FAILURE')).outcome!, /ValueError.*it is "so"/);
    assert.equal(system().runs.details(failure)!.exception!.type, 'ValueError');
    assert.ok(system().runs.details(failure)!.traceback!.some(line => line.frame?.file.endsWith('wired.py')));
    const unknown = await system().send({ name: 'wired.nobody_wrote_this' });
    assert.match((await system().run(unknown, 'FAILURE')).outcome!, /NotRegistered/);
    const revoked = await system().send({ name: 'wired.add', args: [1, 1], countdown: 2 });
    await system().run(revoked, 'RECEIVED');
    await broker.control('revoke', { task_id: revoked }, { destination: [main().name] });
    assert.equal((await system().run(revoked, 'REVOKED')).outcome, 'revoked');
    const running = await system().send({ name: 'wired.sleep', args: [30] });
    await system().run(running, 'STARTED');
    await broker.control('revoke', { task_id: running, terminate: true }, { destination: [main().name] });
    assert.match((await system().run(running, 'REVOKED')).outcome!, /terminated \(signal/);
    const rejected = await system().send({ name: 'wired.rejects' });
    const run = await eventually('rejected', () => { const found = system().runs.get(rejected); return found && ['REJECTED', 'FAILURE'].includes(found.state) && found; });
    assert.equal(run.state, system().celery === '5.7' ? 'FAILURE' : 'REJECTED');
  });

  cell.check('23 a retry keeps its order though the next attempt is received first', async () => {
    const id = await system().send({ name: 'wired.retry', kwargs: { countdown: 1 } });
    await eventually('it waits for its second attempt', () => system().runs.get(id)?.state === 'RETRY');
    const run = await system().run(id, 'FAILURE');
    assert.deepEqual([run.retries, run.parentId, run.rootId], [2, null, id]);
    const timeline = system().runs.details(id)!.timeline;
    assert.deepEqual(timeline.map(moment => moment.state).filter(state => state === 'STARTED' || state === 'RETRY' || state === 'FAILURE'), ['STARTED', 'RETRY', 'STARTED', 'RETRY', 'STARTED', 'FAILURE']);
    assert.deepEqual(timeline.filter(moment => moment.state === 'RECEIVED').map(moment => moment.retries), [0, 1, 2]);
  });

  cell.check('24 a busy solo worker is not declared dead, and its late events keep their own times', async () => {
    const { broker } = system();
    const solo = await system().worker({ pool: 'solo', concurrency: 1, queues: ['solo-queue'] });
    await system().known(solo);
    const id = await system().send({ name: 'wired.sleep', args: [9] }, 'solo-queue');
    const sentAt = Date.now();
    await eventually('it answers no more', async () => (await broker.control('ping', {}, { destination: [solo.name], timeout: 500 })).silent.length === 1);
    // Longer than twice the interval of its heartbeats and one round of asking.
    await new Promise(resolve => setTimeout(resolve, 6500));
    assert.equal(broker.workers().find(other => other.name === solo.name)!.alive, true);
    const run = await system().run(id, 'SUCCESS');
    assert.ok(run.startedAt! - sentAt < 3000, 'it is placed at its start, not at its end');
    assert.ok(run.finishedAt! - run.startedAt! >= 8900);
    await solo.stop();
    await eventually('killed, it is declared dead', () => broker.workers().find(other => other.name === solo.name)?.alive === false, 30_000);
  });

  cell.check('25 progress is shown, from the state and from custom events', async () => {
    const id = await system().send({ name: 'wired.progress', args: [4, 0.3] });
    const seen: number[] = [];
    const end = system().runs.onChanged(() => {
      const run = system().runs.get(id);
      if (run?.state === 'PROGRESS' && run.progress !== null) seen.push(run.progress);
    });
    await system().run(id, 'SUCCESS');
    end();
    assert.ok(new Set(seen).size >= 2, `seen: ${seen.join()}`);
    assert.ok(system().runs.details(id)!.timeline.some(moment => moment.state === 'PROGRESS'));
  });

  cell.check('22b a task sent by Python with the sent-event names its queue', async () => {
    const id = (await runPython(system().celery, 'import wired; wired.app.conf.task_send_sent_event = True; print(wired.add.apply_async((1, 2)).id)', { broker: system().url, backend: system().backend })).trim();
    const run = await system().run(id, 'SUCCESS');
    assert.deepEqual([run.queue, run.call], ['celery', 'add(1, 2)']);
    assert.ok(run.sentAt !== null);
  });
}

async function eventuallyQuick(condition: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt++) {
    if (condition()) return true;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return false;
}
