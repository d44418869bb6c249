import { owner, type Scope } from '../../semantics/scopes';
import type { Expression, Name } from '../../syntax/nodes';
import { walk } from '../../syntax/walk';
import type { LintContext } from '../context';
import { addOption, decoratorsBelow, parametersStart, plainTasks, unboundSelf, type PlainTask } from '../definitions';
import type { Finding, Fix, FixEdit, Rule } from '../rule';

export const bindSelfMismatch: Rule = {
  code: 'CEL302',
  name: 'bind-self-mismatch',
  severity: 'error',
  summary: 'bind=True and the first parameter do not go together: Celery passes the task itself with it and only with it, so the call fails.',
  *check(context) {
    for (const task of plainTasks(context)) {
      const finding = task.bound ? unboundParameter(task, context) : missingBind(task, context);
      if (finding) yield finding;
    }
  },
};

/** `bind=True` where nothing can take the task. */
function unboundParameter(task: PlainTask, context: LintContext): Finding | null {
  const { node } = task;
  const still = decoratorsBelow(task).find(({ expression }) => context.isSymbol(expression, task.scope, 'builtins.staticmethod'));
  if (still) return { at: still.expression, message: `A staticmethod is given no task, and Celery cannot make a task of it: ${node.name} raises an AttributeError when it is first used` };
  if (task.parameters === null || node.parameters.some(({ kind }) => kind === 'positional' || kind === 'positional-only' || kind === 'var-positional')) return null;
  return {
    at: node.nameSpan,
    message: `bind=True passes the task as the first argument, but ${node.name} has no parameter for it: each run fails with a TypeError`,
    fixes: [{ title: 'Add self', safe: true, edits: [addSelf(task, context)] }],
  };
}

/** `self` without `bind=True`. */
function missingBind(task: PlainTask, context: LintContext): Finding | null {
  const { node } = task;
  const self = unboundSelf(task, context);
  if (self) return { at: self.nameSpan, message: `Without bind=True Celery passes no self to ${node.name}: callers miss an argument`, fixes: bind(task, [], context) };
  if (task.scope.kind === 'class' || task.parameters === null || !context.linked.behaviours.of(task).plainCall) return null;
  const used = unknownSelf(task, context);
  return used && { at: used, message: `There is no self in ${node.name}: Celery passes the task where it says bind=True and takes it as first parameter`, fixes: bind(task, [addSelf(task, context)], context) };
}

const taskAttributes = new Set(['request', 'retry', 'update_state']);

/** A `self.retry` in the body where nothing is called `self`. */
function unknownSelf({ node }: PlainTask, { analysis, file }: LintContext): Name | null {
  const inner = analysis.inner.get(node);
  if (!inner || !file.text(node).includes('self') || reaches(inner) || analysis.scope.stars.length) return null;
  let found: Name | null = null;
  for (const statement of node.body) {
    walk(statement, part => {
      if (found || ('kind' in part && (part.kind === 'FunctionDef' || part.kind === 'ClassDef' || part.kind === 'Lambda'))) return false;
      if ('kind' in part && part.kind === 'Attribute' && taskAttributes.has(part.attr) && isSelf(part.value)) found = part.value;
      return true;
    });
  }
  return found;
}

function isSelf(node: Expression): node is Name {
  return node.kind === 'Name' && node.id === 'self';
}

function reaches(scope: Scope): boolean {
  return owner(scope, 'self')?.bindings.has('self') ?? false;
}

function addSelf({ node }: PlainTask, context: LintContext): FixEdit {
  const at = parametersStart(node, context);
  const rest = /^\s*\)/.test(context.file.module.text.slice(at));
  return { span: { start: at, end: at }, text: rest ? 'self' : 'self, ' };
}

function bind(task: PlainTask, more: readonly FixEdit[], context: LintContext): Fix[] {
  const given = task.call?.keywords.find(({ name }) => name === 'bind');
  const edit = given ? { span: given.value, text: 'True' } : addOption(task, 'bind=True', context);
  return edit ? [{ title: 'Add bind=True', safe: true, edits: [edit, ...more] }] : [];
}
