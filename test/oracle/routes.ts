import assert from 'node:assert/strict';
import { taskName } from '../../src/celery/names';
import { destinationOf, type Router } from '../../src/celery/routes';

type Key = string | { readonly re: string };
type Value = string | { readonly queue?: string; readonly exchange?: string; readonly routing_key?: string };

/** What `scripts/record/routes.py` prints. */
export interface RouteAnswers {
  readonly celery: string;
  readonly names: readonly (readonly [string, string, string | null, string | null, string])[];
  readonly routes: readonly {
    readonly routers: readonly (readonly (readonly [Key, Value])[])[];
    readonly name: string;
    readonly caller: { readonly queue?: string; readonly exchange?: string; readonly routing_key?: string };
    readonly default: string;
    readonly declared: readonly string[] | null;
    readonly create: boolean;
    readonly answer: { readonly missing: string } | { readonly queue: string | null; readonly exchange: string | null; readonly routing_key: string | null };
  }[];
}

/** Fails with the cases in which we say something else than that Celery said. */
export function compareRoutes(answers: RouteAnswers): void {
  const wrong: unknown[] = [];
  for (const [definition, module, main, explicit, theirs] of answers.names) {
    const ours = taskName({ explicit, definition, module, main });
    if (ours !== theirs) wrong.push({ definition, module, main, explicit, theirs, ours });
  }
  for (const { answer, ...asked } of answers.routes) {
    const routers = asked.routers.map((pairs): Router => ({
      kind: 'map',
      routes: pairs.map(([key, value]) => ({
        key: typeof key === 'string' ? { kind: 'text', text: key } : { kind: 'regex', pattern: key.re },
        target: typeof value === 'string'
          ? { kind: 'options', queue: value, exchange: null, routingKey: null }
          : { kind: 'options', queue: value.queue ?? null, exchange: value.exchange ?? null, routingKey: value.routing_key ?? null },
      })),
    }));
    const { queue = null, exchange = null, routing_key = null } = asked.caller;
    const destination = destinationOf(asked.name, {
      caller: { queue, exchange, routingKey: routing_key }, routers, defaultQueue: asked.default, declared: asked.declared ?? [], createMissing: asked.create,
    });
    const ours = destination.kind === 'missing' ? { missing: destination.queue }
      : destination.kind === 'unknown' ? 'unknown'
        : { queue: destination.kind === 'queue' ? destination.queue : null, exchange: destination.exchange, routing_key: destination.routingKey };
    if (JSON.stringify(ours) !== JSON.stringify(answer)) wrong.push({ ...asked, theirs: answer, ours });
  }
  assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} differ from Celery ${answers.celery}`);
}
