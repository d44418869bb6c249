import assert from 'node:assert/strict';
import { useWorkbench } from '../harness/useWorkbench';

describe('a call of one’s own', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ size: { width: 1280, height: 1400 } });

  it('is checked while it is typed', async () => {
    const editor = await workbench().openFile('shop/tasks.py', { at: 'def add' });
    await editor.clickLens('def add', 'Run with…');
    const input = workbench().quickInput;
    await input.waitFor('Run shop.tasks.add');
    await input.type('add(1, 2, 3)');
    await input.waitFor('Too many arguments');
    await input.type('add(1, 2');
    await input.waitFor('not a Python expression yet');
    await input.type('add(20, 22), countdown=1');
    await input.waitFor('Options may follow');
    await workbench().screenshot('run-with');
    await input.accept();
    assert.match(await editor.waitForLens('def add', /SUCCESS/, 90), /→ 42$/);
  });

  it('is refused where it was typed when it cannot be serialized', async () => {
    const editor = workbench().editor('tasks.py');
    await editor.clickLens('def add', 'Run with…');
    await workbench().quickInput.type('add(object(), 2)');
    await workbench().quickInput.accept();
    await workbench().quickInput.waitFor('not JSON serializable');
    assert.equal(await workbench().quickInput.value(), 'add(object(), 2)');
    await workbench().quickInput.cancel();
  });

  it('is found again among the earlier ones, and kept as a sample that runs', async () => {
    const editor = workbench().editor('tasks.py');
    await editor.clickLens('def add', 'Run with…');
    await workbench().page.getByRole('button', { name: 'Earlier calls' }).click();
    await workbench().quickInput.pick('add(20, 22), countdown=1');
    await workbench().quickInput.waitFor('Options may follow');
    assert.equal(await workbench().quickInput.value(), 'add(20, 22), countdown=1');
    await workbench().page.getByRole('button', { name: 'Keep as a sample' }).click();
    await workbench().page.getByRole('tab', { name: 'celery_samples.py', selected: true }).waitFor();
    const samples = workbench().editor('celery_samples.py');
    await samples.clickLens('add.s(20, 22).set(countdown=1)', 'Run');
    assert.match(await samples.waitForLens('add.s(20, 22).set(countdown=1)', /SUCCESS/, 60), /→ 42$/);
  });

  it('is repeated from the palette', async () => {
    const runs = await workbench().view('Runs');
    const before = (await runs.rows()).length;
    await workbench().runCommand('Celery: Repeat Last Run');
    await workbench().page.waitForFunction(count => document.querySelectorAll('[role="tree"][aria-label="Runs"] [role="treeitem"]').length > count, before);
  });

  it('is copied as Python', async () => {
    const tasks = await workbench().view('Tasks');
    await tasks.choose(/^who_am_i/, 'Copy as Python');
    await workbench().page.getByText('Copied who_am_i()').first().waitFor();
    assert.equal(await workbench().page.evaluate(() => navigator.clipboard.readText()), 'from shop.tasks import who_am_i\n\nwho_am_i.delay()\n');
  });
});
