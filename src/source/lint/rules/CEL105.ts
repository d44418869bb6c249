import { describeType, type PythonType } from '../../../celery/serialization';
import type { Scope } from '../../semantics/scopes';
import type { Call, Expression, Keyword } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { dispatches } from '../dispatch';
import { optionsInFile, retryCalls } from '../retries';
import type { Finding, Fix, Rule } from '../rule';

export const optionType: Rule = {
  code: 'CEL105',
  name: 'option-type',
  severity: 'error',
  summary: 'An option of a call is of a type that Celery does not take: TypeError at the call, or a message that the worker rejects.',
  *check(context) {
    for (const { node, scope, via } of dispatches(context)) if (via !== 'delay') yield *misfits(node, scope, context);
    for (const { node, scope } of retryCalls(context)) yield *misfits(node, scope, context);
    for (const { option } of optionsInFile(context, 'default_retry_delay')) {
      const type = context.linked.types.single(option.value, option.scope);
      if (type.name === 'timedelta') yield { at: option.value, message: 'default_retry_delay is a number of seconds, not a timedelta: the retry fails with a TypeError', fixes: [seconds(option.value, context)] };
    }
  },
};

/** Types that are neither a number nor a moment. */
const neither: ReadonlySet<PythonType['name']> = new Set(['timedelta', 'list', 'tuple', 'dict', 'set']);
const numbers: ReadonlySet<PythonType['name']> = new Set(['int', 'float', 'large int']);

function *misfits(node: Call, scope: Scope, context: LintContext): Generator<Finding> {
  const option = (name: string): Keyword | undefined => node.keywords.find(keyword => keyword.name === name);
  const countdown = option('countdown');
  const eta = option('eta');
  if (countdown) {
    const type = typeOf(countdown.value, scope, context);
    if (neither.has(type.name) || type.name === 'str' || type.name === 'datetime' || type.name === 'Decimal') {
      const fixes = type.name === 'timedelta' ? [seconds(countdown.value, context)] : type.name === 'datetime' && !eta ? [renamed(countdown, 'eta')] : [];
      yield { at: countdown.value, message: `countdown is a number of seconds, not ${describeType(type)}: TypeError at this call`, fixes };
    }
  }
  const expires = option('expires');
  if (expires) {
    const type = typeOf(expires.value, scope, context);
    if (neither.has(type.name) || type.name === 'date' || isNoMoment(expires.value, scope, context)) {
      const error = type.name === 'str' ? 'an error' : 'TypeError';
      yield { at: expires.value, message: `expires is a number of seconds or a datetime, not ${describeType(type)}: ${error} at this call`, fixes: type.name === 'timedelta' ? [seconds(expires.value, context)] : [] };
    }
  }
  if (eta) yield *misfitEta(eta, countdown, scope, context);
  const soft = option('soft_time_limit');
  const hard = option('time_limit');
  const limits = [soft, hard].map(keyword => keyword ? context.linked.folder.number(keyword.value, scope) : null);
  if (soft && limits[0] && limits[1] && limits[0] > limits[1]) yield { at: soft.value, severity: 'warning', message: `The soft time limit of ${limits[0]} s is above the hard one of ${limits[1]} s: the process is killed before it is reached` };
}

function *misfitEta(eta: Keyword, countdown: Keyword | undefined, scope: Scope, context: LintContext): Generator<Finding> {
  const type = typeOf(eta.value, scope, context);
  const isNumber = numbers.has(type.name) && context.constant(eta.value, scope) !== 0;
  if (countdown && context.constant(countdown.value, scope) !== null && context.constant(eta.value, scope) !== null) {
    const delay = context.constant(countdown.value, scope);
    if (typeof delay === 'number' && delay !== 0) yield { at: eta, severity: 'warning', message: 'Both countdown and eta are given: countdown wins and eta is not used' };
    return;
  }
  if (neither.has(type.name) || isNumber) {
    const fixes = isNumber && !countdown ? [renamed(eta, 'countdown')] : type.name === 'timedelta' && !countdown ? [combined(eta, context)] : [];
    yield { at: eta.value, message: `eta is a datetime, not ${describeType(type)}: AttributeError at this call`, fixes };
  } else if (isNoMoment(eta.value, scope, context)) {
    yield { at: eta.value, message: 'This text is no time that the worker can read: it rejects the message' };
  }
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

function renamed({ nameSpan }: Keyword, name: string): Fix {
  return { title: `Use ${name}`, safe: false, edits: nameSpan ? [{ span: nameSpan, text: name }] : [] };
}

function combined(eta: Keyword, context: LintContext): Fix {
  return { title: 'Use countdown', safe: true, edits: [...renamed(eta, 'countdown').edits, ...seconds(eta.value, context).edits] };
}
