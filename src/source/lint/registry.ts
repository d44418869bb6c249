import type { Rule } from './rule';
import { arityMismatch } from './rules/CEL101';
import { execOptionInDelay } from './rules/CEL102';
import { unknownTaskOption } from './rules/CEL301';
import { beatUnknownTask } from './rules/CEL601';

/** Every rule, by code. A new one is added here, and gets a page in docs/rules and a test in test/unit/lint/rules. */
export const rules: readonly Rule[] = [arityMismatch, execOptionInDelay, unknownTaskOption, beatUnknownTask];

export function ruleOf(selector: string): Rule | null {
  return rules.find(({ code, name }) => code === selector.toUpperCase() || name === selector) ?? null;
}
