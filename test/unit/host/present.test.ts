import assert from 'node:assert/strict';
import type { Run } from '../../../src/shared/run';
import { canvasTitle, isUnregistered, refusedTitle, runTitle, stateTitle } from '../../../src/host/lenses/titles';
import { formatDuration } from '../../../src/host/run/present';
import { makeRun } from './builders';

const plain = (title: string): string => title.replaceAll('\u00a0', ' ');

describe('lens titles', () => {
  const cases: readonly [Partial<Run>, string][] = [
    [{ state: 'SUCCESS', runtime: 0.0123, outcome: '3' }, '$(check) SUCCESS 12 ms → 3'],
    [{ state: 'SUCCESS', runtime: 2.04, outcome: 'None' }, '$(check) SUCCESS 2.0 s → None'],
    [{ state: 'FAILURE', runtime: 0.001, outcome: 'ValueError("no\nway")' }, '$(error) FAILURE 1 ms: ValueError("no way")'],
    [{ state: 'RETRY', retries: 2, outcome: 'ConnectionError()' }, '$(debug-restart) RETRY attempt 2 failed: ConnectionError()'],
    [{ state: 'STARTED', retries: 2 }, '$(loading~spin) STARTED attempt 3'],
    [{ state: 'PROGRESS', progress: 0.4, outcome: "{'current': 4, 'total': 10}" }, '$(loading~spin) PROGRESS 40 %'],
    [{ state: 'SENT' }, '$(arrow-up) SENT'],
    [{ state: 'SUCCESS', runtime: null, startedAt: 1000, finishedAt: 1250, outcome: '$(x)' }, '$(check) SUCCESS 250 ms → $\u200b(x)'],
  ];
  for (const [run, title] of cases) it(title, () => assert.equal(plain(stateTitle(makeRun(run))), title));

  it('say how much of a canvas is done, and what failed first', () => {
    const [a, b] = [makeRun({ id: 'a', outcome: '1' }), makeRun({ id: 'b', state: 'STARTED' })];
    assert.equal(plain(canvasTitle(['a', 'b'], {})), '$(arrow-up) SENT');
    assert.equal(plain(canvasTitle(['a', 'b'], { a })), '$(check) SUCCESS 1 of 2 → 1');
    assert.equal(plain(canvasTitle(['a', 'b'], { a, b })), '$(loading~spin) STARTED 1 of 2');
    assert.equal(plain(canvasTitle(['a', 'b'], { a: { ...a, state: 'FAILURE', outcome: 'X()' }, b })), '$(error) FAILURE 0 of 2 X()');
    assert.equal(plain(canvasTitle(['a'], { a })), '$(check) SUCCESS → 1');
  });

  it('cut what is too long', () => {
    assert.equal(runTitle(`f(${'1, '.repeat(100)})`).length, '$(play) '.length + 70);
    assert.match(plain(stateTitle(makeRun({ state: 'SUCCESS', outcome: 'x'.repeat(500) }))), /^.{70,90}…$/);
    assert.match(plain(refusedTitle('Decimal is not serializable by json')), /^\$\(error\) not sent: Decimal/);
  });
});

describe('durations', () => {
  const cases: readonly [number, string][] = [[0, '< 1 ms'], [0.0124, '12 ms'], [0.9994, '999 ms'], [0.9996, '1.0 s'], [3.44, '3.4 s'], [59.96, '1 min 0 s'], [125, '2 min 5 s'], [3600, '1 h 0 min'], [3840, '1 h 4 min']];
  for (const [seconds, text] of cases) it(`${seconds} s is ${text}`, () => assert.equal(formatDuration(seconds), text));
});

describe('a task that is not registered', () => {
  it('is known only once the app was imported', () => {
    assert.equal(isUnregistered('a', null), false);
    assert.equal(isUnregistered('a', undefined), false);
  });
});
