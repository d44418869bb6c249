import type { Locator, Page } from 'playwright-core';

/** The box at the top: palette, quick picks and input boxes. */
export class QuickInput {
  constructor(private readonly page: Page) {}

  private get widget(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** The field to type into. */
  get field(): Locator {
    return this.widget.getByRole('textbox').or(this.widget.getByRole('combobox')).first();
  }

  /** All that the box says, with title, prompt, validation message and the rows of a pick. */
  async text(): Promise<string> {
    return this.widget.innerText();
  }

  async value(): Promise<string> {
    return this.field.inputValue();
  }

  /** Waits until the box says the text, in its title, its prompt or its message. */
  async waitFor(text: string | RegExp): Promise<void> {
    await this.widget.filter({ hasText: text }).waitFor();
  }

  /** Replaces what is in the field, as by selecting all and typing. */
  async type(text: string): Promise<void> {
    await this.field.waitFor();
    await this.field.fill(text);
  }

  /** A row of a pick. */
  option(name: string | RegExp): Locator {
    return this.widget.getByRole('option', { name });
  }

  async pick(name: string | RegExp): Promise<void> {
    await this.option(name).first().click();
  }

  async accept(): Promise<void> {
    await this.field.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.field.press('Escape');
    await this.widget.waitFor({ state: 'hidden' });
  }
}
