import assert from 'node:assert/strict';
import { ensureEnvironment, newest, type EnvironmentName } from '../../scripts/lib/environments.mjs';
import { startRedis, type TestBroker } from '../harness/celery';
import { BROKER_PROGRAMS } from '../harness/programs';
import { useWorkbench } from '../harness/useWorkbench';
import type { Workbench } from '../harness/workbench';

const VERSIONS: readonly EnvironmentName[] = ['celery-5.2', 'celery-5.4', 'celery-5.6', newest];

describe('from nothing to a result', function () {
  this.timeout(180_000);

  for (const python of VERSIONS) {
    describe(`with ${python}`, () => {
      const workbench = useWorkbench({ python, hidden: BROKER_PROGRAMS });

      it('a click on Run ends in SUCCESS at the line', async () => {
        const editor = await workbench().openFile('shop/tasks.py', { at: 'def add' });
        await editor.clickLens('def add', 'add(2, 3)');
        // The one question: there is no broker on this machine.
        assert.match(await workbench().dialog.innerText(), /No Redis or Valkey server/);
        await workbench().press('Install');
        assert.match(await editor.waitForLens('def add', /SUCCESS/, 120), /→ 5$/);
      });
      it('is seen in the side bar', () => seenInSideBar(workbench()));
      it('is seen in the Monitor', () => seenInMonitor(workbench()));
    });
  }

  describe('where a broker is at the app\'s address already', () => {
    let broker: TestBroker;
    const workbench = useWorkbench(async () => {
      await ensureEnvironment('valkey');
      broker = await startRedis('valkey');
      return { brokerPort: broker.port };
    });
    after(() => broker.stop());

    it('it is used, and left running', async () => {
      const editor = await workbench().openFile('shop/tasks.py', { at: 'def add' });
      await editor.clickLens('def add', 'add(2, 3)');
      assert.match(await editor.waitForLens('def add', /SUCCESS/, 120), /→ 5$/);
      const services = await workbench().view('Services');
      await services.waitForRow(new RegExp(`^Broker, running, .*localhost:${broker.port}/0`));
      assert.deepEqual(workbench().processes(/(?:valkey|redis)-server/), []);
    });
    it('is seen in the side bar', () => seenInSideBar(workbench()));
    it('is seen in the Monitor', () => seenInMonitor(workbench()));
  });

  describe('where the app\'s broker is elsewhere', () => {
    const elsewhere = (text: string): string => text.replace(/redis:\/\/[^']*/g, 'redis://:secret@broker.example.com:6379/0');
    const workbench = useWorkbench({ edit: { 'shop/celery_app.py': elsewhere } });

    it('a private sandbox takes its place, and Services says so', async () => {
      const editor = await workbench().openFile('shop/tasks.py', { at: 'def add' });
      await editor.clickLens('def add', 'add(2, 3)');
      assert.match(await editor.waitForLens('def add', /SUCCESS/, 120), /→ 5$/);
      const services = await workbench().view('Services');
      await services.waitForRow(/^Broker, running, 127\.0\.0\.1:\d+\/0 · sandbox/);
      assert.ok(!(await services.rows()).join().includes('secret'));
    });
  });
});

async function seenInSideBar(workbench: Workbench): Promise<void> {
  const services = await workbench.view('Services');
  await services.waitForRow(/^Broker, running/);
  await services.waitForRow(/^Worker, running/);
  await (await workbench.view('Runs')).waitForRow(/^add\(2, 3\), succeeded, .*→ 5/);
}

async function seenInMonitor(workbench: Workbench): Promise<void> {
  await workbench.editor('tasks.py').clickLens('def add', /SUCCESS/);
  const monitor = workbench.webview;
  await monitor.getByRole('row', { selected: true }).filter({ hasText: 'add' }).filter({ hasText: 'SUCCESS' }).waitFor();
  const details = monitor.getByRole('complementary', { name: 'Details of the run' });
  assert.match(await details.getByRole('region', { name: 'Result' }).innerText(), /\b5\b/);
}
