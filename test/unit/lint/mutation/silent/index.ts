import { beat } from './beat';
import { calls } from './calls';
import { canvases } from './canvases';
import { definitions } from './definitions';
import { django } from './django';
import { inArguments } from './inArguments';
import { retries } from './retries';
import { settings } from './settings';
import type { Guards } from './silent';

/** By the code of the rule that would fire without them. */
export const guards: Guards = { ...calls, ...inArguments, ...definitions, ...retries, ...canvases, ...beat, ...settings, ...django };
