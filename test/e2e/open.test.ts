import assert from 'node:assert/strict';
import { useWorkbench } from '../harness/useWorkbench';

describe('opening a project', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ size: { width: 1280, height: 1600 } });

  it('activates the extension with the first Python file', async () => {
    await workbench().openFile('shop/tasks.py', { at: 'def add' });
    await workbench().runCommand('Developer: Show Running Extensions');
    const row = workbench().page.getByRole('listitem', { name: 'celery-workbench' });
    await row.filter({ hasText: /Activation: \d+ms/ }).waitFor();
    assert.match(await row.innerText(), /0\.1\.0/);
  });
});
