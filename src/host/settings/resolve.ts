import path from 'node:path';
import type { ProjectSettings } from '../../shared/agentProtocol';
import type { SourceApp, SourceProject } from '../../shared/source';
import type { Settings } from '../manifest';

export type ConfiguredSettings = Omit<Settings, Extract<keyof Settings, 'lenses.enabled' | `lint.${string}`>>;

/** Apps that a worker can be started for, the likeliest first: product before tests and examples, shallow before deep. */
export function rankApps(apps: readonly SourceApp[], folder: string): readonly (SourceApp & { readonly app: string })[] {
  return apps
    .filter((app): app is SourceApp & { readonly app: string } => app.app !== null)
    .map(app => ({ app, aside: /(^|[/\\._])(tests?|examples?|docs?|conftest|samples?|benchmarks?)([/\\._:]|$)/i.test(path.relative(folder, app.root) + path.sep + app.app) ? 1 : 0, depth: path.relative(folder, app.root).split(path.sep).length + app.app.split('.').length }))
    .sort((a, b) => a.aside - b.aside || a.depth - b.depth || a.app.app.localeCompare(b.app.app))
    .map(({ app }) => app);
}

/**
 * What the agent is told: what the user has set, else what the index has found.
 * `exists` says whether a file is there; paths in settings are relative to `folder`.
 */
export function resolveProject(options: {
  readonly folder: string;
  readonly settings: ConfiguredSettings;
  readonly source: Pick<SourceProject, 'apps' | 'queues'>;
  /** Chosen in the Python extension; a setting of ours wins over it. */
  readonly interpreter: string | null;
  readonly exists: (file: string) => boolean;
}): ProjectSettings {
  const { folder, settings, source, interpreter, exists } = options;
  const absolute = (file: string): string => path.resolve(folder, file);
  const ranked = rankApps(source.apps, folder);
  const found = settings.app ? ranked.find(app => app.app === settings.app) : ranked[0];
  const directory = settings.directory ? absolute(settings.directory) : (found?.root ?? folder);
  const envFiles = settings.envFile ? [absolute(settings.envFile)] : [path.join(directory, '.env'), path.join(folder, '.env')].filter(exists);
  return {
    folder,
    app: settings.app || (found?.app ?? null),
    directory,
    python: settings.python ? absolute(settings.python) : interpreter,
    envFile: envFiles[0] ?? null,
    env: settings.env,
    queues: source.queues,
    onlyQueues: settings['worker.queues'],
    pool: settings['worker.pool'] || null,
    concurrency: settings['worker.concurrency'],
    logLevel: settings['worker.logLevel'],
    brokerHint: found?.broker ?? null,
  };
}
