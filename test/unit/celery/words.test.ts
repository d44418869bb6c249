import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCrontab, type Crontab } from '../../../src/celery/crontab';
import { effectiveSeconds, intervalSchedule, solarSchedule, timedeltaSeconds } from '../../../src/celery/schedule';
import { NEWEST_CELERY } from '../../../src/celery/versions';
import { crontabWords, intervalWords, scheduleWords } from '../../../src/celery/words';
import type { CrontabAnswers } from '../../oracle/crontab';

const crontab = (fields: Parameters<typeof readCrontab>[0]): Crontab => {
  const reading = readCrontab(fields, NEWEST_CELERY);
  assert.ok(reading.crontab, JSON.stringify(reading.errors));
  return reading.crontab;
};

describe('a schedule in words', () => {
  const examples: readonly (readonly [Parameters<typeof readCrontab>[0], string])[] = [
    [{}, 'every minute'],
    [{ minute: '*/15' }, 'every 15 minutes'],
    [{ minute: '*/15', hour: '8-17', day_of_week: 'mon-fri' }, 'every 15 minutes from 08:00 to 17:59 on weekdays'],
    [{ minute: 30, hour: 7, day_of_week: 1 }, 'Mondays at 07:30'],
    [{ minute: 30, hour: 7, day_of_week: 'sat,sun' }, 'weekends at 07:30'],
    [{ minute: 30, hour: 7 }, 'every day at 07:30'],
    [{ minute: 0, hour: '2,14', day_of_week: 'sun,tue' }, 'Tuesdays and Sundays at 02:00 and 14:00'],
    [{ minute: 0, hour: 2, day_of_month: 1 }, 'at 02:00 on the 1st of each month'],
    [{ minute: 0, hour: 2, day_of_month: '1,15,22-24' }, 'at 02:00 on the 1st, the 15th and the 22nd to 24th of each month'],
    [{ minute: 0, hour: 2, day_of_month: 31 }, 'at 02:00 on the 31st of each month that has one'],
    [{ minute: 0, hour: 0, day_of_month: 1, month_of_year: '*/3' }, 'at 00:00 on the 1st of January, April, July and October'],
    [{ minute: 0, hour: 0, day_of_month: '1-7', day_of_week: 'mon' }, 'at 00:00 on the first Monday of each month'],
    [{ minute: 0, hour: 0, day_of_month: 13, day_of_week: 'fri' }, 'Fridays that fall on the 13th of a month at 00:00'],
    [{ minute: 0 }, 'every hour'],
    [{ minute: 1 }, 'at 1 minute past every hour'],
    [{ minute: '5,20,35' }, 'at 5, 20 and 35 minutes past every hour'],
    [{ minute: 0, hour: '*/2' }, 'every 2 hours from 00:00'],
    [{ minute: 30, hour: '9-17' }, 'every hour from 09:30 to 17:30'],
    [{ hour: 3 }, 'every minute from 03:00 to 03:59'],
    [{ minute: '*/20', hour: '22-4' }, 'every 20 minutes from 22:00 to 04:59'],
    [{ minute: '*/20', hour: '1,5,9' }, 'every 20 minutes in the hours 01, 05 and 09'],
    [{ minute: 0, hour: 0, month_of_year: '6-8' }, 'at 00:00 in June to August'],
    [{ minute: '*/90' }, 'every hour'],
  ];
  for (const [fields, words] of examples) it(words, () => assert.equal(crontabWords(crontab(fields)), words));

  it('never says anything else than what runs: thousands of crontabs read back from their words', () => {
    let read = 0;
    for (const minor of ['5.2', '5.7']) {
      const answers = JSON.parse(readFileSync(path.join(process.env.REPOSITORY!, `test/fixtures/celery/crontab-${minor}.json`), 'utf8')) as CrontabAnswers;
      for (const [fields] of answers.runs) {
        const { crontab } = readCrontab(fields, NEWEST_CELERY);
        if (!crontab) continue;
        const words = crontabWords(crontab);
        const { times, days } = readBack(words);
        assert.equal(times.join(), crontab.hour.flatMap(hour => crontab.minute.map(minute => 60 * hour + minute)).join(), words);
        assert.equal(days.map(set => set.join()).join('/'), [crontab.month_of_year, crontab.day_of_month, crontab.day_of_week].map(set => set.join()).join('/'), words);
        read++;
      }
    }
    assert.ok(read > 2_000);
  }).timeout(30_000);

  it('intervals', () => {
    const cases: readonly (readonly [number, string])[] = [
      [1, 'every second'], [30, 'every 30 seconds'], [60, 'every minute'], [5400, 'every 90 minutes'], [7200, 'every 2 hours'], [86_400, 'every day'],
      [604_800, 'every 7 days'], [3661, 'every 1 hour, 1 minute and 1 second'], [0.5, 'every 0.5 seconds'], [0, 'as often as Beat can'],
      [6060, 'every 1 hour and 41 minutes'], [365 * 86_400, 'every 365 days'],
    ];
    for (const [seconds, words] of cases) assert.equal(intervalWords(intervalSchedule(seconds)), words);
    assert.equal(intervalWords(intervalSchedule(7200, true)), 'every 2 hours, on the hour');
  });

  it('timedelta, as Python counts it', () => {
    assert.equal(timedeltaSeconds({ days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5, microseconds: 6, weeks: 1 }), 698_584.005006);
    assert.equal(timedeltaSeconds({ minutes: -1.5 }), -90);
  });

  it('a relative interval that is no whole unit runs at another rate', () => {
    assert.equal(effectiveSeconds(intervalSchedule(90, true)), 60);
    assert.equal(effectiveSeconds(intervalSchedule(5400, true)), 3600);
    assert.equal(effectiveSeconds(intervalSchedule(172_800, true)), 172_800);
    assert.equal(effectiveSeconds(intervalSchedule(90)), 90);
    assert.equal(effectiveSeconds(intervalSchedule(30.5, true)), 30.5);
    assert.equal(intervalWords(intervalSchedule(90, true)), 'every minute, on the minute (90 seconds, rounded down)');
  });

  it('solar events', () => {
    const sunset = solarSchedule('sunset', -37.81753, 144.96715);
    assert.ok(sunset.kind === 'solar');
    assert.equal(scheduleWords(sunset), 'at sunset at 37.81753° S, 144.96715° E');
    assert.equal(solarSchedule('sundown', 0, 0).kind, 'error');
    assert.equal(solarSchedule('sunset', 91, 0).kind, 'error');
    assert.equal(solarSchedule('sunset', 0, 181).kind, 'error');
  });
});

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const all = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const list = (text: string): string[] => text.split(/, | and /);

