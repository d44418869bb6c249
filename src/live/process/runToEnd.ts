import { spawnGuarded, type Exit, type GuardedCommand } from './guarded';
import { Log, plain } from './log';

export interface RunToEndOptions {
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
}

/** Runs a guarded command until it ends by itself, in time or by `signal`. Never rejects; `lines` are its last ones, without colours. */
export async function runToEnd(command: GuardedCommand, { timeout, signal, onLine }: RunToEndOptions): Promise<{ readonly exit: Exit; readonly lines: readonly string[] }> {
  if (signal?.aborted) return { exit: { code: null, signal: null, error: 'cancelled' }, lines: [] };
  const log = new Log(500);
  const child = spawnGuarded(command);
  const kill = () => child.killGroup();
  const timer = setTimeout(kill, timeout);
  signal?.addEventListener('abort', kill, { once: true });
  for (const stream of child.output) stream.on('error', () => undefined).on('data', (bytes: Buffer) => log.take(bytes).forEach(line => onLine?.(plain(line))));
  const exit = await child.exited;
  clearTimeout(timer);
  signal?.removeEventListener('abort', kill);
  log.end();
  return { exit, lines: log.tail().map(plain) };
}
