import { fileOf } from '../../project/sourceFile';
import type { LintContext } from '../context';
import { addName, decoratorsBelow, isPlainTask, plainTasks, type PlainTask } from '../definitions';
import { indentationAt, named } from '../edits';
import type { Fix, FixEdit, Rule } from '../rule';
import { wrapperOf, type Wrapper } from '../../celery/wrappers';

export const unwrappedDecorator: Rule = {
  code: 'CEL304',
  name: 'unwrapped-decorator',
  severity: 'error',
  summary: 'A decorator without functools.wraps below the task decorator: the task is named after the inner function, and so is every other task that it decorates.',
  *check(context) {
    for (const task of plainTasks(context)) {
      const wrapper = task.nameIsExplicit ? null : unwrapped(task, context);
      if (!wrapper) continue;
      const name = `${fileOf(wrapper.inner.scope).name}.${wrapper.inner.node.name}`;
      const others = alsoNamedSo(task, wrapper, context);
      yield {
        at: decoratorsBelow(task)[0]!.expression,
        severity: others.length ? 'error' : 'warning',
        message: `${wrapper.outer.node.name} does not keep the name of what it decorates: the task is named ${name}, ${others.length ? `as is ${others[0]!.node.name}, and only one of them is registered` : 'and a second one would take its place'}`,
        related: others.map(other => ({ file: other.file, at: other.node.nameSpan, message: `${other.node.name} is named ${name} too` })),
        fixes: [...wrap(wrapper), ...addName(task, `${task.file.name}.${task.node.name}`, { context, taken: () => false })].map(fix => ({ ...fix, safe: false })),
      };
    }
  },
};

/** The other tasks for which the same inner function is registered. */
function alsoNamedSo(task: PlainTask, { inner }: Wrapper, context: LintContext): PlainTask[] {
  return context.linked.registry.tasks.filter((other): other is PlainTask => other !== task && !other.nameIsExplicit && isPlainTask(other, context) && unwrapped(other, context)?.inner.node === inner.node);
}

/** What the decorator right below the task's puts in place of the function, where nothing gives it the function's name. */
export function unwrapped(task: PlainTask, context: LintContext): Wrapper | null {
  const [below] = decoratorsBelow(task);
  const wrapper = below ? wrapperOf(below.expression, task.scope, context.linked.evaluator) : null;
  return wrapper && !wrapper.inner.node.decorators.length ? wrapper : null;
}

/** `@functools.wraps(f)` on the inner function. */
function wrap({ outer, inner }: Wrapper): Fix[] {
  const file = fileOf(inner.scope);
  const [given] = outer.node.parameters;
  const wraps = named({ file }, inner.scope, 'functools', 'wraps');
  if (!given || !wraps) return [];
  const at = inner.node.defStart;
  const edits: FixEdit[] = [...wraps.edits, { span: { start: at, end: at }, text: `@${wraps.text}(${given.name})\n${indentationAt(file, at)}` }];
  return [{ title: `Add @${wraps.text}(${given.name})`, safe: false, edits: edits.map(edit => ({ ...edit, file })) }];
}
