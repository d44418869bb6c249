import type { Guards } from './silent';

/** Guards of the rules about canvas and results. */
export const canvases: Guards = {};
