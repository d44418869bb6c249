import type { Guards } from './silent';

/** Guards of the rules about what is passed to a task. */
export const inArguments: Guards = {};
