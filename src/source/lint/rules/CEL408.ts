import type { Option, Task } from '../../celery/model';
import { fileOf } from '../../project/sourceFile';
import { options } from '../../semantics/values';
import type { LintContext } from '../context';
import { appendArgument } from '../edits';
import { list } from '../phrases';
import { isEmpty, maybeGiven, optionOf, optionsInFile } from '../retries';
import type { Rule } from '../rule';
import { dictItem } from '../settingValues';
import { isAttributeRead } from '../usage';

export const noBackoff: Rule = {
  code: 'CEL408',
  name: 'no-backoff',
  severity: 'info',
  summary: 'autoretry_for without a delay of its own: every retry comes after the same three minutes.',
  *check(context) {
    for (const { task, option } of optionsInFile(context, 'autoretry_for')) {
      if (isEmpty(option, context)) continue;
      const contrary = turnedOff(task, context);
      if (contrary && fileOf(contrary.backoff.scope) === context.file) {
        yield {
          at: contrary.backoff.value,
          message: `This turns off what ${list(contrary.without)} ${contrary.without.length === 1 ? 'is' : 'are'} for: every retry of ${task.node.name} waits the same 180 seconds`,
          fixes: [{ title: 'Use retry_backoff=True', safe: false, edits: [{ span: contrary.backoff.value, text: 'True' }] }],
        };
      }
      if (contrary || mayWait(task, context)) continue;
      const isOwn = task.call?.keywords.some(({ value }) => value === option.value);
      yield {
        at: option.at ?? option.value,
        message: `Every retry of ${task.node.name} waits the same 180 seconds, and all that failed together come back together; retry_backoff spreads them`,
        ...(task.call && isOwn && { fixes: [{ title: 'Add retry_backoff=True', safe: false, edits: [appendArgument(context.file, task.call, 'retry_backoff=True')] }] }),
      };
    }
  },
};

/** Whether the task says how long its retries wait, or may do so where it is not seen; `interval_start` says it in vain, which is CEL301's. */
function mayWait(task: Task, context: LintContext): boolean {
  return ['retry_backoff', 'interval_start'].some(name => optionOf(task, name) !== null || maybeGiven(task, name, context)) || hasDelay(task, context);
}

/** Whether something beside `retry_backoff` says how long retries wait, or may do so. */
function hasDelay(task: Task, context: LintContext): boolean {
  const more = optionOf(task, 'retry_kwargs');
  return optionOf(task, 'default_retry_delay') !== null || maybeGiven(task, 'default_retry_delay', context)
    || (more ? givesDelay(more, context) : maybeGiven(task, 'retry_kwargs', context));
}

const off: ReadonlySet<unknown> = new Set([false, 0, null]);

/** `retry_backoff=False` beside options that only mean something with it; null where it is not so. */
function turnedOff(task: Task, context: LintContext): { readonly backoff: Option; readonly without: readonly string[] } | null {
  const backoff = optionOf(task, 'retry_backoff');
  const constant = backoff && context.constant(backoff.value, backoff.scope);
  if (!backoff || !off.has(constant) || hasDelay(task, context)) return null;
  const without = ['retry_backoff_max', 'retry_jitter'].filter(name => isOn(optionOf(task, name), context) && !isAttributeRead(name, context.linked));
  return without.length ? { backoff, without } : null;
}

function isOn(option: Option | null, context: LintContext): boolean {
  const constant = option && context.constant(option.value, option.scope);
  return constant === true || (typeof constant === 'number' && constant !== 0);
}

/** Whether `retry_kwargs` has, or may have, a `countdown` or an `eta`. */
function givesDelay({ value, scope }: Option, { linked }: LintContext): boolean {
  const [only, ...others] = options(linked.evaluator.evaluate(value, scope));
  if (others.length || only?.kind === 'call' && !(only.callee.kind === 'symbol' && only.callee.path === 'builtins.dict' && !only.node.args.length)) return true;
  if (only?.kind === 'call') return only.node.keywords.some(({ name }) => name === null || name === 'countdown' || name === 'eta');
  return ['countdown', 'eta'].some(key => dictItem(linked, value, scope, key) !== null);
}
