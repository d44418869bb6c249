import { problem, type Place, type Problem, type ProblemReason } from '../../shared/problem';
import type { ServiceKind } from '../../shared/service';
import { leakInLog } from '../python/sandbox';
import type { Exit } from './guarded';
import { describeExit } from './supervised';

/** What the cause may depend on beside the log. */
export interface DiagnosisContext {
  /** Path of the interpreter, for texts. */
  readonly python?: string;
  /** `module:attribute` that was started. */
  readonly app?: string | null;
  /** Port that a broker was started at. */
  readonly port?: number;
  /** Directory of the project: frames inside it are the user's. */
  readonly directory?: string;
}

const TITLES: Readonly<Record<ServiceKind, string>> = { broker: 'The broker', worker: 'The worker', beat: 'Beat' };
const KEPT_LINES = 20;

/** The likely cause why a service ended or did not get ready (`exit` null), from the last lines of its log (oldest first, no colours). */
export function diagnose(kind: ServiceKind, lines: readonly string[], exit: Exit | null, context: DiagnosisContext = {}): Problem {
  const log = lines.slice(-KEPT_LINES);
  const title = TITLES[kind];
  if (exit?.error) return problem('no-python', `${title} ${describeExit(exit)}`, { advice: 'Choose another Python interpreter', log });
  const leak = kind === 'broker' ? null : leakInLog(lines);
  if (leak) return leak;
  const found = kind === 'broker' ? diagnoseBroker(lines, context) : diagnoseCelery(lines, context);
  if (found) return problem(found.reason, `${title} did not start: ${found.message}`, { advice: found.advice, place: found.place ?? null, log });
  if (exit === null) return problem('timeout', `${title} did not get ready in time`, { advice: 'See its log for what it waits for', log });
  return problem('exited', `${title} ${describeExit(exit)}`, { advice: 'See its log for the reason', log });
}

interface Cause {
  readonly reason: ProblemReason;
  readonly message: string;
  readonly advice: string | null;
  readonly place?: Place | null;
}

function diagnoseBroker(lines: readonly string[], { port }: DiagnosisContext): Cause | null {
  if (!lines.some(line => ADDRESS_TAKEN.test(line))) return null;
  return { reason: 'broker-unavailable', message: `${port ? `port ${port}` : 'its port'} is taken by another program`, advice: 'Stop that program, or let the app use another port' };
}

/** As the C library, Python and Docker say it. */
const ADDRESS_TAKEN = /Address already in use|EADDRINUSE|WinError 10048|port is already allocated/i;

/** True for a broker that did not start because something else has its port. */
export function isAddressTaken({ log }: Problem): boolean {
  return log.some(line => ADDRESS_TAKEN.test(line));
}

function diagnoseCelery(lines: readonly string[], { python, app, directory }: DiagnosisContext): Cause | null {
  const text = lines.join('\n');
  const last = (pattern: RegExp): RegExpExecArray | null => [...lines].reverse().map(line => pattern.exec(line)).find(match => match !== null) ?? null;
  const interpreter = python ? `the interpreter ${python}` : 'this interpreter';
  if (/: No module named celery(?:\.__main__)?\s*$/m.test(text) || /ModuleNotFoundError: No module named 'celery'/.test(text)) {
    return { reason: 'no-celery', message: `Celery is not installed in ${interpreter}`, advice: 'Choose the interpreter of your project, or install Celery in this one' };
  }
  const missing = last(/(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?/);
  if (missing?.[1] === 'packaging') {
    return { reason: 'missing-packaging', message: 'kombu needs the package "packaging", which this Celery does not bring', advice: 'Install "packaging", or a kombu that fits this Celery (kombu below 5.7)' };
  }
  if (missing?.[1] === 'redis' || /You need to install the redis library|The redis client library is required|Missing redis library/i.test(text)) {
    return { reason: 'missing-module', message: `the package "redis" is not installed in ${interpreter}`, advice: 'Install "celery[redis]" in your environment' };
  }
  const place = placeOf(lines, directory);
  if (missing) return { reason: 'app-import', message: `importing ${app ?? 'the app'} failed: there is no module "${missing[1]}"`, advice: 'Install it in the interpreter of your project, or mend the import', place };
  const unable = last(/Unable to load celery application\.?$/i) ?? last(/The module (\S+) was not found/);
  if (unable) return { reason: 'no-app', message: `${app ?? 'the app'} was not found`, advice: 'Check the app and the working directory in the worker\'s settings', place };
  const error = last(/^(?:[\w.]*\.)?([A-Z]\w*(?:Error|Exception|Warning|Exit)): ?(.*)$/);
  if (error && /Traceback \(most recent call last\)/.test(text) && place) {
    return { reason: 'app-import', message: `importing ${app ?? 'the app'} raised ${error[1]}: ${error[2]}`, advice: null, place };
  }
  if (/Cannot connect to \S+|Connection refused|Error 111|ECONNREFUSED/.test(text)) {
    return { reason: 'broker-refused', message: 'the broker refuses connections', advice: 'Start the broker' };
  }
  return null;
}

/** The last frame of the last traceback that is in the user's own files; else the last frame at all. */
function placeOf(lines: readonly string[], directory: string | undefined): Place | null {
  const frames = lines.flatMap(line => {
    const match = /^\s*File "([^"]+)", line (\d+)/.exec(line);
    return match && !match[1]!.startsWith('<') ? [{ file: match[1]!, line: Number(match[2]) - 1, column: 0 }] : [];
  });
  const own = frames.filter(({ file }) => directory !== undefined && file.startsWith(directory) && !/[\\/](site-packages|dist-packages|lib[\\/]python[\d.]+)[\\/]/.test(file));
  return own.at(-1) ?? (directory === undefined ? frames.at(-1) ?? null : null);
}
