import type { Route, Router, RouteTarget } from '../../celery/routes';
import { fileOf, type SourceFile } from '../project/sourceFile';
import type { Folder } from '../semantics/constants';
import type { Scope } from '../semantics/scopes';
import { options, type Value } from '../semantics/values';
import type { Expression } from '../syntax/nodes';
import type { CallSites } from './calls';
import type { Recognizer } from './decorators';
import type { App } from './model';
import type { Schedules } from './schedules';
import type { Settings } from './settings';
import type { Registry } from './tasks';

/** A queue's name where the source says it. */
export interface QueueUse {
  readonly name: string;
  readonly file: SourceFile;
  readonly at: Expression;
  readonly scope: Scope;
  readonly by: 'option' | 'call' | 'route' | 'declared' | 'default' | 'schedule';
}

/** A key of `task_routes`, where it is written. */
export interface RouteUse {
  readonly route: Route;
  readonly file: SourceFile;
  readonly at: Expression;
  readonly scope: Scope;
  readonly value: Expression;
  readonly app: App | null;
}

/** The queues and routes that the source names. */
export class Queues {
  readonly uses: QueueUse[] = [];
  readonly routes: RouteUse[] = [];
  readonly #routers = new Map<App | null, Router[]>();

  constructor(private readonly recognizer: Recognizer, private readonly registry: Registry, private readonly folder: Folder, private readonly settings: Settings) {}

  collect(calls: CallSites, schedules: Schedules): void {
    for (const { options: given } of this.registry.tasks) for (const { name, value, scope } of given) if (name === 'queue') this.#use(value, scope, 'option');
    for (const { options: given, scope, via } of calls.all) {
      if (via === 's' || via === 'si' || via === 'delay' || via === 'direct') continue;
      for (const { name, value } of given) if (name === 'queue') this.#use(value, scope, 'call');
    }
    for (const { fields } of schedules.entries) {
      const queue = fields.get('queue');
      if (queue) this.#use(queue.value, queue.scope, 'schedule');
      const given = fields.get('options');
      const value = given && this.recognizer.evaluator.evaluate(given.value, given.scope);
      if (value?.kind === 'expression' && value.node.kind === 'Dict') {
        for (const { key, value: item } of value.node.items) if (key && this.folder.string(key, value.scope) === 'queue') this.#use(item, value.scope, 'schedule');
      }
    }
    for (const { key, value, scope, app } of this.settings.all) {
      if (key === 'task_default_queue') this.#use(value, scope, 'default');
      else if (key === 'task_queues') for (const option of options(this.recognizer.evaluator.evaluate(value, scope))) this.#declared(option);
      else if (key === 'task_routes') for (const option of options(this.recognizer.evaluator.evaluate(value, scope))) this.#router(option, app);
    }
  }

  /** All names, each once, sorted. */
  get names(): string[] {
    return [...new Set(this.uses.map(({ name }) => name))].sort();
  }

  /** What `task_routes` of an app holds. */
  routersOf(app: App | null): readonly Router[] {
    return [...(this.#routers.get(null) ?? []), ...(app ? this.#routers.get(app) ?? [] : [...this.#routers].flatMap(([key, routers]) => key ? routers : []))];
  }

  #use(node: Expression, scope: Scope, by: QueueUse['by']): string | null {
    const name = this.folder.string(node, scope) ?? this.#queueName(this.recognizer.evaluator.evaluate(node, scope));
    if (name) this.uses.push({ name, file: fileOf(scope), at: node, scope, by });
    return name;
  }

  /** The name of `Queue("x", …)`. */
  #queueName(value: Value): string | null {
    if (value.kind !== 'call' || value.callee.kind !== 'symbol' || !/^kombu(\.entity)?\.Queue$/.test(value.callee.path)) return null;
    const name = value.node.args[0] ?? value.node.keywords.find(candidate => candidate.name === 'name')?.value;
    return name ? this.folder.string(name, value.scope) : null;
  }

  #declared(value: Value): void {
    if (value.kind !== 'expression') return;
    const { node, scope } = value;
    if (node.kind === 'Tuple' || node.kind === 'List' || node.kind === 'Set') for (const element of node.elements) this.#use(element, scope, 'declared');
    if (node.kind === 'Dict') for (const { key } of node.items) if (key) this.#use(key, scope, 'declared');
  }

  #router(value: Value, app: App | null): void {
    const add = (router: Router): void => {
      const known = this.#routers.get(app);
      if (known) known.push(router);
      else this.#routers.set(app, [router]);
    };
    if (value.kind === 'expression') {
      const { node, scope } = value;
      if (node.kind === 'Constant' && node.value === null) return;
      if (node.kind === 'Dict') return add({ kind: 'map', routes: this.#routes(value, app) ?? [] });
      if (node.kind === 'Tuple' || node.kind === 'List') {
        // A pair `(pattern, target)` among others, or one router after the other.
        const pairs = node.elements.map(element => element.kind === 'Tuple' && element.elements.length === 2 ? element.elements : null);
        if (pairs.length && pairs.every(pair => pair !== null)) return add({ kind: 'map', routes: pairs.flatMap(([key, target]) => this.#route(key!, target!, scope, app) ?? []) });
        for (const element of node.elements) for (const option of options(this.recognizer.evaluator.evaluate(element, scope))) this.#router(option, app);
        return;
      }
    }
    add({ kind: 'code' });
  }

  #routes(value: Value, app: App | null): Route[] | null {
    if (value.kind !== 'expression' || value.node.kind !== 'Dict') return null;
    const routes: Route[] = [];
    for (const { key, value: target } of value.node.items) {
      if (key) {
        const route = this.#route(key, target, value.scope, app);
        if (route) routes.push(route);
      } else routes.push(...this.#routes(this.recognizer.evaluator.evaluate(target, value.scope), app) ?? []);
    }
    return routes;
  }

  #route(key: Expression, target: Expression, scope: Scope, app: App | null): Route | null {
    const text = this.folder.string(key, scope);
    const value = this.recognizer.evaluator.evaluate(key, scope);
    const pattern = value.kind === 'call' && value.callee.kind === 'symbol' && value.callee.path === 're.compile' && value.node.args[0] ? this.folder.string(value.node.args[0], value.scope) : null;
    if (text === null && pattern === null) return null;
    const route: Route = { key: text === null ? { kind: 'regex', pattern: pattern! } : { kind: 'text', text }, target: this.#target(target, scope) };
    this.routes.push({ route, file: fileOf(scope), at: key, scope, value: target, app });
    return route;
  }

  #target(node: Expression, scope: Scope): RouteTarget {
    const name = this.folder.string(node, scope);
    if (name !== null) {
      this.#use(node, scope, 'route');
      return { kind: 'options', queue: name, exchange: null, routingKey: null };
    }
    const value = this.recognizer.evaluator.evaluate(node, scope);
    if (value.kind !== 'expression' || value.node.kind !== 'Dict') return { kind: 'unknown' };
    const found: Record<string, string | null> = {};
    for (const { key, value: item } of value.node.items) {
      const option = key && this.folder.string(key, value.scope);
      if (typeof option !== 'string') return { kind: 'unknown' };
      if (!['queue', 'exchange', 'routing_key'].includes(option)) continue;
      const text = option === 'queue' ? this.#use(item, value.scope, 'route') : this.folder.string(item, value.scope);
      if (text === null) return { kind: 'unknown' };
      found[option] = text;
    }
    return { kind: 'options', queue: found['queue'] ?? null, exchange: found['exchange'] ?? null, routingKey: found['routing_key'] ?? null };
  }
}
