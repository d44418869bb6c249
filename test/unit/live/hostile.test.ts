import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ProblemError } from '../../../src/shared/problem';
import { waitingMessage } from '../../../src/live/broker/waiting';
import { parseBrokerUrl } from '../../../src/live/broker/url';
import { RunStore } from '../../../src/live/runs/store';
import { WorkerRegistry } from '../../../src/live/runs/workers';
import { readReply } from '../../../src/live/wire/control';
import { plainBody, readEnvelope } from '../../../src/live/wire/envelope';
import { readEvents } from '../../../src/live/wire/events';
import { parseExactly, writePythonJson } from '../../../src/live/wire/json';
import { bodyFault, headerFault, resendTask, TaskMessage } from '../../../src/live/wire/message';
import { isDict, readMeta } from '../../../src/live/wire/meta';
import { hostile, mutateText } from '../../harness/hostile';
import { Random } from '../../harness/random';
import { envelope, EVENTS, METAS, REPLIES, TASK_BODY, TASK_HEADERS } from '../../harness/wireSamples';

const INPUTS = process.env.FULL === undefined ? 10_000 : 100_000;
/** One input takes microseconds; what takes this long hangs. Milliseconds, generous for a busy machine. */
const HANG = 5000;

interface Readers {
  readonly events: typeof readEvents;
  readonly meta: typeof readMeta;
  readonly reply: typeof readReply;
  readonly envelope: typeof readEnvelope;
}

const OURS: Readers = { events: readEvents, meta: readMeta, reply: readReply, envelope: readEnvelope };
const URLS = ['redis://:secret@h:6379/0?ssl_cert_reqs=none', 'amqp://u:p@h:5672/%2F', 'redis+socket:///tmp/x?virtual_host=1', 'sentinel://a:1;sentinel://b'];

/** Feeds a registry and a store with whatever comes; answers what is left in memory. Throws where a reader throws. */
function feed(inputs: number, readers: Readers, random = new Random(inputs)): RunStore {
  const store = new RunStore({ limit: 500, payloadBudget: 1024 * 1024 });
  const workers = new WorkerRegistry('local', () => false);
  for (let count = 0; count < inputs; count++) {
    const startedAt = Date.now();
    const kind = random.below(6);
    if (kind <= 1) {
      const text = hostile(random, EVENTS).replaceAll('"X"', () => `"run-${random.below(2000)}"`);
      const message = readers.envelope(random.below(3) === 0 ? hostile(random, [envelope(text)]) : envelope(text));
      for (const event of readers.events((message && plainBody(message)?.toString('utf8')) ?? text)) {
        if (event.kind === 'task') store.event(event);
        else workers.event(event);
      }
    } else if (kind === 2) {
      const meta = readers.meta(Buffer.from(hostile(random, METAS).replaceAll('"X"', () => `"run-${random.below(2000)}"`)), `id-${random.below(1000)}`);
      if (typeof meta !== 'string') store.result(meta, random.below(2) === 0);
    } else if (kind === 3) {
      const reply = readers.reply(hostile(random, REPLIES));
      if (reply) {
        workers.answered(reply.node);
        workers.stats(reply.node, reply.value);
        workers.queues(reply.node, reply.value);
      }
    } else if (kind === 4) {
      const raw = Buffer.from(random.below(2) === 0 ? envelope(hostile(random, [TASK_BODY]), hostile(random, [TASK_HEADERS])) : hostile(random, [envelope(TASK_BODY, TASK_HEADERS)]));
      const waiting = waitingMessage('q', 'q', raw, readers.envelope(raw.toString('utf8'), true));
      if (waiting.message) expected(() => resendTask(waiting.message!, { ids: random.pick(['same', 'new']) }));
    } else {
      const headers = parseExactly(hostile(random, [TASK_HEADERS]));
      const body = hostile(random, [TASK_BODY]);
      if (isDict(headers)) expected(() => assertHarmless(TaskMessage.of(headers, { correlation_id: 'x', reply_to: '', delivery_mode: 2, priority: 0 }, body, 'utf-8', false)));
      expected(() => parseBrokerUrl(mutateText(random, random.pick(URLS))));
    }
    if (count % 97 === 0) check(store, random);
    assert.ok(Date.now() - startedAt < HANG, `input ${count} hangs`);
  }
  workers.list();
  workers.close();
  return store;
}

/** Refusing is right, but only in our own words. */
function expected(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
}

