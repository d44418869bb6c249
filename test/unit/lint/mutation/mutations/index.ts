import type { Mutations } from '../mutation';
import { beat } from './beat';
import { calls } from './calls';
import { canvases } from './canvases';
import { definitions } from './definitions';
import { django } from './django';
import { retries } from './retries';
import { settings } from './settings';

/** By the code of the rule that must catch them. */
export const mutations: Mutations = { ...calls, ...canvases, ...definitions, ...retries, ...beat, ...settings, ...django };
