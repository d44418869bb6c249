import type { ProjectSettings } from '../shared/agentProtocol';
import { problem, ProblemError } from '../shared/problem';
import { colourLogLine, type CeleryCommand } from '../live/process/celery';
import { diagnose } from '../live/process/diagnose';
import type { Guard } from '../live/process/guarded';
import type { HelperDescription } from '../live/python/helper';
import { changedFiles, stampsNow, type ModuleStamp } from '../live/python/stamps';
import type { OwnService } from './ownService';

export interface CeleryContext {
  readonly settings: ProjectSettings & { readonly app: string };
  readonly python: string;
  readonly guard: Guard;
  readonly env: NodeJS.ProcessEnv;
  /** Source files that the app consists of. */
  readonly modules: readonly ModuleStamp[];
  readonly signal?: AbortSignal;
  /** Whether it answers, for one that says little: a higher log level or the app's own logging keeps its words from us. */
  readonly answers?: () => Promise<boolean>;
}

/** Milliseconds for a warm shutdown; Celery waits for running tasks as long as they take. */
const WARM_GRACE = 10_000;
/** Milliseconds until a worker or Beat that says nothing is given up; apps of half a million lines import for a minute. */
const READY_TIMEOUT = 120_000;

/** Milliseconds in which a worker usually says itself that it is ready. */
const ASKED_AFTER = 1_500;

/** A worker or Beat: one process, started from a command line of Celery's. */
export class CeleryService {
  /** Source in the versions that the running process has loaded; what is heard of later counts from then on. */
  private stamps = new Map<string, ModuleStamp>();
  private recipe = '';
  /** Epoch ms. */
  private startedAt = 0;
  private reason: string | null = null;

  constructor(readonly service: OwnService) {}

  get running(): boolean {
    return this.service.running;
  }

  /** The first of these source files that is another version than the running process has loaded; null where none is. */
  changedSource(modules: readonly ModuleStamp[]): string | null {
    const unknown = modules.map(({ file }) => file).filter(file => !this.stamps.has(file));
    for (const stamp of stampsNow(unknown)) {
      // Written after the start: what the process has loaded of it, if anything, is not this.
      if (stamp.modified > this.startedAt) return stamp.file;
      this.stamps.set(stamp.file, stamp);
    }
    return changedFiles([...this.stamps.values()])[0] ?? null;
  }

  /** Why the running process has to be replaced, beyond what its source and its command line tell; null for nothing. */
  get expired(): string | null {
    return this.reason;
  }

  expire(reason: string): void {
    this.reason = reason;
  }

  /** Whether the running process was started just so. */
  startedWith(command: CeleryCommand, env: NodeJS.ProcessEnv): boolean {
    return this.recipe === recipeOf(command, env);
  }

  /** Starts it unless it runs. @throws ProblemError why it did not get ready. */
  async start(command: CeleryCommand, context: CeleryContext, face: { label: string; detail: string; facts: readonly string[] }): Promise<void> {
    const { settings, python, guard, env, modules, signal, answers } = context;
    const began = Date.now();
    this.service.prepared();
    this.service.show({ ...face, stale: false, problem: null });
    if (!this.service.running) {
      this.stamps = new Map(stampsNow(modules.map(({ file }) => file)).map(stamp => [stamp.file, stamp]));
      this.recipe = recipeOf(command, env);
      this.startedAt = Date.now();
      this.reason = null;
    }
    await this.service.process.start({
      title: this.service.kind === 'worker' ? 'the worker' : 'Beat',
      command: command.command,
      args: command.args,
      cwd: command.cwd,
      env,
      guard,
      ready: { line: command.ready, hopeless: command.hopeless, ...(answers ? { probe: async () => Date.now() - began > ASKED_AFTER && answers() } : {}) },
      readyTimeout: READY_TIMEOUT,
      coldSignal: 'SIGQUIT',
      decorate: colourLogLine,
      diagnose: (lines, exit, wasRunning) => diagnose(this.service.kind, lines, exit, { python, app: settings.app, directory: settings.directory, wasRunning }),
    }, signal);
  }

  async stop(force: boolean): Promise<void> {
    await this.service.process.stop({ grace: WARM_GRACE, force });
    this.service.rest();
  }
}

function recipeOf({ command, args, cwd }: CeleryCommand, env: NodeJS.ProcessEnv): string {
  return JSON.stringify([command, args, cwd, env]);
}

/** The queues of our worker: the default one, those of `task_queues`, and the ones that source names unless the app would refuse them. */
export function workerQueues(settings: ProjectSettings, { description, connection }: Pick<HelperDescription, 'description' | 'connection'>): string[] {
  if (settings.onlyQueues.length > 0) return [...settings.onlyQueues];
  const declared = description.queues ?? [];
  const found = connection.createMissingQueues ? settings.queues : settings.queues.filter(queue => declared.includes(queue));
  const named = [...new Set([connection.defaultQueue, ...declared, ...found])];
  // A comma would be read as two queues: such a name cannot be given on a command line.
  return named.filter(queue => queue !== '' && !queue.includes(','));
}

/** @throws ProblemError where no app is known. */
export function requireApp(settings: ProjectSettings | null): ProjectSettings & { readonly app: string } {
  if (settings?.app) return { ...settings, app: settings.app };
  throw new ProblemError(problem('no-app', 'No Celery app is known in this folder', { advice: 'Choose the app in the settings of the worker, for example "proj.celery:app"' }));
}
