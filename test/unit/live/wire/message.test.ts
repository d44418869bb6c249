import assert from 'node:assert/strict';
import { ProblemError } from '../../../../src/shared/problem';
import { amqpTable } from '../../../../src/live/broker/rabbit/table';
import { delayedRoutingKey } from '../../../../src/live/broker/rabbit/delayed';
import type { Message } from '../../../../src/live/wire/envelope';
import { PythonFloat, type PythonJson } from '../../../../src/live/wire/json';
import { bodyFault, buildTask, headerFault, resendTask, TaskMessage } from '../../../../src/live/wire/message';
import { saferepr } from '../../../../src/live/wire/saferepr';
import { decodeValue, encodeValue, PythonTuple, PythonTyped, type PythonValue } from '../../../../src/live/wire/values';

const versions = { celery: '5.7.0', kombu: '5.7.0' };
const properties = { correlation_id: 'a', reply_to: '', delivery_mode: 2 as const, priority: 0 };
const body = '[[1],{},{"callbacks":null,"errbacks":null,"chain":null,"chord":null}]';

function message(headers: Record<string, unknown>, text = body, more: Partial<Message> = {}): Message {
  return { headers: { task: 't', id: 'a', root_id: 'a', parent_id: null, ...headers }, properties: { correlation_id: 'a', reply_to: 'r', priority: 4, delivery_mode: 1 }, contentType: 'application/json', contentEncoding: 'utf-8', body: Buffer.from(text), ...more };
}

