import * as vscode from 'vscode';
import type { Disposable } from '../lifecycle';
import { changedRows } from './difference';
import { withDistinctIds } from './distinct';
import type { Row, TreeElement } from './element';

const MERGE_INTERVAL_MS = 100;

/**
 * Shows rows in a view. `refresh` compares what `compute` says now with what is shown and refreshes the smallest elements;
 * calls are merged, and nothing is computed before the view was visible.
 */
export class RowTree implements vscode.TreeDataProvider<TreeElement>, Disposable {
  private readonly emitter = new vscode.EventEmitter<TreeElement | TreeElement[] | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  private readonly elements = new Map<string, TreeElement>();
  private shown: readonly Row[] | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly compute: () => readonly Row[], private readonly onClick: (row: Row) => vscode.Command | undefined) {}

  refresh(): void {
    if (!this.shown || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      const before = this.shown ?? [];
      const after = this.rows();
      this.keep(after);
      const changed = changedRows(before, after);
      if (changed === 'root') this.emitter.fire(undefined);
      else if (changed.length > 0) this.emitter.fire(changed.map(id => this.elements.get(id)!));
    }, MERGE_INTERVAL_MS);
  }

  getChildren(element?: TreeElement): TreeElement[] {
    if (!this.shown) this.keep(this.rows());
    return (element ? element.row.children : this.shown!).map(row => this.elements.get(row.id)!);
  }

  getTreeItem({ row }: TreeElement): vscode.TreeItem {
    const state = row.children.length === 0 ? vscode.TreeItemCollapsibleState.None : row.collapsed ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded;
    const item = new vscode.TreeItem(row.label, state);
    item.id = row.id;
    item.description = row.description;
    item.contextValue = row.context;
    item.iconPath = new vscode.ThemeIcon(row.icon.name, row.icon.color ? new vscode.ThemeColor(row.icon.color) : undefined);
    item.accessibilityInformation = { label: row.spoken };
    const click = this.onClick(row);
    if (click) item.command = click;
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, { row }: TreeElement): vscode.TreeItem {
    const text = new vscode.MarkdownString();
    for (const [index, line] of row.tooltip.entries()) {
      if (index === 0) text.appendMarkdown('**').appendText(line).appendMarkdown('**\n\n');
      else text.appendText(line).appendMarkdown('\n\n');
    }
    item.tooltip = text;
    return item;
  }

  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
    this.emitter.dispose();
  }

  private rows(): readonly Row[] {
    return withDistinctIds(this.compute());
  }

  private keep(rows: readonly Row[]): void {
    this.shown = rows;
    const alive = new Set<string>();
    const visit = (row: Row): void => {
      alive.add(row.id);
      const element = this.elements.get(row.id);
      if (element) element.row = row;
      else this.elements.set(row.id, { id: row.id, row });
      for (const child of row.children) visit(child);
    };
    for (const row of rows) visit(row);
    for (const id of this.elements.keys()) if (!alive.has(id)) this.elements.delete(id);
  }
}
