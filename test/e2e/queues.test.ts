import { sendUnheard } from '../harness/sendUnheard';
import { useWorkbench } from '../harness/useWorkbench';

describe('queues', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ size: { width: 1280, height: 1400 } });

  it('show what waits where no worker takes it', async () => {
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def add' });
    await sendUnheard(workbench(), editor, 'def add', 'shop.tasks.add', ["add(2, 3), queue='later'", "add(4, 5), queue='later'"]);
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
