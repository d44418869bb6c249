import assert from 'node:assert/strict';
import { useWorkbench } from '../harness/useWorkbench';

describe('services', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ size: { width: 1280, height: 1400 } });

  it('start, restart and stop from their rows', async () => {
    await workbench().openFile('shop/tasks.py', { at: 'def add' });
    const services = await workbench().view('Services');
    await services.act(/^Worker, stopped/, 'Start Service');
    await services.waitForRow(/^Worker, running/, 90);
    await services.waitForRow(/^Broker, running/);
    await services.act(/^Worker, running/, 'Restart Service');
    await services.waitForRow(/^Worker, (stopping|starting)/);
    await services.waitForRow(/^Worker, running/, 90);
    await services.act(/^Worker, running/, 'Stop Service');
    await services.waitForRow(/^Worker, stopped/, 60);
    assert.deepEqual(workbench().processes(/celery.* worker\b/), []);
  });

  it('show their log in a terminal', async () => {
    const services = await workbench().view('Services');
    await services.act(/^Worker, stopped/, 'Start Service');
    await services.waitForRow(/^Worker, running/, 90);
    await services.act(/^Worker, running/, 'Show Service Log');
    await workbench().page.locator('.terminal-wrapper.active .xterm-rows').filter({ hasText: /ready\./ }).waitFor();
  });

  it('take settings from the side bar, which the next worker has', async () => {
    await workbench().runCommand('Celery: Worker Settings…');
    await workbench().quickInput.pick(/^Pool/);
    await workbench().quickInput.pick(/^threads/);
    const services = await workbench().view('Services');
    await services.act(/^Worker, running/, 'Restart Service');
    await services.waitForRow(/^Worker, running, .*threads/, 90);
  });

  it('say their state in the status bar, which offers what can be done', async () => {
    await workbench().statusBarItem(/Celery, worker running/).click();
    await workbench().quickInput.pick(/^stop-?.*Stop Worker|Stop Worker/);
    await workbench().statusBarItem(/Celery, worker stopped/).waitFor({ timeout: 60_000 });
  });
});
