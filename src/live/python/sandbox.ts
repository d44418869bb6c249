import { problem, type Problem } from '../../shared/problem';
import type { EnvironmentChanges } from '../process/environment';
import type { HelperDescription } from './helper';

/** The URL that every Celery app of the process is held to; read by `python/sandbox.py` and `python/helper.py`. */
const SANDBOX_VARIABLE = 'CELERY_WORKBENCH_SANDBOX';

/** What a process prints before it ends because it would have connected elsewhere; JSON of leaks follows. */
const LEAK_LINE = 'celery-workbench-leak: ';

/**
 * Changes to the environment of the helper, a worker or Beat that may talk to `url` alone. A worker and Beat must also be started by
 * `python/sandbox.py` (BrokerOverride.sandbox), since an app can overrule its environment.
 */
export function sandboxEnvironment(url: string): EnvironmentChanges {
  return {
    [SANDBOX_VARIABLE]: url,
    // What Celery's settings look at first (celery.app.utils.Settings).
    CELERY_BROKER_URL: url,
    CELERY_BROKER_READ_URL: url,
    CELERY_BROKER_WRITE_URL: url,
    CELERY_RESULT_BACKEND: url,
    // What its command line reads (celery.bin.celery), stronger than the above.
    BROKER_URL: null,
    RESULT_BACKEND: null,
    CELERY_BROKER: null,
  };
}

/** Why nothing may be sent or started with this app in the sandbox at `url`; null where everything goes there. */
export function verifySandbox({ sandbox, connection, description }: HelperDescription, url: string): Problem | null {
  if (sandbox?.url !== url) return leakProblem(description.app, [{ what: 'the helper', where: 'it was not started in the sandbox' }]);
  const urls = { broker_read_url: connection.read, broker_write_url: connection.write, result_backend: connection.result.url };
  const elsewhere = Object.entries(urls).filter(([, effective]) => effective !== url).map(([what]) => ({ what, where: 'another URL' }));
  const leaks = [...elsewhere, ...sandbox.leaks];
  return leaks.length === 0 ? null : leakProblem(description.app, leaks);
}

/** The leak that a worker or Beat ended for, from the lines of its log without colours; null where there is none. */
export function leakInLog(lines: readonly string[]): Problem | null {
  const line = lines.findLast(one => one.startsWith(LEAK_LINE));
  if (line === undefined) return null;
  try {
    const leaks = JSON.parse(line.slice(LEAK_LINE.length)) as readonly { what: string; where: string }[];
    return leakProblem('the app', leaks.map(({ what, where }) => ({ what: String(what), where: String(where) })));
  } catch {
    return leakProblem('the app', []);
  }
}

function leakProblem(app: string, leaks: readonly { readonly what: string; readonly where: string }[]): Problem {
  const texts = leaks.map(({ what, where }) => `${what} leads to ${where}`);
  return problem('leak', `Not started: ${app} would leave the sandbox broker (${texts.join('; ') || 'reason unknown'})`, {
    advice: 'Let that part of the code take its broker and result backend from the app\'s settings, or start the broker that it names.',
    log: texts,
  });
}
