import type { Run } from '../../shared/run';
import type { Service } from '../../shared/service';
import type { Queue, Worker } from '../../shared/service';
import type { SourceSchedule, SourceTask } from '../../shared/source';
import type { SettingId } from '../manifest';

/** What a row stands for. */
export type Subject =
  | { readonly kind: 'service'; readonly service: Service }
  | { readonly kind: 'setting'; readonly setting: SettingId }
  | { readonly kind: 'worker'; readonly worker: Worker }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'task'; readonly name: string; readonly source: SourceTask | null }
  | { readonly kind: 'queue'; readonly queue: Queue }
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'schedule'; readonly schedule: SourceSchedule };

/** One row as data: how it looks and what it says, without `vscode`, so that a whole tree can be tested as text. */
export interface Row {
  /** Unique in its tree and stable. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** A codicon, and the theme colour that goes with its state. */
  readonly icon: { readonly name: string; readonly color?: string };
  /** `contextValue`: kind and state, matched by menus. */
  readonly context: string;
  /** Lines of the tooltip, plain text; the first is the heading. */
  readonly tooltip: readonly string[];
  /** What a screen reader says: the state in words. */
  readonly spoken: string;
  readonly children: readonly Row[];
  readonly collapsed: boolean;
  readonly subject: Subject;
}

/** A row that VS Code holds: the object stays the same while its row changes. */
export interface TreeElement {
  readonly id: string;
  row: Row;
}
