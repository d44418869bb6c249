import path from 'node:path';
import { problem, type Place, type Problem, type ProblemReason } from '../../shared/problem';
import type { ServiceKind } from '../../shared/service';
import { leakInLog } from '../python/sandbox';
import type { Exit } from './guarded';
import { describeExit } from './supervised';
import { tracebacks, type Traceback } from './traceback';

/** What the cause may depend on beside the log. */
export interface DiagnosisContext {
  /** Path of the interpreter. */
  readonly python?: string;
  /** `module:attribute` that was started. */
  readonly app?: string | null;
  /** Port that a broker was started at. */
  readonly port?: number;
  /** Directory of the project: frames inside it are the user's. */
  readonly directory?: string;
  /** It had been ready. */
  readonly wasRunning?: boolean;
}

const TITLES: Readonly<Record<ServiceKind, string>> = { broker: 'The broker', worker: 'The worker', beat: 'Beat' };
const KEPT_LINES = 20;

/**
 * The likely cause why a service ended or did not get ready in time (`exit` null), from the last lines of its log (oldest first, no
 * colours). The patterns are those of Celery 5.2 to 5.7 and kombu 5.2 to 5.7.
 */
export function diagnose(kind: ServiceKind, lines: readonly string[], exit: Exit | null, context: DiagnosisContext = {}): Problem {
  const log = lines.slice(-KEPT_LINES);
  const title = TITLES[kind];
  if (exit?.error) return problem('no-python', `${title} ${describeExit(exit)}`, { advice: 'Choose another Python interpreter', log });
  const leak = kind === 'broker' ? null : leakInLog(lines);
  if (leak) return leak;
  const telling = context.wasRunning ? lastWords(lines, exit) : lines;
  const cause = kind === 'broker' ? brokerCause(telling, context) : celeryCause(telling, context);
  const happened = context.wasRunning ? `${title} ended` : `${title} did not start`;
  if (cause) return problem(cause.reason, `${happened}: ${cause.message}`, { advice: cause.advice, place: cause.place ?? null, log });
  if (exit === null) return problem('timeout', `${title} did not get ready in time`, { advice: 'See its log for what it waits for', log });
  return problem('exited', `${title} ${describeExit(exit)}`, { advice: adviceOnExit(exit), log });
}

/**
 * What a process said that had been running when it ended. Before that its log may be full of tracebacks of tasks, which end no worker; and
 * one that was ended by a signal had no last words.
 */
