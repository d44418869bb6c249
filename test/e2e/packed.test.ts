import assert from 'node:assert/strict';
import { BROKER_PROGRAMS } from '../harness/programs';
import { useWorkbench } from '../harness/useWorkbench';

describe('the packed extension, as installed', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ extension: 'packed', hidden: BROKER_PROGRAMS, python: 'celery-5.6' });

  it('brings all it needs from a click to the result, on a machine without Redis and Valkey', async () => {
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def who_am_i' });
    await editor.clickLens('def who_am_i', 'who_am_i()');
    await workbench().press('Install');
    await editor.waitForLens('def who_am_i', /SUCCESS/, 120);
    const scripts = workbench().processes(/\.(js|py)\b/).map(({ command }) => command);
    assert.ok(scripts.some(command => command.includes('agent.js')) && scripts.some(command => command.includes('guard.py')), scripts.join('\n'));
    assert.deepEqual(scripts.filter(command => command.includes(process.env.REPOSITORY!)), [], 'something of the repository runs');
  });

  it('shows the Monitor', async () => {
    await workbench().editor('tasks.py').clickLens('def who_am_i', /SUCCESS/);
    await workbench().webview.getByRole('row', { selected: true }).filter({ hasText: 'who_am_i' }).waitFor();
  });
});