/** What a reader understands: minutes of the day, and months, days of the month and weekdays, all ascending. Written apart from the writer on purpose. */
function readBack(words: string): { times: number[]; days: number[][] } {
  const weekday = WEEKDAYS.map(name => `${name}s`).join('|');
  const time = String.raw`(?:at \d\d:\d\d(?:(?:, | and )\d\d:\d\d)*|every (?:\d+ )?(?:minutes?|hours?)(?: from \d\d:\d\d(?: to \d\d:\d\d)?| in the hours [\d, and to]*\d)?|at [\d, and to]*\d minutes? past (?:every hour|the hours [\d, and to]*\d))`;
  const leading = new RegExp(`^((?:${weekday}|weekdays|weekends).*?|every day) (${time})$`).exec(words);
  const trailing = new RegExp(`^(${time})(?: (in .*|on .*))?$`).exec(words);
  const [days, times] = leading ? [leading[1], leading[2]] : trailing ? [trailing[2], trailing[1]] : assert.fail(`cannot read ${words}`);
  return { times: readTimes(times!), days: readDays(days ?? 'every day') };
}

function readTimes(text: string): number[] {
  const minutes = (clock: string): number => 60 * Number(clock.slice(0, 2)) + Number(clock.slice(3));
  const numbers = (texts: string): number[] => list(texts).flatMap(part => {
    const [first, last] = part.split(' to ').map(Number);
    return all(first!, last ?? first!);
  });
  const sorted = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b);
  let match = /^at (\d\d:\d\d.*)$/.exec(text);
  if (match) return sorted(list(match[1]!).map(minutes));
  match = /^every (?:(\d+) )?(minute|hour)s?(?: from (\d\d:\d\d)(?: to (\d\d:\d\d))?| in the hours (.*))?$/.exec(text);
  if (match) {
    const step = Number(match[1] ?? 1) * (match[2] === 'hour' ? 60 : 1);
    const hours = match[5] === undefined ? null : numbers(match[5]);
    const from = match[3] === undefined ? 0 : minutes(match[3]);
    const to = match[4] === undefined ? 1439 : minutes(match[4]);
    const span = to >= from ? to - from : to + 1440 - from;
    const found: number[] = [];
    for (let at = 0; at <= span; at += step) if (!hours || hours.includes(Math.floor(at / 60))) found.push((from + at) % 1440);
    return sorted(found);
  }
  match = /^at (.*) minutes? past (?:every hour|the hours (.*))$/.exec(text);
  assert.ok(match, text);
  const hours = match[2] === undefined ? all(0, 23) : numbers(match[2]);
  return sorted(hours.flatMap(hour => numbers(match[1]!).map(minute => 60 * hour + minute)));
}

function readDays(text: string): number[][] {
  let months = all(1, 12);
  let days = all(1, 31);
  let weekdays = all(0, 6);
  let rest = text.replace(/^on (?!the |odd|even)/, '');
  const inMonths = / ?(?:\bin|\bof) ((?:January|February|March|April|May|June|July|August|September|October|November|December).*)$/.exec(rest);
  if (inMonths) {
    months = list(inMonths[1]!).flatMap(part => {
      const [first, last] = part.split(' to ').map(name => MONTHS.indexOf(name) + 1);
      return last === undefined ? [first!] : last >= first! ? all(first!, last) : [...all(first!, 12), ...all(1, last)];
    });
    rest = rest.slice(0, inMonths.index);
  }
  rest = rest.replace(/ of (a month|each month( that has one)?)$/, '');
  const nth = /^on the (first|second|third|fourth) (\w+)$/.exec(rest);
  if (nth) {
    const first = 1 + 7 * ['first', 'second', 'third', 'fourth'].indexOf(nth[1]!);
    days = all(first, first + 6);
    weekdays = [WEEKDAYS.indexOf(nth[2]!)];
    rest = '';
  }
  const dates = /(?:that fall on|^on) (.*)$/.exec(rest);
  if (dates) {
    days = dates[1] === 'odd days' ? all(1, 31).filter(day => day % 2 === 1) : dates[1] === 'even days' ? all(1, 31).filter(day => day % 2 === 0) : list(dates[1]!).flatMap(part => {
      const [first, last] = part.replace('the ', '').split(' to ').map(day => parseInt(day, 10));
      return all(first!, last ?? first!);
    });
    rest = rest.slice(0, dates.index).trim();
  }
  if (rest && rest !== 'every day' && rest !== 'in') {
    weekdays = rest === 'weekdays' ? all(1, 5) : rest === 'weekends' ? [0, 6] : list(rest).map(name => WEEKDAYS.indexOf(name.slice(0, -1)));
  }
  assert.ok([...months, ...days, ...weekdays].every(value => value >= 0), text);
  return [months, days, weekdays].map(values => values.sort((a, b) => a - b));
}
