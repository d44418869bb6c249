import type { Problem } from '../src/shared/problem';
import { h, icon } from './dom';
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

/** A problem above what it concerns. It can be put away. */
export class Banner {
  readonly element = h('div', { class: 'banner', role: 'alert', hidden: true });

  show({ message, advice }: Problem, dismiss: HTMLElement): void {
    this.element.replaceChildren(icon('error', 'tone-bad'), h('span', { class: 'banner-text' }, h('strong', {}, message), advice ? ` ${advice}` : ''), dismiss);
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
