import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { commandRequest, readReply } from '../../../../src/live/wire/control';
import { plainBody, readEnvelope, writeEnvelope } from '../../../../src/live/wire/envelope';
import { readEvent, readEvents } from '../../../../src/live/wire/events';
import { epochOf, isoOf } from '../../../../src/live/wire/guards';
import { readMeta } from '../../../../src/live/wire/meta';
import { readTask } from '../../../../src/live/wire/message';

const event = { hostname: 'w1@h', utcoffset: 0, pid: 1, clock: 3, uuid: 'a', timestamp: 1795329493.5, type: 'task-started' };

describe('live: readers of the wire', () => {
  it('reads single events and lists, and leaves out what is none', () => {
    assert.deepEqual(readEvents(JSON.stringify(event)).map(read => read.type), ['task-started']);
    assert.deepEqual(readEvents(JSON.stringify([event, null, 7, [], { ...event, uuid: 7 }, { ...event, timestamp: 'now' }, { ...event, type: '' }, { ...event, type: 'worker-elect' }, { ...event, type: 'task-failed' }])).map(read => read.type), ['task-started', 'task-failed']);
    assert.deepEqual(readEvents('not json'), []);
    assert.equal(readEvents(JSON.stringify(Array.from({ length: 20_000 }, () => event))).length, 10_000);
  });

  it('does not shift times by utcoffset, which may be a float', () => {
    const read = readEvent({ ...event, utcoffset: -5.5 });
    assert.equal(read?.at, 1795329493500);
  });

  it('names the exception where a hard time limit names its wrapper', () => {
    const read = readEvent({ ...event, type: 'task-failed', exception: 'ExceptionWithTraceback()', traceback: 'Traceback (most recent call last):\n  …\nbilliard.exceptions.TimeLimitExceeded: TimeLimitExceeded(1,)\n' });
    assert.equal(read?.kind === 'task' && read.exception, 'TimeLimitExceeded(1,)');
  });

  it('accepts a success without a runtime and a revoke whose signal is a text', () => {
    const success = readEvent({ ...event, type: 'task-succeeded', runtime: null, result: '1' });
    assert.equal(success?.kind === 'task' && success.runtime, null);
    const revoked = readEvent({ ...event, type: 'task-revoked', terminated: true, signum: 'pool', expired: false });
    assert.equal(revoked?.kind === 'task' && revoked.signum, 'pool');
  });

  it('reads dates with and without a zone, fractions of any length', () => {
    const at = Date.UTC(2026, 10, 22, 6, 33, 48, 389);
    for (const text of ['2026-11-22T06:33:48.389954', '2026-11-22T06:33:48.389954+00:00', '2026-11-22T07:33:48.389+01:00', '2026-11-22T06:33:48.389Z', '2026-11-22 12:03:48.389954+0530', '2026-11-22T06:33:48.3899541+00:00:00']) assert.equal(isoOf(text), at, text);
    assert.equal(isoOf('2026-11-22T06:33:48'), at - 389);
    for (const text of ['', 'soon', '2026-13-01T00:00:00', '2026-11-22', 5, null]) assert.equal(isoOf(text), null);
    for (const value of [-1, NaN, 1e18, '5', null]) assert.equal(epochOf(value), null);
  });

  it('reads an envelope and writes one that reads the same', () => {
    const text = writeEnvelope({ headers: { task: 'add', id: 'x' }, properties: { correlation_id: 'x' }, contentType: 'application/json', contentEncoding: 'utf-8', body: Buffer.from('[[1],{},{}]') }, { exchange: '', routingKey: 'celery', deliveryMode: 2, priority: 3 });
    const message = readEnvelope(text)!;
    assert.deepEqual([message.headers, plainBody(message)!.toString(), message.properties['priority'], message.properties['delivery_info']], [{ task: 'add', id: 'x' }, '[[1],{},{}]', 3, { exchange: '', routing_key: 'celery' }]);
    assert.equal(typeof message.properties['delivery_tag'], 'string');
    for (const broken of ['', '[]', 'null', '{"body": 1}', '{"headers": {}}', '{']) assert.equal(readEnvelope(broken), null);
  });

  it('inflates no more than it can bear', () => {
    const bomb = deflateSync(Buffer.alloc(100 * 1024 * 1024));
    const message = { headers: { compression: 'application/x-gzip' }, properties: {}, contentType: 'application/json', contentEncoding: 'utf-8', body: bomb };
    assert.equal(plainBody(message), null);
    assert.equal(plainBody({ ...message, headers: { compression: 'application/zstd' } }), null);
    assert.equal(plainBody({ ...message, body: Buffer.from('nonsense') }), null);
  });

  it('reads replies of all shapes', () => {
    assert.deepEqual(readReply('{"w1@h": {"ok": "pong"}}'), { node: 'w1@h', value: { ok: 'pong' }, error: null });
    assert.deepEqual(readReply('{"w1@h": {"error": "KeyError(\'x\')"}}')?.error, "KeyError('x')");
    assert.deepEqual(readReply('{"w1@h": null}'), { node: 'w1@h', value: null, error: null });
    for (const text of ['{}', '[]', 'x', '{"": 1}']) assert.equal(readReply(text), null);
  });

  it('reads metas of all versions', () => {
    const read = (text: string): unknown => readMeta(Buffer.from(text), 'given');
    assert.deepEqual(read('{"status":"REVOKED","result":{"exc_type":"TaskRevokedError","exc_message":["revoked"],"exc_module":"celery.exceptions"},"traceback":null,"children":null,"date_done":"2026-11-22T06:33:48.389954","task_id":"never-seen"}'), {
      id: 'never-seen', status: 'REVOKED', result: null, exception: { type: 'TaskRevokedError', module: 'celery.exceptions', message: 'revoked' }, traceback: null, children: null, doneAt: Date.UTC(2026, 10, 22, 6, 33, 48, 389), groupId: null, parentId: null, extended: null,
    });
    const old = readMeta(Buffer.from('{"status":"FAILURE","result":{"exc_type":"E","exc_message":"as text","exc_module":"m"},"children":[]}'), 'given');
    assert.ok(typeof old !== 'string' && old.exception?.message === 'as text' && old.id === 'given');
    const retry = readMeta(Buffer.from('{"status":"RETRY","result":null}'), 'given');
    assert.ok(typeof retry !== 'string' && retry.exception === null);
    const nested = readMeta(Buffer.from('{"status":"SUCCESS","result":1,"children":[[["a",null],null],[["g",null],[[["b",null],null],[["c",null],null]]]]}'), 'x');
    assert.ok(typeof nested !== 'string');
    assert.deepEqual(nested.children, ['a', 'b', 'c']);
    const compressed = readMeta(Buffer.concat([Buffer.from('\0celery-compressed\0application/x-gzip\0'), deflateSync('{"status":"SUCCESS","result":5}')]), 'x');
    assert.ok(typeof compressed !== 'string' && compressed.result === 5);
    assert.equal(read('\x80\x04\x95'), 'not-json');
    assert.equal(readMeta(Buffer.from([0x80, 4, 0x95, 0]), 'x'), 'pickle');
    assert.equal(read('[]'), 'not-a-meta');
    assert.equal(read('{"result": 1}'), 'not-a-meta');
  });

  it('tells protocol 1 from protocol 2 and from what is none', () => {
    const message = (headers: Record<string, unknown>, body: string): ReturnType<typeof readTask> => readTask({ headers, properties: {}, contentType: 'application/json', contentEncoding: 'utf-8', body: Buffer.from(body) });
    assert.deepEqual([message({ task: 't', id: 'a' }, '[[1],{"k":2},{}]')!.protocol, message({ task: 't', id: 'a' }, '[[1],{"k":2},{}]')!.kwargs], [2, { k: 2 }]);
    const old = message({}, '{"task": "t", "id": "a", "args": [1], "kwargs": {}, "taskset": "g", "retries": 2, "timelimit": [300, null]}')!;
    assert.deepEqual([old.protocol, old.name, old.args, old.groupId, old.retries, old.timeLimits], [1, 't', [1], 'g', 2, [300, null]]);
    assert.deepEqual(message({ task: 't', id: 'a' }, '{"args": [3], "kwargs": {}}')!.args, [3]);
    assert.equal(message({}, '[[1],{},{}]'), null);
    assert.equal(message({ task: 't' }, '[[1],{},{}]'), null);
  });

  it('builds no control message that could deafen a worker, and no election', () => {
    const reply = { ticket: 't', exchange: 'reply.celery.pidbox', oid: 'o', expires: 0 };
    const bad: [string, unknown, unknown][] = [['election', {}, {}], ['hello', {}, {}], ['', {}, {}], ['ping', null, {}], ['ping', [], {}], ['ping', 'x', {}], ['ping', {}, { destination: 'w1@h' }], ['ping', {}, { destination: [7] }]];
    for (const [method, args, target] of bad) assert.throws(() => commandRequest(method as never, args as never, target as never, reply), TypeError, JSON.stringify([method, args, target]));
    const { body } = commandRequest('ping', {}, { destination: ['w1@h'] }, reply);
    assert.deepEqual({ ...body }, { method: 'ping', arguments: {}, destination: ['w1@h'], pattern: null, matcher: null, ticket: 't', reply_to: { exchange: 'reply.celery.pidbox', routing_key: 'o' } });
  });
});
