import { destinationOf, type Destination } from '../../celery/routes';
import type { Linked } from '../project/linked';
import type { Scope } from '../semantics/scopes';
import type { Expression } from '../syntax/nodes';
import type { Task } from './model';
import type { RouteUse } from './queues';

/** An option that a call, a schedule or a task gives, and the scope in which its value means something. */
interface Given {
  readonly name: string;
  readonly value: Expression;
  readonly scope: Scope;
}

/** Where a call of a task goes, and the route that says so. */
export interface Sending {
  readonly destination: Destination;
  readonly route: RouteUse | null;
}

const unknown: Sending = { destination: { kind: 'unknown' }, route: null };

/** @param given options of the call @param byName sent by its name alone: the task's own options do not count then */
export function sendingOf(task: Task, linked: Linked, given: readonly Given[] = [], byName = false): Sending {
  const { settings, queues, registry } = linked;
  if (task.name === null || (task.app === null && registry.apps.length > 1)) return unknown;
  const caller = { queue: null as string | null, exchange: null as string | null, routing_key: null as string | null };
  for (const name of ['queue', 'exchange', 'routing_key'] as const) {
    const value = ownOption(task, linked, name, given, byName);
    if (value === undefined) return unknown;
    caller[name] = value;
  }
  const app = task.app ?? registry.apps[0] ?? null;
  const defaults = settings.constants('task_default_queue', app);
  const createMissing = settings.constant('task_create_missing_queues', app) !== false;
  const declared = queues.uses.flatMap(({ by, name }) => by === 'declared' ? [name] : []);
  const destination = destinationOf(task.name, {
    caller: { queue: caller.queue, exchange: caller.exchange, routingKey: caller.routing_key },
    routers: queues.routersOf(app),
    defaultQueue: typeof defaults?.[0] === 'string' ? defaults[0] : 'celery',
    declared: createMissing || (settings.of('task_queues', app).length && !declared.length) ? null : declared,
    createMissing,
  });
  const match = 'match' in destination ? destination.match : null;
  // What is not read may hold routes, or another default.
  const isDefault = destination.kind === 'queue' && destination.why === 'default';
  if (isDefault && (!settings.isComplete(app) || defaults === null || defaults.length > 1)) return unknown;
  return { destination, route: match && (queues.routes.find(({ route }) => route === match.route) ?? null) };
}

/** What a call says itself, else the task, else its classes; undefined where it is not constant. */
function ownOption(task: Task, { folder, queues, evaluator }: Linked, name: string, given: readonly Given[], byName: boolean): string | null | undefined {
  const option = given.find(candidate => candidate.name === name) ?? (byName ? undefined : task.options.find(candidate => candidate.name === name));
  if (option) {
    const value = folder.constant(option.value, option.scope) ?? queues.uses.find(({ at }) => at === option.value)?.name;
    return value === null || typeof value === 'string' ? value : undefined;
  }
  if (byName) return null;
  if (task.hasMoreOptions) return undefined;
  const inherited = task.base?.kind === 'class' ? evaluator.member(task.base, name) : null;
  if (!inherited) return null;
  const value = folder.fold(inherited, 0);
  return value === null || typeof value === 'string' ? value : undefined;
}
