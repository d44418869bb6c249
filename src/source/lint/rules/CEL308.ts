import type { CallSite } from '../../celery/calls';
import type { Decorator } from '../../syntax/nodes';
import { plainTasks, type PlainTask } from '../definitions';
import type { LintContext } from '../context';
import type { Fix, Rule } from '../rule';
import { wrapperOf } from '../../celery/wrappers';

export const decoratorOrder: Rule = {
  code: 'CEL308',
  name: 'decorator-order',
  severity: 'warning',
  summary: 'A decorator above the task decorator puts a plain function in place of the task: the name has no delay and no apply_async.',
  *check(context) {
    for (const task of plainTasks(context)) {
      const above = task.node.decorators.slice(0, task.node.decorators.indexOf(task.decorator));
      const hiding = above.find(decorator => hides(decorator, task, context));
      const use = hiding && dispatch(task, context);
      if (!hiding || !use) continue;
      yield {
        at: hiding.expression,
        message: `${context.text(hiding.expression)} puts a function in place of the task: ${task.node.name}.${methodOf(use) ?? 'delay'} raises an AttributeError; the task decorator belongs on top`,
        fixes: above.at(-1) === hiding ? swap(hiding, task, context) : [],
        related: [{ file: use.file, at: use.node, message: `${task.node.name} is sent here` }],
      };
    }
  },
};

/** Decorators that return a function without the attributes of a task's class. */
const hidingSymbols = [
  'functools.lru_cache', 'functools.cache', 'contextlib.contextmanager', 'contextlib.asynccontextmanager', 'tenacity.retry', 'backoff.on_exception', 'backoff.on_predicate',
  'django.db.transaction.atomic',
];

function hides({ expression }: Decorator, { scope }: PlainTask, context: LintContext): boolean {
  if (context.isSymbol(expression.kind === 'Call' ? expression.func : expression, scope, ...hidingSymbols)) return true;
  const wrapper = wrapperOf(expression, scope, context.linked.evaluator);
  return wrapper !== null && wrapper.inner.node.decorators.every(({ expression: inner }) => inner.kind === 'Call' && context.isSymbol(inner.func, wrapper.inner.scope, 'functools.wraps'));
}

/** A place that sends the task by its name. */
function dispatch(task: PlainTask, { linked }: LintContext): CallSite | null {
  return linked.calls.all.find(call => call.task === task && methodOf(call) !== null) ?? null;
}

const sending = new Set(['delay', 'apply_async', 's', 'si', 'signature']);

function methodOf({ node }: CallSite): string | null {
  return node.func.kind === 'Attribute' && sending.has(node.func.attr) ? node.func.attr : null;
}

function swap(hiding: Decorator, { decorator }: PlainTask, context: LintContext): Fix[] {
  return [{
    title: 'Put the task decorator on top', safe: false,
    edits: [{ span: hiding.expression, text: context.text(decorator.expression) }, { span: decorator.expression, text: context.text(hiding.expression) }],
  }];
}
