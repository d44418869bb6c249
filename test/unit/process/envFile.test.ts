import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnvFile } from '../../../src/live/process/envFile';

/** Recorded from python-dotenv by record.py beside it. */
const cases = JSON.parse(readFileSync(path.join(process.env.REPOSITORY!, 'test/fixtures/dotenv/cases.json'), 'utf8')) as { text: string; values: Record<string, string> }[];

describe('environment files', () => {
  it('are read as python-dotenv reads them', () => {
    assert.ok(cases.length > 400);
    for (const { text, values } of cases) assert.deepEqual(parseEnvFile(text, { OUTSIDE: 'from outside', BOTH: 'from outside' }), values, JSON.stringify(text));
  });
});
