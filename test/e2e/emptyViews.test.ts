import assert from 'node:assert/strict';
import path from 'node:path';
import { useWorkbench } from '../harness/useWorkbench';

describe('a folder without Celery', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ sample: path.join(process.env.REPOSITORY!, 'test/fixtures/plain'), python: null });

  it('has one view, which says so', async () => {
    await workbench().openFile('hello.py');
    await workbench().showSideBar();
    await workbench().page.getByText('No Celery was found in this folder').waitFor({ timeout: 60_000 });
    assert.equal(await workbench().page.getByRole('button', { name: /^(Tasks|Queues|Runs|Schedules) Section$/ }).count(), 0);
    assert.deepEqual(workbench().processes(/dist\/agent\.js/), []);
  });
});

describe('a machine without Python', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ python: null, env: { PATH: '/nonexistent' } });

  it('shows what can be known without it, and asks for an interpreter', async () => {
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def add' });
    await editor.waitForLens('def add', /add\(/);
    const services = await workbench().view('Services');
    await services.welcome.filter({ hasText: 'No Python interpreter was found' }).waitFor({ timeout: 60_000 });
    await services.welcome.getByRole('button', { name: 'Select Interpreter' }).click();
    await workbench().quickInput.waitFor('Interpreter for Celery');
    await workbench().quickInput.cancel();
    await (await workbench().view('Tasks')).waitForRow(/^shop\.mail\b/);
  });
});
