import type { Locator, Page } from 'playwright-core';
import { until } from './until';

/** A tree of the side bar. Rows are found by their accessible name, which says the state in words. */
export class SideBarView {
  constructor(private readonly page: Page, readonly name: string) {}

  private get header(): Locator {
    return this.page.getByRole('button', { name: `${this.name} Section`, exact: true });
  }

  private get tree(): Locator {
    return this.page.getByRole('tree', { name: this.name });
  }

  /** What it says where there are no rows. */
  get welcome(): Locator {
    return this.page.locator('.pane').filter({ has: this.header }).getByRole('region', { name: 'Welcome' });
  }

  /** Opens it unless it is open. */
  async expand(): Promise<void> {
    await this.header.waitFor();
    if ((await this.header.getAttribute('aria-expanded')) !== 'true') await this.header.click();
  }

  row(name: string | RegExp): Locator {
    return this.tree.getByRole('treeitem', { name }).first();
  }

  /** Accessible names of the rows in view, from the top, indented by two spaces a level. */
  async rows(): Promise<string[]> {
    const rows = await this.tree.getByRole('treeitem').evaluateAll(elements => elements.map(row => ({
      top: row.getBoundingClientRect().top,
      text: '  '.repeat(Number(row.getAttribute('aria-level') ?? 1) - 1) + (row.getAttribute('aria-label') ?? '').replace(/, has actions$/, ''),
    })));
    return rows.sort((a, b) => a.top - b.top).map(({ text }) => text);
  }

  /** Waits until a row's accessible name matches, and scrolls to it: only rows in view are in the page. */
  async waitForRow(name: string | RegExp, seconds = 30): Promise<Locator> {
    await until(`${this.name} has a row ${String(name)}`, async () => {
      if (await this.row(name).isVisible()) return true;
      const rows = await this.rows();
      if (rows.length > 0) await this.scroll();
      throw new Error(`it has ${JSON.stringify(rows)}`);
    }, seconds);
    return this.row(name);
  }

  /** One page down, or from the end back to the top. */
  private async scroll(): Promise<void> {
    const focused = (): Promise<string | null> => this.tree.getAttribute('aria-activedescendant');
    await this.tree.focus();
    const before = await focused();
    await this.page.keyboard.press('PageDown');
    await this.page.waitForTimeout(100);
    if ((await focused()) === before) await this.page.keyboard.press('Home');
  }

  /** Opens a row that has others below it. */
  async open(name: string | RegExp): Promise<void> {
    const row = await this.waitForRow(name);
    if ((await row.getAttribute('aria-expanded')) === 'true') return;
    await row.click();
    if ((await row.getAttribute('aria-expanded')) !== 'true') await this.page.keyboard.press('ArrowRight');
  }

  /** Clicks an icon in a row, which is there while the pointer is over it. */
  async act(name: string | RegExp, action: string | RegExp): Promise<void> {
    const row = await this.waitForRow(name);
    await row.hover();
    await row.getByRole('button', { name: action }).click();
  }

  /** Chooses from a row's context menu. */
  async choose(name: string | RegExp, item: string | RegExp): Promise<void> {
    const choice = this.page.getByRole('menuitem', { name: item });
    // Rows that are drawn anew close the menu; and it takes no click in the first moment, lest the one that opened it chooses.
    await until(`${String(item)} is chosen for ${String(name)}`, async () => {
      const isOpen = await choice.isVisible();
      if (!isOpen) await (await this.waitForRow(name)).click({ button: 'right', timeout: 5000 });
      await choice.click({ timeout: 3000 });
      await choice.waitFor({ state: 'hidden', timeout: 1000 });
      return true;
    });
  }

  /** Clicks an icon in the view's title. */
  async actOnView(action: string | RegExp): Promise<void> {
    await this.header.hover();
    await this.header.getByRole('button', { name: action }).click();
  }
}
