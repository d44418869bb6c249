import type { App, Option, Task } from '../../celery/model';
import type { Constant } from '../../semantics/constants';
import type { Scope } from '../../semantics/scopes';
import { options } from '../../semantics/values';
import type { Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { optionCalls } from '../optionCalls';
import { maybeGiven, optionOf, optionsInFile } from '../retries';
import type { Finding, Rule, Severity } from '../rule';
import { brokerKind, dictItem, visibilityTimeout } from '../settingValues';
import { mentions } from '../usage';

export const longCountdown: Rule = {
  code: 'CEL107',
  name: 'long-countdown',
  severity: 'warning',
  summary: 'A task waits in the worker longer than the broker waits for it: the message is delivered again and the task runs more than once.',
  *check(context) {
    for (const { scope, task, options: given } of optionCalls(context)) {
      for (const { name, value } of given) {
        if (name === 'countdown') yield *tooLong('A countdown', value, secondsOf(value, scope, context), task?.app ?? null, context);
        if (name === 'eta') yield *tooLong('An eta', value, fromNow(value, scope, context, 0), task?.app ?? null, context);
      }
    }
    for (const { task, option } of optionsInFile(context, 'default_retry_delay')) yield *tooLong('A default_retry_delay', option.value, secondsOf(option.value, option.scope, context), task.app, context);
    for (const { task, option } of optionsInFile(context, 'retry_backoff_max')) yield *tooLong('A retry_backoff', option.value, longestBackoff(task, context), task.app, context);
    for (const { task } of optionsInFile(context, 'retry_kwargs')) {
      const countdown = retriedWith(task, 'countdown', context);
      if (countdown && !optionOf(task, 'retry_backoff')) yield *tooLong('A countdown', countdown.value, secondsOf(countdown.value, countdown.scope, context), task.app, context);
    }
  },
};

function *tooLong(what: string, at: Expression, delay: number | null, app: App | null, context: LintContext): Generator<Finding> {
  const limit = delay === null ? null : limitOf(app, context);
  if (!limit || delay! <= limit.seconds) return;
  yield { at, severity: limit.severity, message: `${what} of ${delay} s is longer than ${limit.what}` };
}

interface Limit {
  readonly seconds: number;
  readonly severity: Severity;
  /** What a delay is longer than, and what comes of it. */
  readonly what: string;
}

/** RabbitMQ's own configuration, or an argument of a queue, may raise it; of quorum queues the broker holds what is due later by itself. */
const holdsLonger = /\bx-consumer-timeout\b|\bconsumer_timeout\b|\bquorum\b/;
/** Who names them has thought of it, wherever the values go. */
const provides = /\bvisibility_timeout\b|\bx-consumer-timeout\b|\bconsumer_timeout\b|\bquorum\b/;

/** How long the broker lets a worker hold a message that it has not acknowledged, which it does not before the task is due. */
function limitOf(app: App | null, { linked }: LintContext): Limit | null {
  const kind = brokerKind(linked, app);
  if (kind === null) return mentions(linked, provides) ? null : { seconds: 3_600, severity: 'hint', what: 'most brokers wait: Redis delivers the message again after an hour, RabbitMQ closes the channel after 30 minutes' };
  if (kind === 'amqp') return mentions(linked, holdsLonger) ? null : { seconds: 1_800, severity: 'info', what: 'the 1800 s after which RabbitMQ closes the channel, where its consumer_timeout is not raised: the message is delivered again while it waits' };
  const seconds = visibilityTimeout(linked, app);
  return seconds === null ? null : { seconds, severity: 'warning', what: `the broker's visibility_timeout of ${seconds} s: the message is delivered again while it waits, and the task runs more than once` };
}

/** The number that an expression is, a constant of Django's settings too. */
function secondsOf(node: Expression, scope: Scope, { linked }: LintContext): number | null {
  const numbers = new Set(linked.settings.follow(linked.evaluator.evaluate(node, scope)).map(value => linked.folder.fold(value, 0)));
  const [number] = numbers;
  return numbers.size === 1 && typeof number === 'number' ? number : null;
}

const nows = new Set(['datetime.datetime.utcnow', 'django.utils.timezone.now', 'django.utils.timezone.localtime']);

/** The seconds from now to a time that is made of now and stretches of time; null for any other, and for local time, which Celery takes for another. */
function fromNow(node: Expression, scope: Scope, context: LintContext, depth: number): number | null {
  const [value, ...others] = options(context.evaluate(node, scope));
  if (!value || others.length || depth > 5) return null;
  if (value.kind === 'call' && value.callee.kind === 'symbol') {
    const given = value.node.args.length + value.node.keywords.length;
    const isZoned = value.callee.path === 'datetime.datetime.now' && given === 1 && context.constant((value.node.args[0] ?? value.node.keywords[0]!.value), value.scope) !== null;
    return isZoned || (nows.has(value.callee.path) && !given) ? 0 : null;
  }
  if (value.kind !== 'expression' || value.node.kind !== 'BinOp') return null;
  const { operator, left, right } = value.node;
  const [before, after] = [left, right].map(side => context.linked.folder.seconds(context.evaluate(side, value.scope)));
  if (operator !== '+' && operator !== '-') return null;
  const base = after !== undefined ? fromNow(left, value.scope, context, depth + 1) : before !== undefined && operator === '+' ? fromNow(right, value.scope, context, depth + 1) : null;
  return base === null ? null : operator === '+' ? base + (after ?? before)! : base - after!;
}

/** The pause before the last automatic retry: each is twice the one before it, up to `retry_backoff_max`. Null where that is not known. */
function longestBackoff(task: Task, context: LintContext): number | null {
  const constantOf = (option: Option | null): Constant | undefined => option ? context.constant(option.value, option.scope) : undefined;
  const most = constantOf(optionOf(task, 'retry_backoff_max'));
  const backoff = constantOf(optionOf(task, 'retry_backoff'));
  const factor = backoff === true ? 1 : backoff;
  const times = timesRetried(task, context);
  if (typeof most !== 'number' || typeof factor !== 'number' || !times || !optionOf(task, 'autoretry_for')) return null;
  return Math.min(most, Math.max(1, Math.trunc(factor)) * 2 ** (times - 1));
}

/** How often a task is retried; null where that is not known. */
function timesRetried(task: Task, context: LintContext): number | null {
  const given = retriedWith(task, 'max_retries', context) ?? optionOf(task, 'max_retries');
  if (!given) return maybeGiven(task, 'max_retries', context) ? null : 3;
  const times = context.constant(given.value, given.scope);
  return times === null ? Infinity : typeof times === 'number' ? times : null;
}

/** What `retry_kwargs` gives to each automatic retry. */
function retriedWith(task: Task, name: string, { linked }: LintContext): { readonly value: Expression; readonly scope: Scope } | null {
  const more = optionOf(task, 'retry_kwargs');
  return more && (dictItem(linked, more.value, more.scope, name) ?? null);
}
