import { h, icon, iconButton } from './dom';
import { asProblem } from './problems';
import { t } from './text';
import { createButton, type ButtonOptions } from './toolkit';

export interface Notice {
  readonly icon: string;
  readonly title: string;
  readonly advice?: string | null;
  readonly actions?: readonly ButtonOptions[];
}

/** What fills a place that has nothing to show: why, and what to do. */
export function createNotice({ icon: name, title, advice, actions = [] }: Notice): HTMLElement {
  return h(
    'div',
    { class: 'notice' },
    icon(name, 'notice-icon'),
    h('p', { class: 'notice-title' }, title),
    advice ? h('p', { class: 'notice-advice' }, advice) : null,
    actions.length > 0 && h('div', { class: 'notice-actions' }, ...actions.map(createButton)),
  );
}

/** A problem above what it concerns, until it is put away. */
export class Banner {
  readonly element = h('div', { class: 'banner', role: 'alert', hidden: true });

  /** What the user has cancelled is no problem. */
  show(error: unknown, more: HTMLElement | null = null): void {
    const { reason, message, advice } = asProblem(error);
    if (reason === 'cancelled') return;
    const text = h('span', { class: 'banner-text' }, h('strong', {}, message), advice ? h('span', {}, advice) : null);
    this.element.replaceChildren(icon('error', 'tone-bad'), text, ...(more ? [more] : []), iconButton('close', t('Close'), () => this.hide()));
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
