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
  if (value.kind === 'expression' && value.node.kind === 'BinOp' && (value.node.operator === '+' || value.node.operator === '-')) {
    return isTimedelta(value.node.right, value.scope, context) ? naive(value.node.left, value.scope, context, depth + 1) : null;
  }
  if (value.kind !== 'call' || value.callee.kind !== 'symbol') return null;
  const { args, keywords } = value.node;
  const isNow = value.callee.path === 'datetime.datetime.now' || value.callee.path === 'datetime.datetime.today';
  if (isNow) return args.length || keywords.length ? null : { node: value.node, scope: value.scope, isNow };
  const isOpen = args.some(({ kind }) => kind === 'Starred') || keywords.some(({ name }) => name === null || name === 'tzinfo');
  return value.callee.path === 'datetime.datetime' && !isOpen && args.length < 8 && args.length + keywords.length > 2 ? { node: value.node, scope: value.scope, isNow } : null;
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
