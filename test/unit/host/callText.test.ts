import assert from 'node:assert/strict';
import { sendingCode, signatureCode, splitCall } from '../../../src/host/run/callText';
import { sampleText } from '../../../src/host/run/sampleText';

describe('text of a call', () => {
  it('is split into the call and the options behind it', () => {
    assert.deepEqual(splitCall('add(2, 3)'), { call: 'add(2, 3)', options: '' });
    assert.deepEqual(splitCall(' add(2, 3) , countdown=5, queue="mail",'), { call: 'add(2, 3)', options: 'countdown=5, queue="mail"' });
    assert.deepEqual(splitCall('f((1, [2, {3: ")"}]), x=g())'), { call: 'f((1, [2, {3: ")"}]), x=g())', options: '' });
    assert.deepEqual(splitCall(`f('it\\'s )', r"\\")", """a ")" b""")`)?.options, '');
    assert.deepEqual(splitCall('f(1 # not )\n)'), { call: 'f(1 # not )\n)', options: '' });
  });

  it('is not split while a bracket or a string is open, or when something else follows', () => {
    for (const text of ['', 'add', 'add(', 'add(2, "3)', 'add(2]', 'add(2) + 1', 'add((2)', 'add("""")']) assert.equal(splitCall(text), null, text);
  });

  it('becomes Python that sends it or keeps it', () => {
    assert.equal(sendingCode({ call: 'add(2, 3)', options: '' }), 'add.delay(2, 3)');
    assert.equal(sendingCode({ call: 'add(2, 3)', options: 'countdown=5' }), 'add.s(2, 3).apply_async(countdown=5)');
    assert.equal(signatureCode({ call: 'add(2, 3)', options: '' }), 'add.s(2, 3)');
    assert.equal(signatureCode({ call: 'add(2, 3)', options: 'countdown=5' }), 'add.s(2, 3).set(countdown=5)');
  });
});

describe('a kept sample', () => {
  const write = (before: string, call: string, module: string | null): string => {
    const { text, importLine } = sampleText(before, call, '', module);
    const withImport = importLine ? before.slice(0, importLine.offset) + importLine.text + before.slice(importLine.offset) : before;
    return withImport + text;
  };

  it('starts a file with its import below the docstring', () =>
    assert.equal(write('"""Samples."""\n', 'add(2, 3)', 'shop.tasks'), '"""Samples."""\n\nfrom shop.tasks import add\n\nadd.s(2, 3)\n'));

  it('is appended, its import after the last one', () =>
    assert.equal(write('from a import b\n\nb.s()\n', 'add(2)', 'shop.tasks'), 'from a import b\nfrom shop.tasks import add\n\nb.s()\n\nadd.s(2)\n'));

  it('imports nothing twice, and ends an open last line', () => assert.equal(write('from m import f\nf.s(1)', 'f(2)', 'm'), 'from m import f\nf.s(1)\n\nf.s(2)\n'));
});