describe('live: messages that are sent', () => {
  it('cannot be built where a worker could be harmed', () => {
    const headers: Record<string, PythonJson>[] = [
      {}, { task: 't' }, { id: 'a' }, { task: '', id: 'a' }, { task: 't', id: '' }, { task: 't', id: 7 }, { task: 't', id: 'x'.repeat(256) },
      { task: 't', id: 'a', timelimit: [1] }, { task: 't', id: 'a', timelimit: [1, 2, 3] }, { task: 't', id: 'a', timelimit: 5 }, { task: 't', id: 'a', timelimit: ['1', null] }, { task: 't', id: 'a', timelimit: [-1, null] },
      { task: 't', id: 'a', eta: 'soon' }, { task: 't', id: 'a', eta: 1795329493 }, { task: 't', id: 'a', expires: '2026-13-45' }, { task: 't', id: 'a', retries: 'x' }, { task: 't', id: 'a', retries: -1 },
      { task: 't', id: 'a', group: 7 }, { task: 't', id: 'a', stamped_headers: 'x' }, { task: 't', id: 'a', stamped_headers: ['x'] }, { task: 't', id: 'a', stamps: [] }, { task: 't', id: 'a', ignore_result: 'no' }, { task: 't', id: 'a', x: NaN }, { task: 't', id: 'a', x: 2n ** 64n }, { task: 't', id: 'a\ud800' }, { task: 't', id: 'a', root_id: '\udc00' }, { task: 't', id: 'a', x: [{ '\ud800': 1 }] },
    ];
    for (const wrong of headers) {
      assert.notEqual(headerFault(wrong), null, JSON.stringify(wrong, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
      assert.throws(() => TaskMessage.of(wrong, properties, body, 'utf-8', false), ProblemError);
    }
    const bodies = ['', 'null', '{}', '[]', '[[],{}]', '[[],{},{},{}]', '[{},{},{}]', '[[],[],{}]', '[[],{},[]]', '["x",{},{}]', '[[],{},{"chain":{}}]', '[[],{},{"chain":[1]}]', '[[],{},{"chord":5}]', '[[],{},{"callbacks":[{"task":""}]}]', '[[],{},{"chain":[{"task":"t","options":{"task_id":{}}}]}]', '[[],{},{"chain":[{"task":"t","options":{"task_id":"\\ud800"}}]}]', '[[],{},{"chord":{"task":"t","chord_size":"x"}}]', '[[],{},{"callbacks":[{"task":"t","options":{"link":[5]}}]}]', '[[{"__type__":"set","__value__":[]}],{},{}]', '[[{"__type__":"datetime","__value__":"Z"}],{},{}]'];
    for (const wrong of bodies) {
      assert.notEqual(bodyFault(wrong), null, wrong);
      assert.throws(() => TaskMessage.of({ task: 't', id: 'a' }, properties, wrong, 'utf-8', false), ProblemError);
    }
    assert.equal(bodyFault('[[],{},null]'), null);
  });

  it('says what is wrong with a call', () => {
    const refused: [Parameters<typeof buildTask>[0], RegExp][] = [
      [{ name: '' }, /no name/], [{ name: 't', priority: 10 }, /priority/], [{ name: 't', priority: 1.5 }, /priority/], [{ name: 't', countdown: NaN }, /countdown/], [{ name: 't', countdown: -5 }, /countdown/],
      [{ name: 't', eta: Infinity }, /eta/], [{ name: 't', expires: -1 }, /expires/], [{ name: 't', timeLimit: -1 }, /time limit/], [{ name: 't', headers: { task: 'other' } }, /header of Celery/], [{ name: 't', id: '' }, /id/],
      [{ name: 't', args: [{ __type__: 'x', __value__: 1 }] }, /typed value/],
    ];
    for (const [call, words] of refused) assert.throws(() => buildTask(call, versions), (error: Error) => error instanceof ProblemError && words.test(error.message), JSON.stringify(call));
    assert.throws(() => buildTask({ name: 't', args: [PythonTyped.date('2024-01-02')] }, { celery: '5.2.7', kombu: null }), /kombu 5.3/);
    assert.throws(() => buildTask({ name: 't', args: [PythonTyped.date('2024-01-02')] }, { celery: null, kombu: null }), /kombu 5.3/);
    assert.doesNotThrow(() => buildTask({ name: 't', args: [PythonTyped.date('2024-01-02')] }, { celery: '5.2.7', kombu: '5.3.0' }));
    for (const make of [() => PythonTyped.date('2024-02-30'), () => PythonTyped.datetime('tomorrow'), () => PythonTyped.decimal('1,5'), () => PythonTyped.uuid('xyz'), () => PythonTyped.time('25:00')]) assert.throws(make, TypeError);
  });

  it('leaves ignore_result to the task unless told', () => {
    assert.equal(buildTask({ name: 't' }, versions).headers['ignore_result'], null);
    assert.equal(buildTask({ name: 't', ignoreResult: true }, versions).headers['ignore_result'], true);
  });

  it('takes half a character as an argument, and shows it as one that cannot be shown', () => {
    const built = buildTask({ name: 't', args: ['a\ud83d', '😀'], kwargs: { '\udc00': 1 } }, versions);
    assert.deepEqual([built.headers['argsrepr'], built.headers['kwargsrepr'], built.argsText], ["('a\ufffd', '😀')", "{'\ufffd': 1}", "('a\ufffd', '😀')"]);
    assert.match(built.body.toString(), /^\[\["a\\ud83d", ?"\\ud83d\\ude00"\], ?\{"\\udc00": ?1\}/);
    // Python sends such a text as it is.
    const again = resendTask(message({ argsrepr: "('a\ud83d',)" }, '[["a\\ud83d"],{},{}]'), { ids: 'same' });
    assert.deepEqual([again.headers['argsrepr'], again.body.toString()], ["('a\ufffd',)", '[["a\\ud83d"],{},{}]']);
    assert.throws(() => buildTask({ name: 't', headers: { note: '\ud83d' } }, versions), /half a character/);
  });

  it('is sent again unchanged, or with new ids throughout', () => {
    const chain = '[[1],{},{"callbacks":null,"errbacks":null,"chain":[{"task":"b","args":[],"kwargs":{},"options":{"task_id":"next","root_id":"a"}}],"chord":null}]';
    const read = message({ retries: 2, redelivered: true, 'x-mine': [1, 'a'] }, chain);
    const same = resendTask(read, { ids: 'same' });
    assert.equal(same.body.toString(), chain);
    assert.deepEqual({ ...same.headers }, { task: 't', id: 'a', root_id: 'a', parent_id: null, retries: 2, 'x-mine': [1, 'a'] });
    assert.deepEqual(same.properties, { correlation_id: 'a', reply_to: 'r', delivery_mode: 1, priority: 4 });
    const fresh = resendTask(read, { ids: 'new' });
    assert.notEqual(fresh.id, 'a');
    assert.deepEqual([fresh.headers['root_id'], fresh.properties.correlation_id], [fresh.id, fresh.id]);
    const step = (JSON.parse(fresh.body.toString()) as [unknown, unknown, { chain: { options: { task_id: string; root_id: string } }[] }])[2].chain[0]!.options;
    assert.equal(step.root_id, fresh.id);
    assert.notEqual(step.task_id, 'next');
  });

  it('is not sent again where it cannot be checked', () => {
    assert.throws(() => resendTask(message({}, body, { contentType: 'application/x-python-serialize' }), { ids: 'same' }), /only JSON/);
    assert.throws(() => resendTask(message({ timelimit: [1] }), { ids: 'same' }), /timelimit/);
    assert.throws(() => resendTask(message({}, '[[1],{}]'), { ids: 'same' }), /three parts/);
    assert.throws(() => resendTask(message({ task: undefined }), { ids: 'same' }), ProblemError);
    assert.throws(() => resendTask(message({ at: { '!': 'timestamp', value: 5 } }), { ids: 'same' }), /only AMQP/);
    assert.throws(() => resendTask(message({ group: 'g' }, '[[1],{},{"chord":{"task":"b","args":[],"kwargs":{},"options":{}}}]'), { ids: 'new' }), /chord/);
  });

  it('gives amqplib every integer with its type: it would write 300 as a kind that old workers read as text', () => {
    assert.deepEqual(amqpTable({ a: 300, b: [null, 5], c: { d: -1 }, e: 2 ** 40, f: 1.5, g: new PythonFloat(2), h: 'x', i: true, j: 2n ** 40n }), {
      a: { '!': 'int32', value: 300 }, b: [null, { '!': 'int32', value: 5 }], c: { d: { '!': 'int32', value: -1 } }, e: { '!': 'int64', value: 2 ** 40 }, f: { '!': 'double', value: 1.5 }, g: { '!': 'double', value: 2 }, h: 'x', i: true, j: { '!': 'int64', value: 2n ** 40n },
    });
  });

  it('names the delay of RabbitMQ as kombu does', () => {
    assert.equal(delayedRoutingKey(5, 'cq'), `${'0.'.repeat(25)}1.0.1.cq`);
    assert.equal(delayedRoutingKey(2, delayedRoutingKey(5, 'cq')), `${'0.'.repeat(26)}1.0.cq`);
    assert.equal(delayedRoutingKey(1e12, 'cq'), `${'1.'.repeat(28)}cq`);
  });

  it('encodes typed values as kombu does, and decodes them', () => {
    const values: [PythonValue, PythonJson][] = [
      [PythonTyped.datetime('2024-01-02T03:04:05Z'), { __type__: 'datetime', __value__: '2024-01-02T03:04:05+00:00' }],
      [PythonTyped.uuid('12345678-1234-5678-1234-567812345678'), { __type__: 'uuid', __value__: { hex: '12345678123456781234567812345678' } }],
      [PythonTyped.bytes(Buffer.from('abc')), { __type__: 'bytes', __value__: 'abc' }],
      [PythonTyped.bytes(Buffer.from([255])), { __type__: 'base64', __value__: '/w==' }],
      [PythonTyped.decimal('1.50'), { __type__: 'decimal', __value__: '1.50' }],
    ];
    for (const [value, json] of values) {
      assert.deepEqual(encodeValue(value, true), json);
      assert.deepEqual(decodeValue(json), value);
    }
    assert.equal(decodeValue({ __type__: 'set', __value__: [] }), undefined);
  });

  it('writes the display text of arguments', () => {
    assert.equal(saferepr(new PythonTuple([1, "it's", null, { k: [1, [2, [3]]] }]), true), "(1, 'it\\'s', None, {'k': [1, [...]]})");
    assert.equal(saferepr(new PythonTuple([1]), true), '(1,)');
    assert.equal(saferepr({}, true), '{}');
    assert.ok(saferepr(new PythonTuple(['x'.repeat(5000), 1]), true).length < 1100);
  });
});
