import assert from 'node:assert/strict';
import { useWorkbench } from '../harness/useWorkbench';

describe('opening a project', function () {
  this.timeout(120_000);
  const workbench = useWorkbench();

  it('shows the call that Run will send above each task', async () => {
    const editor = await workbench().openFile('shop/orders.py', { at: 'def refund' });
    await editor.waitForLens('def refund', /refund\(/);
    assert.deepEqual((await editor.lensesAbove('def refund')).slice(1), ['Run with…']);
  });

  it('lists the tasks by module in the side bar', async () => {
    const tasks = await workbench().view('Tasks');
    await tasks.waitForRow(/^shop\.mail\b/);
    await tasks.waitForRow(/^send_receipt\b/);
    const rows = await tasks.rows();
    assert.ok(rows.some(row => row.startsWith('shop.mail')), rows.join('\n'));
    assert.ok(rows.some(row => row.startsWith('  send_receipt')), rows.join('\n'));
  });

  it('starts nothing by itself', () => {
    assert.deepEqual(workbench().processes(/celery.*worker|redis-server|valkey/), []);
  });
});
