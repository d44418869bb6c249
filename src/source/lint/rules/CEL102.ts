import type { CallSite } from '../../celery/calls';
import type { Scope } from '../../semantics/scopes';
import type { Attribute, Call, Expression, Keyword, Span } from '../../syntax/nodes';
import { isKnownSignature, type KnownSignature } from '../canvases';
import type { LintContext } from '../context';
import { methodOf, passesAll } from '../dispatch';
import { execOptions } from '../execOptions';
import { isKnown } from '../knownTasks';
import { list } from '../phrases';
import type { Finding, Fix, Rule } from '../rule';

export const execOptionInDelay: Rule = {
  code: 'CEL102',
  name: 'exec-option-in-delay',
  severity: 'error',
  summary: 'An option such as countdown= is given to delay() or s(): it goes to the function, not to Celery.',
  *check(context) {
    for (const site of context.calls) {
      if (!passesAll(site) || !site.task || !isKnown(site.task, context)) continue;
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
            : `${name} goes to ${site.task.node.name} as an argument, which it has not: TypeError. Options belong to ${methodOf(site).startsWith('delay') ? 'apply_async' : 'set'}`,
          fixes: site.via === 'partial' ? [] : [move(site, options, text => context.text(text))],
        };
      }
    }
    for (const { node, scope } of context.analysis.calls) if (node.func.kind === 'Attribute' && node.func.attr === 'delay' && node.keywords.length) yield *toSignature(node, node.func, scope, context);
  },
};

/** `task.s(1).delay(countdown=3)`, `chain(…).delay(queue='x')`: what the canvas is sent with goes to its tasks. */
function *toSignature(node: Call, method: Attribute, scope: Scope, context: LintContext): Generator<Finding> {
  const canvas = context.linked.calls.at(node, scope) ? null : context.linked.canvases.follow(method.value, scope);
  const receivers = canvas && canvas.kind !== 'chord' ? context.linked.canvases.receivers(canvas) : [];
  if (!receivers.length || !receivers.every((signature): signature is KnownSignature => isKnownSignature(signature, context) && signature.immutable === false)) return;
  const parameters = receivers.flatMap(({ site }) => site.task.parameters);
  const options = node.keywords.filter(({ name }) => name !== null && execOptions.has(name) && !parameters.some(parameter => parameter.name === name));
  const swallowed = parameters.some(({ kind }) => kind === 'var-keyword');
  const fixes: Fix[] = options.length === node.keywords.length && !node.args.length ? [{ title: 'Use apply_async', safe: true, edits: [{ span: method.attrSpan, text: 'apply_async' }] }] : [];
  for (const { name, nameSpan } of options) {
    const to = receivers[0]!.site.task.node.name;
    yield {
      at: nameSpan!, fixes, severity: swallowed ? 'warning' : 'error',
      message: swallowed ? `${name} goes to ${to} as an argument, and its ** takes it: Celery never sees it` : `${name} goes to ${to} as an argument, which it has not: TypeError. Options belong to apply_async`,
    };
  }
}

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
