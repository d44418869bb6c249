import assert from 'node:assert/strict';
import { closeBrowser, MonitorPage, openBrowser } from './monitorPage';
import { sampleRun, SampleSource } from './sampleSource';

describe('Monitor: accessibility', function () {
  this.timeout(60_000);
  let monitor: MonitorPage;

  before(async () => void (await openBrowser()));
  after(closeBrowser);
  beforeEach(async () => {
    monitor = await MonitorPage.open(new SampleSource(10), { width: 1400, height: 1000 });
    await monitor.run(3).click();
    await monitor.details.getByRole('group', { name: 'Traceback' }).waitFor();
  });
  afterEach(() => monitor.close());

  it('has landmarks, headings, a grid with row numbers, and a name for each control', async () => {
    const tree = await monitor.page.locator('body').ariaSnapshot();
    for (const part of ['- heading "Celery Monitor" [level=1]', '- tablist "Monitor"', '- tab "Runs" [selected]', '- tabpanel "Runs"', '- search:', '- textbox "Filter runs"', '- combobox "Task"', '- group "States"', '- grid "Runs"', '- columnheader "State"', '- separator "Resize the details"', '- complementary "Details of the run"', '- heading "nightly shop.reports" [level=2]', '- heading "Traceback" [level=3]', '- checkbox "Only my code"', '- status']) {
      assert.ok(tree.includes(part), `${part} is missing in\n${tree}`);
    }
    assert.deepEqual(tree.match(/- (button|textbox|combobox|checkbox|tab|separator)(?! ")[^"\n]*$/gm), null);
    const numbers = await monitor.rows.evaluateAll(rows => rows.map(row => Number(row.getAttribute('aria-rowindex'))));
    assert.deepEqual(numbers, Array.from({ length: 10 }, (_, index) => index + 2));
  });

  it('says the state in words in each row', async () => {
    assert.match(await monitor.grid.ariaSnapshot(), /row "FAILURE nightly\s?shop\.reports 3, amount/);
  });

  it('reaches everything by the Tab key, in the order of the page, and shows where it is', async () => {
    await monitor.page.getByRole('tab', { name: 'Runs' }).focus();
    const order = ['Runs'];
    for (let step = 0; step < 40; step++) {
      await monitor.page.keyboard.press('Tab');
      const at = await monitor.page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        const host = document.activeElement;
        if (!host || host === document.body) return null;
        return { name: host.getAttribute('aria-label') ?? host.textContent?.trim() ?? '', hidden: !host.checkVisibility() };
      });
      if (!at) break;
      assert.equal(at.hidden, false, at.name);
      order.push(at.name);
    }
    const places = ['Runs', 'Filter runs', 'Task', 'Resize the details', 'Close the details', 'nightly', 'Run again', 'Only my code', 'Copy the traceback'].map(name => order.indexOf(name));
    assert.ok(places.every(place => place >= 0), order.join(' | '));
    assert.deepEqual(places, [...places].sort((a, b) => a - b), order.join(' | '));
  });

  it('speaks the language of the editor', async () => {
    await monitor.close();
    monitor = await MonitorPage.open(new SampleSource(0), { language: 'de', strings: { 'No runs yet': 'Noch keine Läufe', '{0} runs': '{0} Läufe' } });
    await monitor.page.getByText('Noch keine Läufe').waitFor();
    await monitor.page.getByText('0 Läufe').waitFor();
    assert.equal(await monitor.page.locator('html').getAttribute('lang'), 'de');
  });

  it('shows what a run says of itself as text, never as markup', async () => {
    await monitor.close();
    const source = new SampleSource(0);
    const markup = '<img src=x onerror="document.title=\'broken\'">';
    source.add(sampleRun(1, { state: 'SUCCESS', outcome: markup, call: `charge(${markup})`, queue: markup, identity: { environment: 'local', app: null, name: `shop.${markup}` } }));
    monitor = await MonitorPage.open(source);
    await monitor.rows.first().click();
    await monitor.details.getByRole('heading', { level: 2 }).waitFor();
    assert.equal(await monitor.page.locator('img').count(), 0);
    assert.ok((await monitor.details.innerText()).includes(markup));
  });
});
