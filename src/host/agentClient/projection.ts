import type { Patch, Projection } from '../../shared/agentProtocol';

export const EMPTY_PROJECTION: Projection = { services: {}, workers: {}, queues: {}, runs: {}, last: {}, facts: {} };

/** Which keys of which members are new, different or gone. */
export type ProjectionChange = { readonly [Member in keyof Projection]?: ReadonlySet<string> };

/** `projection` with `patch` applied. Members that did not change are the same objects as before. */
export function applyPatch(projection: Projection, patch: Patch): { readonly projection: Projection; readonly change: ProjectionChange } {
  const next: Record<string, Readonly<Record<string, unknown>>> = { ...projection };
  const change: Record<string, ReadonlySet<string>> = {};
  for (const [member, values] of Object.entries(patch.changes)) {
    if (!(member in EMPTY_PROJECTION)) continue;
    const entries: Record<string, unknown> = { ...next[member] };
    for (const [key, value] of Object.entries(values)) {
      // Of the facts null is a value ("there is no app"); everywhere else it removes.
      if (value === null && member !== 'facts') delete entries[key];
      else entries[key] = value;
    }
    next[member] = entries;
    change[member] = new Set(Object.keys(values));
  }
  return { projection: next as unknown as Projection, change };
}

/** What differs when `after` replaces `before` as a whole: every key of either. */
export function wholeChange(before: Projection, after: Projection): ProjectionChange {
  const members = Object.keys(EMPTY_PROJECTION) as (keyof Projection)[];
  return Object.fromEntries(members.map(member => [member, new Set([...Object.keys(before[member]), ...Object.keys(after[member])])]));
}
