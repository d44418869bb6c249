import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Interpreter, ProjectSettings } from '../../shared/agentProtocol';

/** A command line of Celery's for one project, without its environment. */
export interface CeleryCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Whether a line of the log (without colours) says that it is ready. Quiet or custom logging may never say so. */
  readonly ready: (line: string) => boolean;
  /** Whether a line says that it will not get ready, although it lives on. */
  readonly hopeless: (line: string) => boolean;
}

export interface WorkerCommand extends CeleryCommand {
  /** Full node name, `workbench-1a2b3c4d@host`. */
  readonly node: string;
  readonly pool: string;
}

/** URLs that win over the app's own; null leaves the app's. */
export interface BrokerOverride {
  readonly broker: string | null;
  readonly backend: string | null;
  /**
   * Absolute path of `python/sandbox.py`: the process is held to these URLs whatever the app's code says, and ends itself where that cannot
   * be. It needs sandboxEnvironment, and both URLs.
   */
  readonly sandbox?: string;
}

/** Node name of our worker: the same for a project on this machine at every start, and no other project's. */
export function nodeName(settings: Pick<ProjectSettings, 'folder' | 'app'>): string {
  const project = createHash('sha256').update(`${settings.folder}\n${settings.app}`).digest('hex').slice(0, 8);
  return `workbench-${project}@${hostname()}`;
}

/** Prefork cannot be had on Windows, and with solo a worker answers nothing while a task runs. */
export function poolOf({ pool }: Pick<ProjectSettings, 'pool'>): string {
  return pool ?? (process.platform === 'win32' ? 'threads' : 'prefork');
}

/**
 * The worker of a project. Events are on, and neither mingle nor gossip delays its start (1.4 s without these options).
 * `queues` are all that it is to consume from; empty leaves the choice to the app.
 */
export function workerCommand(settings: ProjectSettings & { readonly app: string }, python: string, queues: readonly string[], urls: BrokerOverride): WorkerCommand {
  const node = nodeName(settings);
  const pool = poolOf(settings);
  const args = [
    ...start(settings, urls), 'worker', '-E', '--without-mingle', '--without-gossip',
    '-n', node, '-P', pool, '-l', settings.logLevel,
    ...(settings.concurrency === null ? [] : ['-c', String(settings.concurrency)]),
    ...(queues.length === 0 ? [] : ['-Q', [...new Set(queues)].join(',')]),
  ];
  return { command: python, args, cwd: settings.directory, node, pool, ready: line => line.includes(`${node} ready.`), hopeless: isHopeless };
}

/**
 * Beat of a project. Its schedule goes to `storage`, which must be there; it has no pid file, since a stale one would keep it from starting.
 * The file holds pickled objects in a format that Python chooses: each release of either has a file of its own, since Beat does not start
 * with one that it cannot read.
 */
export function beatCommand(settings: ProjectSettings & { readonly app: string }, python: Pick<Interpreter, 'path' | 'version' | 'celery'>, storage: string, urls: BrokerOverride): CeleryCommand {
  const owner = createHash('sha256').update([settings.app, python.path, python.version, python.celery].join('\n')).digest('hex').slice(0, 8);
  const args = [...start(settings, urls), 'beat', '-s', path.join(storage, `beat-${owner}`), '--pidfile=', '-l', settings.logLevel];
  return {
    command: python.path, args, cwd: settings.directory,
    // The second is of its banner, which is there whatever the log level.
    ready: line => /\bbeat: Starting\.\.\.|^\s*LocalTime -> /.test(line),
    hopeless: isHopeless,
  };
}

function start(settings: { readonly app: string }, { broker, backend, sandbox }: BrokerOverride): string[] {
  return [...(sandbox === undefined ? ['-m', 'celery'] : [sandbox]), '-A', settings.app, ...(broker === null ? [] : ['-b', broker]), ...(backend === null ? [] : ['--result-backend', backend])];
}

/**
 * A line of Celery's log as a terminal would show it: Celery colours by level there only, and ours comes through a pipe. Null for a line
 * that says nothing: what Python writes mark by mark under a traceback's source becomes a record each when Celery redirects it.
 */
export function colourLogLine(line: string): string | null {
  if (/\u001b\[/.test(line)) return line;
  const record = /^\[\d{4}-\d\d-\d\d [\d:,]+: (DEBUG|INFO|WARNING|ERROR|CRITICAL)\/[^\]]*\](.*)$/.exec(line);
  if (!record) return line;
  if (/^[\s^~]*$/.test(record[2]!)) return null;
  const colour = { DEBUG: 34, WARNING: 33, ERROR: 31, CRITICAL: 35 }[record[1]!];
  return colour === undefined ? line : `\u001b[${colour}m${line}\u001b[0m`;
}

/** It goes on trying with longer and longer pauses; after the second time it is not a broker that is about to come up. */
export function isHopeless(line: string): boolean {
  return /Trying again in [\d.]+ seconds\.\.\. \((?!1\/)\d+\/\d+\)/.test(line);
}
