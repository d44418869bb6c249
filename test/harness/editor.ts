import type { Locator, Page } from 'playwright-core';
import { until } from './until';

/** A text editor. Only what is scrolled into view is in the page: open the file at the line that matters. */
export class Editor {
  constructor(private readonly page: Page, readonly name: string) {}

  private get root(): Locator {
    return this.page.getByRole('main').locator('.editor-instance').filter({ has: this.page.getByRole('textbox', { name: this.name }) }).first();
  }

  // Code lenses

  /** Texts of the lenses that stand above a line of code, left to right. The line is given by a text in it. */
  async lensesAbove(code: string): Promise<string[]> {
    const group = await this.lensGroupAbove(code);
    return group ? (await group.getByRole('button').allInnerTexts()).map(plain) : [];
  }

  /** Waits until a lens above the line of code has the text, and returns it. */
  async waitForLens(code: string, text: string | RegExp, seconds = 30): Promise<string> {
    return until(`a lens above ${code} says ${String(text)}`, async () => {
      const lenses = await this.lensesAbove(code);
      const found = lenses.find(lens => matches(lens, text));
      if (!found) throw new Error(`it says ${JSON.stringify(lenses)}`);
      return found;
    }, seconds);
  }

  /** Clicks a lens above the line of code. */
  async clickLens(code: string, text: string | RegExp): Promise<void> {
    await until(`a lens ${String(text)} above ${code} can be clicked`, async () => {
      const group = await this.lensGroupAbove(code);
      const lenses = group ? await group.getByRole('button').all() : [];
      for (const lens of lenses) {
        if (!matches(plain(await lens.innerText()), text)) continue;
        // Lenses are made anew when they change; then it is looked for again.
        await lens.click({ timeout: 2000 });
        return true;
      }
      return false;
    });
  }

  /** The lenses nearest above the line: with decorators between. */
  private async lensGroupAbove(code: string): Promise<Locator | null> {
    const line = this.root.locator('.view-line').filter({ hasText: spaced(code) }).first();
    const bottom = (await line.boundingBox({ timeout: 5000 }))?.y;
    if (bottom === undefined) return null;
    let nearest: { top: number; id: string } | null = null;
    for (const group of await this.root.locator('.codelens-decoration').all()) {
      const top = (await group.boundingBox())?.y;
      const id = await group.getAttribute('widgetid');
      if (top !== undefined && id && top < bottom && (!nearest || top > nearest.top)) nearest = { top, id };
    }
    return nearest && this.root.locator(`[widgetid="${nearest.id}"]`);
  }

  // Text

  /** The lines in view. */
  async text(): Promise<string> {
    const lines = await this.root.locator('.view-line').evaluateAll(elements => elements.map(element => ({ top: (element as HTMLElement).offsetTop, text: element.textContent ?? '' })));
    return lines.sort((a, b) => a.top - b.top).map(({ text }) => text.replaceAll('\u00a0', ' ')).join('\n');
  }

  /** Replaces the line where the cursor is: open the file at it first. */
  async replaceLine(text: string): Promise<void> {
    await this.focus();
    // Twice, since the first press stops at the indentation.
    await this.page.keyboard.press('Home');
    await this.page.keyboard.press('Home');
    await this.page.keyboard.press('Shift+End');
    await this.page.keyboard.type(text);
  }

  async save(): Promise<void> {
    await this.focus();
    await this.page.keyboard.press('Control+S');
    await this.page.getByRole('tab', { name: this.name, selected: true }).and(this.page.locator(':not(.dirty)')).waitFor();
  }

  /** Moves the pointer over a text and returns what the hover says. */
  async hover(text: string): Promise<string> {
    const hover = this.page.locator('.monaco-hover:visible').first();
    // While nobody knows anything yet nothing appears; then it is asked anew.
    await until(`something is said of ${text}`, async () => {
      await this.page.mouse.move(0, 0);
      await hover.waitFor({ state: 'hidden' });
      await this.root.locator('.view-line').getByText(text, { exact: false }).first().hover();
      return hover.waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    return hover.innerText();
  }

  /** Puts the cursor into a piece of code that is coloured as one, e.g. a text or a name. */
  async clickInto(code: string): Promise<void> {
    await this.root.locator('.view-line span span').filter({ hasText: spaced(code) }).first().click();
  }

  // Problems and what is offered

  /** Underlined places in view. */
  async squiggles(): Promise<number> {
    return this.root.locator('.squiggly-error, .squiggly-warning, .squiggly-info').count();
  }

  async waitForSquiggles(count: number): Promise<void> {
    await until(`${count} places are underlined`, async () => {
      const found = await this.squiggles();
      if (found !== count) throw new Error(`${found} are`);
      return true;
    });
  }

  /** Chooses what is offered by the light bulb where the cursor is. */
  async quickFix(title: string): Promise<void> {
    const offered = this.page.locator('.action-widget:visible .monaco-list-row').filter({ hasText: title }).first();
    const nothing = this.page.getByText('No code actions available');
    await until(`${title} is offered`, async () => {
      await this.page.keyboard.press('Control+.');
      // Not pressed again while it may be coming: in the open list that chooses the first.
      await offered.or(nothing).first().waitFor({ timeout: 15_000 });
      if (await offered.isVisible()) return true;
      await this.page.keyboard.press('Escape');
      return false;
    });
    await offered.click();
  }

  /** Asks for completions where the cursor is. */
  async suggestion(name: string): Promise<Locator> {
    const row = this.page.locator('.suggest-widget.visible').getByRole('option', { name: new RegExp(`^${name.replaceAll('.', '\\.')}`) }).first();
    await until(`${name} is offered`, async () => {
      await this.page.keyboard.press('Control+Space');
      if (await row.waitFor({ timeout: 3000 }).then(() => true, () => false)) return true;
      await this.page.keyboard.press('Escape');
      return false;
    });
    return row;
  }

  private async focus(): Promise<void> {
    await this.root.getByRole('textbox', { name: this.name }).focus();
  }
}

/** VS Code draws spaces of code as non-breaking ones. */
function spaced(code: string): RegExp {
  return new RegExp(code.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '[ \u00a0]'));
}

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ').trim();
}

function matches(text: string, pattern: string | RegExp): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
}
