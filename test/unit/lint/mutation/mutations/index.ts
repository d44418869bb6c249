import type { Mutations } from '../mutation';
import { inArguments } from './arguments';
import { beat } from './beat';
import { calls } from './calls';
import { canvases } from './canvases';
import { definitions } from './definitions';
import { django } from './django';
import { retries } from './retries';
import { settings } from './settings';
import { types } from './types';

/** By the code of the rule that must catch them. */
export const mutations: Mutations = { ...calls, ...types, ...inArguments, ...canvases, ...definitions, ...retries, ...beat, ...settings, ...django };
