import * as vscode from 'vscode';
import { problem, ProblemError } from '../../shared/problem';
import { t } from '../l10n';
import { setting, writeSetting } from '../manifest';
import type { Workbench } from '../workbench';

/** Lets the user choose among the interpreters that the agent finds, or any other; kept in the workspace settings. */
export async function selectInterpreter({ agent, project, interpreter }: Workbench): Promise<void> {
  const folder = project.folder;
  if (!folder) throw new ProblemError(problem('unsupported', t('Open a folder first')));
  const chosen = setting('python', folder.uri);
  const current = interpreter.current?.path;
  const browse = { label: `$(folder-opened) ${t('Browse…')}`, path: null, alwaysShow: true };
  const automatic = { label: `$(sparkle) ${t('Choose for Me')}`, description: t('the Python extension’s, else the first that has Celery'), path: '', alwaysShow: true };
  const found = agent.request('python/find', null).then(interpreters => [
    ...interpreters.map(each => ({
      label: `${each.path === current ? '$(check) ' : ''}Python ${each.version}`,
      description: [each.source, each.celery === null ? t('no Celery') : `Celery ${each.celery}`].join(' · '),
      detail: each.path,
      path: each.path,
    })),
    ...(chosen ? [automatic] : []),
    browse,
  ]);
  const answer = await vscode.window.showQuickPick(found, { title: t('Interpreter for Celery'), placeHolder: t('Python to run workers and tasks with'), matchOnDescription: true, matchOnDetail: true });
  if (!answer) return;
  let path = answer.path;
  if (path === null) {
    const [file] = (await vscode.window.showOpenDialog({ title: t('Python interpreter'), canSelectMany: false, defaultUri: folder.uri })) ?? [];
    if (!file) return;
    path = file.fsPath;
  }
  await writeSetting('python', path || undefined, folder.uri);
}
