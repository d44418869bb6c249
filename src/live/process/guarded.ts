import { spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';

/** How to reach `python/guard.py`: any Python 3.8 or newer runs it. */
export interface Guard {
  readonly python: string;
  readonly script: string;
}

export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Complete; see childEnvironment. */
  readonly env: NodeJS.ProcessEnv;
  readonly guard: Guard;
  /** All of its standard input; `held` keeps it open and empty as long as we live; without either there is none. */
  readonly input?: string | { readonly held: true };
  /** Opens descriptor 4 of the command as a two-way private channel. */
  readonly channel?: boolean;
}

/** How a process ended. `error` is set where it could not be started at all. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error: string | null;
}

/** A process that ends with this one, however this one ends. */
export interface GuardedProcess {
  /** Id of the command itself, which is its process group's too; null where it could not be started. */
  readonly pid: number | null;
  /** Standard output and error, in order. */
  readonly output: readonly Readable[];
  /** The other end of descriptor 4, where asked for. */
  readonly channel: Duplex | null;
  /** Settles when the command has ended, what was left of its group is killed, and its output is read. Never rejects. */
  readonly exited: Promise<Exit>;
  /** To the command alone. On Windows any signal ends it at once. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the command and everything in its process group at once. */
  killGroup(): void;
}

/** Milliseconds to read what is in the pipes after the end: a process that left the group may keep them open. */
const DRAIN = 500;

export function spawnGuarded(command: GuardedCommand): GuardedProcess {
  const posix = process.platform !== 'win32';
  // -I and -S: the guard itself takes nothing from the environment, the user's site or the working directory. The command does.
  const child = spawn(command.guard.python, ['-I', '-S', command.guard.script, command.command, ...command.args], {
    cwd: command.cwd,
    env: command.env,
    detached: posix,
    windowsHide: true,
    stdio: [command.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe', command.channel ? 'pipe' : 'ignore'],
  });
  const pid = child.pid ?? null;
  const line = child.stdio[3] as Duplex | undefined;
  const killGroup = () => {
    if (pid === null) return;
    try {
      if (posix) process.kill(-pid, 'SIGKILL');
      else child.kill();
    } catch {
      // Nothing is left of it.
    }
  };
  let ended = false;
  const exited = new Promise<Exit>(resolve => {
    const end = (exit: Exit) => {
      ended = true;
      // Orphans of the command (children of a worker that was killed) are in its group still.
      killGroup();
      line?.destroy();
      const drained = setTimeout(() => resolve(exit), DRAIN);
      child.once('close', () => {
        clearTimeout(drained);
        resolve(exit);
      });
    };
    child.once('error', error => {
      line?.destroy();
      if (pid === null) resolve({ code: null, signal: null, error: error.message });
    });
    child.once('exit', (code, signal) => end({ code, signal, error: null }));
  });
  // The watcher holds the other end and says nothing; when it is gone, nobody would end the command with us.
  line?.on('error', () => undefined).on('close', () => ended || killGroup()).resume();
  child.stdin?.on('error', () => undefined);
  if (typeof command.input === 'string') child.stdin?.end(command.input);
  const channel = command.channel ? child.stdio[4] as Duplex : null;
  channel?.on('error', () => undefined);
  return {
    pid,
    output: [child.stdout, child.stderr].filter(stream => stream !== null),
    channel,
    exited,
    signal: signal => void child.kill(signal),
    killGroup,
  };
}
