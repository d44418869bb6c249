import assert from 'node:assert/strict';
import { until } from '../harness/until';
import { useWorkbench } from '../harness/useWorkbench';

describe('what becomes of a run', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();
  const details = () => workbench().webview.getByRole('complementary', { name: 'Details of the run' });

  it('a failing task: its traceback leads to the line', async () => {
    const editor = await workbench().openFile('shop/orders.py', { at: 'def refund' });
    await editor.clickLens('def refund', 'refund(404)');
    await editor.waitForLens('def refund', /FAILURE.*OrderNotFound/, 120);
    await editor.clickLens('def refund', /FAILURE/);
    await details().getByRole('button', { name: /File ".*store\.py", line \d+/ }).click();
    await workbench().page.getByRole('tab', { name: 'store.py', selected: true }).waitFor();
    const line = workbench().lineOf('shop/store.py', 'raise OrderNotFound');
    await workbench().statusBarItem(new RegExp(`^Ln ${line}, `)).waitFor();
  });

  it('a retrying task: its attempts are seen', async () => {
    const editor = await workbench().openFile('shop/orders.py', { at: 'def charge' });
    await editor.clickLens('def charge', /^.?\s*charge\(/);
    await editor.waitForLens('def charge', /RETRY.*attempt \d failed: GatewayTimeout/, 60);
    await editor.waitForLens('def charge', /SUCCESS.*attempt 3/, 60);
    await editor.clickLens('def charge', /SUCCESS/);
    const timeline = details().getByRole('region', { name: 'Timeline' });
    await until('each attempt is told', async () => /Attempt 1[^]*RETRY[^]*Attempt 2[^]*RETRY[^]*Attempt 3[^]*SUCCESS/.test(await timeline.innerText()));
  });

  it('a slow task: its progress is seen', async () => {
    const editor = await workbench().openFile('shop/reports.py', { at: 'def build_report' });
    await editor.clickLens('def build_report', /^.?\s*build_report\(/);
    await editor.waitForLens('def build_report', /PROGRESS \d+ %/, 60);
    await editor.waitForLens('def build_report', /SUCCESS/, 60);
  });

  it('an edited task: the new code runs, also unsaved', async () => {
    const editor = await workbench().openFile('shop/tasks.py', { at: 'return x + y' });
    await editor.replaceLine('    return x * y');
    await editor.clickLens('def add', 'add(2, 3)');
    assert.match(await editor.waitForLens('def add', /SUCCESS/, 60), /→ 6$/);
  });
});
