import assert from 'node:assert/strict';
import path from 'node:path';
import { until } from '../harness/until';
import { closeBrowser, MonitorPage, openBrowser, type ThemeName } from './monitorPage';
import { sampleRun, sampleService, SampleSource } from './sampleSource';

const themes: readonly ThemeName[] = ['light', 'dark', 'high-contrast', 'high-contrast-light'];
const picture = (name: string): string => path.join(process.env.REPOSITORY!, 'test-results', 'webview', `${name}.png`);

/** Least contrast of a text that a person must be able to read; state icons and disabled parts are no texts. WCAG 2.2, 1.4.3. */
const readable = 4.5;
/** Hints and numbers in the theme's own description colour: as readable as the theme makes its own. */
const described = 3;

describe('Monitor: themes', function () {
  this.timeout(120_000);

  before(async () => void (await openBrowser()));
  after(closeBrowser);

  for (const theme of themes) {
    it(`is readable in ${theme}`, async () => {
      const source = new SampleSource(200);
      const monitor = await MonitorPage.open(source, { theme, width: 1360, height: 900 });
      const { page } = monitor;
      await monitor.run(193).click();
      await monitor.details.getByRole('group', { name: 'Traceback' }).waitFor();
      await page.screenshot({ path: picture(`${theme}-runs`), animations: 'disabled' });
      assert.deepEqual(await faint(monitor), []);

      await page.getByRole('button', { name: /^FAILURE/ }).click();
      await monitor.run(195).waitFor({ state: 'detached' });
      await monitor.grid.focus();
      await page.screenshot({ path: picture(`${theme}-filtered`), animations: 'disabled' });

      await page.getByRole('tab', { name: 'Schedules' }).click();
      await page.getByRole('table', { name: 'Schedules' }).waitFor();
      await page.screenshot({ path: picture(`${theme}-schedules`), animations: 'disabled' });
      assert.deepEqual(await faint(monitor), []);
      await monitor.close();
      assert.deepEqual(monitor.violations, []);
    });
  }

  it('has room for everything that matters in a narrow editor', async () => {
    const source = new SampleSource(200);
    source.add(sampleRun(200, { state: 'PROGRESS' }));
    const monitor = await MonitorPage.open(source, { width: 560, height: 900 });
    await monitor.run(200).click();
    await monitor.details.getByRole('progressbar').waitFor();
    await monitor.page.screenshot({ path: picture('narrow'), animations: 'disabled' });
    const overflow = await monitor.page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll('.table-scroll, .details-body')].map(element => element.scrollWidth - element.clientWidth)]);
    assert.deepEqual(overflow.filter(pixels => pixels > 0), []);

    await monitor.page.getByRole('tab', { name: 'Schedules' }).click();
    const entry = monitor.page.getByRole('table', { name: 'Schedules' }).getByRole('row').filter({ hasText: 'nightly-report' });
    await entry.getByRole('cell').nth(3).waitFor();
    assert.equal(await entry.getByRole('cell').count(), 4);
    await monitor.page.screenshot({ path: picture('narrow-schedules'), animations: 'disabled' });
    assert.equal(await monitor.page.locator('.schedules').evaluate(element => element.scrollWidth - element.clientWidth), 0);
    await monitor.close();
  });

  it('shows selection, states and progress where the system forces its colours', async () => {
    const source = new SampleSource(20);
    const monitor = await MonitorPage.open(source, { theme: 'high-contrast', forcedColors: 'active' });
    await monitor.run(17).click();
    await monitor.page.screenshot({ path: picture('forced-colors'), animations: 'disabled' });
    const outline = await monitor.selectedRow.evaluate(row => getComputedStyle(row).outlineStyle);
    assert.notEqual(outline, 'none');
    await monitor.close();
  });

  it('does not move where the system or the editor says that motion is not wanted', async () => {
    const source = new SampleSource(20);
    source.services = [sampleService('worker', 'starting')];
    const moving = (monitor: MonitorPage): Promise<number> => monitor.page.evaluate(() => document.getAnimations().length);
    const lively = await MonitorPage.open(source);
    await lively.page.getByText('starting').waitFor();
    await until('only the icon moves', async () => (await moving(lively)) === 1);
    await lively.page.locator('body').evaluate(body => body.classList.add('vscode-reduce-motion'));
    await until('nothing moves', async () => (await moving(lively)) === 0);
    await lively.close();
    const calm = await MonitorPage.open(source, { reducedMotion: 'reduce' });
    await calm.page.getByText('starting').waitFor();
    await until('nothing moves', async () => (await moving(calm)) === 0);
    await calm.close();
  });
});

/** Texts on the page whose contrast against what lies behind them is too small, with the ratio. */
async function faint(monitor: MonitorPage): Promise<string[]> {
  return monitor.page.evaluate(
    ({ readable, described }) => {
      const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
      const rgba = (color: string): number[] => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
      };
      const over = (top: number[], below: number[]): number[] => [0, 1, 2].map(index => (top[index]! * top[3]! + below[index]! * (255 - top[3]!)) / 255).concat(255);
      const backgroundOf = (element: Element): number[] => {
        const chain: Element[] = [];
        for (let each: Element | null = element; each; each = each.parentElement) chain.unshift(each);
        return chain.reduce((below, each) => over(rgba(getComputedStyle(each).backgroundColor), below), [255, 255, 255, 255]);
      };
      const luminance = (color: number[]): number => {
        const [red, green, blue] = color.slice(0, 3).map(value => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
      };
      const opacityOf = (element: Element | null): number => (element ? Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement) : 1);
      const description = rgba(getComputedStyle(document.documentElement).getPropertyValue('--vscode-descriptionForeground')).join();
      const found = new Set<string>();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement!;
        if (!node.textContent?.trim() || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || element.closest('.for-screen-reader, script, vscode-option, .codicon')) continue;
        const background = backgroundOf(element);
        const color = rgba(getComputedStyle(element).color);
        const shown = over([...color.slice(0, 3), color[3]! * opacityOf(element)], background);
        const [dark, light] = [luminance(shown), luminance(background)].sort((a, b) => a - b) as [number, number];
        const ratio = (light + 0.05) / (dark + 0.05);
        if (ratio < (color.join() === description ? described : readable)) found.add(`${ratio.toFixed(2)} ${element.className || element.tagName} ${node.textContent.trim().slice(0, 40)}`);
      }
      return [...found];
    },
    { readable, described },
  );
}
