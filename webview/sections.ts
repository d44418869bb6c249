import { h } from './dom';

/**
 * Parts of a page that is drawn again and again: a part whose content has not changed stays in the document as it is, with the user's text
 * selection, scroll position and focus in it.
 */
export class Sections {
  private readonly drawn = new Map<string, { readonly content: string; readonly element: HTMLElement }>();

  constructor(private readonly parent: HTMLElement) {}

  /** Draws the parts in this order. `content` is everything that `create` draws from; null leaves a part out. */
  draw(parts: readonly { readonly key: string; readonly content: unknown; readonly create: () => HTMLElement | null }[]): void {
    const elements: HTMLElement[] = [];
    const keys = new Set<string>();
    for (const { key, content, create } of parts) {
      if (content === null) continue;
      const text = JSON.stringify(content);
      let part = this.drawn.get(key);
      if (part?.content !== text) {
        const element = create();
        if (!element) continue;
        part = { content: text, element };
        this.drawn.set(key, part);
      }
      keys.add(key);
      elements.push(part.element);
    }
    for (const key of this.drawn.keys()) if (!keys.has(key)) this.drawn.delete(key);
    if (elements.length !== this.parent.children.length || elements.some((element, index) => this.parent.children[index] !== element)) this.parent.replaceChildren(...elements);
  }

  clear(): void {
    this.drawn.clear();
    this.parent.replaceChildren();
  }
}

/** A part of the details with its heading and, beside it, small buttons. */
export function createSection(title: string, buttons: readonly HTMLElement[], ...content: readonly (Node | string | null)[]): HTMLElement {
  return h('section', { class: 'section', 'aria-label': title }, h('div', { class: 'section-head' }, h('h3', {}, title), ...buttons), ...content);
}
