import assert from 'node:assert/strict';
import { problem, ProblemError } from '../../src/shared/problem';
import { until } from '../harness/until';
import { closeBrowser, MonitorPage, openBrowser } from './monitorPage';
import { epoch, sampleRun, SampleSource } from './sampleSource';

describe('Monitor: details', function () {
  this.timeout(60_000);
  let monitor: MonitorPage;
  let source: SampleSource;

  before(async () => void (await openBrowser()));
  after(closeBrowser);
  beforeEach(async () => {
    source = new SampleSource(10);
    monitor = await MonitorPage.open(source, { width: 1400, height: 1000 });
    await monitor.rows.first().waitFor();
  });
  afterEach(async () => {
    await monitor.close();
    assert.deepEqual([monitor.violations, monitor.errors, monitor.refused], [[], [], []]);
  });

  const failure = async (): Promise<void> => {
    await monitor.run(3).click();
    await monitor.details.getByRole('group', { name: 'Traceback' }).waitFor();
  };
  const actions = async (count: number): Promise<unknown[][]> => {
    await until('it is done', () => source.actions.length >= count);
    return source.actions;
  };

  it('opens the code of a frame', async () => {
    await failure();
    await monitor.details.getByRole('button', { name: /File "\/project\/shop\/orders\/tasks.py", line 21/ }).click();
    assert.deepEqual(await actions(1), [['openFrame', '/project/shop/orders/tasks.py', 21]]);
  });

  it('leaves out the frames of libraries when asked, and still after a reload', async () => {
    await failure();
    const library = monitor.details.getByRole('button', { name: /site-packages/ });
    await library.waitFor();
    await monitor.details.getByRole('checkbox', { name: 'Only my code' }).click();
    await library.waitFor({ state: 'detached' });
    await monitor.details.getByText('1 frame of a library').waitFor();
    await monitor.reload();
    await monitor.details.getByText('1 frame of a library').waitFor();
  });

  it('keeps the focus where it is while the run goes on', async () => {
    const run = sampleRun(10, { state: 'STARTED' });
    source.add(run);
    await monitor.run(10).click();
    const inDetails = (selector: string) => monitor.details.locator(selector).evaluate(element => element.matches(':focus'));
    await monitor.details.getByText('STARTED').first().waitFor();
    await monitor.grid.press('Enter');
    await until('the heading has the focus', () => inDetails('h2'));
    source.replace({ ...run, worker: 'celery@other' });
    await monitor.details.getByText('celery@other').waitFor();
    assert.ok(await inDetails('h2'));
    source.replace({ ...run, state: 'SUCCESS', outcome: '3', runtime: 1.5, finishedAt: epoch + 1505 });
    await monitor.details.locator('.details-state').getByText('SUCCESS').waitFor();
    assert.ok(await inDetails('h2'));
    await monitor.details.getByRole('button', { name: 'Copy the call' }).focus();
    source.replace({ ...run, state: 'SUCCESS', outcome: '4', runtime: 1.5, finishedAt: epoch + 1505, call: 'another(1)' });
    await monitor.details.getByText('another(1)').waitFor();
    assert.ok(await monitor.details.getByRole('button', { name: 'Copy the call' }).evaluate(element => element.matches(':focus')));
  });

  it('takes the focus as soon as it has come, unless the user has gone elsewhere', async () => {
    const slow = source.holdDetails();
    await monitor.run(8).click();
    await monitor.grid.press('Enter');
    slow.release();
    await until('the heading has the focus', () => monitor.details.locator('h2').evaluate(element => element.matches(':focus')));
    const slower = source.holdDetails();
    await monitor.run(7).click();
    await monitor.grid.press('Enter');
    await monitor.page.getByRole('textbox', { name: 'Filter runs' }).focus();
    slower.release();
    await monitor.details.getByRole('progressbar', { name: 'Progress' }).waitFor();
    assert.ok(await monitor.page.getByRole('textbox', { name: 'Filter runs' }).evaluate(element => element.matches(':focus')));
  });

  it('shows call, exception, timeline, log and facts', async () => {
    await failure();
    const text = await monitor.details.innerText();
    for (const expected of ["nightly(3, amount=Decimal('9.90'))", 'PaymentRefused: card declined', 'the gateway is slow', 'celery@laptop']) assert.ok(text.includes(expected), expected);
    assert.deepEqual(await monitor.details.locator('.timeline-state').allInnerTexts(), ['SENT', 'RECEIVED', 'STARTED', 'FAILURE']);
  });

  it('heads each attempt of a retried run', async () => {
    await monitor.run(5).click();
    await monitor.details.getByText('Attempt 2').waitFor();
    assert.deepEqual(await monitor.details.locator('.timeline-attempt').allInnerTexts(), ['Attempt 1', 'Attempt 2']);
  });

  it('shows progress as a bar with its value', async () => {
    await monitor.run(7).click();
    const bar = monitor.details.getByRole('progressbar', { name: 'Progress' });
    assert.equal(await bar.getAttribute('aria-valuenow'), '40');
  });

  it('runs again, terminates what runs, revokes what waits, copies', async () => {
    await monitor.run(8).click();
    await monitor.details.getByRole('button', { name: 'Run again' }).click();
    await monitor.run(6).click();
    await monitor.details.getByRole('button', { name: 'Terminate' }).click();
    await monitor.run(9).click();
    await monitor.details.getByRole('button', { name: 'Revoke' }).click();
    const id = (number: number): string => sampleRun(number).id;
    assert.deepEqual(await actions(3), [['runAgain', id(8)], ['revoke', id(6), true], ['revoke', id(9), false]]);
    await monitor.details.getByRole('button', { name: 'Copy the call' }).click();
    await until('it is copied', () => monitor.copied.length > 0);
    assert.deepEqual(monitor.copied, [sampleRun(9).call]);
  });

  it('says beside the button why something could not be done', async () => {
    source.failures.set('runAgain', new ProblemError(problem('no-app', 'No Celery app was found', { advice: 'Choose one in Services.' })));
    await monitor.run(8).click();
    await monitor.details.getByRole('button', { name: 'Run again' }).click();
    const alert = monitor.details.getByRole('alert');
    await alert.getByText('No Celery app was found').waitFor();
    await alert.getByRole('button', { name: 'Close' }).click();
    assert.equal(await alert.isVisible(), false);
  });

  it('goes to a child, and to the task', async () => {
    await monitor.run(2).click();
    await monitor.details.getByRole('button', { name: sampleRun(1).id }).click();
    await monitor.grid.locator(`[id="run-${sampleRun(1).id}"][aria-selected=true]`).waitFor();
    await monitor.details.getByRole('button', { name: 'ship' }).click();
    assert.deepEqual(await actions(1), [['openTask', 'shop.orders.tasks.ship']]);
  });

  it('shows the run that the host asks for, whatever the filter', async () => {
    await monitor.page.getByRole('textbox', { name: 'Filter runs' }).fill('receipt');
    await monitor.page.getByText('2 runs', { exact: true }).waitFor();
    monitor.session.show({ tab: 'runs', select: sampleRun(3).id, task: null });
    await monitor.details.getByText('PaymentRefused').first().waitFor();
    await monitor.grid.locator(`[id="run-${sampleRun(3).id}"][aria-selected=true]`).waitFor();
  });

  it('says so when a run is not known any more', async () => {
    monitor.session.show({ tab: 'runs', select: 'gone', task: null });
    await monitor.details.getByText('This run is not known any more').waitFor();
    await monitor.page.waitForTimeout(500);
    assert.ok(await monitor.details.getByText('This run is not known any more').isVisible());
  });

  it('says when a run cannot be read, and tries again', async () => {
    source.failures.set('details', new ProblemError(problem('broker-refused', 'The broker does not answer')));
    await monitor.run(8).click();
    await monitor.details.getByText('The broker does not answer').waitFor();
    await monitor.page.waitForTimeout(500);
    source.failures.clear();
    await monitor.details.getByRole('button', { name: 'Try again' }).click();
    await monitor.details.getByRole('heading', { name: /send_receipt|charge|reindex|ship|nightly/ }).waitFor();
  });

  it('is resized with the keyboard', async () => {
    await failure();
    const sash = monitor.page.getByRole('separator', { name: 'Resize the details' });
    const before = (await monitor.details.boundingBox())!.width;
    await sash.press('ArrowLeft');
    assert.ok((await monitor.details.boundingBox())!.width > before);
    assert.equal(await sash.getAttribute('aria-valuenow'), '45');
  });
});
