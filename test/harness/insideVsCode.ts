import Mocha from 'mocha';
import path from 'node:path';

/** Entry of the integration tests, called by VS Code in its extension host. `load` defines the tests. */
export async function runTests(load: () => void): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd', timeout: 60_000, reporter: path.join(process.env.REPOSITORY!, 'scripts/lib/reporter.cjs'),
    ...(process.env.CELERY_WORKBENCH_GREP && { grep: process.env.CELERY_WORKBENCH_GREP }),
  });
  mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, '', mocha);
  load();
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
