import assert from 'node:assert/strict';
import { serialize, type PythonType, type Serializer } from '../../src/celery/serialization';
import { parseVersion } from '../../src/celery/versions';

/** What `scripts/record/serialization.py` prints. */
export interface SerializationAnswers {
  readonly kombu: string;
  readonly values: readonly (readonly [label: string, type: PythonType, answers: Readonly<Record<Serializer, string>>])[];
}

/** Under pickle these depend on more than their type: we say that we do not know. */
const UNCERTAIN_UNDER_PICKLE = new Set(['map', 'filter', 'zip', 'object', 'exception', 'function', 'class', 'request', 'uploaded file', 'defaultdict', 'ChainMap']);
/** Come back equal from pickle; only their class has another name. */
const RENAMED_BY_PICKLE = new Set(['lazy string', 'task']);

/** Fails with the values of which we say something else than that kombu did. */
export function compareSerialization(answers: SerializationAnswers): void {
  const kombu = parseVersion(answers.kombu);
  assert.ok(kombu, answers.kombu);
  const wrong: unknown[] = [];
  for (const [label, type, byName] of answers.values) {
    for (const serializer of ['json', 'yaml', 'msgpack', 'pickle'] as const) {
      const verdict = serialize(type, serializer, kombu);
      const ours = verdict.outcome !== 'changes' ? verdict.outcome : verdict.arrives?.startsWith('what its') ? 'dict' : verdict.arrives ?? 'contents';
      const theirs = serializer !== 'pickle' ? byName[serializer] : UNCERTAIN_UNDER_PICKLE.has(label) ? 'unknown' : RENAMED_BY_PICKLE.has(label) ? 'same' : byName.pickle;
      if (ours !== theirs) wrong.push({ label, serializer, ours, theirs });
    }
  }
  assert.deepEqual(wrong, [], `differ from kombu ${answers.kombu}`);
}
