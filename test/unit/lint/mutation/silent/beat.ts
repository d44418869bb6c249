import type { Guards } from './silent';

/** Guards of the rules about schedules. */
export const beat: Guards = {};
