import assert from 'node:assert/strict';
import type { ProblemError } from '../../../../src/shared/problem';
import type { ResultMeta } from '../../../../src/live/wire/meta';
import { eventually, runPython, type TestWorker } from '../../../harness/celery';
import type { Cell } from '../../../harness/matrix';
import type { System } from '../system';

/** Checks 39 to 42. */
export function resultChecks(cell: Cell, system: () => System, main: () => TestWorker): void {
  cell.check('39 an id that nobody stored is unknown', async () => {
    assert.equal(await system().results.get('nobody-has-this-id'), null);
    assert.equal(system().runs.get('nobody-has-this-id'), null);
  });

  cell.check('40 every kind of stored state is read, pushed as it comes, and forgotten', async () => {
    const { results, broker } = system();
    const watch = async (call: { name: string; args?: readonly string[] }, last: string): Promise<ResultMeta[]> => {
      const message = system().message(call);
      const metas: ResultMeta[] = [];
      let end = (): void => {};
      await new Promise<void>(listening => { end = results.watch(message.id, { result: meta => metas.push(meta), listening }); });
      await broker.send(message, { queue: 'celery' });
      await eventually(last, () => metas.some(meta => meta.status === last), 40_000);
      end();
      return metas;
    };
    const progress = await watch({ name: 'wired.progress' }, 'SUCCESS');
    assert.deepEqual([...new Set(progress.map(meta => meta.status))], ['STARTED', 'PROGRESS', 'SUCCESS']);
    assert.deepEqual(progress.find(meta => meta.status === 'PROGRESS')!.result, { current: 1, total: 3 });
    const started = progress.find(meta => meta.status === 'STARTED')!.result as Record<string, unknown>;
    assert.equal(started['hostname'], main().name);
    const done = progress.at(-1)!;
    assert.ok(done.doneAt !== null && Math.abs(done.doneAt - Date.now()) < 60_000, 'the date is read in its zone');

    const retried = await watch({ name: 'wired.retry' }, 'FAILURE');
    assert.deepEqual(retried.find(meta => meta.status === 'RETRY')!.exception, { type: 'RuntimeError', module: 'builtins', message: 'again' });
    const failed = await watch({ name: 'wired.fail', args: ['boom'] }, 'FAILURE');
    assert.deepEqual(failed.at(-1)!.exception, { type: 'ValueError', module: 'builtins', message: 'boom' });
    assert.match(failed.at(-1)!.traceback!, /raise ValueError/);
    const odd = await watch({ name: 'wired.fail_oddly' }, 'FAILURE');
    assert.equal(odd.at(-1)!.exception!.type, 'Outer.Inner');
    assert.match(odd.at(-1)!.exception!.message, /^\(.*'a': 1.*<object object/);

    assert.equal(await results.forget(done.id), true);
    assert.equal(await results.get(done.id), null);
    assert.equal(await results.forget(done.id), false);
  });

  cell.check('41 extended fields, children, saved groups and chords under way', async () => {
    const id = await system().send({ name: 'wired.add', kwargs: { x: 1, y: 2 } });
    const { extended } = await system().meta(id);
    assert.deepEqual([extended!.name, extended!.args, extended!.kwargs, extended!.worker, extended!.retries, extended!.queue], ['wired.add', [], { x: 1, y: 2 }, main().name, 0, 'celery']);
    const [group, member, parent, child, chord, size] = (await runPython(system().celery, `
import wired, time
from celery import group, chain, chord
saved = group(wired.add.s(1, 1), wired.add.s(2, 2)).apply_async()
saved.save()
linked = wired.add.apply_async((1, 2), link=wired.handled.s())
linked.get(timeout=30)
for _ in range(100):
    if linked.children: break
    time.sleep(0.1)
slow = chord([wired.add.s(1, 1), wired.sleep.s(4)])(wired.total.s())
print(saved.id, saved[0].id, linked.id, linked.children[0].id, slow.parent.id, len(slow.parent))
`, { broker: system().url, backend: system().backend })).trim().split(' ');
    const found = (await system().results.group(group!))!;
    assert.deepEqual([found.id, found.children.length, found.children[0]], [group, 2, member]);
    assert.deepEqual((await system().meta(parent!)).children, [child]);
    const progress = await eventually('one of the chord is done', async () => {
      const now = await system().results.chord(chord!);
      return now?.done === 1 && now;
    });
    assert.deepEqual([progress.size, progress.members.map(one => one.state)], [Number(size), ['SUCCESS']]);
    await eventually('the chord has ended', async () => (await system().results.chord(chord!)) === null, 30_000);
  });

  cell.check('42 rpc results of our own tasks are read, those of others are not', async () => {
    const worker = await system().worker({ backend: 'rpc://', pool: 'threads', queues: ['rpc-queue'] });
    const results = await system().openResults({ url: 'rpc://', broker: { url: system().url, oid: `rpc-${system().celery}` } });
    const message = system().message({ name: 'wired.add', args: [40, 2], replyTo: results.replyTo! });
    await results.expect(message.id);
    const pushed = new Promise<ResultMeta>(resolve => { results.watch(message.id, { result: meta => { if (meta.status === 'SUCCESS') resolve(meta); } }); });
    await system().broker.send(message, { queue: 'rpc-queue' });
    assert.equal((await pushed).result, 42);
    assert.equal((await results.get(message.id))!.status, 'SUCCESS');
    await assert.rejects(results.get('somebody-elses'), (error: ProblemError) => error.problem.reason === 'unsupported');
    await worker.stop();
  });
}
