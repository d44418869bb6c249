/** A key of a `task_routes` map: a text (a name, or a glob where it has a `*`), or a compiled regular expression. */
export type RouteKey = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'regex'; readonly pattern: string };

/** What a route sends to. `options` may lack a queue; `unknown` is a value that is not constant. */
export type RouteTarget =
  | { readonly kind: 'options'; readonly queue: string | null; readonly exchange: string | null; readonly routingKey: string | null }
  | { readonly kind: 'unknown' };

export interface Route {
  readonly key: RouteKey;
  readonly target: RouteTarget;
}

/** An element of `task_routes`: a map (dict, or list of pairs), or code that only runs in Python (function, dotted path, class). */
export type Router = { readonly kind: 'map'; readonly routes: readonly Route[] } | { readonly kind: 'code' };

export interface RouteMatch {
  /** Index of the router in `task_routes`, and of the route in it. */
  readonly router: number;
  readonly index: number;
  readonly route: Route;
  readonly how: 'name' | 'glob' | 'regex';
}

/**
 * The route that Celery takes for a task: in each router the exact name first, then patterns in their order; the first router that has
 * an answer wins (`celery.app.routes.MapRoute`, `Router.lookup_route`). `unknown` where code that we cannot run would be asked first.
 */
export function findRoute(name: string, routers: readonly Router[]): RouteMatch | 'unknown' | null {
  for (const [router, { kind, ...rest }] of routers.entries()) {
    if (kind === 'code') return 'unknown';
    const match = findInMap(name, 'routes' in rest ? rest.routes : []);
    if (match === 'unknown') return 'unknown';
    if (match) return { router, ...match };
  }
  return null;
}

function findInMap(name: string, routes: readonly Route[]): Omit<RouteMatch, 'router'> | 'unknown' | null {
  // Python's dicts: a key given twice keeps its first place and takes the last value.
  const exact = routes.findLastIndex(({ key }) => key.kind === 'text' && !isGlob(key.text) && key.text === name);
  const exactRoute = routes[exact];
  if (exactRoute) return { index: exact, route: exactRoute, how: 'name' };
  for (const { key } of routes) {
    if (key.kind === 'text' && !isGlob(key.text)) continue;
    const regex = key.kind === 'regex' ? pythonRegex(key.pattern) : globRegex(key.text);
    if (regex === null) return 'unknown';
    if (!regex.test(name)) continue;
    const index = routes.findLastIndex(other => sameKey(other.key, key));
    return { index, route: routes[index] ?? { key, target: { kind: 'unknown' } }, how: key.kind === 'regex' ? 'regex' : 'glob' };
  }
  return null;
}

function sameKey(a: RouteKey, b: RouteKey): boolean {
  if (a.kind === 'regex') return b.kind === 'regex' && a.pattern === b.pattern;
  return b.kind === 'text' && isGlob(b.text) && globRegex(a.text).source === globRegex(b.text).source;
}

/** Only a `*` makes a key a pattern; `?` and `[…]` count in those that have one. */
export function isGlob(key: string): boolean {
  return key.includes('*');
}

/** Whether a route's key matches a task name; null where we cannot tell (a regular expression that only Python knows). */
export function routeMatches(key: RouteKey, name: string): boolean | null {
  if (key.kind === 'regex') return pythonRegex(key.pattern)?.test(name) ?? null;
  return isGlob(key.text) ? globRegex(key.text).test(name) : key.text === name;
}

/** What the call says itself (options of `apply_async` over those of the task), and how the app routes. */
export interface Routing {
  readonly caller: { readonly queue: string | null; readonly exchange: string | null; readonly routingKey: string | null };
  readonly routers: readonly Router[];
  /** `task_default_queue`. */
  readonly defaultQueue: string;
  /** Names in `task_queues`, empty where it is not set, null where it is not constant. */
  readonly declared: readonly string[] | null;
  /** `task_create_missing_queues`. */
  readonly createMissing: boolean;
}

export type Destination =
  | {
    readonly kind: 'queue';
    readonly queue: string;
    readonly why: 'caller' | 'route' | 'default';
    readonly match: RouteMatch | null;
    /** Given beside the queue: with both the message goes to this exchange instead. */
    readonly exchange: string | null;
    readonly routingKey: string | null;
  }
  /** Straight to an exchange; which queues are bound to it the broker knows. */
  | { readonly kind: 'exchange'; readonly exchange: string; readonly routingKey: string | null; readonly match: RouteMatch | null }
  /** `QueueNotFound`: not in `task_queues`, and missing ones are not created. */
  | { readonly kind: 'missing'; readonly queue: string; readonly match: RouteMatch | null }
  | { readonly kind: 'unknown' };

