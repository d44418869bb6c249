import type { Guards } from './silent';

/** Guards of the rules about settings. */
export const settings: Guards = {};
