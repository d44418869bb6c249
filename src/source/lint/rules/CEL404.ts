import type { Task } from '../../celery/model';
import type { Expression, Try } from '../../syntax/nodes';
import { walk } from '../../syntax/walk';
import type { LintContext } from '../context';
import { argumentWithComma, named } from '../edits';
import { exceptionName, namedExceptions } from '../exceptions';
import { bodyOf, maybeGiven, optionOf, optionsInFile } from '../retries';
import type { Finding, Fix, Rule } from '../rule';
import { given } from '../settingValues';
import { isMentioned } from '../usage';

export const autoretryOnHardLimit: Rule = {
  code: 'CEL404',
  name: 'autoretry-on-hard-limit',
  severity: 'warning',
  summary: 'A task waits for TimeLimitExceeded, which it never sees: the hard limit kills its process.',
  *check(context) {
    for (const { task, option } of optionsInFile(context, 'autoretry_for')) {
      for (const { node, value } of namedExceptions(option.value, option.scope, context) ?? []) {
        const name = exceptionName(value);
        const fix = without(node, option.value, task, context);
        const fixes = fix && isWithin(node, option.value) ? { fixes: [fix] } : {};
        const at = isWithin(node, option.value) ? node : option.value;
        if (name === 'TimeLimitExceeded') yield { at, message: 'The task is never retried for TimeLimitExceeded: the hard limit kills the process that runs it. SoftTimeLimitExceeded is raised in the task', ...fixes };
        else if (name === 'SoftTimeLimitExceeded' && hasNoSoftLimit(task, context)) yield { at, severity: 'info', message: `SoftTimeLimitExceeded is raised only where there is a soft time limit, and ${task.node.name} has none, unless its worker is started with one` };
      }
    }
    for (const task of context.tasks) yield* caught(task, context);
  },
};

function isWithin(node: Expression, outer: Expression): boolean {
  return outer.start <= node.start && node.end <= outer.end;
}

/** Handlers of the task's own code. What it waits for in another task may be that one's limit. */
function *caught(task: Task, context: LintContext): Generator<Finding> {
  const body = bodyOf(task);
  const scope = body && context.analysis.inner.get(body);
  if (!body || !scope) return;
  if (!context.text(body).includes('except')) return;
  const tries: Try[] = [];
  walk(body, node => {
    if (!('kind' in node)) return true;
    if (node !== body && (node.kind === 'FunctionDef' || node.kind === 'Lambda' || node.kind === 'ClassDef')) return false;
    if (node.kind === 'Try') tries.push(node);
    return true;
  });
  for (const node of tries) {
    if (waits(node)) continue;
    for (const { type } of node.handlers) {
      for (const { node: name, value } of type ? namedExceptions(type, scope, context) ?? [] : []) {
        if (exceptionName(value) !== 'TimeLimitExceeded' || !type || !isWithin(name, type)) continue;
        const soft = optionOf(task, 'soft_time_limit') && named(context, scope, 'celery.exceptions', 'SoftTimeLimitExceeded');
        yield {
          at: name,
          message: 'The task never sees TimeLimitExceeded: the hard limit kills the process that runs it. SoftTimeLimitExceeded is raised in the task',
          ...(soft && { fixes: [{ title: 'Catch SoftTimeLimitExceeded', safe: false, edits: [...soft.edits, { span: name, text: soft.text }] }] }),
        };
      }
    }
  }
}

/** Whether a `try` may wait for the result of another task. */
function waits({ body }: Try): boolean {
  let found = false;
  for (const statement of body) walk(statement, node => {
    if ('kind' in node && node.kind === 'Call' && node.func.kind === 'Attribute' && /^(?:get|join|join_native|wait|collect|iterate|maybe_throw|maybe_reraise|get_leaf|apply)$/.test(node.func.attr)) found = true;
    return !found;
  });
  return found;
}

function hasNoSoftLimit(task: Task, context: LintContext): boolean {
  const { linked } = context;
  if (optionOf(task, 'soft_time_limit') || maybeGiven(task, 'soft_time_limit', context)) return false;
  if (!linked.settings.isComplete(task.app) || !linked.settings.isComplete(null) || given(linked, 'task_soft_time_limit', task.app).length) return false;
  // A call, a signature or an argument of the worker may give it.
  const others = linked.registry.tasks.flatMap(({ call, file }) => call ? [{ file, at: call }] : []);
  return !isMentioned('soft_time_limit', linked, others) && !linked.files.some(file => file.module.text.includes('soft-time-limit'));
}

/** Takes one exception out of the option, and the option out of the call where it was the only one. */
function without(node: Expression, value: Expression, task: Task, { file }: LintContext): Fix | null {
  const title = `Remove ${file.text(node)}`;
  if (value.kind !== 'Tuple' && value.kind !== 'List' && value.kind !== 'Set') return null;
  const { elements } = value;
  const index = elements.indexOf(node);
  if (index < 0) return null;
  if (elements.length === 1) {
    const keyword = task.call?.keywords.find(candidate => candidate.value === value);
    return task.call && keyword ? { title: 'Remove autoretry_for', safe: false, edits: [{ span: argumentWithComma(file, task.call, keyword), text: '' }] } : null;
  }
  const next = elements[index + 1];
  if (next) return { title, safe: true, edits: [{ span: { start: node.start, end: next.start }, text: '' }] };
  const before = elements[index - 1]!;
  // The comma before it stays where it makes the tuple.
  const comma = value.kind === 'Tuple' && elements.length === 2 && !/^\s*,/.test(file.module.text.slice(node.end)) ? ',' : '';
  return { title, safe: true, edits: [{ span: { start: before.end, end: node.end }, text: comma }] };
}
