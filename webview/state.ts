import type { MonitorTab } from '../src/shared/monitorProtocol';
import type { RunQuery, RunSortKey } from '../src/shared/run';
import type { HostApi } from './host';

/** What the user wants to see of all runs. */
export type RunFilter = Pick<RunQuery, 'text' | 'states' | 'task' | 'sort' | 'descending'>;

/** Kept over reloads and while the page is hidden: what the user wants, never what was fetched. */
export interface PageState {
  readonly tab: MonitorTab;
  readonly filter: RunFilter;
  readonly selected: string | null;
  /** The first run on the screen when the user has scrolled away from the newest. */
  readonly anchor: string | null;
  /** Share of the details beside or below the table. */
  readonly detailsShare: number;
  /** Frames of libraries are left out of tracebacks. */
  readonly ownFramesOnly: boolean;
}

export const unfiltered: RunFilter = { text: '', states: [], task: null, sort: 'time', descending: true };
const initial: PageState = { tab: 'runs', filter: unfiltered, selected: null, anchor: null, detailsShare: 0.42, ownFramesOnly: false };

const sortKeys: readonly RunSortKey[] = ['time', 'name', 'state', 'runtime', 'worker', 'queue'];

export function isFiltered({ text, states, task }: RunFilter): boolean {
  return text.trim() !== '' || states.length > 0 || task !== null;
}

/** The page's intent, written through to the editor with every change. */
export class StateStore {
  private current: PageState;

  constructor(private readonly api: HostApi) {
    this.current = readState(api.getState());
  }

  get value(): PageState {
    return this.current;
  }

  update(change: Partial<PageState>): void {
    this.current = { ...this.current, ...change };
    this.api.setState(this.current);
  }
}

/** An older release may have written what is kept, so nothing in it is taken on trust. */
export function readState(kept: unknown): PageState {
  if (typeof kept !== 'object' || kept === null) return initial;
  const { tab, filter, selected, anchor, detailsShare, ownFramesOnly } = kept as Record<keyof PageState, unknown>;
  return {
    tab: tab === 'schedules' ? 'schedules' : 'runs',
    filter: readFilter(filter),
    selected: textOrNull(selected),
    anchor: textOrNull(anchor),
    detailsShare: typeof detailsShare === 'number' && detailsShare > 0 && detailsShare < 1 ? detailsShare : initial.detailsShare,
    ownFramesOnly: ownFramesOnly === true,
  };
}

function readFilter(kept: unknown): RunFilter {
  if (typeof kept !== 'object' || kept === null) return unfiltered;
  const { text, states, task, sort, descending } = kept as Record<keyof RunFilter, unknown>;
  return {
    text: typeof text === 'string' ? text : '',
    states: Array.isArray(states) ? states.filter(state => typeof state === 'string') : [],
    task: textOrNull(task),
    sort: sortKeys.find(key => key === sort) ?? 'time',
    descending: descending !== false,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
