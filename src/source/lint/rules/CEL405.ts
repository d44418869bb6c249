import type { Task } from '../../celery/model';
import type { Linked } from '../../project/linked';
import type { SourceFile } from '../../project/sourceFile';
import type { Keyword, Span } from '../../syntax/nodes';
import { walk } from '../../syntax/walk';
import { once, type LintContext } from '../context';
import { argumentWithComma } from '../edits';
import { list } from '../phrases';
import { bodyOf, isEmpty, maybeGiven, optionOf, passesItselfOn } from '../retries';
import type { Finding, Rule } from '../rule';
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
    for (const task of context.tasks) {
      if (![...automatic, ...both].some(name => optionOf(task, name)) || retriesItself(task, context)) continue;
      yield* unread(task, automatic, 'only automatic retries read them, and the task has no autoretry_for', context);
      if (both.some(name => optionOf(task, name)) && !mayRetry(task, context)) yield* unread(task, both, 'the task neither has autoretry_for nor calls retry()', context);
    }
  },
};

/** Whether the task retries automatically, or hands itself to code that may read its options. */
function retriesItself(task: Task, context: LintContext): boolean {
  const automatically = optionOf(task, 'autoretry_for');
  return (automatically !== null && !isEmpty(automatically, context)) || (automatically === null && maybeGiven(task, 'autoretry_for', context))
    || task.wrapped || task.hasMoreOptions || task.parameters === null || passesItselfOn(task);
}

/** Whether some code may retry the task by hand. */
function mayRetry(task: Task, context: LintContext): boolean {
  const body = bodyOf(task);
  if (!body || mentions(context.linked, current)) return true;
  if ([task.node.name, task.variable].some(name => name !== null && retriedBy(context.linked).has(name))) return true;
  let found = false;
  if (context.text(task.node).includes('retry')) walk(task.node, node => {
    if ('kind' in node && node.kind === 'Attribute' && node.attr === 'retry') found = true;
    return !found;
  });
  return found || context.linked.behaviours.of(task).isOpen || (task.kind === 'function' && context.linked.behaviours.of(task).base !== null);
}

/** The words before `.retry` in all files. */
const retriedBy = once(({ files }: Linked): ReadonlySet<string> => new Set(files.flatMap(retriedIn)));

const retriedIn = once(({ module }: SourceFile): readonly string[] => Array.from(module.text.matchAll(/\.retry\b(?<=\b(\w+)\.retry)/g), match => match[1]!));

function *unread(task: Task, names: readonly string[], why: string, context: LintContext): Generator<Finding> {
  const written = names.flatMap(name => {
    const option = optionOf(task, name);
    const at = option && placeOf(task, option, context);
    if (!at || isAttributeRead(name, context.linked)) return [];
    // `max_retries=0` and `None` say what is so: there are no retries, there is no limit.
    const value = context.constant(option.value, option.scope);
    return both.includes(name) && typeof value !== 'number' || value === 0 ? [] : [{ name, ...at }];
  }).sort((a, b) => a.at.start - b.at.start);
  const [first] = written;
  if (!first) return;
  const keywords = written.flatMap(({ keyword }) => keyword ?? []);
  yield {
    at: first.at,
    message: `Nothing reads ${list(written.map(({ name }) => name))}: ${written.length === 1 ? why.replace('read them', 'read it') : why}`,
    ...(task.call && keywords.length === written.length && { fixes: [{ title: `Remove ${list(written.map(({ name }) => name))}`, safe: false, edits: removal(task, keywords, context) }] }),
  };
}

/** Where the option's name is written at the task itself. */
function placeOf(task: Task, { value, name }: { readonly value: Keyword['value']; readonly name: string }, context: LintContext): { readonly at: Span; readonly keyword: Keyword | null } | null {
  const keyword = task.call?.keywords.find(candidate => candidate.value === value);
  if (keyword?.nameSpan) return { at: keyword.nameSpan, keyword };
  if (task.kind !== 'class') return null;
  const binding = context.analysis.inner.get(task.node)?.bindings.get(name)?.at(-1);
  return binding ? { at: binding.at, keyword: null } : null;
}

function removal({ call }: Task, keywords: readonly Keyword[], { file }: LintContext): { readonly span: Span; readonly text: string }[] {
  if (!call) return [];
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
