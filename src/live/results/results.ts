import { problem, ProblemError } from '../../shared/problem';
import { maskSecrets } from '../../shared/redact';
import { parseBrokerUrl, type TlsOptions } from '../broker/url';
import type { ResultMeta } from '../wire/meta';

export interface WatchHandler {
  /** A state that was stored; the first call may be one that was stored before. Must not throw. */
  result(meta: ResultMeta, fresh: boolean): void;
  /** Something is stored that we cannot read, in words. */
  unreadable?(reason: string): void;
}

/**
 * The results of one environment. What is not stored is unknown: an id that no task ever had looks the same as one that waits, so null never means
 * "queued".
 */
export interface Results {
  /** Whether a change is told by the backend itself; where not, nothing is watched. */
  readonly pushes: boolean;
  /** Null where nothing is stored under this id. Throws a ProblemError where something is and cannot be read. */
  get(id: string): Promise<ResultMeta | null>;
  /** Tells what is stored and each change from now on. Returns what ends it. */
  watch(id: string, handler: WatchHandler): () => void;
  /** Removes the stored result; children and groups stay. False where there was none. */
  forget(id: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface ResultsOptions {
  readonly url: string;
  /** `redis_backend_use_ssl`. */
  readonly tls?: boolean | TlsOptions;
  /** `result_backend_transport_options`. */
  readonly transportOptions?: Readonly<Record<string, unknown>>;
  /** Celery ≥ 5.5 adds no `_` after a prefix that ends in one of `: _ - .`. True where the version is not known. */
  readonly joinsPrefixOnce?: boolean;
}

/** Opens a result backend that we can read by ourselves. Throws a ProblemError (`unsupported`) for all others: the helper reads those. */
export async function openResults(options: ResultsOptions): Promise<Results> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(options.url)?.[1]?.toLowerCase() ?? '';
  if (/^(redis|rediss|valkey|valkeys)(\+socket)?$/.test(scheme)) {
    const address = parseBrokerUrl(options.url, options.tls);
    if (address.kind === 'redis') {
      const { RedisResults } = await import('./redisResults');
      return new RedisResults(address, options);
    }
  }
  if (scheme === '' || scheme === 'disabled' || scheme === 'disabled+') throw unsupported('No result backend is configured', 'Set result_backend to keep what tasks return.');
  throw unsupported(`Results of the backend "${maskSecrets(options.url.slice(0, 40))}" cannot be read directly`, 'They are read through the app.');
}

function unsupported(message: string, advice: string): ProblemError {
  return new ProblemError(problem('unsupported', message, { advice }));
}
