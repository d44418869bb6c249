import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCrontab, readCrontabLine } from '../../../src/celery/crontab';
import { nextRuns } from '../../../src/celery/nextRuns';
import { formatVersion, NEWEST_CELERY, parseVersion } from '../../../src/celery/versions';
import { zoneOf } from '../../../src/celery/zone';
import { compareCrontab, type CrontabAnswers } from '../../oracle/crontab';

const celery52 = parseVersion('5.2.7')!;

describe('crontab', () => {
  for (const minor of ['5.2', '5.7']) {
    it(`reads random fields and finds the next runs as Celery ${minor} does`, () => {
      const answers = JSON.parse(readFileSync(path.join(process.env.REPOSITORY!, `test/fixtures/celery/crontab-${minor}.json`), 'utf8')) as CrontabAnswers;
      assert.ok(answers.fields.length >= 1_000 && answers.runs.length >= 1_000);
      assert.ok(answers.celery.startsWith(minor));
      compareCrontab(answers);
    }).timeout(30_000);
  }

  it('says what is wrong and where', () => {
    const first = (fields: Parameters<typeof readCrontab>[0], version = NEWEST_CELERY) => {
      const { crontab, errors } = readCrontab(fields, version);
      assert.equal(crontab, null);
      const [error] = errors;
      return error && [error.code, error.field, error.start, error.end];
    };
    assert.deepEqual(first({ hour: 24 }), ['out-of-range', 'hour', 0, 0]);
    assert.deepEqual(first({ minute: '1,5,60' }), ['out-of-range', 'minute', 4, 6]);
    assert.deepEqual(first({ day_of_week: '1-7' }), ['out-of-range', 'day_of_week', 2, 3]);
    assert.deepEqual(first({ minute: '0,5/10' }), ['step-on-number', 'minute', 2, 6]);
    assert.deepEqual(first({ minute: '1,,2' }), ['empty-part', 'minute', 2, 2]);
    assert.deepEqual(first({ minute: '*/0' }), ['step-zero', 'minute', 2, 3]);
    assert.deepEqual(first({ minute: '*/' }), ['step-missing', 'minute', 1, 2]);
    assert.deepEqual(first({ minute: '1-30/x' }), ['step-not-number', 'minute', 5, 6]);
    assert.deepEqual(first({ minute: '0 7 * * *' }), ['whole-line', 'minute', 0, 9]);
    assert.deepEqual(first({ minute: '@daily' }), ['not-understood', 'minute', 0, 6]);
    assert.deepEqual(first({ minute: { python: 'NoneType' } }), ['wrong-type', 'minute', 0, 0]);
    assert.deepEqual(first({ month_of_year: 'jan' }, celery52), ['months-need-5.5', 'month_of_year', 0, 3]);
    assert.deepEqual(first({ day_of_month: 30, month_of_year: 2 }), ['impossible-date', 'day_of_month', 0, 0]);
  });

  it('notes what Celery accepts and the writer hardly meant', () => {
    const codes = (fields: Parameters<typeof readCrontab>[0], version = NEWEST_CELERY) => readCrontab(fields, version).oddities.map(({ code, start, end }) => [code, start, end]);
    assert.deepEqual(codes({ minute: '*/5 * * * *' }), [['text-ignored', 3, 11]]);
    assert.deepEqual(codes({ minute: '*/90' }), [['step-beyond-range', 0, 4]]);
    assert.deepEqual(codes({ minute: '3,*/7' }), [['step-uneven', 2, 5]]);
    assert.deepEqual(codes({ minute: 'may' }), [['month-name-elsewhere', 0, 3]]);
    assert.deepEqual(codes({ hour: 'mon' }), [['day-name-elsewhere', 0, 3]]);
    assert.deepEqual(codes({ day_of_month: 13, day_of_week: 5 }), [['day-and-weekday', 0, 0]]);
    assert.deepEqual(codes({ day_of_month: 30, month_of_year: 2 }, celery52), [['impossible-date', 0, 0]]);
    assert.deepEqual(codes({ minute: '*/15', hour: '8-17', day_of_week: 'mon-fri' }), []);
  });

  const clockChanges: readonly (readonly [what: string, fields: Parameters<typeof readCrontab>[0], zone: string, after: string, from55: string, before55: string])[] = [
    ['a time in the gap', { minute: 30, hour: 2 }, 'Europe/Paris', '2026-03-28T12:00Z', '03-29 03:30, 03-30 02:30', '03-29 03:00, 03-30 02:30'],
    ['every half hour over the gap', { minute: '*/30' }, 'Europe/Paris', '2026-03-29T00:15Z', '03-29 01:30, 03-29 03:00, 03-29 03:30', '03-29 01:30, 03-29 03:00, 03-29 03:30'],
    ['every hour over the gap', { minute: 0 }, 'America/New_York', '2026-03-08T06:15Z', '03-08 03:00, 03-08 04:00', '03-08 03:00, 03-08 04:00'],
    ['every half hour over the repeated hour', { minute: '*/30' }, 'Europe/Paris', '2026-10-25T00:10Z', '10-25 02:30, 10-25 03:00, 10-25 03:30', '10-25 02:30, 10-25 03:00, 10-25 03:30'],
    ['a time in the repeated hour runs once, in its first pass', { minute: 30, hour: 1 }, 'America/New_York', '2026-10-31T12:00Z', '11-01 01:30, 11-02 01:30', '11-01 01:30, 11-02 01:30'],
    ['a gap of half an hour', { minute: 10, hour: 2 }, 'Australia/Lord_Howe', '2026-10-03T00:00Z', '10-04 02:40, 10-05 02:10', '10-04 02:30, 10-05 02:10'],
    ['midnight in the gap', { minute: 0, hour: 0 }, 'America/Santiago', '2026-09-05T12:00Z', '09-06 01:00, 09-07 00:00', '09-06 01:00, 09-07 00:00'],
    ['a start within the second pass', { minute: 30, hour: 2 }, 'Europe/Paris', '2026-10-25T01:15Z', '10-25 02:30, 10-26 02:30', '10-25 02:30, 10-26 02:30'],
  ];
  for (const [what, fields, zoneName, after, from55, before55] of clockChanges) {
    it(`when the clock changes: ${what}`, () => {
      const zone = zoneOf(zoneName)!;
      for (const [version, expected] of [[NEWEST_CELERY, from55], [parseVersion('5.5.0')!, from55], [parseVersion('5.4.0')!, before55], [celery52, before55]] as const) {
        const wanted = expected.split(', ');
        const runs = nextRuns(readCrontab(fields, version).crontab!, Date.parse(after), zone, wanted.length);
        assert.deepEqual(runs.map(run => new Date(zone.wallAt(run)).toISOString().slice(5, 16).replace('T', ' ')), wanted, formatVersion(version));
        assert.ok(runs.every((run, index) => run > (runs[index - 1] ?? Date.parse(after))));
      }
    });
  }

  it('a day that no month has never runs, and nobody waits for it', () => {
    const { crontab } = readCrontab({ day_of_month: 31, month_of_year: '4,6' }, celery52);
    assert.deepEqual(nextRuns(crontab!, Date.parse('2026-01-01T00:00Z'), zoneOf('UTC')!, 3), []);
    assert.equal(zoneOf('Mars/Olympus'), null);
  });

  it('reads a cron line from 5.5, day of the month before day of the week', () => {
    const { crontab } = readCrontabLine('30 7 1-7 jan mon', NEWEST_CELERY);
    assert.deepEqual(crontab && [crontab.minute, crontab.hour, crontab.day_of_month, crontab.month_of_year, crontab.day_of_week], [[30], [7], [1, 2, 3, 4, 5, 6, 7], [1], [1]]);
    const problem = (line: string, version = NEWEST_CELERY) => readCrontabLine(line, version).errors.map(({ code, start, end }) => [code, start, end]);
    assert.deepEqual(problem('0 7  * * *'), [['line-fields', 0, 10]]);
    assert.deepEqual(problem('0 24 * * 7'), [['out-of-range', 2, 4], ['out-of-range', 9, 10]]);
    assert.deepEqual(problem('0 7 * * *', parseVersion('5.4.0')!), [['line-unsupported', 0, 9]]);
  });
});
