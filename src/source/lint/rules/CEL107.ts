import type { App } from '../../celery/model';
import type { Scope } from '../../semantics/scopes';
import type { Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { dispatches } from '../dispatch';
import { optionsInFile, retryCalls } from '../retries';
import type { Finding, Rule } from '../rule';
import { visibilityTimeout } from '../settingValues';

export const longCountdown: Rule = {
  code: 'CEL107',
  name: 'long-countdown',
  severity: 'warning',
  summary: 'A task waits in the worker longer than the broker waits for it: the message is delivered again and the task runs more than once.',
  *check(context) {
    for (const { node, scope, task, via } of dispatches(context)) {
      const countdown = via === 'delay' ? undefined : node.keywords.find(({ name }) => name === 'countdown');
      if (countdown) yield *tooLong('countdown', countdown.value, scope, task?.app ?? null, context);
    }
    for (const { node, scope, task } of retryCalls(context)) {
      const countdown = node.keywords.find(({ name }) => name === 'countdown');
      if (countdown) yield *tooLong('countdown', countdown.value, scope, task?.app ?? null, context);
    }
    for (const name of ['default_retry_delay', 'retry_backoff_max']) {
      for (const { task, option } of optionsInFile(context, name)) yield *tooLong(name, option.value, option.scope, task.app, context);
    }
  },
};

function *tooLong(name: string, node: Expression, scope: Scope, app: App | null, { linked }: LintContext): Generator<Finding> {
  const delay = linked.folder.number(node, scope);
  const timeout = visibilityTimeout(linked, app);
  if (delay === null || timeout === null || delay <= timeout) return;
  yield { at: node, message: `A ${name} of ${delay} s is longer than the broker's visibility_timeout of ${timeout} s: the message is delivered again while it waits, and the task runs more than once` };
}
