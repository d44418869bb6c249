import { h, replaceInPlace } from './dom';

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
    const focus = this.focus();
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
    replaceInPlace(this.parent, elements);
    if (focus && !this.parent.contains(document.activeElement)) this.restore(focus);
  }

  /** The part that has the focus, and which of its controls. */
  private focus(): { readonly key: string; readonly control: number } | null {
    for (const [key, { element }] of this.drawn) {
      if (element.contains(document.activeElement)) return { key, control: controlsOf(element).indexOf(document.activeElement as HTMLElement) };
    }
    return null;
  }

  /** To the same control of the part that took the other's place; where there is none, to the start. */
  private restore({ key, control }: { readonly key: string; readonly control: number }): void {
    const element = this.drawn.get(key)?.element;
    ((element && controlsOf(element)[control]) ?? controlsOf(this.parent)[0])?.focus({ preventScroll: true });
  }

  clear(): void {
    this.drawn.clear();
    this.parent.replaceChildren();
  }
}

function controlsOf(element: HTMLElement): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>('button, [tabindex], vscode-button, vscode-checkbox')];
}

/** A part of the details with its heading and, beside it, small buttons. */
export function createSection(title: string, buttons: readonly HTMLElement[], ...content: readonly (Node | string | null)[]): HTMLElement {
  return h('section', { class: 'section', 'aria-label': title }, h('div', { class: 'section-head' }, h('h3', {}, title), ...buttons), ...content);
}