function lastWords(lines: readonly string[], exit: Exit | null): readonly string[] {
  if (exit?.signal) return [];
  const critical = lines.findLastIndex(line => /^\[[^\]]*: CRITICAL\/|Unrecoverable error/.test(line));
  if (critical >= 0) return lines.slice(critical);
  const record = lines.findLastIndex(line => /^\[[^\]]*: (DEBUG|INFO|ERROR)\//.test(line));
  return /\] Task \S+\[/.test(lines[record] ?? '') ? [] : lines.slice(record + 1);
}

/** True for a broker that did not start because something else has its port. */
export function isAddressTaken({ log }: Problem): boolean {
  return log.some(line => ADDRESS_TAKEN.test(line));
}

/** As the C library, Python and Docker say it. */
const ADDRESS_TAKEN = /Address already in use|EADDRINUSE|WinError 10048|port is already allocated/i;

interface Cause {
  readonly reason: ProblemReason;
  /** Goes on after `The worker did not start: `. */
  readonly message: string;
  readonly advice: string | null;
  readonly place?: Place | null;
}

function brokerCause(lines: readonly string[], { port }: DiagnosisContext): Cause | null {
  if (!lines.some(line => ADDRESS_TAKEN.test(line))) return null;
  return { reason: 'broker-unavailable', message: `${port ? `port ${port}` : 'its port'} is taken by another program`, advice: 'Stop that program, or let the app use another port' };
}

function celeryCause(lines: readonly string[], context: DiagnosisContext): Cause | null {
  const raised = tracebacks(lines);
  const stated = statedCause(lines, context);
  if (raised.length === 0) return stated ?? notFound(lines, context);
  return exceptionCause(raised, context) ?? stated ?? unknownException(raised, context);
}

/** Causes that a traceback tells. */
function exceptionCause(raised: readonly Traceback[], context: DiagnosisContext): Cause | null {
  const { type, message, frames } = raised.at(-1)!;
  const { app, directory } = context;
  const interpreter = context.python ? `the interpreter ${context.python}` : 'this interpreter';
  const place = placeOf(raised, directory);
  const hidden = hiddenPackage(raised, directory);
  if (hidden && /Error$/.test(type)) {
    return { reason: 'app-import', message: `your file ${path.basename(hidden.file)} hides the package of that name`, advice: 'Give the file another name', place: hidden };
  }
  const missing = /No module named '?([\w.]+)'?/.exec(message)?.[1];
  if (missing === 'packaging' && frames.some(({ file }) => inPackage(file, 'kombu'))) {
    return { reason: 'missing-packaging', message: 'kombu needs the package "packaging", which neither it nor this Celery brings', advice: 'Install "packaging", or a kombu of the time of this Celery (below 5.7 for Celery up to 5.4)' };
  }
  // kombu sets what it could not import to None, and asks that for a class.
  if (missing === 'redis' || (/'NoneType' object has no attribute/.test(message) && frames.some(({ file }) => inPackage(file, 'kombu', 'transport/redis.py'))) || /install the redis (library|client)|redis.*library/i.test(message)) {
    return { reason: 'missing-module', message: `the package "redis" is not installed in ${interpreter}`, advice: 'Install "celery[redis]" in it' };
  }
  if (missing !== undefined && place === null) {
    const module = app?.split(':')[0] ?? '';
    if (module === missing || module.startsWith(`${missing}.`)) {
      return { reason: 'no-app', message: `there is no module "${missing}"${directory ? ` in ${directory}` : ''}`, advice: 'Correct the app or the working directory in the worker\'s settings' };
    }
    return { reason: 'missing-module', message: `there is no module "${missing}" in ${interpreter}, and a setting or option of Celery's names it`, advice: `Install what provides "${missing}", or correct the setting` };
  }
  if (/has no attribute 'user_options'/.test(message)) {
    return { reason: 'no-app', message: `${app ?? 'the app'} is not a Celery app (${/'([\w.]+)' object/.exec(message)?.[1] ?? 'something else'})`, advice: 'Name the attribute that holds the app' };
  }
  const queue = /but queue '([^']*)' isn't/.exec(message)?.[1];
  if (queue !== undefined) {
    return { reason: 'exited', message: `the queue "${queue}" is not in task_queues, and the app's task_create_missing_queues forbids to create it`, advice: `Add it to task_queues, or leave it out of the worker's queues` };
  }
  const transport = /No such transport: (\S*?)['"]?$/.exec(message)?.[1];
  if (transport !== undefined) return { reason: 'unsupported', message: `kombu knows no transport "${transport}", which the broker URL names`, advice: 'Correct the broker URL' };
  if (type === 'ImproperlyConfigured' && /DJANGO_SETTINGS_MODULE/.test(message)) {
    return { reason: 'app-import', message: 'Django\'s settings are not configured', advice: 'Set DJANGO_SETTINGS_MODULE before the app is made, or in the worker\'s environment file', place };
  }
  if (type === 'ImproperlyConfigured' && /Cannot mix new and old setting keys/.test(message)) {
    const names = message.split('\n').map(line => /^(\w+) +->/.exec(line)?.[1]).filter(name => name !== undefined);
    return { reason: 'app-import', message: `the app mixes settings with new and old names (${names.join(', ')})`, advice: 'Give all settings their new, lower-case names', place };
  }
  return null;
}

