import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../harness/until';
import { useWorkbench } from '../harness/useWorkbench';

const samples = '.vscode/celery_samples.py';
/** The sample project's own, with a report that takes long enough to be looked at. */
const slower = readFileSync(path.join(process.env.REPOSITORY!, 'samples/shop', samples), 'utf8').replace('pages=4', 'pages=20');

describe('Monitor', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ size: { width: 1440, height: 900 }, files: { [samples]: slower } });

  const details = (): Locator => workbench().webview.getByRole('complementary', { name: 'Details of the run' });
  const row = (text: string | RegExp): Locator => workbench().webview.getByRole('grid', { name: 'Runs' }).getByRole('row').filter({ hasText: text });
  /** Clicks Run at a kept sample, which is open in an editor. */
  const run = (sample: string): Promise<void> => workbench().editor('celery_samples.py').clickLens(sample, /\.s\(/);

  it('opens from the palette, and says what to do while there are no runs', async () => {
    const editor = await workbench().openFile(samples);
    await editor.waitForLens('no_such_order', 'refund.s(404)');
    await workbench().runCommand('Celery: Open Monitor');
    await workbench().webview.getByText('No runs yet').waitFor();
    await workbench().screenshot('monitor-empty');
  });

  it('shows the traceback of a failed task, and a click on a frame opens file and line', async () => {
    await workbench().openFile(samples);
    await run('no_such_order');
    const editor = workbench().editor('celery_samples.py');
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
  });

  it('shows the progress of a slow task', async () => {
    // Beside the Monitor, where the frame was opened.
    await workbench().page.getByRole('tab', { name: 'store.py' }).click();
    await workbench().openFile(samples);
    await run('short_report');
    await row('build_report').filter({ hasText: 'PROGRESS' }).click();
    await details().getByRole('progressbar', { name: 'Progress' }).waitFor();
    await workbench().screenshot('monitor-progress');
    await row('build_report').filter({ hasText: 'SUCCESS' }).waitFor();
    await details().getByRole('region', { name: 'Result' }).getByText('report of 20 pages').waitFor();
  });

  it('shows each attempt of a task that is tried again', async () => {
    await run('pay_for_coffee');
    await row('charge').filter({ hasText: 'RETRY' }).click();
    await details().getByRole('region', { name: 'Result' }).getByText('charged').waitFor();
    assert.deepEqual(await details().locator('.timeline-attempt').allInnerTexts(), ['Attempt 1', 'Attempt 2', 'Attempt 3']);
    await workbench().screenshot('monitor-retry');
  });

  it('runs a call again and shows the new run', async () => {
    const { webview } = workbench();
    const before = await row('charge').count();
    await details().getByRole('button', { name: 'Run again' }).click();
    await until('there is one run more', async () => (await row('charge').count()) > before);
    await webview.getByRole('row', { selected: true }).filter({ hasText: /charge/ }).waitFor();
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

  it('is there again, with what the user wanted to see, after the window was reloaded', async () => {
    const { webview } = workbench();
    await webview.getByRole('textbox', { name: 'Filter runs' }).fill('refund');
    await webview.getByText('1 run', { exact: true }).waitFor();
    await workbench().reload();
    await until('the filter is what it was', async () => (await webview.getByRole('textbox', { name: 'Filter runs' }).inputValue()) === 'refund', 60);
    await details().waitFor();
  });
});
