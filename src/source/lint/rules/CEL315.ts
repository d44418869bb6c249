import { isDeprecatedTaskOption } from '../../../celery/options';
import { formatVersion } from '../../../celery/versions';
import type { Task } from '../../celery/model';
import type { Span } from '../../syntax/nodes';
import type { LintContext } from '../context';
import type { Rule } from '../rule';

export const deprecatedTaskAttribute: Rule = {
  code: 'CEL315',
  name: 'deprecated-task-attribute',
  severity: 'hint',
  summary: 'A task says itself where it is sent or how urgent it is: Celery 5.7 warns of that and 6.0 will not read it.',
  *check(context) {
    const version = context.linked.versions.celery;
    if (!isDeprecatedTaskOption('queue', version)) return;
    for (const task of context.tasks) {
      for (const { name, at } of attributes(task, context)) {
        if (!isDeprecatedTaskOption(name, version)) continue;
        yield { at, message: `Celery ${formatVersion(version)} warns of the task attribute ${name} and 6.0 will not read it; the setting task_routes says the same for ${task.name ?? task.node.name}` };
      }
    }
  },
};

/** The names of the options of a task where they are written in this file. */
function *attributes(task: Task, { linked }: LintContext): Generator<{ readonly name: string; readonly at: Span }> {
  if (task.node.kind === 'FunctionDef') {
    if (!task.wrapped) for (const { name, nameSpan } of task.call?.keywords ?? []) if (name !== null && nameSpan) yield { name, at: nameSpan };
    return;
  }
  const scope = linked.evaluator.inner({ node: task.node, scope: task.scope });
  for (const { name } of task.options) {
    const binding = scope?.bindings.get(name)?.at(-1);
    if (binding) yield { name, at: binding.at };
  }
}
