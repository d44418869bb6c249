import type { Guards } from './silent';

/** Guards of the rules about calling a task. */
export const calls: Guards = {};
