import type { Guards } from './silent';

/** Guards of the rules about Django. */
export const django: Guards = {};
