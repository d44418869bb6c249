import assert from 'node:assert/strict';
import { until } from '../harness/until';
import { closeBrowser, MonitorPage, openBrowser } from './monitorPage';
import { sampleRun, sampleService, SampleSource } from './sampleSource';

describe('Monitor: schedules', function () {
  this.timeout(60_000);
  let monitor: MonitorPage;
  let source: SampleSource;

  before(async () => void (await openBrowser()));
  after(closeBrowser);
  beforeEach(async () => {
    source = new SampleSource(10);
    monitor = await MonitorPage.open(source);
    await monitor.page.getByRole('tab', { name: 'Schedules' }).click();
  });
  afterEach(async () => {
    await monitor.close();
    assert.deepEqual([monitor.violations, monitor.errors, monitor.refused], [[], [], []]);
  });

  const row = (key: string) => monitor.page.getByRole('table', { name: 'Schedules' }).getByRole('row').filter({ hasText: key });
  const actions = async (count: number): Promise<unknown[][]> => {
    await until('it is done', () => source.actions.length >= count);
    return source.actions;
  };

  it('says each schedule in words, with its next runs in words and local time', async () => {
    await row('nightly-report').waitFor();
    const text = await row('nightly-report').innerText();
    for (const expected of ['every day at 02:30', 'crontab(hour=2, minute=30)', 'in 1 hour', "nightly(kind='sales')", 'FAILURE']) assert.ok(text.includes(expected), `${expected} in ${text}`);
    assert.match(text, /in 1 hour\s+\w{3}, \w{3} \d+, \d+:\d\d/);
    assert.match(await row('refresh-stock').innerText(), /Counted from the start of Beat/);
    assert.match(await row('weekly-mail').innerText(), /crontab_from_settings\(\)\s+Known only when the app runs/);
  });

  it('opens the entry and the task in the source', async () => {
    await row('nightly-report').getByRole('button', { name: 'nightly-report', exact: true }).click();
    await row('nightly-report').getByRole('button', { name: 'nightly', exact: true }).click();
    assert.deepEqual(await actions(2), [['openSchedule', 'file:///project/shop/celery.py', 'nightly-report'], ['openTask', 'shop.reports.nightly']]);
  });

  it('runs an entry now and shows the run; not one whose task is unknown, nor one whose arguments are', async () => {
    source.newRun = sampleRun(7);
    await row('nightly-report').getByRole('button', { name: 'Run nightly-report now' }).click();
    await monitor.details.getByRole('heading', { name: /send_receipt/ }).waitFor();
    assert.deepEqual(await actions(1), [['runSchedule', 'file:///project/shop/celery.py', 'nightly-report']]);
    await monitor.page.getByRole('tab', { name: 'Schedules' }).click();
    for (const key of ['weekly-mail', 'clean-up']) assert.equal(await row(key).getByRole('button', { name: /now/ }).count(), 0);
    await row('clean-up').getByText('Task not found').waitFor();
  });

  it('goes from an entry to the last run of its task', async () => {
    await row('nightly-report').getByRole('button', { name: 'FAILURE' }).click();
    await monitor.details.getByText('PaymentRefused').first().waitFor();
    assert.equal(await monitor.page.getByRole('tab', { name: 'Runs' }).getAttribute('aria-selected'), 'true');
  });

  it('says that Beat is not running, and starts it', async () => {
    await monitor.page.getByRole('button', { name: 'Start Beat' }).click();
    assert.deepEqual(await actions(1), [['startService', 'beat']]);
    source.services = [sampleService('beat')];
    source.change();
    await monitor.page.getByText('Beat is not running').waitFor({ state: 'hidden' });
  });

  it('follows the source', async () => {
    await row('clean-up').waitFor();
    source.changeSchedules([]);
    await monitor.page.getByText('No schedules in this project').waitFor();
  });

  it('stays on its tab over a reload, and changes tabs by arrow keys', async () => {
    await row('clean-up').waitFor();
    await monitor.reload();
    await row('clean-up').waitFor();
    await monitor.page.getByRole('tab', { name: 'Schedules' }).press('ArrowLeft');
    await monitor.rows.first().waitFor();
  });
});
