import * as vscode from 'vscode';
import { problem, ProblemError } from '../../shared/problem';
import type { SourceTask } from '../../shared/source';
import { t } from '../l10n';
import { openPlace } from '../problems';
import type { Workbench } from '../workbench';

/** Shows where a task is defined: by the source, else by what the app itself says. */
export async function openTask({ source, agent }: Workbench, name: string, known: SourceTask | undefined = source.findTask(name), group?: vscode.ViewColumn): Promise<void> {
  if (known) {
    const { start } = known.nameRange;
    await openPlace(vscode.Uri.parse(known.location.uri, true), start.line, start.character, group);
    return;
  }
  const registered = agent.projection.facts.app?.tasks.find(task => task.name === name);
  if (!registered?.file) throw new ProblemError(problem('task-unknown', t('Where {0} is defined is not known', name)));
  await openPlace(registered.file, registered.line ?? 0, 0, group);
}
