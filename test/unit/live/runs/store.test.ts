import assert from 'node:assert/strict';
import type { RunQuery } from '../../../../src/shared/run';
import { RunStore } from '../../../../src/live/runs/store';
import { readEvent, type TaskEvent } from '../../../../src/live/wire/events';
import { readMetaValue } from '../../../../src/live/wire/meta';

const T0 = 1_795_329_493;
const everything: RunQuery = { text: '', states: [], task: null, sort: 'time', descending: true, anchor: null, offset: 0, limit: 500 };

/** An event as a worker sends it, `after` seconds after T0. */
function event(type: string, after: number, fields: Record<string, unknown> = {}): TaskEvent {
  const read = readEvent({ type, uuid: 'a', hostname: 'w1@h', timestamp: T0 + after, pid: 1, clock: 1 + after, utcoffset: 0, ...fields });
  assert.ok(read?.kind === 'task');
  return read;
}

function states(store: RunStore, id = 'a'): [string, number][] {
  return store.details(id)!.timeline.map(moment => [moment.state, moment.retries]);
}

describe('live: store of runs', () => {
  it('reduces the events of a plain run to one row', () => {
    const store = new RunStore();
    store.event(event('task-received', 0, { name: 'shop.add', args: '(1, 2)', kwargs: "{'k': 'v'}", root_id: 'a', parent_id: null, retries: 0, eta: null, expires: null }));
    store.event(event('task-started', 0.1));
    store.event(event('task-succeeded', 0.3, { result: "'three'", runtime: 0.2 }));
    const run = store.get('a')!;
    assert.deepEqual(run, {
      id: 'a', identity: { environment: 'local', app: null, name: 'shop.add' }, state: 'SUCCESS', origin: 'event', queue: null, worker: 'w1@h',
      sentAt: null, receivedAt: T0 * 1000, startedAt: (T0 + 0.1) * 1000, finishedAt: (T0 + 0.3) * 1000, eta: null, runtime: 0.2, retries: 0,
      call: "add(1, 2, k='v')", outcome: "'three'", rootId: 'a', parentId: null, progress: null,
    });
    assert.deepEqual(states(store), [['RECEIVED', 0], ['STARTED', 0], ['SUCCESS', 0]]);
    assert.deepEqual(store.counts(), { SUCCESS: 1 });
    assert.equal(store.lastOf('shop.add')!.id, 'a');
  });

  it('counts states that are called like ours, or like a property of every object', () => {
    const store = new RunStore();
    store.event(event('task-sent', 0, { uuid: 'sent', name: 't', args: '()', kwargs: '{}' }));
    for (const status of ['SENT', 'constructor', '__proto__', 'toString', 'SENT']) {
      const id = `${status}-${store.size}`;
      const meta = readMetaValue({ status, result: null, traceback: null, children: [], date_done: null, task_id: id }, id);
      assert.ok(meta && typeof meta !== 'string');
      store.result(meta, true);
    }
    assert.equal(Object.values(store.counts()).reduce((sum, count) => sum + count, 0), store.size);
    assert.deepEqual(Object.entries(store.query(everything).counts).sort(), Object.entries(store.counts()).sort());
  });

  it('tells attempt by attempt, although the next one is received before the last one says that it failed', () => {
    const store = new RunStore();
    store.event(event('task-received', 0, { name: 't', args: '()', kwargs: '{}', retries: 0 }));
    store.event(event('task-started', 0.1));
    store.event(event('task-received', 0.2, { name: 't', args: '()', kwargs: '{}', retries: 1, parent_id: 'a', root_id: 'a', eta: '2026-11-22T06:27:32.367799+00:00' }));
    assert.equal(store.get('a')!.state, 'STARTED');
    store.event(event('task-retried', 0.21, { exception: "RuntimeError('again')", traceback: 'T' }));
    const waiting = store.get('a')!;
    assert.deepEqual([waiting.state, waiting.retries, waiting.eta, waiting.parentId], ['RETRY', 1, Date.parse('2026-11-22T06:27:32.367Z'), null]);
    store.event(event('task-started', 1));
    store.event(event('task-failed', 1.1, { exception: "RuntimeError('again')", traceback: 'T' }));
    assert.equal(store.get('a')!.state, 'FAILURE');
    assert.deepEqual(states(store), [['RECEIVED', 0], ['STARTED', 0], ['RETRY', 0], ['RECEIVED', 1], ['STARTED', 1], ['FAILURE', 1]]);
    assert.deepEqual(store.details('a')!.exception, { type: 'RuntimeError', message: 'again' });
  });

  it('tells one moment once where a hard time limit tells it twice', () => {
    const store = new RunStore();
    store.event(event('task-started', 0));
    store.event(event('task-retried', 0.5, { exception: 'E()' }));
    store.event(event('task-failed', 1, { exception: 'TimeLimitExceeded(1)' }));
    store.event(event('task-failed', 1.01, { exception: 'TimeLimitExceeded(1)' }));
    assert.deepEqual(states(store).filter(([state]) => state === 'FAILURE').length, 1);
  });

  it('does not let an event that comes late undo a final state', () => {
    const store = new RunStore();
    store.event(event('task-succeeded', 2, { result: '1', runtime: 1 }));
    store.event(event('task-started', 1));
    store.event(event('task-received', 0, { name: 't', args: '()', kwargs: '{}', retries: 0 }));
    const run = store.get('a')!;
    assert.deepEqual([run.state, run.identity.name, run.startedAt, run.receivedAt], ['SUCCESS', 't', (T0 + 1) * 1000, T0 * 1000]);
  });

  it('lets a failed run run again when the message is delivered again', () => {
    const store = new RunStore();
    store.event(event('task-started', 0));
    store.event(event('task-failed', 1, { exception: 'E()' }));
    store.event(event('task-received', 2, { name: 't', args: '()', kwargs: '{}', retries: 0 }));
    store.event(event('task-started', 3));
    assert.equal(store.get('a')!.state, 'STARTED');
    assert.equal(store.get('a')!.finishedAt, null);
  });

  it('joins our own send with what events said before it', () => {
    const store = new RunStore();
    store.event(event('task-received', 0.01, { name: 'shop.add', args: '(1, 2)', kwargs: '{}', retries: 0 }));
    store.sent({ id: 'a', name: 'shop.add', app: 'shop:app', queue: 'mail', at: T0 * 1000, call: 'add(x=1, y=2)' });
    const run = store.get('a')!;
    assert.deepEqual([run.state, run.origin, run.queue, run.call, run.identity.app, run.sentAt], ['RECEIVED', 'own', 'mail', 'add(x=1, y=2)', 'shop:app', T0 * 1000]);
  });

  it('takes the final word and the whole result from the backend', () => {
    const store = new RunStore();
    store.sent({ id: 'a', name: 't', app: null, queue: null, at: T0 * 1000, call: 't()' });
    store.result(readMetaValue({ status: 'PROGRESS', result: { current: 1, total: 4 }, traceback: null, children: [], date_done: null, task_id: 'a' }, 'a')!);
    assert.deepEqual([store.get('a')!.state, store.get('a')!.progress, store.get('a')!.outcome], ['PROGRESS', 0.25, "{'current': 1, 'total': 4}"]);
    store.result(readMetaValue({ status: 'FAILURE', result: { exc_type: 'ValueError', exc_message: ['boom'], exc_module: 'builtins' }, traceback: 'Traceback\n  File "/srv/a.py", line 3, in f\nValueError: boom', children: [[['c', null], null]], date_done: '2026-11-22T06:27:25.044684+00:00', task_id: 'a' }, 'a')!);
    const details = store.details('a', file => file.startsWith('/srv/'))!;
    assert.deepEqual([details.run.state, details.run.outcome, details.run.finishedAt, details.children], ['FAILURE', 'ValueError: boom', Date.parse('2026-11-22T06:27:25.044Z'), ['c']]);
    assert.deepEqual(details.traceback![1]!.frame, { file: '/srv/a.py', line: 3, own: true });
  });

  it('marks unfinished runs as lost, and believes later news', () => {
    const store = new RunStore();
    store.event(event('task-started', 0));
    store.event(event('task-succeeded', 0, { uuid: 'b', result: '1' }));
    store.lost('the broker was restarted');
    assert.deepEqual(store.counts(), { SUCCESS: 1, LOST: 1 });
    assert.equal(store.get('a')!.outcome, 'the broker was restarted');
    store.event(event('task-succeeded', 1, { result: '2' }));
    assert.equal(store.get('a')!.state, 'SUCCESS');
  });

  it('keeps the newest when it is full, and tells which went', async () => {
    const store = new RunStore({ limit: 10, coalesce: 1 });
    const changed = new Promise<ReadonlySet<string>>(resolve => { store.onChanged(change => resolve(change.ids)); });
    for (let number = 0; number < 25; number++) store.event(event('task-received', number, { uuid: `r${number}`, name: `t${number % 2}`, args: '()', kwargs: '{}' }));
    assert.equal(store.size, 10);
    assert.deepEqual(store.query(everything).rows.map(run => run.id), Array.from({ length: 10 }, (_, index) => `r${24 - index}`));
    assert.equal(store.get('r3'), null);
    assert.equal(store.lastOf('t1')!.id, 'r23');
    assert.equal((await changed).size, 25);
    store.clear();
    assert.deepEqual([store.size, store.counts(), store.query(everything).total, store.lastOf('t1')], [0, {}, 0, null]);
    store.event(event('task-received', 1, { uuid: 'again', name: 't', args: '()', kwargs: '{}' }));
    assert.deepEqual(store.query(everything).rows.map(run => run.id), ['again']);
  });

  describe('queries', () => {
    const store = new RunStore({ limit: 5000 });
    const names = ['mail.send', 'shop.charge', 'shop.add'];
    for (let number = 0; number < 3000; number++) {
      const uuid = `id-${number}`;
      // Not in the order of time, as with several workers.
      const at = number % 2 === 0 ? number : number - 1.5;
      store.event(event('task-received', at, { uuid, name: names[number % 3], args: `(${number},)`, kwargs: '{}', hostname: `w${number % 4}@h` }));
      if (number % 5 === 0) store.event(event('task-failed', at + 1, { uuid, exception: `ÄrgerError('n${number}')`, hostname: `w${number % 4}@h` }));
      else store.event(event('task-succeeded', at + 1, { uuid, result: String(number), runtime: (number * 7919) % 1000 / 10, hostname: `w${number % 4}@h` }));
    }
    const all = store.query({ ...everything, limit: 5000 }, 5000).rows;

    it('sorts by every key, equal ones newest first', () => {
      const newest = (a: { receivedAt: number | null }, b: { receivedAt: number | null }): number => b.receivedAt! - a.receivedAt!;
      assert.deepEqual(all, all.slice().sort(newest));
      for (const descending of [true, false]) {
        const sign = descending ? -1 : 1;
        const byName = store.query({ ...everything, sort: 'name', descending, limit: 3000 }, 3000).rows;
        assert.deepEqual(byName, all.slice().sort((a, b) => sign * (a.identity.name < b.identity.name ? -1 : a.identity.name > b.identity.name ? 1 : 0) || newest(a, b)));
        const byWorker = store.query({ ...everything, sort: 'worker', descending, limit: 3000 }, 3000).rows;
        assert.deepEqual(byWorker, all.slice().sort((a, b) => sign * (a.worker! < b.worker! ? -1 : a.worker! > b.worker! ? 1 : 0) || newest(a, b)));
        const byRuntime = store.query({ ...everything, sort: 'runtime', descending, limit: 3000 }, 3000).rows;
        assert.deepEqual(byRuntime, all.slice().sort((a, b) => (a.runtime === null ? 1 : 0) - (b.runtime === null ? 1 : 0) || sign * ((a.runtime ?? 0) - (b.runtime ?? 0)) || newest(a, b)));
      }
    });

    it('filters by words, task and state, and counts what the filter by state would leave', () => {
      const page = store.query({ ...everything, text: 'ÄRGER charge', states: ['FAILURE'] });
      const expected = all.filter(run => run.identity.name === 'shop.charge' && run.state === 'FAILURE');
      assert.deepEqual(page.rows.map(run => run.id), expected.slice(0, 500).map(run => run.id));
      assert.deepEqual(page.counts, { FAILURE: expected.length });
      assert.deepEqual(store.query({ ...everything, text: 'id-2999' }).rows.map(run => run.id), ['id-2999']);
      assert.equal(store.query({ ...everything, text: 'w3@h', task: 'mail.send' }).total, all.filter(run => run.worker === 'w3@h' && run.identity.name === 'mail.send').length);
      assert.deepEqual(store.query({ ...everything, states: ['SUCCESS'], text: 'charge' }).counts, store.query({ ...everything, text: 'charge' }).counts);
      assert.equal(store.query({ ...everything, task: 'unknown' }).total, 0);
      assert.equal(store.query({ ...everything, text: 'n10 nothing-has-this' }).total, 0);
    });

    it('pages, and keeps an anchored row in its place', () => {
      const page = store.query({ ...everything, offset: 100, limit: 10 });
      assert.deepEqual([page.total, page.offset, page.anchor], [3000, 100, null]);
      assert.deepEqual(page.rows.map(run => run.id), all.slice(100, 110).map(run => run.id));
      const anchored = store.query({ ...everything, anchor: all[500]!.id, offset: -5, limit: 10 });
      assert.deepEqual([anchored.anchor, anchored.offset], [500, 495]);
      assert.deepEqual(anchored.rows.map(run => run.id), all.slice(495, 505).map(run => run.id));
    });

    it('finds what has changed since the last search', () => {
      assert.equal(store.query({ ...everything, text: 'freshly' }).total, 0);
      store.event(event('task-received', 5000, { uuid: 'id-new', name: 'shop.add', args: "('freshly',)", kwargs: '{}' }));
      assert.deepEqual(store.query({ ...everything, text: 'freshly' }).rows.map(run => run.id), ['id-new']);
      store.event(event('task-succeeded', 5001, { uuid: 'id-7', result: "'freshly changed'" }));
      assert.equal(store.query({ ...everything, text: 'freshly changed' }).total, 1);
    });
  });
});
