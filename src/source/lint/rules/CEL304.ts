import { fileOf } from '../../project/sourceFile';
import { options, type Value } from '../../semantics/values';
import type { FunctionDef } from '../../syntax/nodes';
import { walk } from '../../syntax/walk';
import type { LintContext } from '../context';
import { addName, decoratorsBelow, plainTasks, type PlainTask } from '../definitions';
import { indentationAt, named } from '../edits';
import type { Fix, FixEdit, Rule } from '../rule';

type FunctionValue = Extract<Value, { kind: 'function' }>;

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
        fixes: [...wrap(wrapper), ...addName(task, `${task.file.name}.${task.node.name}`, { taken: () => false })].map(fix => ({ ...fix, safe: false })),
      };
    }
  },
};

interface Wrapper {
  /** Gets the function. */
  readonly outer: FunctionValue;
  /** Takes its place. */
  readonly inner: FunctionValue;
}

/** The function that the decorator right below the task's puts in place of the task's own, where nothing gives it another name. */
function unwrapped(task: PlainTask, context: LintContext): Wrapper | null {
  const [below] = decoratorsBelow(task);
  if (!below) return null;
  const { expression } = below;
  const called = expression.kind === 'Call';
  const decorator = single(context.evaluate(called ? expression.func : expression, task.scope));
  const outer = decorator && called ? single(context.linked.evaluator.returned(decorator)) : decorator;
  const inner = outer && single(context.linked.evaluator.returned(outer));
  if (!outer || !inner || outer.node.decorators.length || inner.node.decorators.length || outer.node.async) return null;
  if (inner.scope.node !== outer.node || !outer.node.parameters.length) return null;
  return isOnlyReturned(outer.node, inner.node) ? { outer, inner } : null;
}

function single(value: Value): FunctionValue | null {
  const [only, ...more] = options(value);
  return only?.kind === 'function' && !more.length ? only : null;
}

/** Whether the inner function is returned as it is: `wrapper.__name__ = …` and `update_wrapper(wrapper, f)` use it beside. */
function isOnlyReturned(outer: FunctionDef, inner: FunctionDef): boolean {
  let uses = 0;
  let returned = 0;
  for (const statement of outer.body) {
    walk(statement, node => {
      if (!('kind' in node)) return true;
      if (node.kind === 'Name' && node.id === inner.name) uses++;
      if (node.kind === 'Return' && node.value?.kind === 'Name' && node.value.id === inner.name) returned++;
      return true;
    });
  }
  return returned > 0 && uses === returned;
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
