import assert from 'node:assert/strict';
import { floatText, parseExactly, parseLoosely, PythonFloat, writePythonJson } from '../../../../src/live/wire/json';
import { pythonLines, pythonString, pythonText } from '../../../../src/live/wire/pythonText';

describe("live: Python's JSON", () => {
  it('reads what JSON.parse cannot: NaN, the infinities, large integers, floats without a fraction', () => {
    assert.deepEqual(parseExactly('{"a": [NaN, Infinity, -Infinity, 1180591620717411303424, -9007199254740993, 1.0, 1e3, 1.5, -0, -0.0]}'), {
      a: [NaN, Infinity, -Infinity, 1180591620717411303424n, -9007199254740993n, new PythonFloat(1), new PythonFloat(1000), 1.5, 0, new PythonFloat(-0)],
    });
    assert.deepEqual(parseLoosely('[NaN, 1.0, 1180591620717411303424]'), [NaN, 1, 2 ** 70]);
    assert.deepEqual(parseLoosely('{"freq": 2.0}'), { freq: 2 });
  });

  it('refuses what Python would refuse, and what nests beyond reason', () => {
    for (const text of ['', '{', '[1,]', '{"a":}', '{a: 1}', "{'a': 1}", '01', '+1', '.5', '1.', 'nan', 'Nan', 'tru', '"\u0001"', '"\\x"', '[1] 2', '[', '"', '1'.repeat(5000), '['.repeat(300) + ']'.repeat(300)]) {
      assert.equal(parseExactly(text), undefined, text.slice(0, 20));
    }
    assert.equal(parseLoosely('['.repeat(300) + 'NaN' + ']'.repeat(300)), undefined);
  });

  it('keeps every key, whatever its name', () => {
    const value = parseExactly('{"__proto__": {"polluted": true}, "constructor": 1, "": 2}') as Record<string, unknown>;
    assert.deepEqual(Object.keys(value), ['__proto__', 'constructor', '']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('writes as Python does, so that it survives every encoding', () => {
    assert.equal(writePythonJson([1, 1.5, new PythonFloat(1), 2n ** 70n, NaN, -Infinity, 'ü\u2028😀\ud800', { '"': null }, true]), String.raw`[1,1.5,1.0,1180591620717411303424,NaN,-Infinity,"\u00fc\u2028\ud83d\ude00\ud800",{"\"":null},true]`);
    assert.throws(() => writePythonJson(Array.from({ length: 300 }).reduce<never[]>(value => [value] as never[], [])), RangeError);
  });

  it('spells floats as Python does', () => {
    const spelt: [number, string][] = [[1, '1.0'], [1e15, '1000000000000000.0'], [1e16, '1e+16'], [1e-5, '1e-05'], [0.0001, '0.0001'], [1.5e-7, '1.5e-07'], [1e22, '1e+22'], [1.7976931348623157e308, '1.7976931348623157e+308'], [0, '0.0'], [-0, '-0.0']];
    for (const [value, text] of spelt) assert.equal(floatText(value), text);
  });

  it('shows values as Python would', () => {
    assert.equal(pythonText(parseExactly('{"a": [1, 2.0, null, true, NaN], "it\'s": "a\\nb", "t": {"__type__": "decimal", "__value__": "1.50"}}')!), `{'a': [1, 2.0, None, True, nan], "it's": 'a\\nb', 't': Decimal('1.50')}`);
    assert.equal(pythonText(parseExactly('[{"__type__":"datetime","__value__":"2024-01-02T00:00:00+00:00"},{"__type__":"uuid","__value__":{"hex":"00"}},{"__type__":"base64","__value__":"/w=="},{"__type__":"other","__value__":1}]')!),
      "[datetime.fromisoformat('2024-01-02T00:00:00+00:00'), UUID('00'), b'\\xff', {'__type__': 'other', '__value__': 1}]");
    assert.equal(pythonString('\'"\\\x00\x7f\u00a0'), `'\\'"\\\\\\x00\\x7f\\xa0'`);
    const cut = pythonText(Array.from({ length: 1000 }, (_, index) => index), 50);
    assert.equal(cut.length, 50);
    assert.ok(cut.endsWith('…'));
    assert.equal(pythonLines(parseExactly('{"long": [1, "' + 'x'.repeat(120) + '"], "short": [1]}')!, 10_000), `{\n  'long': [\n    1,\n    '${'x'.repeat(120)}',\n  ],\n  'short': [1],\n}`);
  });
});
