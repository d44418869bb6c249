import type { Guards } from './silent';

/** Guards of the rules about retries. */
export const retries: Guards = {};
