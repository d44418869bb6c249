import type { Location } from 'vscode-languageserver/node';
import { literalRange } from './names';
import type { Place } from './place';

/** All places where the task is meant whose name stands in a text: its name, constants that hold it, and calls of it. */
export function references({ linked, file, offset }: Place, includeDeclaration: boolean): Location[] | null {
  const found = linked.taskNames.at(file, offset);
  if (!found || found.use.name.includes('*')) return null;
  const { name } = found.use;
  const locations = new Map<string, Location>();
  const add = (location: Location): void => {
    const { start, end } = location.range;
    locations.set(`${location.uri} ${start.line}:${start.character} ${end.line}:${end.character}`, location);
  };
  for (const use of linked.taskNames.of(name)) {
    for (const literal of use.literals) add({ uri: literal.file.uri, range: literalRange(literal) });
    if (!use.literals.some(({ node }) => node === use.node)) add(use.file.location(use.node));
  }
  for (const task of linked.taskNames.meant(found.use)) {
    if (includeDeclaration) add(task.file.location(task.node.nameSpan));
    for (const { node, name: byName, file: caller } of linked.calls.of(task)) if (!byName) add(caller.location(node.func.kind === 'Attribute' ? node.func.attrSpan : node.func));
  }
  return [...locations.values()].sort((a, b) => a.uri === b.uri ? a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character : a.uri < b.uri ? -1 : 1);
}
