import assert from 'node:assert/strict';
import { problem, ProblemError } from '../../src/shared/problem';
import { until } from '../harness/until';
import { closeBrowser, MonitorPage, openBrowser, type MonitorPageOptions } from './monitorPage';
import { epoch, sampleRun, SampleSource, sampleService } from './sampleSource';

describe('Monitor: runs', function () {
  this.timeout(60_000);
  let monitor: MonitorPage | null = null;

  const open = async (source: SampleSource, options?: MonitorPageOptions): Promise<MonitorPage> => (monitor = await MonitorPage.open(source, options));

  before(async () => void (await openBrowser()));
  after(closeBrowser);
  afterEach(async () => {
    const { violations = [], errors = [], refused = [] } = monitor ?? {};
    await monitor?.close();
    monitor = null;
    assert.deepEqual({ violations, errors, refused }, { violations: [], errors: [], refused: [] });
  });

  it('shows the newest run first, with state, task, arguments, result and duration', async () => {
    const { rows, grid } = await open(new SampleSource(5));
    await rows.first().waitFor();
    assert.equal(await rows.count(), 5);
    assert.equal(await grid.getAttribute('aria-rowcount'), '6');
    assert.match((await rows.nth(0).innerText()).replace(/\s+/g, ' '), /SUCCESS reindex ?shop.catalog 4, amount=Decimal\('9.90'\) \{'order': 4, .* 12 ms/);
    assert.match(await rows.nth(1).innerText(), /FAILURE/);
  });

  it('keeps only the rows on the screen in the document, of 100,000', async () => {
    const { rows, grid, page } = await open(new SampleSource(100_000));
    await rows.first().waitFor();
    assert.ok((await rows.count()) < 80);
    assert.equal(await grid.getAttribute('aria-rowcount'), '100001');
    await grid.press('End');
    await monitor!.run(0).waitFor();
    assert.equal(await monitor!.selectedRow.getAttribute('aria-rowindex'), '100001');
    assert.ok((await rows.count()) < 80);
    await grid.press('Home');
    await monitor!.run(99_999).waitFor();
    await page.mouse.move(300, 400);
    await page.mouse.wheel(0, 24 * 50_000);
    await monitor!.run(49_990).waitFor();
  });

  it('is driven by the keyboard: arrows, Page, Home, End, Enter, Escape', async () => {
    const { grid, rows, page, details } = await open(new SampleSource(300));
    await rows.first().waitFor();
    await grid.focus();
    const index = (): Promise<string | null> => monitor!.selectedRow.getAttribute('aria-rowindex');
    for (const [key, expected] of [['ArrowDown', '2'], ['ArrowDown', '3'], ['ArrowUp', '2'], ['End', '301'], ['ArrowUp', '300'], ['Home', '2']] as const) {
      await page.keyboard.press(key);
      await grid.locator(`tr[aria-selected=true][aria-rowindex="${expected}"]`).waitFor();
    }
    await page.keyboard.press('PageDown');
    assert.ok(Number(await index()) > 10);
    assert.equal(await grid.getAttribute('aria-activedescendant'), await monitor!.selectedRow.getAttribute('id'));
    await page.keyboard.press('Enter');
    await details.getByRole('heading', { level: 2 }).waitFor();
    await until('the details have the focus', () => details.evaluate(element => element.contains(document.activeElement)));
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
    await until('the table has the focus', () => grid.evaluate(element => element === document.activeElement));
  });

  it('filters by what is typed into the table, and says how to get everything back', async () => {
    const { grid, rows, page } = await open(new SampleSource(200));
    await rows.first().waitFor();
    await grid.focus();
    await page.keyboard.type('receipt 122');
    await page.getByText('1 run', { exact: true }).waitFor();
    assert.equal(await rows.count(), 1);
    await page.getByRole('textbox', { name: 'Filter runs' }).fill('nothing like it');
    await page.getByText('No run matches the filter').waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).last().click();
    await page.getByText('200 runs', { exact: true }).waitFor();
  });

  it('goes to the filter as to Find, and back to the table', async () => {
    const { rows, page, grid } = await open(new SampleSource(20));
    await rows.first().waitFor();
    await page.keyboard.press('Control+F');
    await page.keyboard.type('charge');
    await page.getByText('4 runs', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    assert.equal(await grid.getAttribute('aria-activedescendant'), await monitor!.selectedRow.getAttribute('id'));
    await monitor!.details.getByRole('heading', { name: /charge/ }).waitFor();
  });

  it('filters by states, with how many there are of each', async () => {
    const { rows, page } = await open(new SampleSource(100));
    const failures = page.getByRole('button', { name: 'FAILURE 10' });
    await failures.click();
    await page.getByText('10 runs', { exact: true }).waitFor();
    assert.equal(await failures.getAttribute('aria-pressed'), 'true');
    assert.deepEqual(new Set(await rows.locator('.column-state').allInnerTexts()), new Set(['FAILURE']));
    await page.getByRole('button', { name: 'RETRY 10' }).click();
    await page.getByText('20 runs', { exact: true }).waitFor();
  });

  it('filters by task', async () => {
    const { rows, page } = await open(new SampleSource(50));
    await rows.first().waitFor();
    await page.getByRole('combobox', { name: 'Task' }).click();
    await page.getByRole('option', { name: 'shop.mail.send_receipt' }).click();
    await page.getByText('10 runs', { exact: true }).waitFor();
    assert.deepEqual(new Set(await rows.locator('.task-short').allInnerTexts()), new Set(['send_receipt']));
  });

  it('sorts by a header, again for the other direction', async () => {
    const { rows, page } = await open(new SampleSource(50));
    await rows.first().waitFor();
    const header = page.getByRole('columnheader', { name: 'Task' });
    await header.getByRole('button').click();
    await page.getByRole('columnheader', { name: 'Task' }).and(page.locator('[aria-sort=ascending]')).waitFor();
    await rows.first().filter({ hasText: 'reindex' }).waitFor();
    await header.getByRole('button').click();
    await rows.first().filter({ hasText: 'nightly' }).waitFor();
    assert.equal(await header.getAttribute('aria-sort'), 'descending');
  });

  it('follows the newest run at the top', async () => {
    const source = new SampleSource(100);
    await open(source);
    await monitor!.run(99).waitFor();
    source.add(sampleRun(100));
    await monitor!.run(100).waitFor();
    assert.equal(await monitor!.firstVisible(), 0);
  });

  it('keeps the selected run on the screen when many come at the top', async () => {
    const source = new SampleSource(100);
    const { rows, page } = await open(source);
    await rows.first().waitFor();
    await monitor!.run(99).click();
    await page.mouse.move(5, 5);
    for (let number = 100; number < 160; number++) {
      source.add(sampleRun(number));
      await page.waitForTimeout(10);
    }
    await page.getByRole('button', { name: /newer run/ }).waitFor();
    const box = (await monitor!.run(99).boundingBox())!;
    const view = (await monitor!.grid.boundingBox())!;
    assert.ok(box.y >= view.y && box.y + box.height <= view.y + view.height + 1, JSON.stringify([box, view]));
    assert.equal(await monitor!.run(99).getAttribute('aria-selected'), 'true');
  });

  it('moves no row under a pointer that aims, and follows again when it rests', async () => {
    const source = new SampleSource(100);
    const { rows, page } = await open(source, { clock: true });
    await rows.first().waitFor();
    const box = (await monitor!.run(95).boundingBox())!;
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.mouse.move(box.x + 50, box.y + 5);
    await page.mouse.move(box.x + 51, box.y + 6);
    source.add(sampleRun(100));
    await page.getByRole('button', { name: '1 newer run' }).waitFor();
    assert.deepEqual(await monitor!.run(95).boundingBox(), box);
    await page.clock.runFor(900);
    await page.mouse.move(box.x + 52, box.y + 6);
    await page.clock.runFor(900);
    assert.deepEqual(await monitor!.run(95).boundingBox(), box);
    await page.clock.resume();
    await page.getByRole('button', { name: '1 newer run' }).waitFor({ state: 'hidden' });
    assert.equal(await monitor!.firstVisible(), 0);
  });

  it('moves nothing that the user looks at when runs come', async () => {
    const source = new SampleSource(1000);
    const { page, grid } = await open(source);
    await monitor!.run(999).waitFor();
    await grid.evaluate(element => (element.scrollTop = 24 * 300));
    await monitor!.run(690).click();
    const before = await monitor!.run(690).boundingBox();
    for (let number = 1000; number < 1150; number += 10) source.add(...Array.from({ length: 10 }, (_, index) => sampleRun(number + index)));
    await page.getByRole('button', { name: '150 newer runs' }).waitFor();
    assert.deepEqual(await monitor!.run(690).boundingBox(), before);
    assert.equal(await monitor!.run(690).getAttribute('aria-selected'), 'true');
    await page.getByRole('button', { name: '150 newer runs' }).click();
    await monitor!.run(1149).waitFor();
  });

  it('shows a change of state without being asked, in the row and in the details', async () => {
    const source = new SampleSource(0);
    const run = sampleRun(0, { state: 'STARTED' });
    source.add(run);
    const { details, rows, page } = await open(source);
    await rows.first().click();
    await details.getByText('STARTED').first().waitFor();
    source.replace({ ...run, state: 'SUCCESS', outcome: '3', runtime: 1.5, finishedAt: epoch + 1505 });
    await rows.first().getByText('SUCCESS').waitFor();
    await details.locator('.details-state').getByText('SUCCESS').waitFor();
    await details.getByText('1.50 s').first().waitFor();
    await page.getByRole('status').filter({ hasText: 'charge: SUCCESS, 3' }).waitFor({ state: 'attached' });
  });

  it('says what to do when there are no runs: start the worker', async () => {
    const source = new SampleSource(0);
    source.services = [sampleService('worker', 'stopped')];
    const { page } = await open(source);
    await page.getByText('No runs yet').waitFor();
    await page.getByRole('button', { name: 'Start worker' }).click();
    await until('the worker is started', () => source.actions.length > 0);
    assert.deepEqual(source.actions, [['startService', 'worker']]);
  });

  it('says why nothing can be run', async () => {
    const source = new SampleSource(0);
    source.problem = problem('untrusted', 'This folder is not trusted', { advice: 'Trust it to run tasks.' });
    const { page } = await open(source);
    await page.getByText('This folder is not trusted').waitFor();
    await page.getByText('Trust it to run tasks.').waitFor();
  });

  it('says when runs cannot be read, and tries again', async () => {
    const source = new SampleSource(3);
    source.failures.set('query', new ProblemError(problem('broker-refused', 'The broker does not answer', { advice: 'Start it in Services.' })));
    const { page, rows } = await open(source);
    await page.getByText('The broker does not answer').waitFor();
    // A page that opens asks more than once by itself.
    for (let asked = -1; asked !== source.queries;) {
      asked = source.queries;
      await page.waitForTimeout(500);
    }
    source.failures.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows.nth(2).waitFor();
  });

  it('keeps filter, sort, selection and place over a reload', async () => {
    const source = new SampleSource(1000);
    const { grid, rows, page, details } = await open(source);
    await rows.first().waitFor();
    await page.getByRole('columnheader', { name: 'Time' }).getByRole('button').click();
    await page.getByRole('button', { name: /^SUCCESS/ }).click();
    await page.getByText('400 runs', { exact: true }).waitFor();
    await grid.evaluate(element => (element.scrollTop = 24 * 200));
    await monitor!.run(502).click();
    const place = await monitor!.run(502).boundingBox();
    await page.waitForTimeout(100);
    await monitor!.reload();
    await monitor!.run(502).waitFor();
    await page.getByText('400 runs', { exact: true }).waitFor();
    assert.equal(await monitor!.run(502).getAttribute('aria-selected'), 'true');
    assert.ok(Math.abs((await monitor!.run(502).boundingBox())!.y - place!.y) < 24);
    assert.equal(await page.getByRole('columnheader', { name: 'Time' }).getAttribute('aria-sort'), 'ascending');
    await details.getByRole('heading', { level: 2 }).waitFor();
  });

  it('tells the page of changes at most ten times a second, and not while it is hidden', async () => {
    const source = new SampleSource(10);
    const { rows, posted, session } = await open(source);
    await rows.first().waitFor();
    const changes = (): number => posted.filter(message => message.kind === 'event' && message.event === 'changed').length;
    const begun = Date.now();
    for (let number = 10; number < 500; number++) source.add(sampleRun(number));
    await rows.filter({ hasText: '499, amount' }).waitFor();
    assert.ok(changes() <= 2 + (Date.now() - begun) / 100);
    session.setVisible(false);
    const before = posted.length;
    source.add(sampleRun(500));
    assert.equal(posted.length, before);
  });
});
