import { h } from './dom';
import { t } from './text';

/** From this width on, the second part lies to the right of the first, else below. Pixels. */
const wide = 860;
const smallest = 0.18;
const largest = 0.82;
const step = 0.03;

/** Two parts with a sash between them, which can be moved with the pointer and with the arrow keys. The second part can be closed. */
export class SplitView {
  readonly element: HTMLElement;
  private readonly sash: HTMLElement;

  constructor(main: HTMLElement, private readonly side: HTMLElement, private share: number, private readonly resized: (share: number) => void) {
    this.sash = h('div', {
      class: 'sash', role: 'separator', tabindex: '0', 'aria-label': t('Resize the details'), 'aria-valuemin': smallest * 100, 'aria-valuemax': largest * 100,
      onpointerdown: event => this.drag(event),
      onkeydown: event => this.onKey(event),
      ondblclick: () => this.resize(0.42),
    });
    this.element = h('div', { class: 'split' }, main, this.sash, side);
    new ResizeObserver(() => this.orient()).observe(this.element);
    this.apply();
    this.open = false;
  }

  set open(open: boolean) {
    this.element.classList.toggle('closed', !open);
    this.side.hidden = this.sash.hidden = !open;
  }

  private get horizontal(): boolean {
    return this.element.classList.contains('wide');
  }

  private orient(): void {
    this.element.classList.toggle('wide', this.element.clientWidth >= wide);
    this.sash.setAttribute('aria-orientation', this.horizontal ? 'vertical' : 'horizontal');
  }

  private drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.sash.focus({ preventScroll: true });
    this.sash.setPointerCapture(event.pointerId);
    const move = ({ clientX, clientY }: PointerEvent): void => {
      const { right, bottom, width, height } = this.element.getBoundingClientRect();
      this.resize(this.horizontal ? (right - clientX) / width : (bottom - clientY) / height);
    };
    this.sash.addEventListener('pointermove', move);
    this.sash.addEventListener('lostpointercapture', () => this.sash.removeEventListener('pointermove', move), { once: true });
  }

  private onKey(event: KeyboardEvent): void {
    const [grow, shrink] = this.horizontal ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key === grow) this.resize(this.share + step);
    else if (event.key === shrink) this.resize(this.share - step);
    else return;
    event.preventDefault();
  }

  private resize(share: number): void {
    this.share = Math.min(largest, Math.max(smallest, share));
    this.apply();
    this.resized(this.share);
  }

  private apply(): void {
    this.element.style.setProperty('--side-share', `${this.share * 100}%`);
    this.sash.setAttribute('aria-valuenow', String(Math.round(this.share * 100)));
  }
}
