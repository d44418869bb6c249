import { grouped } from '../../../shared/grouped';
import type { Task } from '../../celery/model';
import type { Linked } from '../../project/linked';
import type { SourceFile } from '../../project/sourceFile';
import type { Constant } from '../../semantics/constants';
import type { Call, Expression, Keyword, Span } from '../../syntax/nodes';
import { walk } from '../../syntax/walk';
import { once, type LintContext } from '../context';
import { argumentWithComma } from '../edits';
import { list } from '../phrases';
import { bodyOf, isEmpty, maybeGiven, optionOf, optionsInFile, passesItselfOn } from '../retries';
import type { Finding, FixEdit, Rule } from '../rule';
import { isAttributeRead, mentions } from '../usage';

const automatic = ['retry_backoff', 'retry_backoff_max', 'retry_jitter', 'retry_kwargs'];
/** By these any code can reach the task that runs. */
const current = /\bcurrent_task\b|\bget_current_task\b/;
const both = ['max_retries', 'default_retry_delay'];

export const retryOptionsDead: Rule = {
  code: 'CEL405',
  name: 'retry-options-dead',
  severity: 'warning',
  summary: 'Options of retries on a task that never retries by them: nothing reads them.',
  *check(context) {
    yield* unread(automatic, context, retriesItself, several => `only automatic retries read them, and ${several ? 'none of its tasks has' : 'the task has no'} autoretry_for`);
    yield* unread(both, context, mayRetry, several => several ? 'none of its tasks has autoretry_for or calls retry()' : 'the task neither has autoretry_for nor calls retry()');
  },
};

/** Whether the task retries automatically, or hands itself to code that may read its options. */
function retriesItself(task: Task, context: LintContext): boolean {
  const automatically = optionOf(task, 'autoretry_for');
  return (automatically !== null && !isEmpty(automatically, context)) || (automatically === null && maybeGiven(task, 'autoretry_for', context))
    || task.wrapped || task.hasMoreOptions || task.parameters === null || passesItselfOn(task);
}

/** Whether the task retries itself, or some code may do so by hand. */
function mayRetry(task: Task, context: LintContext): boolean {
  if (retriesItself(task, context)) return true;
  const body = bodyOf(task);
  if (!body || mentions(context.linked, current)) return true;
  if ([task.node.name, task.variable].some(name => name !== null && retriedBy(context.linked).has(name))) return true;
  let found = false;
  if (task.file.text(task.node).includes('retry')) walk(task.node, node => {
    if ('kind' in node && node.kind === 'Attribute' && node.attr === 'retry') found = true;
    return !found;
  });
  return found || context.linked.behaviours.of(task).isOpen || (task.kind === 'function' && context.linked.behaviours.of(task).base !== null);
}

/** The words before `.retry` in all files. */
const retriedBy = once(({ files }: Linked): ReadonlySet<string> => new Set(files.flatMap(retriedIn)));

const retriedIn = once(({ module }: SourceFile): readonly string[] => Array.from(module.text.matchAll(/\.retry\b(?<=\b(\w+)\.retry)/g), match => match[1]!));

/** An option that nothing reads, and the tasks that are given it: several by a decorator that is prepared for them. */
interface Unread {
  readonly name: string;
  readonly at: Span;
  /** Where it is given: in the decorator, in the call that prepares one; else in a class. */
  readonly call: Call | null;
  readonly tasks: readonly Task[];
}

function *unread(names: readonly string[], context: LintContext, reads: (task: Task, context: LintContext) => boolean, why: (several: boolean) => string): Generator<Finding> {
  const found = names.flatMap(name => isAttributeRead(name, context.linked) ? [] : optionsNobodyReads(name, context, reads));
  for (const written of grouped(found, ({ call, tasks }) => call ?? tasks[0]!.node).values()) {
    const [first] = written.sort((a, b) => a.at.start - b.at.start) as [Unread];
    const { call, tasks } = first;
    const all = list(written.map(({ name }) => name));
    const reason = why(tasks.length > 1);
    yield {
      at: first.at,
      message: `Nothing reads ${all}: ${written.length === 1 ? reason.replace('read them', 'read it') : reason}`,
      ...(call && { fixes: [{ title: `Remove ${all}`, safe: false, edits: removal(call, written.flatMap(({ at }) => call.keywords.filter(({ nameSpan }) => nameSpan === at)), context) }] }),
    };
  }
}

function optionsNobodyReads(name: string, context: LintContext, reads: (task: Task, context: LintContext) => boolean): Unread[] {
  const { analysis, linked } = context;
  return [...grouped(optionsInFile(context, name), ({ option }) => option.value)].flatMap(([value, given]): Unread[] => {
    const [{ option: { at, scope } }] = given as [typeof given[number]];
    const tasks = given.map(({ task }) => task);
    if (!at || (both.includes(name) && saysWhatIs(context.constant(value, scope))) || tasks.some(task => reads(task, context))) return [];
    // What a decorator of the project does with it is not known.
    if (handedToWrappers(linked).has(value)) return [];
    const takes = (call: Call | null): boolean => call !== null && call.keywords.some(keyword => keyword.value === value);
    const call = tasks.map(task => task.call).find(takes) ?? analysis.calls.find(({ node }) => takes(node))?.node ?? null;
    return [{ name, at, call, tasks }];
  });
}

/** Options of tasks that decorators of the project make. */
const handedToWrappers = once(({ registry }: Linked): ReadonlySet<Expression> => new Set(registry.tasks.flatMap(({ wrapped, options }) => wrapped ? options.map(({ value }) => value) : [])));

/** `max_retries=0` and `None`: there are no retries, there is no limit. Of what is not known it may be so. */
function saysWhatIs(constant: Constant | undefined): boolean {
  return typeof constant !== 'number' || constant === 0;
}

function removal(call: Call, keywords: readonly Keyword[], { file }: LintContext): FixEdit[] {
  const all = [...call.args, ...call.keywords].sort((a, b) => a.start - b.start);
  // All of them: what is between the parentheses goes at once.
  if (all.length === keywords.length) return [{ span: { start: call.open + 1, end: call.end - 1 }, text: '' }];
  const kept = all.filter(argument => !keywords.some(keyword => keyword === argument));
  const firstKept = kept[0]!;
  return keywords.map(keyword => ({
    // Before the first that stays, the comma after goes along; later, the comma before.
    span: keyword.start < firstKept.start ? { start: keyword.start, end: all[all.findIndex(argument => argument === keyword) + 1]!.start } : argumentWithComma(file, call, keyword),
    text: '',
  }));
}
