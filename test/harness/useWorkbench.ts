import { Workbench, type WorkbenchOptions } from './workbench';

/**
 * For a `describe`: opens an editor before its tests and closes it after them. What helps to understand a failed test is kept in `test-results/evidence`.
 * @returns gives the editor to a test
 */
export function useWorkbench(options: WorkbenchOptions | (() => Promise<WorkbenchOptions>) = {}): () => Workbench {
  let workbench: Workbench | undefined;
  before(async function () {
    this.timeout(300_000);
    workbench = await Workbench.open(typeof options === 'function' ? await options() : options);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.keepEvidence(this.currentTest.fullTitle());
  });
  after(async function () {
    this.timeout(60_000);
    await workbench?.close();
  });
  return () => {
    if (!workbench) throw new Error('The editor is open only while tests run.');
    return workbench;
  };
}
