import assert from 'node:assert/strict';
import { readRate } from '../../src/celery/rateLimit';

/** What `scripts/record/rates.py` prints. */
export interface RateAnswers {
  readonly celery: string;
  readonly rates: readonly (readonly [text: string, answer: string])[];
}

/** Fails with the texts of which we say something else than that Celery said. */
export function compareRates(answers: RateAnswers): void {
  const wrong: unknown[] = [];
  for (const [text, theirs] of answers.rates) {
    const reading = readRate(text);
    const ours = reading.kind === 'rate' ? reading.perSecond : reading.code === 'unit' ? 'KeyError' : 'ValueError';
    if (!(typeof ours === 'number' ? equals(ours, theirs) : ours === theirs)) wrong.push({ text, ours, theirs });
  }
  assert.deepEqual(wrong, [], `differ from Celery ${answers.celery}`);
}

/** Python's text of a float against a number of ours. */
function equals(ours: number, theirs: string): boolean {
  const number = Number(theirs.replace('inf', 'Infinity'));
  if (!Number.isFinite(number)) return Object.is(ours, number) && (theirs === 'nan' || !Number.isNaN(number));
  return Math.abs(ours - number) <= 1e-12 * Math.abs(number);
}
