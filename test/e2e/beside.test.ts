import assert from 'node:assert/strict';
import path from 'node:path';
import { until } from '../harness/until';
import { useWorkbench } from '../harness/useWorkbench';

describe('beside another extension for Python', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({
    python: null,
    besides: [path.join(process.env.REPOSITORY!, 'test/fixtures/pyright')],
    files: {
      'shop/billing.py': [
        'from shop.celery_app import app', '', '',
        'def total_of(amounts: list[int]) -> int:', '    return sum(amounts)', '', '',
        "@app.task(name='billing.invoice')", 'def write_bill(order_id: int) -> int:', '    return total_of([order_id])', '', '',
        'def remind() -> None:', "    app.send_task('billing.invoice', args=(7,))", '    write_bill.delay(7)', '',
      ].join('\n'),
      // The name stands alone as a coloured piece, to be pointed at.
      'shop/views.py': 'from shop.billing import *\n\n(write_bill).delay(7)\n',
    },
  });
  const count = async (part: RegExp): Promise<number> => [...(await workbench().editor('billing.py').text()).matchAll(part)].length;

  it('leaves the hover of ordinary symbols to it', async () => {
    await workbench().openFile('shop/billing.py', { at: 'return sum' });
    const hover = await hoverOf('total_of', '(function)');
    assert.match(hover, /def total_of/);
    assert.doesNotMatch(hover, /\(task\)|queue/);
  });

  it('adds to its hover at the definition of a task', async () => {
    assert.match(await hoverOf('write_bill', '(task) billing.invoice(order_id: int)'), /\(function\)/);
  });

  it('leaves the definition of a task function to it: one place, gone to at once', async () => {
    const { page } = workbench();
    const views = await workbench().openFile('shop/views.py', { at: '.delay' });
    await views.clickInto('write_bill');
    await page.keyboard.press('F12');
    await page.getByRole('tab', { name: /^billing\.py(,|$)/, selected: true }).waitFor();
    assert.equal(await page.locator('.peekview-widget').count(), 0);
  });

  it('leaves renaming of ordinary symbols to it', async () => {
    await rename('total_of', 'total_of', 'sum_of');
    await until('the symbol has its new name', async () => (await count(/sum_of/g)) === 2 && (await count(/total_of/g)) === 0);
  });

  it('leaves renaming of a task function to it, and its name as text as it is', async () => {
    await rename('write_bill', 'write_bill', 'make_bill');
    await until('the function has its new name', async () => (await count(/make_bill/g)) === 2 && (await count(/write_bill/g)) === 0);
    assert.equal(await count(/'billing\.invoice'/g), 2);
  });

  it('renames the name in the text itself', async () => {
    await rename("'billing.invoice'", 'billing.invoice', 'billing.bill');
    await until('the name is new', async () => (await count(/'billing\.bill'/g)) === 2);
    assert.equal(await count(/make_bill/g), 2);
  });

  /** The hover once it holds the text: the other extension takes its time to start. */
  async function hoverOf(code: string, text: string): Promise<string> {
    return until(`the hover over ${code} has ${text}`, async () => {
      await workbench().page.mouse.move(0, 0);
      const said = await workbench().editor('billing.py').hover(code);
      if (!said.includes(text)) throw new Error(said);
      return said;
    });
  }

  async function rename(code: string, from: string, to: string): Promise<void> {
    const { page } = workbench();
    await page.mouse.move(0, 0);
    await workbench().editor('billing.py').clickInto(code);
    await page.keyboard.press('F2');
    const field = page.locator('.rename-box input');
    await field.waitFor();
    assert.equal(await field.inputValue(), from);
    await field.fill(to);
    await page.keyboard.press('Enter');
  }
});
