import { CRONTAB_FIELDS, type CrontabField, type FieldValue } from '../../celery/crontab';
import { lastIdentifier, Meaning } from '../celery/plausible';
import type { Scope, ScopedCall } from '../semantics/scopes';
import type { Call, Expression, Keyword } from '../syntax/nodes';
import { once, type LintContext } from './context';

/** A call of `celery.schedules.crontab` as written. */
export interface CrontabCall {
  readonly node: Call;
  readonly scope: Scope;
  readonly fields: ReadonlyMap<CrontabField, Expression>;
  /** What each field is, where constant. */
  readonly values: ReadonlyMap<CrontabField, FieldValue>;
  /** Arguments that it has no place for: a sixth by position, a keyword of no field. */
  readonly surplus: readonly Expression[];
  readonly unknown: readonly Keyword[];
  /** False where `*` or `**` may give more. */
  readonly complete: boolean;
}

/** A call of `crontab.from_string` with a constant line. */
export interface CrontabLine {
  readonly node: Call;
  readonly scope: Scope;
  readonly line: string;
  readonly argument: Expression;
}

const others = new Set(['nowfun', 'app']);

const plausibleCalls = once(({ analysis, linked }: LintContext): readonly ScopedCall[] => analysis.calls.filter(({ node }) => linked.plausible.may(lastIdentifier(node.func), Meaning.Crontab)));

export const crontabCalls = once((context: LintContext): readonly CrontabCall[] =>
  plausibleCalls(context).flatMap(({ node, scope }) => context.isSymbol(node.func, scope, 'celery.schedules.crontab') ? [readCall(node, scope, context)] : []));

export const crontabLines = once((context: LintContext): readonly CrontabLine[] => plausibleCalls(context).flatMap(({ node, scope }) => {
  if (!context.isSymbol(node.func, scope, 'celery.schedules.crontab.from_string')) return [];
  const argument = node.args[0] ?? node.keywords.find(({ name }) => name === 'crontab')?.value;
  const line = argument && context.linked.folder.string(argument, scope);
  return argument && typeof line === 'string' ? [{ node, scope, line, argument }] : [];
}));

function readCall(node: Call, scope: Scope, { linked }: LintContext): CrontabCall {
  const fields = new Map<CrontabField, Expression>();
  const values = new Map<CrontabField, FieldValue>();
  const surplus: Expression[] = [];
  const unknown: Keyword[] = [];
  let complete = true;
  const add = (field: CrontabField, expression: Expression): void => {
    fields.set(field, expression);
    const value = linked.schedules.fieldValue(expression, scope);
    if (value !== undefined) values.set(field, value);
  };
  for (const [index, argument] of node.args.entries()) {
    const field = CRONTAB_FIELDS[index];
    if (argument.kind === 'Starred') {
      complete = false;
      break;
    }
    if (field) add(field, argument);
    else surplus.push(argument);
  }
  for (const keyword of node.keywords) {
    const field = CRONTAB_FIELDS.find(name => name === keyword.name);
    if (keyword.name === null) complete = false;
    else if (field) add(field, keyword.value);
    else if (!others.has(keyword.name)) unknown.push(keyword);
  }
  return { node, scope, fields, values, surplus, unknown, complete };
}
