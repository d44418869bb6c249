/** The environment that is made by itself: the broker and the workers on this machine. */
export const LOCAL = 'local';

/**
 * Where a task, run, worker or queue belongs. Every record carries one.
 * `app` is `module:attribute`, null where the wire does not say it (a message names its task, never its app).
 */
export interface Identity {
  readonly environment: string;
  readonly app: string | null;
  readonly name: string;
}

/** A key for maps; the app is left out on purpose, since what the wire says of a task has none. */
export function identityKey(identity: Identity): string {
  return `${identity.environment}\n${identity.name}`;
}
