import { isDeprecatedTaskOption } from '../../../celery/options';
import { formatVersion } from '../../../celery/versions';
import type { Expression } from '../../syntax/nodes';
import { writtenOptions } from '../retries';
import type { Rule } from '../rule';

export const deprecatedTaskAttribute: Rule = {
  code: 'CEL315',
  name: 'deprecated-task-attribute',
  severity: 'hint',
  summary: 'A task says itself where it is sent or how urgent it is: Celery 5.7 warns of that and 6.0 will not read it.',
  deprecates: true,
  *check({ linked, file }) {
    const { celery } = linked.versions;
    if (!isDeprecatedTaskOption('queue', celery)) return;
    const seen = new Set<Expression>();
    for (const { task, option: { name, at, value } } of writtenOptions(linked, file)) {
      // One that a prepared decorator gives is that of all its tasks.
      if (!at || !isDeprecatedTaskOption(name, celery) || seen.has(value)) continue;
      seen.add(value);
      yield { at, message: `Celery ${formatVersion(celery)} warns of the task attribute ${name} and 6.0 will not read it; the setting task_routes says the same for ${task.name ?? task.node.name}` };
    }
  },
};
