import { describeType, type PythonType } from '../../../celery/serialization';
import { isAtLeast } from '../../../celery/versions';
import type { Task } from '../../celery/model';
import type { Linked } from '../../project/linked';
import type { LintContext } from '../context';
import { appendArgument } from '../edits';
import { isRegistered } from '../registeredTypes';
import type { Fix, Rule } from '../rule';
import { taskSerializer } from '../serializers';

/** Values that JSON never gives to a task. */
const neverArrives: ReadonlySet<PythonType['name']> = new Set(['model', 'queryset', 'set', 'frozenset', 'pandas.DataFrame', 'function', 'callable', 'dataclass', 'pydantic model', 'uploaded file']);

export const taskParamType: Rule = {
  code: 'CEL204',
  name: 'task-param-type',
  severity: 'info',
  summary: 'A parameter of a task is annotated with a type that its serializer never gives: callers who believe it get an EncodeError.',
  *check(context) {
    for (const task of context.tasks) {
      if (task.wrapped || !context.linked.behaviours.of(task).plainSend || taskSerializer(task, context) !== 'json') continue;
      const option = task.options.find(({ name }) => name === 'pydantic');
      const makesModels = option && context.constant(option.value, option.scope) !== false;
      for (const { annotation, default: fallback, kind } of task.parameters ?? []) {
        if (!annotation || kind === 'var-keyword' || kind === 'var-positional' || (fallback?.kind === 'Constant' && fallback.value === null)) continue;
        const types = context.linked.types.promises(annotation, task.scope).filter(({ name }) => name !== 'None');
        if (makesModels && types.length === 1 && types[0]!.name === 'pydantic model') continue;
        const missing = types.map(type => missingIn(type, context.linked));
        const [first] = missing;
        if (!first || missing.some(part => !part)) continue;
        yield makesModels && missing.some(part => part!.name === 'pydantic model')
          ? { at: annotation, message: 'pydantic=True makes models of parameters only, not of the elements of a list or of one of several types: the task gets dicts' }
          : { at: annotation, message: `A task sent as JSON never gets ${described(first, types[0]!)}: what is passed must be made of plain values`, fixes: types.length === 1 && types[0]!.name === 'pydantic model' && !option ? pydantic(task, context) : [] };
      }
    }
  },
};

/** What of a type never arrives: the type itself, or all that it holds. Null where something does. */
function missingIn(type: PythonType, linked: Linked): PythonType | null {
  if (neverArrives.has(type.name)) return isRegistered(type, linked) ? null : type;
  const inside = type.name === 'list' ? type.elements : type.name === 'dict' ? type.values : [];
  const missing = inside.map(element => missingIn(element, linked));
  return missing.length === 1 ? missing[0]! : null;
}

function described(missing: PythonType, whole: PythonType): string {
  return missing === whole ? describeType(missing) : `${describeType(missing)} in ${describeType(whole)}`;
}

function pydantic(task: Task, { file, linked }: LintContext): Fix[] {
  if (!task.decorator || !isAtLeast(linked.versions.celery, 5, 5)) return [];
  const { expression } = task.decorator;
  const edit = expression.kind === 'Call' ? appendArgument(file, expression, 'pydantic=True') : { span: { start: expression.end, end: expression.end }, text: '(pydantic=True)' };
  return [{ title: 'Add pydantic=True', safe: false, edits: [edit] }];
}
