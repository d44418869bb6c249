import { options } from '../../semantics/values';
import type { Option, Task } from '../../celery/model';
import type { LintContext } from '../context';
import { isEmpty, keywordOf, optionOf, optionsInFile, retryCalls } from '../retries';
import type { Rule } from '../rule';
import { dictItem } from '../settingValues';

export const retryForever: Rule = {
  code: 'CEL406',
  name: 'retry-forever',
  severity: 'info',
  summary: 'max_retries=None: a task that can never succeed is retried for ever.',
  *check(context) {
    for (const { task, option } of optionsInFile(context, 'max_retries')) {
      if (context.constant(option.value, option.scope) !== null || !retriesWithoutLimit(task, context)) continue;
      yield { at: option.value, message: `${task.node.name} is retried for ever where it can never succeed, and each such message stays with the workers` };
    }
  },
};

/** Whether there is surely a retry that no limit of its own ends. */
function retriesWithoutLimit(task: Task, context: LintContext): boolean {
  const automatically = optionOf(task, 'autoretry_for');
  if (automatically && !isEmpty(automatically, context) && !task.hasMoreOptions && !limits(optionOf(task, 'retry_kwargs'), context)) return true;
  return [...retryCalls(context)].some(call => call.task === task && keywordOf(call.node, 'max_retries') === null);
}

/** Whether `retry_kwargs` has, or may have, a limit. */
function limits(option: Option | null, { linked }: LintContext): boolean {
  if (!option) return false;
  const [only, ...more] = options(linked.evaluator.evaluate(option.value, option.scope));
  return more.length > 0 || only?.kind !== 'expression' || dictItem(linked, option.value, option.scope, 'max_retries') !== null;
}
