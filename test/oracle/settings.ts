import assert from 'node:assert/strict';
import { mixedStyles, readSettingKey, settingsOf } from '../../src/celery/settings';
import { parseVersion } from '../../src/celery/versions';

/** What `scripts/record/settings.py` prints. */
export interface SettingAnswers {
  readonly celery: string;
  readonly ways: readonly string[];
  readonly effects: readonly (readonly [key: string, setting: string | null, ways: string])[];
  readonly mixed: readonly (readonly [keys: readonly string[], renames: readonly (readonly [string, string])[] | null])[];
}

/** Fails with the cases in which we say something else than that Celery said. */
export function compareSettings(answers: SettingAnswers): void {
  const version = parseVersion(answers.celery);
  assert.ok(version, answers.celery);
  const wrong: unknown[] = [];
  for (const [key, meaning, bits] of answers.effects) {
    for (const [index, way] of answers.ways.entries()) {
      const [kind, namespace = null] = way.split(':');
      const reading = readSettingKey(key, kind === 'object' ? { kind, namespace } : { kind: 'update', namespace }, version);
      const ours = reading?.effect ? reading.setting.name : null;
      const theirs = bits[index] === '1' ? meaning : null;
      if (ours !== theirs) wrong.push({ key, way, ours, theirs });
      // Names that mean nothing to Celery must not be taken for settings either.
      if (!meaning && reading?.effect) wrong.push({ key, way, reading });
    }
  }
  for (const [keys, renames] of answers.mixed) {
    const ours = mixedStyles(keys, version).map(({ key, rename }) => [key, rename]);
    if (JSON.stringify(ours) !== JSON.stringify(renames ?? [])) wrong.push({ keys, ours, theirs: renames });
  }
  const known = new Set(answers.effects.flatMap(([, setting]) => setting ?? []));
  for (const name of known) if (!settingsOf(version).has(name)) wrong.push({ unknown: name });
  assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} differ from Celery ${answers.celery}`);
}
