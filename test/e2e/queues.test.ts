import { useWorkbench } from '../harness/useWorkbench';

describe('queues', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ size: { width: 1280, height: 1400 } });

  it('show what waits where no worker takes it', async () => {
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def add' });
    for (const call of ['add(2, 3)', 'add(4, 5)']) {
      await editor.clickLens('def add', 'Run with…');
      await workbench().quickInput.waitFor('Run shop.tasks.add');
      await workbench().quickInput.type(`${call}, queue='later'`);
      await workbench().quickInput.accept();
      await editor.waitForLens('def add', /PENDING|SENT|waiting|queued/i, 90);
    }
    const queues = await workbench().view('Queues');
    await queues.waitForRow(/^later, 2 waiting, no consumer/);
    await queues.act(/^later/, 'Show Messages');
    await workbench().quickInput.waitFor('later: 2 waiting');
    await workbench().quickInput.option(/^add\(2, 3\)/).waitFor();
    await workbench().screenshot('messages');
  });

  it('let one message be taken out', async () => {
    const message = workbench().quickInput.option(/^add\(2, 3\)/);
    await message.hover();
    await message.getByRole('button', { name: 'Remove From Queue' }).click();
    await workbench().press('Remove');
    await workbench().quickInput.waitFor('later: 1 waiting');
    await workbench().quickInput.option(/^add\(4, 5\)/).waitFor();
    await workbench().quickInput.cancel();
    const queues = await workbench().view('Queues');
    await queues.waitForRow(/^later, 1 waiting/);
  });
});
