import { problem, ProblemError } from '../../shared/problem';
import { maskSecrets } from '../../shared/redact';
import type { BrokerOptions } from '../broker/broker';
import { parseBrokerUrl, type TlsOptions } from '../broker/url';
import type { PythonJson } from '../wire/json';
import type { ResultMeta, UnreadableMeta } from '../wire/meta';

export interface WatchHandler {
  /** Every change is told from now on, and what was stored before has been told. */
  listening?(): void;
  /** A state that was stored; the first call may be one that was stored before. Must not throw. */
  result(meta: ResultMeta, fresh: boolean): void;
  /** Something is stored that we cannot read, in words. */
  unreadable?(reason: string): void;
}

/** What `GroupResult.save()` stored. */
export interface GroupMeta {
  readonly id: string;
  readonly parentId: string | null;
  /** Tasks in the order of the group; nested groups by their own tasks. */
  readonly children: readonly string[];
}

/** A chord under way, as the Redis backend counts it. */
export interface ChordProgress {
  readonly done: number;
  readonly size: number | null;
  /** Ids of the finished members with their states, in order. */
  readonly members: readonly { readonly id: string; readonly state: string; readonly result: PythonJson }[];
}

/**
 * The results of one environment. What is not stored is unknown: an id that no task ever had looks the same as one that waits, so null never means
 * "queued".
 */
export interface Results {
  /** Whether a change is told by the backend itself; where not, nothing is watched. */
  readonly pushes: boolean;
  /** What tasks that we send ourselves must carry as `reply_to`; null where results do not go to the sender. */
  readonly replyTo: string | null;
  /** Before a task of ours is sent: makes sure that its result will reach us. */
  expect(id: string): Promise<void>;
  /** Null where nothing is stored under this id. Throws a ProblemError where something is and cannot be read. */
  get(id: string): Promise<ResultMeta | null>;
  /** Tells what is stored and each change from now on. Returns what ends it. */
  watch(id: string, handler: WatchHandler): () => void;
  /** A saved group; null where none is saved under this id, which says nothing of its tasks. */
  group(id: string): Promise<GroupMeta | null>;
  /** How far a chord's header is; null where it has ended, or is counted elsewhere. */
  chord(groupId: string): Promise<ChordProgress | null>;
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
  /** For `rpc://`, whose results come over the broker. */
  readonly broker?: Pick<BrokerOptions, 'url' | 'tls' | 'transportOptions' | 'oid'>;
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
  if (scheme === 'rpc' && options.broker) {
    const { RpcResults } = await import('./rpcResults');
    return new RpcResults(parseBrokerUrl(options.broker.url, options.broker.tls), options.broker.transportOptions ?? {}, options.broker.oid);
  }
  if (scheme === '' || scheme === 'disabled' || scheme === 'disabled+') throw unsupported('No result backend is configured', 'Set result_backend to keep what tasks return.');
  throw unsupported(`Results of the backend "${maskSecrets(options.url.slice(0, 40))}" cannot be read directly`, 'They are read through the app.');
}

function unsupported(message: string, advice: string): ProblemError {
  return new ProblemError(problem('unsupported', message, { advice }));
}

export function unreadableText(reason: UnreadableMeta): string {
  switch (reason) {
    case 'pickle': return 'The result is stored as pickle, which is not read here: unpickling runs code';
    case 'too-large': return 'The stored result is too large to be read';
    case 'not-json': return 'The stored result is not JSON';
    case 'not-a-meta': return 'What is stored under this id is no result of Celery';
  }
}
