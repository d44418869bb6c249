import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { until } from '../harness/until';
import { useWorkbench } from '../harness/useWorkbench';

const samples = '.vscode/celery_samples.py';

describe('Monitor', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ size: { width: 1440, height: 900 } });

  const details = (): Locator => workbench().webview.getByRole('complementary', { name: 'Details of the run' });
  const row = (text: string | RegExp): Locator => workbench().webview.getByRole('grid', { name: 'Runs' }).getByRole('row').filter({ hasText: text });
  it('opens from the palette, and says what to do while there are no runs', async () => {
    const editor = await workbench().openFile(samples);
    await editor.waitForLens('no_such_order', /Run$/);
    await workbench().runCommand('Celery: Open Monitor');
    await workbench().webview.getByText('No runs yet').waitFor();
    await workbench().screenshot('monitor-empty');
  });

  it('shows the traceback of a failed task, and a click on a frame opens file and line', async () => {
    const editor = await workbench().openFile(samples);
    await editor.clickLens('no_such_order', /Run$/);
    await editor.waitForLens('no_such_order', /FAILURE/, 90);
    await editor.clickLens('no_such_order', /FAILURE/);
    await row('refund').filter({ hasText: 'FAILURE' }).waitFor();
    const frame = details().getByRole('button', { name: /store\.py", line \d+/ }).first();
    await frame.waitFor();
    const line = /line (\d+)/.exec(await frame.innerText())![1]!;
    await workbench().screenshot('monitor-failure');
    await frame.click();
    await workbench().page.getByRole('tab', { name: 'store.py', selected: true }).waitFor();
    await workbench().statusBarItem(new RegExp(`^Ln ${line}, Col`)).waitFor();
    await workbench().screenshot('monitor-frame');
    await workbench().page.getByRole('tab', { name: 'store.py' }).getByRole('button', { name: /^Close/ }).click();
  });

  it('runs a call again and shows the new run', async () => {
    const { webview } = workbench();
    const before = await row('refund').count();
    await details().getByRole('button', { name: 'Run again' }).click();
    await until('there is one run more', async () => (await row('refund').count()) > before);
    await webview.getByRole('row', { selected: true }).filter({ hasText: /refund/ }).waitFor();
  });

  it('lists schedules with their next runs, and runs one now', async () => {
    const { webview } = workbench();
    await webview.getByRole('tab', { name: 'Schedules' }).click();
    const entry = webview.getByRole('table', { name: 'Schedules' }).getByRole('row').filter({ hasText: 'morning-report' });
    assert.match(await entry.innerText(), /crontab\(hour=7, minute=30, day_of_week='mon-fri'\)/);
    await workbench().screenshot('monitor-schedules');
    await entry.getByRole('button', { name: 'Run morning-report now' }).click();
    await row('build_report').and(webview.getByRole('row', { selected: true })).waitFor();
  });
});
