import assert from 'node:assert/strict';
import { rules } from '../../../../src/source/lint/registry';
import { guards } from './silent';
import { lookalikes } from './silent/lookalikes';
import { head, project, type Silent, type SilentCode } from './silent/silent';
import { Bench } from './suite';

/** Code that looks wrong and is not, or whose meaning cannot be known: nothing may be said of it, by any rule. */
describe('code that only looks wrong', () => {
  leftAlone(lookalikes);
  for (const [code, silent] of Object.entries(guards)) describe(code, () => leftAlone(silent));

  it('is only found to be so while rules look', async () => {
    const bench = await Bench.open({ 'shop/__init__.py': '', 'shop/app.py': `${head}\n\nadd.delay(1, 2, 3)\n` });
    assert.equal(bench.lint({}, rules).length, 1);
    bench.close();
  });
});

function leftAlone(silent: Silent): void {
  for (const [what, code] of Object.entries(silent)) {
    it(`${what} is left alone by all rules`, async () => {
      assert.deepEqual(await findings(code), []);
    });
  }
}

async function findings(code: SilentCode): Promise<string[]> {
  const { files, versions = {} } = typeof code === 'string' ? project(code) : code;
  const bench = await Bench.open(files);
  try {
    return bench.lint({}, rules, versions, false).map(finding => `${bench.describe(finding)}: ${finding.message}`);
  } finally {
    bench.close();
  }
}
