import assert from 'node:assert/strict';
import { BROKER_PROGRAMS } from '../harness/programs';
import { useWorkbench } from '../harness/useWorkbench';

describe('from nothing to a result', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ hidden: BROKER_PROGRAMS });

  it('a click on Run ends in SUCCESS at the line', async () => {
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def add' });
    await editor.clickLens('def add', /^.?\s*add\(/);
    // The arguments are guessed, and there is no broker on this machine: what is asked before anything happens.
    await workbench().press('Run add(1, 1)');
    assert.match(await workbench().dialog.innerText(), /No Redis or Valkey server/);
    await workbench().press('Install');
    assert.match(await editor.waitForLens('def add', /SUCCESS/, 120), /→ 2$/);
  });

  it('is seen in the side bar', async () => {
    const services = await workbench().view('Services');
    await services.waitForRow(/^Broker, .*running/i);
    await services.waitForRow(/^Worker, .*running/i);
    await (await workbench().view('Runs')).waitForRow(/^add\(1, 1\), succeeded, .*→ 2/);
    await workbench().screenshot('side-bar');
  });

  it('is seen in the Monitor', async () => {
    await workbench().editor('tasks.py').clickLens('def add', /SUCCESS/);
    const monitor = workbench().webview;
    await monitor.getByRole('row', { selected: true }).filter({ hasText: 'add' }).filter({ hasText: 'SUCCESS' }).waitFor();
    const details = monitor.getByRole('complementary', { name: 'Details of the run' });
    assert.match(await details.getByRole('region', { name: 'Result' }).innerText(), /\b2\b/);
    await workbench().screenshot('monitor');
  });
});
