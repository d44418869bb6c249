import type { ClassDef } from '../../syntax/nodes';
import { decoratorsBelow, plainTasks, type PlainTask } from '../definitions';
import type { LintContext } from '../context';
import type { Finding, Rule } from '../rule';

export const taskOnMethod: Rule = {
  code: 'CEL310',
  name: 'task-on-method',
  severity: 'error',
  summary: 'A method made a task: Celery passes it no instance and no class, so that an argument is missing or the task cannot be made at all.',
  *check(context) {
    for (const task of plainTasks(context)) {
      const finding = isInPlainClass(task, context) ? wrongMethod(task, context) : null;
      if (finding) yield finding;
    }
  },
};

function isInPlainClass({ scope }: PlainTask, { linked }: LintContext): boolean {
  return scope.kind === 'class' && scope.parent !== null && !linked.recognizer.isTaskClass({ kind: 'class', node: scope.node as ClassDef, scope: scope.parent });
}

function wrongMethod(task: PlainTask, context: LintContext): Finding | null {
  const { node, decorator } = task;
  const [below] = decoratorsBelow(task);
  if (below && context.isSymbol(below.expression, task.scope, 'builtins.staticmethod')) {
    if (task.bound) return null;
    return {
      at: below.expression,
      message: `Celery cannot make a task of a staticmethod: ${node.name} raises an AttributeError when it is first used; the task decorator belongs below`,
      fixes: [{ title: 'Put staticmethod above the task', safe: true, edits: [{ span: decorator.expression, text: context.text(below.expression) }, { span: below.expression, text: context.text(decorator.expression) }] }],
    };
  }
  if (below && context.isSymbol(below.expression, task.scope, 'builtins.classmethod')) {
    return { at: below.expression, message: `Celery cannot make a task of a classmethod: the decorator raises a TypeError when ${node.name} is defined or first used` };
  }
  const [first] = node.parameters;
  if (task.bound || task.parameters === null || !context.linked.behaviours.of(task).plainCall || !first || first.default !== null) return null;
  const above = node.decorators.slice(0, node.decorators.indexOf(decorator));
  const receives = above.some(({ expression }) => context.isSymbol(expression, task.scope, 'builtins.classmethod')) || (first.name === 'cls' && !above.length) ? 'class' : first.name === 'self' ? 'instance' : null;
  if (!receives || (above.length && receives === 'instance') || above.length > 1) return null;
  return { at: node.nameSpan, message: `Celery passes no ${receives} to ${node.name}: calls of the task lack the argument ${first.name}` };
}
