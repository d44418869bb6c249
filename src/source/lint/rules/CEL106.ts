import { fileOf } from '../../project/sourceFile';
import type { Scope } from '../../semantics/scopes';
import { options } from '../../semantics/values';
import type { Call, Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { named } from '../edits';
import { optionCalls } from '../optionCalls';
import type { Fix, Rule } from '../rule';
import { only } from '../settingValues';

export const naiveEta: Rule = {
  code: 'CEL106',
  name: 'naive-eta',
  severity: 'warning',
  summary: 'A local time without a time zone as eta or expires: Celery takes it for UTC, and the task runs hours early or late.',
  *check(context) {
    for (const { scope, task, options: given } of optionCalls(context)) {
      const times = given.filter(({ name }) => name === 'eta' || name === 'expires');
      if (!times.length || only(context.linked, 'enable_utc', task?.app ?? null, true) !== true) continue;
      for (const { name, value } of times) {
        const local = naive(value, scope, context, 0);
        if (!local) continue;
        yield { at: value, message: `This ${name!} has no time zone: Celery takes it for UTC, and it means another moment wherever the clock shows local time`, fixes: fixes(local, context) };
      }
    }
  },
};

interface Local { readonly node: Call; readonly scope: Scope; readonly isNow: boolean }

/** The call that makes a time without a time zone, with what is added to it; null where that is not sure. */
function naive(node: Expression, scope: Scope, context: LintContext, depth: number): Local | null {
  const [value, ...others] = options(context.evaluate(node, scope));
  if (!value || others.length || depth > 5) return null;
  if (value.kind === 'expression' && value.node.kind === 'BinOp') {
    const { operator, left, right } = value.node;
    if ((operator === '+' || operator === '-') && isTimedelta(right, value.scope, context)) return naive(left, value.scope, context, depth + 1);
    return operator === '+' && isTimedelta(left, value.scope, context) ? naive(right, value.scope, context, depth + 1) : null;
  }
  if (value.kind !== 'call') return null;
  const { args, keywords, func } = value.node;
  const mayHaveZone = args.some(({ kind }) => kind === 'Starred') || keywords.some(({ name }) => name === null || name === 'tzinfo' || name === 'tz');
  if (mayHaveZone) return null;
  if (value.callee.kind === 'member' && value.callee.name === 'replace' && func.kind === 'Attribute') return args.length < 8 ? naive(func.value, value.scope, context, depth + 1) : null;
  if (value.callee.kind !== 'symbol') return null;
  const given = args.length + keywords.length;
  const made = (isNow = false): Local => ({ node: value.node, scope: value.scope, isNow });
  switch (value.callee.path) {
    case 'datetime.datetime.now': case 'datetime.datetime.today': return given ? null : made(true);
    case 'datetime.datetime': return args.length < 8 && given > 2 ? made() : null;
    case 'datetime.datetime.fromtimestamp': return given === 1 ? made() : null;
    case 'datetime.datetime.strptime': return args[1] && isWithoutZone(args[1], value.scope, context) ? made() : null;
    case 'datetime.datetime.combine': return args.length === 2 && args[1] && isLocalTime(args[1], value.scope, context) ? made() : null;
    default: return null;
  }
}

function isWithoutZone(format: Expression, scope: Scope, context: LintContext): boolean {
  const text = context.linked.folder.string(format, scope);
  return text !== null && !/%z/i.test(text);
}

/** `time(3)`, `time.min` */
function isLocalTime(node: Expression, scope: Scope, context: LintContext): boolean {
  const value = context.evaluate(node, scope);
  if (value.kind === 'symbol') return value.path === 'datetime.time.min' || value.path === 'datetime.time.max';
  return value.kind === 'call' && value.callee.kind === 'symbol' && value.callee.path === 'datetime.time' && value.node.args.length < 5 && value.node.keywords.every(({ name }) => name !== null && name !== 'tzinfo');
}

function isTimedelta(node: Expression, scope: Scope, context: LintContext): boolean {
  return context.linked.types.single(node, scope).name === 'timedelta';
}

function fixes({ node, scope, isNow }: Local, context: LintContext): Fix[] {
  const { func } = node;
  if (!isNow || func.kind !== 'Attribute' || fileOf(scope) !== context.file) return [];
  const owner = func.value;
  // `datetime.datetime.now()`: the module is at hand.
  const zone = owner.kind === 'Attribute' ? { text: `${context.text(owner.value)}.timezone`, edits: [] } : named(context, scope, 'datetime', 'timezone');
  if (!zone) return [];
  return [{ title: 'Use the time in UTC', safe: true, edits: [...zone.edits, { span: { start: func.attrSpan.start, end: node.end }, text: `now(${zone.text}.utc)` }] }];
}
