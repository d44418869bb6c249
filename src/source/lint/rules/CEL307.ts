import { readRate } from '../../../celery/rateLimit';
import type { Scope } from '../../semantics/scopes';
import type { Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { quoted } from '../edits';
import type { Finding, Rule } from '../rule';

export const rateLimitFormat: Rule = {
  code: 'CEL307',
  name: 'rate-limit-format',
  severity: 'error',
  summary: 'A rate limit that Celery cannot read: the worker fails with it when it starts.',
  *check(context) {
    for (const task of context.tasks) {
      const limit = task.wrapped ? undefined : task.options.find(({ name }) => name === 'rate_limit');
      const finding = limit && limit.scope.file === context.file ? unreadable(limit.value, limit.scope, context) : null;
      if (finding) yield finding;
    }
    for (const { key, value, scope, adds } of context.settings) {
      const finding = key === 'task_default_rate_limit' && !adds ? unreadable(value, scope, context) : null;
      if (finding) yield finding;
    }
  },
};

function unreadable(node: Expression, scope: Scope, context: LintContext): Finding | null {
  const text = context.linked.folder.string(node, scope);
  const reading = text === null ? null : readRate(text);
  if (reading?.kind !== 'error') return null;
  const { message, code, fix } = reading;
  const raised = code === 'unit' ? 'a KeyError' : 'a ValueError';
  return {
    at: node,
    message: `${message}; the worker ends with ${raised} when it starts`,
    fixes: fix !== null && node.kind === 'Str' ? [{ title: `Use ${fix}`, safe: true, edits: [{ span: node, text: quoted(fix, context.text(node)) }] }] : [],
  };
}
