import path from 'node:path';
import * as vscode from 'vscode';
import { problem, ProblemError } from '../../shared/problem';
import { t } from '../l10n';
import { writeSetting } from '../manifest';
import type { Workbench } from '../workbench';
import { rankApps } from './resolve';
import { settingName, settingValue, WORKER_SETTINGS, type WorkerSetting } from './rows';
import { selectInterpreter } from './selectInterpreter';

/** Lets the user change a setting of the local worker, the one that is given or one of all. Kept in the workspace settings. */
export async function editSettings(workbench: Workbench, which?: WorkerSetting): Promise<void> {
  const setting = which ?? (await chooseSetting(workbench));
  const { folder } = workbench.project;
  if (!setting) return;
  if (!folder) throw new ProblemError(problem('unsupported', t('Open a folder first')));
  switch (setting) {
    case 'app':
      return editApp(workbench, folder.uri);
    case 'directory':
      return editPath('directory', folder.uri, t('Directory to run in'), { canSelectFolders: true, canSelectFiles: false });
    case 'envFile':
      return editPath('envFile', folder.uri, t('File with environment variables'), { canSelectFiles: true });
    case 'python':
      return selectInterpreter(workbench);
    case 'worker.queues':
      return editQueues(workbench, folder.uri);
    case 'worker.pool':
      return editPool(folder.uri);
    case 'worker.concurrency':
      return editConcurrency(folder.uri);
    case 'worker.logLevel': {
      const levels = (['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const).map(level => ({ label: level, level }));
      const chosen = await vscode.window.showQuickPick(levels, { title: settingName(setting) });
      if (chosen) await writeSetting('worker.logLevel', chosen.level, folder.uri);
    }
  }
}

async function chooseSetting({ project, agent, interpreter }: Workbench): Promise<WorkerSetting | undefined> {
  const { current } = project;
  const configured = project.configured();
  if (!current || !configured) throw new ProblemError(problem('no-app', t('The source is still being read'), { advice: t('Try again in a moment') }));
  const items = WORKER_SETTINGS.map(setting => {
    const { value, origin } = settingValue(setting, current, configured, agent.projection, interpreter.current);
    return { setting, label: settingName(setting), description: origin ? `${value} (${origin})` : value };
  });
  return (await vscode.window.showQuickPick(items, { title: t('Worker settings'), placeHolder: t('Setting to change') }))?.setting;
}

async function editApp({ source, project }: Workbench, folder: vscode.Uri): Promise<void> {
  const automatic = { label: `$(sparkle) ${t('Choose for Me')}`, description: rankApps(source.project.apps, folder.fsPath)[0]?.app ?? '', app: '' };
  const other = { label: `$(edit) ${t('Another…')}`, description: t('as `celery -A` takes it'), app: null };
  const found = rankApps(source.project.apps, folder.fsPath).map(app => ({ label: `${project.current?.app === app.app ? '$(check) ' : ''}${app.app}`, description: vscode.workspace.asRelativePath(vscode.Uri.parse(app.location.uri)), app: app.app }));
  const answer = await vscode.window.showQuickPick([...found, automatic, other], { title: settingName('app') });
  if (!answer) return;
  const app = answer.app ?? (await vscode.window.showInputBox({
    title: settingName('app'),
    prompt: t('`package.module:attribute`, or `package.module` where the app is found by its name'),
    value: project.current?.app ?? '',
    validateInput: text => (/^[\p{L}_][\p{L}\p{N}_.]*(:[\p{L}_][\p{L}\p{N}_.]*)?$/u.test(text.trim()) ? undefined : t('A module, then a colon and the name of the app')),
  }));
  if (app !== undefined) await writeSetting('app', app.trim() || undefined, folder);
}

async function editPath(setting: 'directory' | 'envFile', folder: vscode.Uri, title: string, options: vscode.OpenDialogOptions): Promise<void> {
  const browse = { label: `$(folder-opened) ${t('Browse…')}`, browse: true };
  const automatic = { label: `$(sparkle) ${t('Choose for Me')}`, browse: false };
  const answer = await vscode.window.showQuickPick([browse, automatic], { title });
  if (!answer) return;
  if (!answer.browse) return writeSetting(setting, undefined, folder);
  const [chosen] = (await vscode.window.showOpenDialog({ ...options, title, canSelectMany: false, defaultUri: folder })) ?? [];
  if (!chosen) return;
  const inside = path.relative(folder.fsPath, chosen.fsPath);
  await writeSetting(setting, inside.startsWith('..') || path.isAbsolute(inside) ? chosen.fsPath : inside || '.', folder);
}

async function editQueues({ source, project, agent }: Workbench, folder: vscode.Uri): Promise<void> {
  const { facts, queues } = agent.projection;
  const known = [...new Set([...(facts.app ? [facts.app.defaultQueue, ...(facts.app.queues ?? [])] : []), ...source.project.queues, ...Object.values(queues).map(queue => queue.name), ...(project.current?.onlyQueues ?? [])])].sort();
  const picked = project.current?.onlyQueues ?? [];
  const items = known.map(name => ({ label: name, picked: picked.includes(name) }));
  if (items.length === 0) {
    const text = await vscode.window.showInputBox({ title: settingName('worker.queues'), prompt: t('Names with commas between them; empty: all that are found'), value: picked.join(', ') });
    if (text !== undefined) await writeSetting('worker.queues', namesOf(text), folder);
    return;
  }
  const chosen = await vscode.window.showQuickPick(items, { title: settingName('worker.queues'), placeHolder: t('Queues to consume; none chosen: all that are found'), canPickMany: true });
  if (chosen) await writeSetting('worker.queues', chosen.length === 0 ? undefined : chosen.map(({ label }) => label), folder);
}

function namesOf(text: string): readonly string[] | undefined {
  const names = text.split(',').map(name => name.trim()).filter(Boolean);
  return names.length > 0 ? names : undefined;
}

async function editPool(folder: vscode.Uri): Promise<void> {
  const items = [
    { label: t('Default'), description: process.platform === 'win32' ? 'threads' : 'prefork', pool: '' as const },
    { label: 'prefork', description: t('processes: for work that needs the processor'), pool: 'prefork' as const },
    { label: 'threads', description: t('threads: for work that waits'), pool: 'threads' as const },
    { label: 'gevent', description: t('needs the package of that name'), pool: 'gevent' as const },
    { label: 'eventlet', description: t('needs the package of that name'), pool: 'eventlet' as const },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: settingName('worker.pool') });
  if (chosen) await writeSetting('worker.pool', chosen.pool || undefined, folder);
}

async function editConcurrency(folder: vscode.Uri): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: settingName('worker.concurrency'),
    prompt: t('Tasks at the same time; empty: as many as there are processors'),
    validateInput: value => (/^\s*([1-9]\d{0,3})?\s*$/.test(value) ? undefined : t('A number from 1 to 9999')),
  });
  if (text !== undefined) await writeSetting('worker.concurrency', text.trim() ? Number(text) : undefined, folder);
}
