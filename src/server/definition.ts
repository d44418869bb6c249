import type { Location, LocationLink } from 'vscode-languageserver/node';
import { nameRange } from './names';
import type { Place } from './place';

/** From the name of a task in a text to the tasks; from a pattern to all that it matches. @param links whether the client knows links */
export function definition({ linked, file, offset }: Place, links: boolean): LocationLink[] | Location[] | null {
  const found = linked.taskNames.at(file, offset);
  const tasks = found ? linked.taskNames.meant(found.use) : [];
  if (!found || !tasks.length) return null;
  if (!links) return tasks.map(task => task.file.location(task.node.nameSpan));
  return tasks.map(task => ({
    originSelectionRange: nameRange(found, file),
    targetUri: task.file.uri,
    targetRange: task.file.range(task.node),
    targetSelectionRange: task.file.range(task.node.nameSpan),
  }));
}