/** Where a call goes: the caller's options win over the route's, the default queue is last (`celery.app.routes.Router.route`). */
export function destinationOf(name: string, { caller, routers, defaultQueue, declared, createMissing }: Routing): Destination {
  const exists = (queue: string): boolean => createMissing || declared === null || (declared.length === 0 ? queue === defaultQueue : declared.includes(queue));
  if (caller.queue && !exists(caller.queue)) return { kind: 'missing', queue: caller.queue, match: null };
  const match = findRoute(name, routers);
  if (match === 'unknown') return caller.queue ? { kind: 'queue', why: 'caller', match: null, ...caller, queue: caller.queue } : { kind: 'unknown' };
  const target = match?.route.target ?? null;
  if (target?.kind === 'unknown') return caller.queue ? { kind: 'queue', why: 'caller', match, ...caller, queue: caller.queue } : { kind: 'unknown' };
  if (target?.queue && !exists(target.queue)) return { kind: 'missing', queue: target.queue, match };
  const exchange = caller.exchange ?? target?.exchange ?? null;
  const routingKey = caller.routingKey ?? target?.routingKey ?? null;
  const queue = caller.queue ?? target?.queue ?? null;
  if (queue) return { kind: 'queue', queue, why: caller.queue ? 'caller' : 'route', match, exchange, routingKey };
  // A route without a queue that names an exchange; without a route the default queue is filled in whatever else the caller says.
  if (target && exchange) return { kind: 'exchange', exchange, routingKey, match };
  if (!exists(defaultQueue)) return { kind: 'missing', queue: defaultQueue, match };
  return { kind: 'queue', queue: defaultQueue, why: 'default', match, exchange, routingKey };
}

/** `fnmatch.translate`: the whole name, case counts, `*` also matches dots and line ends. */
export function globRegex(glob: string): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at++) {
    const char = glob.charAt(at);
    if (char === '*') source += source.endsWith('.*') ? '' : '.*';
    else if (char === '?') source += '.';
    else if (char === '[') {
      const close = glob.indexOf(']', glob.charAt(at + 1) === '!' ? at + 3 : at + 2);
      if (close < 0) source += '\\[';
      else {
        source += characterClass(glob.slice(at + 1, close));
        at = close;
      }
    } else source += char.replace(/[$()*+./?[\\\]^{|}-]/, '\\$&');
  }
  return new RegExp(`^(?:${source})$`, 'su');
}

function characterClass(inside: string): string {
  const negated = inside.startsWith('!');
  const body = negated ? inside.slice(1) : inside;
  const parts: string[] = [];
  for (let at = 0; at < body.length; at++) {
    const [from, dash, to] = [body.charAt(at), body.charAt(at + 1), body.charAt(at + 2)];
    if (dash === '-' && to !== '') {
      // A range that runs backwards matches nothing.
      if (from <= to) parts.push(`${escapeInClass(from)}-${escapeInClass(to)}`);
      at += 2;
    } else parts.push(escapeInClass(from));
  }
  if (parts.length === 0) return negated ? '.' : '(?!)';
  return `[${negated ? '^' : ''}${parts.join('')}]`;
}

function escapeInClass(char: string): string {
  return char.replace(/[\\\]^[$()*+./?{|}-]/, '\\$&');
}

/**
 * A Python pattern as JavaScript's, matching at the start as `Pattern.match` does; null where the two languages differ.
 * The pattern comes from a user's file: it may be wrong, or slow on long names, and names are short.
 */
export function pythonRegex(pattern: string): RegExp | null {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const body = pattern.slice(flags?.[0].length ?? 0);
  if (/\(\?[aiLmsux-]|\(\?\(|\(\?#|\(\?>|[*+?}]\+|\\[pPN]/.test(body)) return null;
  const source = body.replace(/\(\?P<(\w+)>/g, '(?<$1>').replace(/\(\?P=(\w+)\)/g, '\\k<$1>').replace(/\\A/g, '^').replace(/\\Z/g, '$(?![^])');
  try {
    return new RegExp(`^(?:${source})`, flags?.[1] ?? '');
  } catch {
    return null;
  }
}
