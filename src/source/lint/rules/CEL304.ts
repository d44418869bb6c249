import { fileOf } from '../../project/sourceFile';
import type { LintContext } from '../context';
import { addName, decoratorsBelow, plainTasks, type PlainTask } from '../definitions';
import { indentationAt, named } from '../edits';
import type { Fix, FixEdit, Rule } from '../rule';
import { wrapperOf, type Wrapper } from '../wrappers';

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
      yield {
        at: decoratorsBelow(task)[0]!.expression,
        message: `${wrapper.outer.node.name} does not keep the name of what it decorates: the task is named ${name}, and so is every other task below it, of which only one is registered`,
        fixes: [...wrap(wrapper), ...addName(task, `${task.file.name}.${task.node.name}`, { context, taken: () => false })].map(fix => ({ ...fix, safe: false })),
      };
    }
  },
};

/** What the decorator right below the task's puts in place of the function, where nothing gives it the function's name. */
function unwrapped(task: PlainTask, context: LintContext): Wrapper | null {
  const [below] = decoratorsBelow(task);
  const wrapper = below ? wrapperOf(below.expression, task.scope, context) : null;
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
