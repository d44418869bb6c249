import { options } from '../../semantics/values';
import type { Option, Task } from '../../celery/model';
import type { LintContext } from '../context';
import { appendArgument } from '../edits';
import { isEmpty, maybeGiven, optionOf, optionsInFile } from '../retries';
import type { Rule } from '../rule';
import { dictItem } from '../settingValues';

export const noBackoff: Rule = {
  code: 'CEL408',
  name: 'no-backoff',
  severity: 'info',
  summary: 'autoretry_for without a delay of its own: every retry comes after the same three minutes.',
  *check(context) {
    for (const { task, option } of optionsInFile(context, 'autoretry_for')) {
      if (isEmpty(option, context) || mayWait(task, context)) continue;
      const isOwn = task.call?.keywords.some(({ value }) => value === option.value);
      yield {
        at: option.at ?? option.value,
        message: `Every retry of ${task.node.name} waits the same 180 seconds, and all that failed together come back together; retry_backoff spreads them`,
        ...(task.call && isOwn && { fixes: [{ title: 'Add retry_backoff=True', safe: false, edits: [appendArgument(context.file, task.call, 'retry_backoff=True')] }] }),
      };
    }
  },
};

/** Whether the task says how long its retries wait, or may do so where it is not seen. */
function mayWait(task: Task, context: LintContext): boolean {
  const given = ['retry_backoff', 'default_retry_delay'].some(name => optionOf(task, name) !== null || maybeGiven(task, name, context));
  const more = optionOf(task, 'retry_kwargs');
  return given || (more ? givesDelay(more, context) : maybeGiven(task, 'retry_kwargs', context));
}

/** Whether `retry_kwargs` has, or may have, a `countdown` or an `eta`. */
function givesDelay({ value, scope }: Option, { linked }: LintContext): boolean {
  const [only, ...others] = options(linked.evaluator.evaluate(value, scope));
  if (others.length || only?.kind === 'call' && !(only.callee.kind === 'symbol' && only.callee.path === 'builtins.dict' && !only.node.args.length)) return true;
  if (only?.kind === 'call') return only.node.keywords.some(({ name }) => name === null || name === 'countdown' || name === 'eta');
  return ['countdown', 'eta'].some(key => dictItem(linked, value, scope, key) !== null);
}
