import { h } from './dom';

/** Milliseconds between two announcements, so that a screen reader can finish one. */
const pause = 3000;

/** Says changes to a screen reader, politely: when many come, the last one of each pause. */
export class Announcer {
  readonly element = h('div', { class: 'for-screen-reader', role: 'status', 'aria-live': 'polite' });
  private timer = 0;
  private next: string | null = null;

  say(text: string): void {
    this.next = text;
    if (!this.timer) this.speak();
  }

  private speak(): void {
    this.timer = 0;
    if (this.next === null) return;
    this.element.textContent = this.next;
    this.next = null;
    this.timer = window.setTimeout(() => this.speak(), pause);
  }
}
