import type { Linked } from '../../project/linked';
import type { Rule } from '../rule';
import { isConditional, isDevelopmentModule } from '../usage';

export const eagerOutsideTests: Rule = {
  code: 'CEL709',
  name: 'eager-outside-tests',
  severity: 'warning',
  summary: 'Tasks run eagerly outside of tests: nothing is sent, and every call waits in the web request for the task to end.',
  *check(context) {
    if (isDevelopmentModule(context.file)) return;
    for (const { key, at, value, scope, adds, written } of context.settings) {
      if (key !== 'task_always_eager' || adds || context.constant(value, scope) !== true) continue;
      // Under an if, and in a function, the writer has chosen when.
      if (scope.kind === 'function' || isConditional(context.file, at) || isOverridden(written, context.linked)) continue;
      yield { at, message: 'With this every call runs its task at once in the calling process: nothing is ever sent to a worker' };
    }
  },
};

/** Whether some other module of settings sets it back: then this one is the base of several. */
function isOverridden(written: string, { files }: Linked): boolean {
  const otherwise = new RegExp(`\\b${written}\\b\\s*(?::[^=\\n]+)?=(?!=|\\s*True\\b)`);
  return files.some(({ module }) => otherwise.test(module.text));
}
