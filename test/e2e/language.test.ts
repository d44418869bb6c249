import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../harness/until';
import { useWorkbench } from '../harness/useWorkbench';
import type { WorkbenchOptions } from '../harness/workbench';

/** A task with a name of its own that Beat, a route and a caller mean by it. */
const project: WorkbenchOptions = {
  python: null,
  files: {
    'shop/billing.py': [
      'from shop.celery_app import app', '', '',
      "@app.task(name='billing.invoice')",
      'def invoice(order_id: int, copies: int = 1) -> None:',
      '    """Writes an invoice."""', '', '',
      'def remind() -> None:',
      "    app.send_task('billing.invoice', args=(7,))", '',
    ].join('\n'),
    'shop/views.py': ['from shop.billing import invoice', 'from shop.celery_app import app', '', 'invoice.delay(7)', "invoice.delay(8, queue='mail')", "invoice.delay(9, queue='mail')", 'app.pause()', ''].join('\n'),
  },
  edit: {
    'shop/celery_app.py': text => text
      .replace("'shop.mail.*':", "'billing.invoice': {'queue': 'mail'},\n        'shop.mail.*':")
      .replace("'check-stock':", "'bills': {'task': 'billing.invoice', 'schedule': crontab(hour=6, minute=15), 'args': (7,)},\n        'check-stock':"),
  },
};

describe('names, problems and completion in the editor', function () {
  this.timeout(180_000);
  const workbench = useWorkbench(project);
  const saved = (file: string): string => readFileSync(path.join(workbench().folder, file), 'utf8');

  it('underlines what is wrong while it is typed', async () => {
    const editor = await workbench().openFile('shop/views.py', { at: 'invoice.delay(7)' });
    await editor.waitForSquiggles(2);
    await editor.replaceLine('invoice.delay(7, countdown=5)');
    await editor.waitForSquiggles(3);
  });

  it('mends one place by its quick fix', async () => {
    const editor = workbench().editor('views.py');
    await editor.clickInto('countdown');
    await editor.quickFix('Pass countdown as an option');
    await editor.waitForSquiggles(2);
    assert.match(await editor.text(), /invoice\.apply_async\(args=\(7,\), countdown=5\)/);
  });

  it('keeps silent where it is told to', async () => {
    const editor = workbench().editor('views.py');
    await editor.clickInto('queue');
    await editor.quickFix('Ignore CEL102 (exec-option-in-delay) here');
    await editor.waitForSquiggles(1);
    assert.match(await editor.text(), /invoice\.delay\(8, queue='mail'\) {2}# celery: ignore\[CEL102\]/);
  });

  it('mends all of the file at once', async () => {
    const editor = workbench().editor('views.py');
    await workbench().runCommand('Fix All');
    await editor.waitForSquiggles(0);
    assert.match(await editor.text(), /invoice\.apply_async\(args=\(9,\), queue='mail'\)/);
  });

  it('offers the names of tasks in a text, with their signatures', async () => {
    const editor = await workbench().openFile('shop/views.py', { at: 'app.pause()' });
    await editor.replaceLine("app.send_task('bill')");
    for (let step = 0; step < 2; step++) await workbench().page.keyboard.press('ArrowLeft');
    const row = await editor.suggestion('billing.invoice');
    assert.match(await row.innerText(), /order_id: int, copies: int = 1/);
    await row.click();
    await until('the name is written', async () => (await editor.text()).includes("app.send_task('billing.invoice')"));
    await editor.save();
  });

  it('says on hover what the task is, where it goes and who calls it', async () => {
    const editor = await workbench().openFile('shop/billing.py', { at: 'def remind' });
    const hover = await editor.hover("'billing.invoice'");
    for (const part of ['billing.invoice(order_id: int, copies: int = 1)', 'Writes an invoice.', 'Goes to the queue mail by the route billing.invoice', 'Beat, bills: every day at 06:15', 'shop/billing.py:10']) assert.ok(hover.includes(part), `${part} is not in ${hover}`);
  });

  it('says when a schedule runs next', async () => {
    await workbench().page.mouse.move(0, 0);
    const editor = await workbench().openFile('shop/celery_app.py', { at: "'bills'" });
    const hover = await editor.hover('15');
    assert.match(hover, /Every day at 06:15/);
    assert.match(hover, /Europe\/Berlin/);
    assert.equal([...hover.matchAll(/, 06:15/g)].length, 5, hover);
  });

  it('renames a task wherever its name is written', async () => {
    const editor = await workbench().openFile('shop/billing.py', { at: 'app.send_task' });
    await editor.clickInto("'billing.invoice'");
    await workbench().page.keyboard.press('F2');
    const field = workbench().page.locator('.rename-box input');
    await field.waitFor();
    assert.equal(await field.inputValue(), 'billing.invoice');
    await field.fill('accounts.bill');
    await workbench().page.keyboard.press('Enter');
    await until('the new name is in all files', () => {
      for (const file of ['shop/billing.py', 'shop/celery_app.py', 'shop/views.py']) assert.doesNotMatch(saved(file), /billing\.invoice/, file);
      return true;
    });
    assert.equal([...saved('shop/celery_app.py').matchAll(/'accounts\.bill'/g)].length, 2);
    assert.equal([...saved('shop/billing.py').matchAll(/'accounts\.bill'/g)].length, 2);
    assert.match(saved('shop/views.py'), /app\.send_task\('accounts\.bill'\)/);
  });

  it('says why a name that Celery computes cannot be renamed', async () => {
    const editor = await workbench().openFile('shop/celery_app.py', { at: "'shop.orders.check_stock'" });
    await editor.clickInto("'shop.orders.check_stock'");
    await workbench().page.keyboard.press('F2');
    await workbench().page.getByText(/Celery makes the name shop\.orders\.check_stock from the module and function/).first().waitFor();
  });
});

describe('a folder that is not trusted, read as source', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ ...project, trusted: false });

  it('has its problems and its fixes', async () => {
    const editor = await workbench().openFile('shop/views.py', { at: 'invoice.delay(8' });
    await editor.waitForSquiggles(2);
    await editor.clickInto('queue');
    await editor.quickFix('Pass queue as an option');
    await editor.waitForSquiggles(1);
  });

  it('says on hover what a task is', async () => {
    const editor = await workbench().openFile('shop/billing.py', { at: 'def remind' });
    assert.match(await editor.hover("'billing.invoice'"), /Goes to the queue mail by the route billing\.invoice/);
  });
});
