import type { Guards } from './silent';

/** Guards of the rules about definitions of tasks. */
export const definitions: Guards = {};
