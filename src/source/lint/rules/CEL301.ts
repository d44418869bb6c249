import { nearest, tolerance } from '../../../celery/nearMiss';
import { isTaskMethod, TASK_OPTION_ALIASES, taskOptionsOf } from '../../../celery/options';
import type { Option, Task } from '../../celery/model';
import type { Linked } from '../../project/linked';
import { fileOf } from '../../project/sourceFile';
import type { Expression, Span } from '../../syntax/nodes';
import { annotations } from '../annotations';
import type { LintContext } from '../context';
import { quoted } from '../edits';
import { writtenOptions } from '../retries';
import type { Fix, Rule } from '../rule';
import { isAttributeRead } from '../usage';

export const unknownTaskOption: Rule = {
  code: 'CEL301',
  name: 'unknown-task-option',
  severity: 'warning',
  summary: 'A misspelt option of the task decorator: any keyword is accepted, becomes an attribute of the task, and is never read.',
  *check(context) {
    for (const { name, at, tasks, candidates, beside } of unknownOptions(context)) {
      if (at && isFirstOfPolicy(name, beside) && !isRead(name, tasks, context)) {
        const isAlone = !['default_retry_delay', 'interval_step', 'interval_max'].some(other => has(other, beside));
        yield {
          at,
          message: `${name} says in a retry_policy how sending is tried again; the task keeps it as an attribute, and no retry waits for it. default_retry_delay is meant?`,
          fixes: name === 'interval_start' && isAlone ? [renamed(name, 'default_retry_delay', at, false, context)] : [],
        };
      }
      const suggestion = TASK_OPTION_ALIASES.get(name) ?? nearest(name, candidates, tolerance(name))[0];
      if (!at || suggestion === undefined || !candidates.includes(suggestion) || has(suggestion, beside) || isRead(name, tasks, context)) continue;
      yield {
        at,
        message: `Celery has no task option ${name}, so it is kept as an attribute and never read; ${suggestion} is meant?`,
        fixes: context.text(at).includes(name) ? [renamed(name, suggestion, at, sameKind(name, suggestion), context)] : [],
      };
    }
  },
};

/** An option of tasks that is none of Celery's. */
interface UnknownOption {
  readonly name: string;
  /** Where it is written; null where it is given by position. */
  readonly at: Span | null;
  readonly tasks: readonly Task[];
  /** What may be meant there. */
  readonly candidates: readonly string[];
  /** The names of all that the tasks are given there. */
  readonly beside: readonly Names[];
}

interface Names {
  has(name: string): boolean;
}

/** Kombu's words for the pauses between attempts to send. */
const policy = ['interval_start', 'interval_step', 'interval_max'];

/** Whether an option is the one of these at which a task that has several is told of them. */
function isFirstOfPolicy(name: string, beside: readonly Names[]): boolean {
  return policy.find(one => has(one, beside)) === name;
}

function has(name: string, beside: readonly Names[]): boolean {
  return beside.some(options => options.has(name));
}

/** As a keyword or as a key in quotes. */
function renamed(name: string, to: string, at: Span, safe: boolean, context: LintContext): Fix {
  const written = context.text(at);
  return { title: `Rename to ${to}`, safe, edits: [{ span: at, text: written === name ? to : quoted(to, written) }] };
}

function *unknownOptions(context: LintContext): Generator<UnknownOption> {
  const { celery } = context.linked.versions;
  const known = taskOptionsOf(celery);
  const isUnknown = (name: string): boolean => !known.has(name) && !isTaskMethod(name, celery);
  yield* ofTasks(context, isUnknown, [...known.keys()]);
  // What only a decorator reads means nothing later.
  const later = [...known.values()].filter(({ reader }) => reader !== 'decorator').map(({ name }) => name);
  for (const { tasks, options } of annotations(context.linked)) {
    // `@run` puts something around a method.
    for (const [name, { at, scope }] of options) if (tasks.length && fileOf(scope) === context.file && !name.startsWith('@') && isUnknown(name)) yield { name, at, tasks, candidates: later, beside: [options] };
  }
}

/** Options and attributes of task classes written in the file; options of a decorator that is prepared under a name belong to all tasks that it makes. */
function *ofTasks({ linked, file }: LintContext, isUnknown: (name: string) => boolean, candidates: readonly string[]): Generator<UnknownOption> {
  const found = new Map<Expression, { readonly option: Option; readonly tasks: Task[] }>();
  for (const { task, option } of writtenOptions(linked, file)) {
    if (!isUnknown(option.name)) continue;
    const same = found.get(option.value);
    if (same) same.tasks.push(task);
    else found.set(option.value, { option, tasks: [task] });
  }
  for (const { option: { name, at }, tasks } of found.values()) yield { name, at, tasks, candidates, beside: tasks.map(({ options }) => new Set(options.map(option => option.name))) };
}

/** Some of these take another kind of value than what is meant. */
function sameKind(name: string, suggestion: string): boolean {
  return !TASK_OPTION_ALIASES.has(name) || (suggestion !== 'autoretry_for' && suggestion !== 'retry_backoff' && suggestion !== 'retry_jitter');
}

/** Whether the project has a use for the attribute: a base class defines it or may do so, or some code reads it. */
function isRead(name: string, tasks: readonly Task[], { linked }: LintContext): boolean {
  return tasks.some(task => mayInherit(task, name, linked)) || isAttributeRead(name, linked);
}

/** From another class than the one that is the task itself. */
function mayInherit(task: Task, name: string, { behaviours, evaluator }: Linked): boolean {
  const { base, isOpen } = behaviours.of(task);
  return isOpen || (base !== null && evaluator.mro(base).some(type => type.kind === 'class' && type.node !== task.node && evaluator.inner(type)?.bindings.has(name)));
}
