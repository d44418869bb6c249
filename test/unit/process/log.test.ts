import assert from 'node:assert/strict';
import { colourLogLine, isHopeless } from '../../../src/live/process/celery';
import { Log, plain } from '../../../src/live/process/log';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('log of a process', () => {
  it('cuts what arrives into lines, wherever it is cut', () => {
    const log = new Log();
    const text = 'first\nzwölf\r\n\nlast';
    const arrived = [...bytes(text)].flatMap(byte => log.take(Buffer.from([byte])));
    assert.deepEqual([...arrived, ...log.end()], ['first', 'zwölf', '', 'last']);
    assert.deepEqual(log.tail(), ['first', 'zwölf', '', 'last']);
    assert.deepEqual(log.tail(1), ['last']);
  });

  it('masks a secret that two chunks share', () => {
    const log = new Log();
    assert.deepEqual(log.take(bytes('connected to redis://:hun')), []);
    assert.deepEqual(log.take(bytes('ter2@localhost:6379/0\n')), ['connected to redis://:***@localhost:6379/0']);
  });

  it('keeps the last lines, bounded in lines and characters', () => {
    const log = new Log(10, 1_000);
    for (let line = 0; line < 1_000; line++) log.take(bytes(`${line}\n`));
    assert.deepEqual(log.tail(), Array.from({ length: 10 }, (_, index) => `${990 + index}`));
    for (let line = 0; line < 10; line++) log.take(bytes(`${'x'.repeat(300)}\n`));
    assert.equal(log.tail().length, 3);
  });

  it('cuts a line that does not end', () => {
    const log = new Log();
    for (let piece = 0; piece < 100; piece++) log.take(bytes('y'.repeat(10_000)));
    const lines = [...log.tail(), ...log.end()];
    assert.ok(lines.length > 10);
    assert.ok(lines.every(line => line.length <= 20_001), String(Math.max(...lines.map(line => line.length))));
  });

  it('keeps colours, and gives text without them', () => {
    const log = new Log();
    assert.deepEqual(log.take(bytes('\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007\n')).map(plain), ['red link']);
    assert.match(log.tail()[0]!, /^\u001b\[31mred/);
  });
});

describe('lines of Celery', () => {
  it('have the colours of a terminal', () => {
    const line = '[2026-11-23 16:58:08,858: ERROR/MainProcess] consumer: Cannot connect';
    assert.equal(colourLogLine(line), `\u001b[31m${line}\u001b[0m`);
    assert.equal(colourLogLine('[2026-11-23 16:58:08,858: INFO/MainProcess] ready'), '[2026-11-23 16:58:08,858: INFO/MainProcess] ready');
    assert.equal(colourLogLine('\u001b[1;31mown\u001b[0m'), '\u001b[1;31mown\u001b[0m');
    assert.equal(colourLogLine('    ^^^^^'), '    ^^^^^');
  });

  it('are dropped where they hold a single mark of a redirected traceback', () => {
    assert.equal(colourLogLine('[2026-11-23 17:06:05,218: WARNING/MainProcess] ^'), null);
    assert.equal(colourLogLine('[2026-11-23 17:06:05,218: WARNING/MainProcess]  '), null);
  });

  it('tell from the second attempt on that a broker is not there', () => {
    assert.ok(!isHopeless('Trying again in 2.00 seconds... (1/100)'));
    assert.ok(isHopeless('Trying again in 4.00 seconds... (2/100)'));
    assert.ok(isHopeless('Trying again in 20.00 seconds... (10/100)'));
  });
});