/** What every worker needs, by words of its own (§13), not by those of the constructor. */
function assertHarmless(message: TaskMessage): void {
  const body = JSON.parse(message.body.toString('utf8').replace(/\b(NaN|-?Infinity)\b/g, '0')) as unknown[];
  assert.ok(Array.isArray(body) && body.length === 3 && Array.isArray(body[0]) && typeof body[1] === 'object' && body[1] !== null && !Array.isArray(body[1]));
  assert.ok(typeof message.headers['id'] === 'string' && message.headers['id'] !== '' && typeof message.headers['task'] === 'string');
  const limits = message.headers['timelimit'];
  assert.ok(limits === undefined || limits === null || (Array.isArray(limits) && limits.length === 2));
}

/** What must hold of a store whatever came in. */
function check(store: RunStore, random: Random): void {
  const page = store.query({ text: random.pick(['', 'x', 'w1@h', '😀']), states: [], task: null, sort: random.pick(['time', 'name', 'state', 'runtime', 'worker', 'queue']), descending: random.below(2) === 0, anchor: null, offset: random.below(50), limit: 20 });
  assert.ok(page.total <= store.size && store.size <= 500);
  assert.equal(Object.values(store.counts()).reduce((sum, count) => sum + count, 0), store.size);
  for (const run of page.rows) {
    assert.equal(store.get(run.id)?.id, run.id);
    assert.ok((run.outcome?.length ?? 0) <= 1024 && (run.call?.length ?? 0) <= 4096);
    const details = store.details(run.id)!;
    assert.ok(details.timeline.length <= 101);
    assert.doesNotThrow(() => JSON.stringify(details));
  }
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

describe('live: hostile input', () => {
  it(`survives ${INPUTS} messages, events, replies and results, and does not grow`, () => {
    // The first half fills every cache; the second must find them full.
    feed(Math.min(INPUTS, 20_000) / 4, OURS);
    const before = heapAfterCollection();
    const store = feed(INPUTS, OURS, new Random(7));
    const after = heapAfterCollection();
    assert.ok(store.size > 100, 'some of it was readable');
    assert.ok(after - before < 24 * 1024 * 1024, `the heap has grown by ${Math.round((after - before) / 1024)} KB`);
  }).timeout(600_000);

  it('would not survive a reader that throws, one that hangs on to nonsense, or one that believes everything', () => {
    const faults: Partial<Readers>[] = [
      { events: text => { if (text.includes('constructor')) throw new TypeError('planted'); return readEvents(text); } },
      { meta: (bytes, id) => { const meta = readMeta(bytes, id); return typeof meta === 'string' ? meta : { ...meta, status: (meta.status as unknown as { missing: { length: number } }).missing.length.toString() }; } },
      { reply: text => JSON.parse(text) as ReturnType<typeof readReply> },
      { envelope: (text, exact) => ({ ...readEnvelope(text, exact)!, headers: (JSON.parse(text) as { headers: Record<string, unknown> }).headers }) },
      { events: text => readEvents(text).map(event => ({ ...event, hostname: 'w', id: 'y'.repeat(9), at: NaN, ...(event.kind === 'task' ? { result: event.result ?? ({} as string) } : {}) })) },
    ];
    for (const fault of faults) assert.throws(() => feed(3000, { ...OURS, ...fault }), Object.keys(fault).join());
  }).timeout(120_000);

  it('finds every message of the list that kills a worker', () => {
    const headers = JSON.parse(TASK_HEADERS) as Record<string, never>;
    const killers: [Record<string, unknown>, string][] = [[{ ...headers, id: undefined }, TASK_BODY], [headers, '[[1,1],{}]'], [headers, '[]'], [{ ...headers, timelimit: [300] }, TASK_BODY], [headers, 'not json'], [headers, '[[1],[],{}]']];
    for (const [wrong, body] of killers) assert.ok(headerFault(wrong as Record<string, never>) !== null || bodyFault(body) !== null, JSON.stringify(wrong));
  });

  it('writes back what it read', () => {
    const random = new Random(3);
    let compared = 0;
    for (let count = 0; count < 2000; count++) {
      const value = parseExactly(hostile(random, [...METAS, ...EVENTS]));
      if (value === undefined) continue;
      assert.deepEqual(parseExactly(writePythonJson(value)), value);
      compared++;
    }
    assert.ok(compared > 500);
  });
});
