import { isTestModule } from '../../project/testModules';
import type { Task } from '../../celery/model';
import type { Scope } from '../../semantics/scopes';
import type { FunctionDef } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { plainTasks } from '../definitions';
import type { Rule } from '../rule';

export const nestedTask: Rule = {
  code: 'CEL311',
  name: 'nested-task',
  severity: 'info',
  summary: 'A task that is defined in a function: a worker knows it only once that function has run there, and a second run changes nothing.',
  *check(context) {
    if (isTestModule(context.file.name)) return;
    for (const task of plainTasks(context)) {
      const outer = functionAround(task.scope);
      if (!outer || !isSentIn(outer, task, context) || mayRunAtImport(outer, task, context)) continue;
      yield {
        at: task.node.nameSpan,
        message: `${task.node.name} is registered when ${outer.name} runs: a worker in which it has not run does not know the task, and later runs do not replace it`,
      };
    }
  },
};

function functionAround(scope: Scope): FunctionDef | null {
  for (let current: Scope | null = scope; current; current = current.parent) if (current.kind === 'function') return current.node as FunctionDef;
  return null;
}

/** Whether the function sends the task itself: then it runs where the task is called, and not where it is to be worked off. */
function isSentIn(outer: FunctionDef, task: Task, { calls }: LintContext): boolean {
  return calls.some(call => call.task === task && outer.start <= call.node.start && call.node.end <= outer.end);
}

/** Factories of apps, hooks that frameworks call when they start, and functions that a module calls itself. */
function mayRunAtImport(outer: FunctionDef, { app, scope, file }: Task, { linked, analysis }: LintContext): boolean {
  if (/^_*(?:create|make|init|setup|set_up|register|build|get|configure|install|test|ready|define|load|bind)(?:_|$)|app|celery|task|^__/i.test(outer.name)) return true;
  // An app, or a task function, that comes from the caller.
  if (app === null && outer.parameters.some(({ name }) => /app|celery/i.test(name))) return true;
  if (app && app.scope === scope) return true;
  if (outer.decorators.length) return true;
  const pattern = new RegExp(`(?<![\\w.])${outer.name}\\s*\\(`);
  return analysis.calls.some(({ node, scope: at }) => at.kind === 'module' && pattern.test(file.text(node))) || linked.files.some(other => other !== file
    && other.analysis.calls.some(({ node, scope: at }) => at.kind === 'module' && ((node.func.kind === 'Name' && node.func.id === outer.name) || (node.func.kind === 'Attribute' && node.func.attr === outer.name))));
}
