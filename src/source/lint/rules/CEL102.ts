import type { CallSite } from '../../celery/calls';
import type { Expression, Keyword, Span } from '../../syntax/nodes';
import { execOptions } from '../execOptions';
import { isKnown } from '../knownTasks';
import { list } from '../phrases';
import type { Fix, Rule } from '../rule';

export const execOptionInDelay: Rule = {
  code: 'CEL102',
  name: 'exec-option-in-delay',
  severity: 'error',
  summary: 'An option such as countdown= is given to delay() or s(): it goes to the function, not to Celery.',
  *check(context) {
    for (const site of context.calls) {
      if (site.via !== 'delay' && site.via !== 's' && site.via !== 'si' && site.via !== 'delay_on_commit') continue;
      if (!site.task || !isKnown(site.task, context)) continue;
      const { parameters } = site.task;
      const options = site.node.keywords.filter(({ name }) => name !== null && execOptions.has(name) && !parameters.some(parameter => parameter.name === name));
      if (!options.length) continue;
      const swallowed = parameters.some(({ kind }) => kind === 'var-keyword');
      for (const { name, nameSpan } of options) {
        yield {
          at: nameSpan!,
          severity: swallowed ? 'warning' : 'error',
          message: swallowed
            ? `${name} goes to ${site.task.node.name} as an argument, and its ** takes it: Celery never sees it`
            : `${name} goes to ${site.task.node.name} as an argument, which it has not: TypeError. Options belong to ${site.via === 'delay' || site.via === 'delay_on_commit' ? 'apply_async' : 'set'}`,
          fixes: [move(site, options, text => context.text(text))],
        };
      }
    }
  },
};

function move({ node, via }: CallSite, options: readonly Keyword[], text: (span: Span) => string): Fix {
  const method = node.func as Extract<Expression, { kind: 'Attribute' }>;
  const kept = node.keywords.filter(keyword => !options.includes(keyword));
  const moved = options.map(text).join(', ');
  const span = { start: method.attrSpan.start, end: node.end };
  const title = `Pass ${list(options.map(({ name }) => name!))} as ${options.length === 1 ? 'an option' : 'options'}`;
  const args = node.args.map(text);
  if (via === 's' || via === 'si') return { title, safe: true, edits: [{ span, text: `${via}(${[...args, ...kept.map(text)].join(', ')}).set(${moved})` }] };
  const parts: string[] = [];
  if (args.length) parts.push(`args=(${args.join(', ')}${args.length === 1 ? ',' : ''})`);
  if (kept.length) parts.push(`kwargs={${kept.map(({ name, value }) => name === null ? `**${text(value)}` : `"${name}": ${text(value)}`).join(', ')}}`);
  return { title, safe: true, edits: [{ span, text: `${via === 'delay' ? 'apply_async' : 'apply_async_on_commit'}(${[...parts, moved].join(', ')})` }] };
}
