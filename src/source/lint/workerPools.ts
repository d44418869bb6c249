import { workerCommands, type WorkerCommand } from '../../celery/commandLine';
import type { App } from '../celery/model';
import type { CommandFiles } from '../project/commandFiles';
import type { Linked } from '../project/linked';
import type { Constant } from '../semantics/constants';
import { once } from './context';
import { only } from './settingValues';
import { mentions } from './usage';

/** The pool of the workers of an app. */
export interface WorkerPool {
  /** Undefined where it is not known. */
  readonly name: Constant | undefined;
  /** The command that chooses it, `docker-compose.yml:7`; null where the settings do. */
  readonly chosenAt: string | null;
}

/** The pools that an app's workers have: what the commands choose that start them, else what the settings say. */
export function workerPools(linked: Linked, app: App | null): WorkerPool[] {
  const configured: WorkerPool = { name: only(linked, 'worker_pool', app, 'prefork'), chosenAt: null };
  const tops = (app ? [app] : linked.registry.apps).map(({ file }) => topOf(file.name));
  const commands = startsIn(linked.project.commandFiles).filter(command => command.app === null || tops.includes(topOf(command.app)));
  if (!commands.some(command => command.app !== null)) return [configured];
  // With the pool that is the default anyway, the setting counts (`celery.bin.worker.WorkersPool`).
  const pools = commands.map(({ pool, file, line }): WorkerPool => pool === null || pool === 'prefork' ? configured : { name: pool, chosenAt: `${file}:${line}` });
  return mentions(linked, inPython) && pools.some(({ chosenAt }) => chosenAt !== null) ? [] : pools;
}

/** Command lines that are written in Python, which may choose another pool. */
const inPython = /\bworker_main\b|\bcelery\b["',\s][^\n]*["'\s](?:-A|--app|-P|--pool)["'\s=]/;

/** Where workers are started for production. */
const startsIn = once(({ files }: CommandFiles): readonly (WorkerCommand & { readonly file: string })[] =>
  files.filter(({ name }) => isForProduction(name)).flatMap(({ name, text }) => workerCommands(text).map(command => ({ ...command, file: name }))));

/** Files, and folders of files, that are not for production. */
const development = /(?:^|[._-])(?:dev|devel|develop|development|local|tests?|testing|ci|debug|examples?|samples?|demo|docs?)(?:[._-]|$)/i;

function isForProduction(file: string): boolean {
  return !file.split('/').slice(-2).some(name => development.test(name));
}

/** The first name of a dotted one: the package that `-A proj.celery:app` means. */
function topOf(name: string): string {
  return name.split(/[.:]/, 1)[0]!;
}
