import { BOUNDS } from './bounds';
import { isFields, nameOf } from './guards';
import { parseLoosely } from './json';

/** Commands that only ask (celery.worker.control, `inspect_command`). */
export const INSPECT_COMMANDS = ['ping', 'stats', 'active', 'reserved', 'scheduled', 'revoked', 'registered', 'query_task', 'active_queues', 'conf', 'report', 'clock', 'memsample', 'memdump', 'objgraph'] as const;
/**
 * Commands that change a worker. `election` is not among them and never will be: with a single worker it ends the worker. Nor is `hello`, which
 * merges the revokes that it is given.
 */
export const CONTROL_COMMANDS = [
  'revoke', 'terminate', 'revoke_by_stamped_headers', 'rate_limit', 'time_limit', 'add_consumer', 'cancel_consumer', 'pool_grow', 'pool_shrink', 'autoscale',
  'pool_restart', 'enable_events', 'disable_events', 'heartbeat', 'shutdown',
] as const;

export type InspectCommand = (typeof INSPECT_COMMANDS)[number];
export type ControlCommand = (typeof CONTROL_COMMANDS)[number];

/** Arguments of each command (celery.worker.control). Those that are not named take none: some answer an error for any. */
export interface CommandArguments {
  active: { safe?: boolean };
  registered: { taskinfoitems?: readonly string[]; builtins?: boolean };
  query_task: { ids: readonly string[] };
  conf: { with_defaults?: boolean };
  memdump: { samples?: number };
  objgraph: { num?: number; max_depth?: number; type?: string };
  revoke: { task_id: string | readonly string[]; terminate?: boolean; signal?: string };
  terminate: { task_id: string | readonly string[]; signal?: string };
  revoke_by_stamped_headers: { headers: Readonly<Record<string, string | readonly string[]>>; terminate?: boolean; signal?: string };
  rate_limit: { task_name: string; rate_limit: string | number };
  time_limit: { task_name: string; soft?: number | null; hard?: number | null };
  add_consumer: { queue: string; exchange?: string | null; exchange_type?: string; routing_key?: string | null };
  cancel_consumer: { queue: string };
  pool_grow: { n?: number };
  pool_shrink: { n?: number };
  autoscale: { max?: number; min?: number };
  pool_restart: { modules?: readonly string[]; reload?: boolean };
}

export type Command = InspectCommand | ControlCommand;
export type ArgumentsOf<C extends Command> = C extends keyof CommandArguments ? CommandArguments[C] : Record<string, never>;

/** Which workers a command is for. All of them where nothing is said. */
export interface CommandTarget {
  /** Full node names. */
  readonly destination?: readonly string[] | undefined;
  /** A glob over node names, `*@web-?`. */
  readonly pattern?: string | undefined;
}

export interface CommandRequest {
  readonly body: {
    readonly method: Command;
    readonly arguments: Readonly<Record<string, unknown>>;
    readonly destination: readonly string[] | null;
    readonly pattern: string | null;
    readonly matcher: 'glob' | null;
    readonly ticket: string;
    readonly reply_to: { readonly exchange: string; readonly routing_key: string };
  };
  readonly headers: { readonly clock: number; readonly expires: number };
}

const INSPECTIONS: ReadonlySet<string> = new Set(INSPECT_COMMANDS);

/** Whether a command only asks. */
export function isInspection(method: Command): boolean {
  return INSPECTIONS.has(method);
}

const COMMANDS: ReadonlySet<string> = new Set([...INSPECT_COMMANDS, ...CONTROL_COMMANDS]);

/**
 * The only way to a control message: `method` is one that we know, `arguments` is a dict, `destination` a list (a text would match by substring).
 * A message without them leaves Redis workers up to 5.6 deaf to remote control. Throws a TypeError where the caller broke that.
 * @param expires epoch seconds; workers do not check it.
 */
export function commandRequest<C extends Command>(method: C, args: ArgumentsOf<C>, target: CommandTarget, reply: { ticket: string; exchange: string; oid: string; expires: number }): CommandRequest {
  if (!COMMANDS.has(method)) throw new TypeError(`${String(method)} is no remote control command that can be sent`);
  if (!isFields(args)) throw new TypeError('the arguments of a remote control command are a dict');
  if (target.destination !== undefined && (!Array.isArray(target.destination) || !target.destination.every(node => nameOf(node) !== null))) {
    throw new TypeError('the destination of a remote control command is a list of node names');
  }
  return {
    body: {
      method,
      arguments: args,
      destination: target.destination ?? null,
      pattern: target.pattern ?? null,
      matcher: target.pattern === undefined ? null : 'glob',
      ticket: reply.ticket,
      reply_to: { exchange: reply.exchange, routing_key: reply.oid },
    },
    headers: { clock: 1, expires: reply.expires },
  };
}

/** What one node answered. */
export interface Reply {
  readonly node: string;
  /** As the worker said it, unchecked: each reader checks what it needs. Null where the command returns nothing. */
  readonly value: unknown;
  /** The worker's own words where it refused (`{"error": …}`). */
  readonly error: string | null;
}

/** Reads the body of a reply: `{"<node>": <value>}`. Null where it is none. */
export function readReply(body: string): Reply | null {
  const value = parseLoosely(body);
  if (!isFields(value)) return null;
  const node = Object.keys(value)[0];
  if (node === undefined || nameOf(node) === null) return null;
  const answer = value[node];
  const error = isFields(answer) && typeof answer['error'] === 'string' ? answer['error'].slice(0, BOUNDS.text) : null;
  return { node, value: answer, error };
}
