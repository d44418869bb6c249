import type { RunCounts, RunState } from '../src/shared/run';
import { h, linkButton } from './dom';
import { formatCount, formatNumber } from './format';
import { isFiltered, unfiltered, type RunFilter } from './state';
import { compareStates, meaningOf, stateIcon } from './states';
import { t } from './text';
import { createDropdown, createOption, createTextField } from './toolkit';

/** Milliseconds without a key before the text is used. */
const typingPause = 120;

export interface FiltersListener {
  changed(filter: RunFilter): void;
  /** The user wants to go on in the table. */
  left(): void;
  /** The user is about to choose a task: the names should be fresh. */
  choosingTask(): void;
}

/** Text, task and states that the runs must match. */
export class Filters {
  readonly element: HTMLElement;
  private readonly field = createTextField({ label: t('Filter runs'), placeholder: t('Filter by name, argument, result, worker or id'), icon: 'filter', oninput: () => this.onInput() });
  private readonly tasks = createDropdown({ label: t('Task'), onchange: value => this.change({ task: value === '' ? null : value }) });
  private readonly chips = h('div', { class: 'chips', role: 'group', 'aria-label': t('States') });
  private readonly total = h('span', { class: 'total' });
  private readonly clear = linkButton(t('Clear filter'), t('Show all runs'), () => this.reset());
  private taskNames: readonly string[] | null = null;
  private timer = 0;

  constructor(private filter: RunFilter, private readonly listener: FiltersListener) {
    this.field.value = filter.text;
    this.field.addEventListener('keydown', event => this.onKey(event));
    this.tasks.addEventListener('focusin', () => listener.choosingTask());
    this.element = h(
      'div',
      { class: 'filters', role: 'search' },
      h('div', { class: 'filter-fields' }, this.field, this.tasks),
      h('div', { class: 'filter-states' }, this.chips, this.clear, this.total),
    );
    this.showTasks([]);
    this.showCounts({}, null);
  }

  /** Puts the cursor into the text; `more` is what the user has typed elsewhere. */
  focus(more = ''): void {
    this.field.focus();
    if (more === '') {
      this.field.shadowRoot?.querySelector('input')?.select();
      return;
    }
    this.field.value += more;
    this.onInput();
  }

  set(filter: RunFilter): void {
    this.filter = filter;
    clearTimeout(this.timer);
    if (this.field.value !== filter.text) this.field.value = filter.text;
    this.showTasks(this.taskNames ?? []);
    this.clear.hidden = !isFiltered(filter);
  }

  showTasks(names: readonly string[]): void {
    const { task } = this.filter;
    const all = task === null || names.includes(task) ? names : [task, ...names];
    if (!this.tasks.open && all.join('\n') !== this.taskNames?.join('\n')) {
      this.taskNames = all;
      this.tasks.replaceChildren(createOption('', t('All tasks')), ...all.map(name => createOption(name, name)));
    }
    // The toolkit reads its options one turn later.
    requestAnimationFrame(() => (this.tasks.value = task ?? ''));
  }

  /** One toggle for each state that occurs. `total` is how many runs match, null while that is not known. */
  showCounts(counts: RunCounts, total: number | null): void {
    const chosen = new Set(this.filter.states);
    const states = [...new Set([...Object.keys(counts).filter(state => counts[state]! > 0), ...chosen])].sort(compareStates);
    const old = new Map([...this.chips.children].map(chip => [(chip as HTMLElement).dataset.state!, chip as HTMLElement]));
    const chips = states.map(state => this.chip(old.get(state), state, counts[state] ?? 0, chosen.has(state)));
    if (chips.length !== old.size || chips.some((chip, index) => this.chips.children[index] !== chip)) this.chips.replaceChildren(...chips);
    this.clear.hidden = !isFiltered(this.filter);
    this.total.textContent = total === null ? '' : formatCount(total, '{0} run', '{0} runs');
  }

  private chip(old: HTMLElement | undefined, state: RunState, count: number, pressed: boolean): HTMLElement {
    const chip = old ?? h('button', { class: 'chip', type: 'button', 'data-state': state, title: meaningOf(state), onclick: () => this.toggle(state) }, stateIcon(state), h('span', {}, state), h('span', { class: 'chip-count' }));
    chip.setAttribute('aria-pressed', String(pressed));
    chip.lastElementChild!.textContent = formatNumber(count);
    return chip;
  }

  private toggle(state: RunState): void {
    const { states } = this.filter;
    this.change({ states: states.includes(state) ? states.filter(other => other !== state) : [...states, state] });
  }

  private reset(): void {
    const { sort, descending } = this.filter;
    this.change({ ...unfiltered, sort, descending });
    this.field.focus();
  }

  private onInput(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.change({ text: this.field.value }), typingPause);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'Enter') this.listener.left();
    else if (event.key === 'Escape' && this.field.value !== '') this.change({ text: '' });
    else return;
    event.preventDefault();
  }

  private change(change: Partial<RunFilter>): void {
    this.set({ ...this.filter, ...change });
    this.listener.changed(this.filter);
  }
}
