import { describeType, type PythonType } from '../../../celery/serialization';
import { isAtLeast } from '../../../celery/versions';
import type { Task } from '../../celery/model';
import type { Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { appendArgument } from '../edits';
import type { Fix, Rule } from '../rule';
import { taskSerializer } from '../serializers';

/** Values that JSON never gives to a task. */
const neverArrives: ReadonlySet<PythonType['name']> = new Set(['model', 'queryset', 'set', 'frozenset', 'pandas.DataFrame', 'function', 'dataclass', 'pydantic model']);

export const taskParamType: Rule = {
  code: 'CEL204',
  name: 'task-param-type',
  severity: 'info',
  summary: 'A parameter of a task is annotated with a type that its serializer never gives: callers who believe it get an EncodeError.',
  *check(context) {
    for (const task of context.tasks) {
      if (task.wrapped || task.node.decorators.length > 1 || !context.linked.behaviours.of(task).plainSend || taskSerializer(task, context) !== 'json') continue;
      const option = task.options.find(({ name }) => name === 'pydantic');
      for (const { annotation, default: fallback, kind } of task.parameters ?? []) {
        if (!annotation || kind === 'var-keyword' || kind === 'var-positional' || (fallback?.kind === 'Constant' && fallback.value === null)) continue;
        const type: PythonType = isCallable(annotation, task, context) ? { name: 'function' } : context.linked.types.annotated(annotation, task.scope);
        if (type.name === 'pydantic model' && option && context.constant(option.value, option.scope) !== false) continue;
        if (neverArrives.has(type.name)) {
          yield { at: annotation, message: `A task sent as JSON never gets ${describeType(type)}: what is passed must be made of plain values`, fixes: type.name === 'pydantic model' && !option ? pydantic(task, context) : [] };
        } else if (option && context.constant(option.value, option.scope) === true && isListOfModels(annotation, task, context)) {
          yield { at: annotation, message: 'pydantic=True makes models of parameters only, not of the elements of a list: the task gets dicts' };
        }
      }
    }
  },
};

function isCallable(annotation: Expression, task: Task, context: LintContext): boolean {
  return context.isSymbol(annotation.kind === 'Subscript' ? annotation.value : annotation, task.scope, 'typing.Callable', 'collections.abc.Callable');
}

function isListOfModels(annotation: Expression, task: Task, context: LintContext): boolean {
  if (annotation.kind !== 'Subscript' || !context.isSymbol(annotation.value, task.scope, 'builtins.list', 'typing.List')) return false;
  const [element] = annotation.indices;
  return element !== undefined && context.linked.types.annotated(element, task.scope).name === 'pydantic model';
}

function pydantic(task: Task, { file, linked }: LintContext): Fix[] {
  if (!task.decorator || !isAtLeast(linked.versions.celery, 5, 5)) return [];
  const { expression } = task.decorator;
  const edit = expression.kind === 'Call' ? appendArgument(file, expression, 'pydantic=True') : { span: { start: expression.end, end: expression.end }, text: '(pydantic=True)' };
  return [{ title: 'Add pydantic=True', safe: false, edits: [edit] }];
}
