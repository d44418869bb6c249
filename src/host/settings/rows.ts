import path from 'node:path';
import type { Interpreter, Projection, ProjectSettings } from '../../shared/agentProtocol';
import { t } from '../l10n';
import type { SettingId } from '../manifest';
import type { Row } from '../tree/element';
import type { ConfiguredSettings } from './resolve';

/** Settings of the local worker in the order in which they are shown, each with its name, its icon and whether something else decides while it is empty. */
export const WORKER_SETTINGS = ['app', 'directory', 'python', 'envFile', 'worker.queues', 'worker.pool', 'worker.concurrency', 'worker.logLevel'] as const satisfies readonly SettingId[];
export type WorkerSetting = (typeof WORKER_SETTINGS)[number];

export function settingName(setting: WorkerSetting): string {
  switch (setting) {
    case 'app':
      return t('App');
    case 'directory':
      return t('Directory');
    case 'python':
      return t('Python');
    case 'envFile':
      return t('Environment file');
    case 'worker.queues':
      return t('Queues');
    case 'worker.pool':
      return t('Pool');
    case 'worker.concurrency':
      return t('Concurrency');
    case 'worker.logLevel':
      return t('Log level');
  }
}

const ICONS: Record<WorkerSetting, string> = {
  app: 'package',
  directory: 'folder',
  python: 'terminal',
  envFile: 'key',
  'worker.queues': 'list-unordered',
  'worker.pool': 'layers',
  'worker.concurrency': 'dashboard',
  'worker.logLevel': 'output',
};

/** What holds now: the value, and who decided it. */
export function settingValue(setting: WorkerSetting, project: ProjectSettings, configured: ConfiguredSettings, { workers }: Pick<Projection, 'workers'>, interpreter: Interpreter | null | undefined): { readonly value: string; readonly origin: string } {
  const relative = (file: string): string => {
    const inside = path.relative(project.folder, file);
    return inside === '' ? path.basename(file) : inside.startsWith('..') ? file : inside;
  };
  const set = t('set');
  const found = t('found');
  const own = Object.values(workers).find(worker => worker.own);
  switch (setting) {
    case 'app':
      return { value: project.app ?? t('none found'), origin: configured.app ? set : found };
    case 'directory':
      return { value: relative(project.directory), origin: configured.directory ? set : found };
    case 'python': {
      if (!interpreter) return { value: project.python === null ? t('not looked for yet') : relative(project.python), origin: project.python === null ? '' : set };
      return { value: [interpreter.version, interpreter.celery === null ? t('no Celery') : `Celery ${interpreter.celery}`].join(' · '), origin: configured.python ? set : interpreter.source };
    }
    case 'envFile':
      return project.envFile === null ? { value: t('none'), origin: '' } : { value: relative(project.envFile), origin: configured.envFile ? set : found };
    case 'worker.queues':
      if (project.onlyQueues.length > 0) return { value: project.onlyQueues.join(', '), origin: set };
      return { value: own && own.queues.length > 0 ? own.queues.join(', ') : t('all that are found'), origin: own && own.queues.length > 0 ? found : '' };
    case 'worker.pool':
      return { value: project.pool ?? own?.pool ?? (process.platform === 'win32' ? 'threads' : 'prefork'), origin: project.pool === null ? t('default') : set };
    case 'worker.concurrency':
      return { value: String(project.concurrency ?? own?.concurrency ?? t('as many as processors')), origin: project.concurrency === null ? t('default') : set };
    case 'worker.logLevel':
      return { value: project.logLevel, origin: '' };
  }
}

/** Rows below the worker: its settings, and where each value comes from. */
export function settingRows(project: ProjectSettings | null, configured: ConfiguredSettings | null, projection: Pick<Projection, 'workers'>, interpreter: Interpreter | null | undefined): readonly Row[] {
  if (!project || !configured) return [];
  return WORKER_SETTINGS.map(setting => {
    const { value, origin } = settingValue(setting, project, configured, projection, interpreter);
    const name = settingName(setting);
    return {
      id: `setting/${setting}`,
      label: name,
      description: origin ? `${value} (${origin})` : value,
      icon: { name: ICONS[setting] },
      context: 'setting',
      tooltip: [name, ...(setting === 'python' && interpreter ? [interpreter.path] : [value]), ...(origin ? [origin] : []), t('Click to change it')],
      spoken: [name, value, origin].filter(Boolean).join(', '),
      children: [],
      collapsed: true,
      subject: { kind: 'setting', setting },
    };
  });
}
