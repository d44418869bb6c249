import { fits, misfits, signatureText } from '../../celery/arity';
import type { Scope } from '../../semantics/scopes';
import type { Call } from '../../syntax/nodes';
import { immutably, isKnownSignature, successors, type KnownSignature } from '../canvases';
import type { LintContext } from '../context';
import { list } from '../phrases';
import type { Finding, Fix, Rule } from '../rule';

export const chainMutability: Rule = {
  code: 'CEL505',
  name: 'chain-mutability',
  severity: 'warning',
  summary: 'A task in a chain cannot take the result of the one before, or an immutable one does not get it: TypeError in the worker.',
  *check(context) {
    for (const signature of successors(context)) {
      if (!isKnownSignature(signature, context)) continue;
      const found = signature.immutable === false ? tooMuch(signature) : signature.immutable ? tooLittle(signature) : null;
      if (found) yield { ...found, related: [{ file: signature.site.task.file, at: signature.site.task.node.nameSpan, message: `${signature.site.task.node.name} is defined here` }] };
    }
    for (const { node, scope } of context.analysis.calls) {
      const found = dropped(node, scope, context);
      if (found) yield found;
    }
  },
};

/** `s(…)` with no room for the result, or with which it is not enough. */
function tooMuch(signature: KnownSignature): Finding | null {
  const { site: { node, task, args, kwargs } } = signature;
  // What is wrong with the arguments themselves is said by CEL101.
  if (!fits({ args, kwargs, partial: true }, task.parameters) || fits({ args, kwargs, prepended: 1 }, task.parameters)) return null;
  const missing = misfits({ args, kwargs, prepended: 1 }, task.parameters).find(({ kind }) => kind === 'missing');
  const hasRoom = fits({ args, kwargs, prepended: 1, partial: true }, task.parameters);
  const takes = described(signature);
  return {
    at: node,
    message: hasRoom && missing?.kind === 'missing'
      ? `${task.node.name} gets the result of what runs before it and no ${list(missing.names, 'or')}: TypeError in the worker. It is ${takes}`
      : `${task.node.name} gets the result of what runs before it as its first argument, and has no room for it: TypeError in the worker. It is ${takes}`,
    fixes: fits({ args, kwargs }, task.parameters) ? immutably(signature) : [],
  };
}

/** `si(…)` that lacks just what the result would be. */
function tooLittle(signature: KnownSignature): Finding | null {
  const { site: { node, task, args, kwargs } } = signature;
  if (fits({ args, kwargs }, task.parameters) || !fits({ args, kwargs, prepended: 1 }, task.parameters)) return null;
  return {
    at: node,
    message: `${task.node.name} is immutable and gets nothing from what runs before it, so an argument is missing: TypeError in the worker. It is ${described(signature)}`,
    fixes: mutably(signature),
  };
}

function described({ site: { task } }: KnownSignature): string {
  return `${task.node.name}(${signatureText(task.parameters, span => task.file.text(span))})`;
}

function mutably({ site: { node, via } }: Pick<KnownSignature, 'site'>): Fix[] {
  if (via !== 'si' || node.func.kind !== 'Attribute') return [];
  return [{ title: 'Use s()', safe: false, edits: [{ span: node.func.attrSpan, text: 's' }] }];
}

/** `task.si(1).delay(2)`: an immutable signature takes no more arguments. */
function dropped(node: Call, scope: Scope, context: LintContext): Finding | null {
  if (node.func.kind !== 'Attribute' || (node.func.attr !== 'delay' && node.func.attr !== 'apply_async')) return null;
  const signature = context.linked.canvases.read(node.func.value, scope);
  if (signature?.kind !== 'signature' || signature.immutable !== true || !isKnownSignature(signature, context)) return null;
  const given = node.func.attr === 'delay' ? [...node.args, ...node.keywords] : node.args.filter(argument => context.linked.calls.sequence(argument, scope)?.length);
  const [first] = given;
  if (!first) return null;
  const { task, args, kwargs } = signature.site;
  const fitsThen = node.func.attr === 'delay' && !node.keywords.length && !node.args.some(({ kind }) => kind === 'Starred') && fits({ args: [...node.args, ...args], kwargs }, task.parameters);
  return {
    at: { start: first.start, end: given.at(-1)!.end },
    message: `An immutable signature takes no more arguments: ${task.node.name} is sent without ${given.length === 1 ? 'this' : 'these'}`,
    fixes: fitsThen ? mutably(signature) : [],
  };
}
