import assert from 'node:assert/strict';
import { readCrontab, readField, type CrontabField, type FieldValue } from '../../src/celery/crontab';
import { nextRuns } from '../../src/celery/nextRuns';
import { isAtLeast, parseVersion, type Version } from '../../src/celery/versions';
import { zoneOf } from '../../src/celery/zone';

/** What `scripts/record/crontab.py` prints. */
export interface CrontabAnswers {
  readonly celery: string;
  readonly fields: readonly (readonly [CrontabField, string, readonly number[] | null])[];
  readonly runs: readonly (readonly [Partial<Record<CrontabField, FieldValue>>, string, number, readonly number[] | 'error' | 'never'])[];
}

/** Fails with the cases in which we say something else than that Celery said. */
export function compareCrontab(answers: CrontabAnswers): void {
  const version = parseVersion(answers.celery);
  assert.ok(version, `no version: ${answers.celery}`);
  const wrong: unknown[] = [];
  for (const [field, text, theirs] of answers.fields) {
    const { values, errors } = readField(field, text, version);
    const ours = errors.length > 0 ? null : values;
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) wrong.push({ field, text, theirs, ours });
  }
  for (const [fields, zoneName, start, theirs] of answers.runs) {
    const zone = zoneOf(zoneName);
    assert.ok(zone, zoneName);
    const { crontab, oddities } = readCrontab(fields, version);
    const runs = crontab ? nextRuns(crontab, start * 1000, zone, 4).map(run => run / 1000) : null;
    const ours = runs === null ? 'error' : oddities.some(({ code }) => code === 'impossible-date') ? 'never' : runs;
    if (JSON.stringify(comparable(ours, version)) !== JSON.stringify(comparable(theirs, version))) wrong.push({ fields, zone: zoneName, start: iso(start), theirs: times(theirs), ours: times(ours) });
  }
  assert.deepEqual(wrong, [], `${wrong.length} of ${answers.fields.length + answers.runs.length} differ from Celery ${answers.celery}`);
}

/** Before 5.3 Celery takes time zones from pytz, which knows no changes of the clock after 2037. */
function comparable(answer: readonly number[] | string, version: Version): readonly number[] | string {
  return typeof answer === 'string' || isAtLeast(version, 5, 3) ? answer : answer.filter(run => run < Date.UTC(2038, 0) / 1000);
}

function times(answer: readonly number[] | string): string {
  return typeof answer === 'string' ? answer : answer.map(iso).join(' ');
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
