/** A place in a file, lines and columns from 0 as in VS Code and LSP. */
export interface Place {
  /** Absolute path of the file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Why something could not be done, as shown to the user: what happened, and what to do next.
 * `reason` is what code decides by; texts are for people and may change.
 */
export interface Problem {
  readonly reason: ProblemReason;
  /** One sentence, no trailing stop needed: what happened. */
  readonly message: string;
  /** What the user can do next, or null where nothing helps. */
  readonly advice: string | null;
  /** Where in the user's code it happened, if it did. */
  readonly place: Place | null;
  /** The last lines of the log that led to it, oldest first, secrets masked. */
  readonly log: readonly string[];
}

export type ProblemReason =
  // the user must decide
  | 'consent-required' // installing the embedded broker or redis-py needs a yes
  | 'confirm-foreign' // the broker at the app's address is already in use by others
  | 'confirm-remote' // the broker is not on this machine
  | 'confirm-guess' // a required argument was guessed
  | 'worker-busy' // our worker runs something and its code is old
  // the call
  | 'call-syntax'
  | 'call-arguments' // does not fit the signature
  | 'call-serialization' // an argument that the serializer refuses
  | 'call-raised' // evaluating the call raised
  | 'task-unknown' // defined in source but not registered, or not at all
  // the interpreter and the app
  | 'untrusted'
  | 'no-python'
  | 'no-celery'
  | 'no-app'
  | 'app-import' // importing the app raised
  | 'missing-module' // `redis` or another module that the transport needs
  | 'missing-packaging' // kombu 5.7 with an old Celery
  // services
  | 'broker-refused'
  | 'broker-unavailable' // none could be started
  | 'leak' // the process would talk to a broker that is not the sandbox
  | 'exited' // a process ended by itself
  | 'timeout'
  | 'cancelled'
  | 'unsupported'
  | 'internal';

/** An error that carries a {@link Problem} over any of our connections. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'ProblemError';
  }
}

export function problem(reason: ProblemReason, message: string, more: Partial<Omit<Problem, 'reason' | 'message'>> = {}): Problem {
  return { reason, message, advice: null, place: null, log: [], ...more };
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && typeof (value as Problem).reason === 'string' && typeof (value as Problem).message === 'string';
}