/** Causes that Celery states in a sentence. */
function statedCause(lines: readonly string[], { python }: DiagnosisContext): Cause | null {
  const text = lines.join('\n');
  if (/No module named '?celery(\.__main__)?'?\)?\s*$/m.test(text)) {
    return { reason: 'no-celery', message: `Celery is not installed in ${python ? `the interpreter ${python}` : 'this interpreter'}`, advice: 'Choose the interpreter of your project, or install Celery in this one' };
  }
  if (/superuser privileges when the\s+worker accepts messages serialized with pickle/.test(text)) {
    return { reason: 'unsupported', message: 'Celery refuses to run as root a worker that accepts pickle', advice: 'Take pickle out of accept_content, run the editor as another user, or set C_FORCE_ROOT=1 in the worker\'s environment file' };
  }
  const refused = [...text.matchAll(/Cannot connect to (\S+?): (.*)$/gm)].at(-1);
  if (refused) {
    const why = /password|authentication|NOAUTH|WRONGPASS|ACCESS_REFUSED/i.test(refused[2]!) ? 'refuses its user name or password' : /refused/i.test(refused[2]!) ? 'refuses connections' : `cannot be reached (${refused[2]!.replace(/\.+$/, '')})`;
    return { reason: 'broker-refused', message: `the broker at ${refused[1]} ${why}`, advice: why.includes('password') ? 'Correct the broker URL of the app' : 'Start that broker, or correct the broker URL of the app' };
  }
  return null;
}

/** What Celery's command line refuses, where it tells no exception. */
function notFound(lines: readonly string[], { app }: DiagnosisContext): Cause | null {
  if (lines.some(line => /Unable to load celery application|^The module \S+ was not found/.test(line))) {
    return { reason: 'no-app', message: `${app ?? 'the app'} was not found`, advice: 'Correct the app or the working directory in the worker\'s settings' };
  }
  const usage = lines.map(line => /^Error: (\S.*)$/.exec(line)?.[1]).find(text => text !== undefined);
  return usage === undefined ? null : { reason: 'exited', message: usage, advice: 'Correct the worker\'s settings' };
}

/** An exception that no rule knows: whose code raised it is still worth telling. */
function unknownException(raised: readonly Traceback[], { app, directory, wasRunning }: DiagnosisContext): Cause {
  const { type, message } = raised.at(-1)!;
  const place = placeOf(raised, directory);
  const what = [type, message.replace(/^Couldn't import '[^']*': /, '').split('\n')[0]].filter(Boolean).join(': ');
  if (place && !wasRunning) return { reason: 'app-import', message: `importing ${app ?? 'the app'} raised ${what}`, advice: null, place };
  return { reason: 'exited', message: what, advice: 'See its log for the traceback', place };
}

/** The innermost frame in the user's own files, of the last traceback that has one. */
function placeOf(raised: readonly Traceback[], directory: string | undefined): Place | null {
  for (const { frames } of [...raised].reverse()) {
    const frame = frames.findLast(({ file }) => isOwn(file, directory));
    if (frame) return { file: frame.file, line: frame.line - 1, column: 0 };
  }
  return null;
}

/** Packages that Celery imports by a plain name: a file of that name beside the app is imported instead. */
const PACKAGES: ReadonlySet<string> = new Set(['amqp', 'billiard', 'celery', 'click', 'kombu', 'packaging', 'redis', 'vine']);

function hiddenPackage(raised: readonly Traceback[], directory: string | undefined): Place | null {
  const { frames, message } = raised.at(-1)!;
  const own = frames.findLast(({ file }) => isOwn(file, directory));
  const name = own && path.basename(own.file, '.py');
  // Only directly in a directory of sys.path does it hide anything; `proj/celery.py` is the usual place of an app.
  if (!own || !PACKAGES.has(name!) || path.dirname(own.file) !== directory || !/cannot import name|partially initialized|is not a package|has no attribute/.test(message)) return null;
  return { file: own.file, line: own.line - 1, column: 0 };
}

function isOwn(file: string, directory: string | undefined): boolean {
  return directory !== undefined && file.startsWith(directory + path.sep) && !/[\\/](site-packages|dist-packages|lib[\\/]python[\d.]+)[\\/]/i.test(file);
}

function inPackage(file: string, name: string, inner = ''): boolean {
  return file.replaceAll('\\', '/').includes(`/site-packages/${name}/${inner}`);
}

function adviceOnExit({ signal }: Exit): string {
  if (signal === 'SIGKILL') return 'It was ended from outside; the system does so when memory runs out';
  if (signal === 'SIGSEGV' || signal === 'SIGABRT' || signal === 'SIGBUS') return 'A compiled extension crashed it; with the pool "threads" or "solo" no process is forked, which some extensions do not bear';
  return 'See its log for the reason';
}
