import { isDeepStrictEqual } from 'node:util';
import type { Row } from './element';

/** Ids of the rows to be refreshed, `root` for the top: the smallest set from which `after` results. */
export function changedRows(before: readonly Row[], after: readonly Row[]): readonly string[] | 'root' {
  if (!sameIds(before, after)) return 'root';
  const changed: string[] = [];
  for (const [index, row] of after.entries()) {
    const old = before[index]!;
    const inside = changedRows(old.children, row.children);
    if (inside === 'root' || !isDeepStrictEqual(appearance(old), appearance(row))) changed.push(row.id);
    else changed.push(...inside);
  }
  return changed;
}

function sameIds(before: readonly Row[], after: readonly Row[]): boolean {
  return before.length === after.length && after.every((row, index) => row.id === before[index]!.id);
}

/** All that shows without being asked for: tooltips are resolved when they are needed. */
function appearance({ label, description, icon, context, spoken, collapsed, children }: Row): unknown {
  return [label, description, icon, context, spoken, collapsed, children.length > 0];
}
