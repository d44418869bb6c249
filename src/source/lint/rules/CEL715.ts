import { isAtLeast } from '../../../celery/versions';
import { argumentWithComma } from '../edits';
import type { Rule } from '../rule';
import { brokerKind } from '../settingValues';

export const queueExpiresLosesTasks: Rule = {
  code: 'CEL715',
  name: 'queue-expires-loses-tasks',
  severity: 'warning',
  summary: 'A queue with expires on Redis: from kombu 5.7 the waiting tasks vanish when it is over, though workers are there.',
  *check(context) {
    const { linked } = context;
    if (!isAtLeast(linked.versions.kombu, 5, 7)) return;
    const { apps } = linked.registry;
    if (!apps.length || !apps.every(app => ['redis', 'sentinel'].includes(brokerKind(linked, app) ?? ''))) return;
    for (const { node, scope } of context.analysis.calls) {
      const keyword = node.keywords.find(({ name }) => name === 'expires');
      if (!keyword?.nameSpan || !context.isSymbol(node.func, scope, 'kombu.Queue', 'kombu.entity.Queue') || context.constant(keyword.value, scope) === null) continue;
      yield {
        at: keyword.nameSpan,
        message: 'On Redis the whole list expires with the queue: tasks that still wait in it are lost',
        fixes: [{ title: 'Remove expires', safe: false, edits: [{ span: argumentWithComma(context.file, node, keyword), text: '' }] }],
      };
    }
  },
};
