import type { MonitorTab } from '../src/shared/monitorProtocol';
import { h } from './dom';
import { t } from './text';

export interface TabPage {
  readonly key: MonitorTab;
  readonly label: string;
  readonly content: HTMLElement;
}

/** Tabs as in the panel of the editor: arrow keys go from one to the next. */
export class Tabs {
  readonly list: HTMLElement;
  readonly pages: readonly HTMLElement[];
  private readonly buttons: ReadonlyMap<MonitorTab, HTMLButtonElement>;

  constructor(private readonly tabs: readonly TabPage[], private readonly chosen: (tab: MonitorTab) => void) {
    const button = ({ key, label }: TabPage): HTMLButtonElement =>
      h('button', { class: 'tab', type: 'button', role: 'tab', id: `tab-${key}`, 'aria-controls': `page-${key}`, onclick: () => chosen(key), onkeydown: event => this.onKey(event, key) }, label);
    this.buttons = new Map(tabs.map(tab => [tab.key, button(tab)]));
    this.list = h('div', { class: 'tabs', role: 'tablist', 'aria-label': t('Monitor') }, ...this.buttons.values());
    this.pages = tabs.map(({ key, content }) => h('main', { class: 'page', role: 'tabpanel', id: `page-${key}`, 'aria-labelledby': `tab-${key}` }, content));
  }

  show(tab: MonitorTab): void {
    this.tabs.forEach(({ key }, index) => {
      const active = key === tab;
      const button = this.buttons.get(key)!;
      button.setAttribute('aria-selected', String(active));
      button.tabIndex = active ? 0 : -1;
      this.pages[index]!.hidden = !active;
    });
  }

  private onKey(event: KeyboardEvent, key: MonitorTab): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const index = this.tabs.findIndex(tab => tab.key === key);
    const next = this.tabs[(index + step + this.tabs.length) % this.tabs.length]!.key;
    this.chosen(next);
    this.buttons.get(next)!.focus();
    event.preventDefault();
  }
}
