import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describeType, remedyFor, sameSerializer, serialize, serializerNamed, type PythonType } from '../../../src/celery/serialization';
import { NEWEST_KOMBU } from '../../../src/celery/versions';
import { compareSerialization, type SerializationAnswers } from '../../oracle/serialization';

describe('serialization', () => {
  for (const minor of ['5.2', '5.7']) {
    it(`says of 95 kinds of values what kombu ${minor} does with them`, () => {
      const answers = JSON.parse(readFileSync(path.join(process.env.REPOSITORY!, `test/fixtures/celery/serialization-${minor}.json`), 'utf8')) as SerializationAnswers;
      assert.equal(answers.values.length, 95);
      assert.ok(answers.kombu.startsWith(minor));
      compareSerialization(answers);
    });
  }

  it('points at the part that is to blame', () => {
    const set: PythonType = { name: 'set', elements: [] };
    const verdict = serialize({ name: 'dict', keys: [{ name: 'str' }], values: [{ name: 'list', elements: [{ name: 'unknown' }, set] }] }, 'json', NEWEST_KOMBU);
    assert.ok(verdict.outcome === 'refused');
    assert.equal(verdict.culprit, set);
    const key: PythonType = { name: 'UUID' };
    assert.deepEqual(serialize({ name: 'dict', keys: [key], values: [{ name: 'int' }] }, 'json', NEWEST_KOMBU), { outcome: 'refused', culprit: key, asKey: true });
  });

  it('does not guess', () => {
    assert.equal(serialize({ name: 'unknown' }, 'json', NEWEST_KOMBU).outcome, 'unknown');
    assert.equal(serialize({ name: 'list', elements: [{ name: 'unknown' }] }, 'json', NEWEST_KOMBU).outcome, 'unknown');
    assert.equal(serialize({ name: 'dict', keys: [{ name: 'unknown' }], values: [] }, 'json', NEWEST_KOMBU).outcome, 'unknown');
  });

  it('knows serializers by name and by content type', () => {
    assert.equal(serializerNamed('application/x-python-serialize'), 'pickle');
    assert.equal(serializerNamed('signed-pickle'), null);
    assert.ok(sameSerializer('json', 'application/json'));
    assert.ok(sameSerializer('signed-pickle', 'signed-pickle'));
    assert.ok(!sameSerializer('signed-pickle', 'pickle'));
  });

  it('names types and turns them into ones that are taken', () => {
    assert.equal(describeType({ name: 'model' }), 'a Django model instance');
    assert.equal(describeType({ name: 'set', elements: [] }), 'a set');
    assert.deepEqual(remedyFor({ name: 'dict view' }), { title: 'Wrap it in list()', before: 'list(', after: ')', safe: true });
    assert.deepEqual(remedyFor({ name: 'model' }), { title: 'Pass .pk', before: '', after: '.pk', safe: false });
    assert.equal(remedyFor({ name: 'lambda' }), null);
  });
});
