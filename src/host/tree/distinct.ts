import type { Row } from './element';

/** The same rows with ids that occur once: source may define a task or a schedule twice, and VS Code refuses a second row of an id. */
export function withDistinctIds(rows: readonly Row[], taken = new Set<string>()): readonly Row[] {
  return rows.map(row => {
    let { id } = row;
    for (let number = 2; taken.has(id); number++) id = `${row.id}#${number}`;
    taken.add(id);
    return { ...row, id, children: withDistinctIds(row.children, taken) };
  });
}
