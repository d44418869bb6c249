import type { Task } from '../../celery/model';
import { lastIdentifier } from '../../celery/plausible';
import type { Scope } from '../../semantics/scopes';
import type { Call } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { ignoresResult, resultCalls } from '../results';
import { bodyOf } from '../retries';
import type { Rule } from '../rule';
import { possible } from '../settingValues';
import { mentions } from '../usage';

/** These turn the check off. */
const joining = /_set_task_join_will_block|assert_will_not_block/;
const waiting = new Set(['get', 'wait', 'join', 'join_native', 'collect']);

export const resultGetInTask: Rule = {
  code: 'CEL503',
  name: 'result-get-in-task',
  severity: 'warning',
  summary: 'A task waits for the result of another one: RuntimeError in a worker, or a deadlock where that check is turned off.',
  *check(context) {
    if (mayJoinAnyway(context)) return;
    for (const { node, scope, results } of resultCalls(context, waiting)) {
      const task = taskAround(scope, context);
      if (!task || !mayBlock(task, context) || allowsIt(node, context)) continue;
      // What is not stored is not waited for, which CEL506 finds.
      if (results.some(result => result.kind === 'task' && result.site.via !== 'apply' && ignoresResult(result.site, context))) continue;
      const at = node.func.kind === 'Attribute' ? node.func.attrSpan : node;
      yield {
        at,
        message: `${task.node.name} waits for another task with ${context.text(at)}(): RuntimeError in a worker. A chain, a chord or link= runs what comes after it`,
      };
    }
  },
};

/** The task whose body a scope is; null for functions inside it, which may run elsewhere. */
function taskAround(scope: Scope, { tasks }: LintContext): Task | null {
  let current: Scope | null = scope;
  while (current?.kind === 'comprehension') current = current.parent;
  return tasks.find(task => bodyOf(task) === current?.node) ?? null;
}

const blocking = new Set(['prefork', 'processes', 'threads', 'solo']);

/** Whether a worker refuses to wait: not with a pool of green threads. */
function mayBlock({ app }: Task, { linked }: LintContext): boolean {
  const pools = possible(linked, 'worker_pool', app, 'prefork');
  return pools !== null ? pools.every(pool => typeof pool === 'string' && blocking.has(pool)) : linked.settings.of('worker_pool', app).length === 0;
}

/** `get(disable_sync_subtasks=False)`, `with allow_join_result():`. */
function allowsIt(node: Call, { parents }: LintContext): boolean {
  if (node.keywords.some(({ name }) => name === null || name === 'disable_sync_subtasks')) return true;
  for (const above of parents.above(node)) {
    if ('kind' in above && above.kind === 'With' && above.items.some(({ context }) => /join/.test(lastIdentifier(context)))) return true;
  }
  return false;
}

/** Some projects turn the check off in Celery's own state. */
function mayJoinAnyway({ linked }: LintContext): boolean {
  return mentions(linked, joining);
}
