import { describeType, type PythonType } from '../../../celery/serialization';
import type { Scope } from '../../semantics/scopes';
import type { Expression, Keyword } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { optionCalls, type OptionCall } from '../optionCalls';
import { optionOf, optionsInFile } from '../retries';
import type { Finding, Fix, Rule } from '../rule';

export const optionType: Rule = {
  code: 'CEL105',
  name: 'option-type',
  severity: 'error',
  summary: 'An option of a call is of a type that Celery does not take: TypeError at the call, or a message that the worker rejects.',
  *check(context) {
    for (const call of optionCalls(context)) yield *misfits(call, context);
    for (const { option } of optionsInFile(context, 'default_retry_delay')) {
      const type = context.linked.types.single(option.value, option.scope);
      if (type.name === 'timedelta') yield { at: option.value, message: 'default_retry_delay is a number of seconds, not a timedelta: the retry fails with a TypeError', fixes: [seconds(option.value, context)] };
    }
  },
};

/** Types that are neither a number nor a moment. */
const neither: ReadonlySet<PythonType['name']> = new Set(['timedelta', 'list', 'tuple', 'dict', 'set']);
const numbers: ReadonlySet<PythonType['name']> = new Set(['int', 'float', 'large int']);

function *misfits(call: OptionCall, context: LintContext): Generator<Finding> {
  const { scope, when } = call;
  const option = (name: string): Keyword | undefined => call.options.findLast(keyword => keyword.name === name);
  const countdown = option('countdown');
  const eta = option('eta');
  if (countdown) {
    const type = typeOf(countdown.value, scope, context);
    if (neither.has(type.name) || type.name === 'str' || type.name === 'datetime' || type.name === 'Decimal') {
      const fixes = type.name === 'timedelta' ? [seconds(countdown.value, context)] : type.name === 'datetime' && !eta ? renamed(countdown, 'eta') : [];
      yield { at: countdown.value, message: `countdown is a number of seconds, not ${describeType(type)}: TypeError ${when}`, fixes };
    }
  }
  const expires = option('expires');
  if (expires) {
    const type = typeOf(expires.value, scope, context);
    if (neither.has(type.name) || type.name === 'date' || isNoMoment(expires.value, scope, context)) {
      const error = type.name === 'str' ? 'an error' : 'TypeError';
      yield { at: expires.value, message: `expires is a number of seconds or a datetime, not ${describeType(type)}: ${error} ${when}`, fixes: type.name === 'timedelta' ? [seconds(expires.value, context)] : [] };
    }
  }
  if (eta) yield *misfitEta(eta, countdown, call, context);
  const id = option('task_id');
  if (id && !id.nameSpan) yield *misplacedCountdown(id, call, context);
  yield *limitsOutOfOrder(option('soft_time_limit'), option('time_limit'), call, context);
}

function *misfitEta(eta: Keyword, countdown: Keyword | undefined, { scope, when }: OptionCall, context: LintContext): Generator<Finding> {
  const type = typeOf(eta.value, scope, context);
  const isNumber = numbers.has(type.name) && context.constant(eta.value, scope) !== 0;
  if (countdown && context.constant(countdown.value, scope) !== null && context.constant(eta.value, scope) !== null) {
    const delay = context.constant(countdown.value, scope);
    if (typeof delay === 'number' && delay !== 0) yield { at: eta, severity: 'warning', message: 'Both countdown and eta are given: countdown wins and eta is not used' };
    return;
  }
  if (neither.has(type.name) || isNumber) {
    const fixes = countdown ? [] : isNumber ? renamed(eta, 'countdown') : type.name === 'timedelta' ? combined(eta, context) : [];
    yield { at: eta.value, message: `eta is a datetime, not ${describeType(type)}: AttributeError ${when}`, fixes };
  } else if (isNoMoment(eta.value, scope, context)) {
    yield { at: eta.value, message: 'This text is no time that the worker can read: it rejects the message' };
  }
}

/** `apply_async((1,), {}, 60)`: what comes third is neither countdown nor eta. */
function *misplacedCountdown({ value }: Keyword, { scope, node }: OptionCall, context: LintContext): Generator<Finding> {
  const type = typeOf(value, scope, context);
  const meant = type.name === 'datetime' ? 'eta' : numbers.has(type.name) || type.name === 'timedelta' ? 'countdown' : null;
  if (meant === null) return;
  const isFree = node.args.at(-1) === value && !node.keywords.some(({ name }) => name === null || name === meant);
  const naming: Fix = { title: `Pass it as ${meant}`, safe: false, edits: [{ span: { start: value.start, end: value.start }, text: `${meant}=` }] };
  yield { at: value, severity: 'warning', message: `What stands here is the task_id, not the ${meant}: the task is sent at once, and always with the same id`, fixes: isFree && type.name !== 'timedelta' ? [naming] : [] };
}

/** The limits of a call that are given, each else by the task's own option. */
function *limitsOutOfOrder(soft: Keyword | undefined, hard: Keyword | undefined, { scope, task }: OptionCall, context: LintContext): Generator<Finding> {
  if (!soft && !hard) return;
  const limit = (keyword: Keyword | undefined, name: string): number | null => {
    const option = keyword ? { value: keyword.value, scope } : task && optionOf(task, name);
    return option && context.linked.folder.number(option.value, option.scope);
  };
  const seconds = limit(soft, 'soft_time_limit');
  const most = limit(hard, 'time_limit');
  if (seconds && most && seconds > most) yield { at: (soft ?? hard!).value, severity: 'warning', message: `The soft time limit of ${seconds} s is above the hard one of ${most} s: the process is killed before it is reached` };
}

/** What an option has: a constant of settings or another module as well as what is written there. */
function typeOf(node: Expression, scope: Scope, context: LintContext): PythonType {
  return context.linked.types.single(node, scope);
}

/** A text that is surely no time in ISO format. */
function isNoMoment(node: Expression, scope: Scope, { linked }: LintContext): boolean {
  const text = linked.folder.string(node, scope);
  return text !== null && !/^\d{4}-?(?:\d\d|W\d)/.test(text);
}

function seconds(node: Expression, { file }: LintContext): Fix {
  const text = file.text(node);
  return { title: 'Pass the seconds', safe: true, edits: [{ span: file.module.parenthesized.get(node) ?? node, text: `${simple.has(node.kind) ? text : `(${text})`}.total_seconds()` }] };
}

const simple = new Set<Expression['kind']>(['Name', 'Attribute', 'Call', 'Subscript']);

function renamed({ nameSpan }: Keyword, name: string): Fix[] {
  return nameSpan ? [{ title: `Use ${name}`, safe: false, edits: [{ span: nameSpan, text: name }] }] : [];
}

function combined(eta: Keyword, context: LintContext): Fix[] {
  return renamed(eta, 'countdown').map(({ edits }) => ({ title: 'Use countdown', safe: true, edits: [...edits, ...seconds(eta.value, context).edits] }));
}
