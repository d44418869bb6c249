import assert from 'node:assert/strict';
import { useWorkbench } from '../harness/useWorkbench';

describe('a folder that is not trusted', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ trusted: false });
  const ours = (): string[] => workbench().processes(/agent\.js|python|celery -A|redis-server|valkey/).map(({ command }) => command);

  it('has its lenses and its tasks', async () => {
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def who_am_i' });
    await editor.waitForLens('def who_am_i', 'who_am_i()');
    await (await workbench().view('Tasks')).waitForRow(/^who_am_i\b/);
  });

  it('says in each view why nothing runs', async () => {
    assert.match(await (await workbench().view('Services')).welcome.innerText(), /Restricted Mode/);
    for (const name of ['Queues', 'Runs']) assert.match(await (await workbench().view(name)).welcome.innerText(), /Restricted Mode/, name);
  });

  it('runs nothing on a click, and says why', async () => {
    await workbench().editor('tasks.py').clickLens('def who_am_i', 'who_am_i()');
    await workbench().page.getByRole('dialog').filter({ hasText: /trust/i }).first().waitFor();
    await workbench().page.waitForTimeout(2000);
    assert.deepEqual(ours(), []);
  });

  it('offers nothing in the palette that runs', async () => {
    await workbench().page.keyboard.press('F1');
    await workbench().quickInput.type('>Celery:');
    await workbench().quickInput.option('Celery: Copy as Python').waitFor();
    assert.equal(await workbench().quickInput.option(/^Celery: (Run|Start|Stop|Restart Service|Worker Settings)/).count(), 0);
    await workbench().quickInput.cancel();
  });
});
