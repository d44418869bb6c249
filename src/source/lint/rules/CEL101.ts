import { fits, misfits, signatureText, withSlips, type Misfit } from '../../celery/arity';
import type { CallSite } from '../../celery/calls';
import type { Task } from '../../celery/model';
import { nearest, tolerance } from '../../../celery/nearMiss';
import type { Attribute, ParameterNode } from '../../syntax/nodes';
import { guessFor } from '../../samples/sampleCall';
import { isChained } from '../canvases';
import type { LintContext } from '../context';
import { methodOf, passesAll } from '../dispatch';
import { execOptions } from '../execOptions';
import { isKnown } from '../knownTasks';
import { count, list } from '../phrases';
import type { Finding, Fix, Rule } from '../rule';

/** Celery checks these in the caller (`Task.__header__`); the others fail in the worker. */
const checkedAtCall = new Set(['delay', 'apply_async', 'delay_on_commit', 'apply_async_on_commit']);

export const arityMismatch: Rule = {
  code: 'CEL101',
  name: 'arity-mismatch',
  severity: 'error',
  summary: 'The arguments of a call do not fit the task: a TypeError at the call, or in the worker where the call is a signature.',
  *check(context) {
    for (const site of context.calls) {
      if (site.via === 'direct' || !site.task || !isKnown(site.task, context)) continue;
      const { parameters } = site.task;
      const immutable = site.options.find(({ name }) => name === 'immutable')?.value;
      // More arguments may come later: a chain puts the result before these, `.delay` adds its own.
      const isPartial = !isSentAsIs(site, context) && (site.via === 's' || (site.via === 'partial' && !isOnCommit(site, context)) || ((site.via === 'signature' || site.via === 'signature()') && !(immutable && context.constant(immutable, site.scope) === true)));
      // CEL102 says it better.
      const isOption = (misfit: Misfit): boolean => misfit.kind === 'unknown' && execOptions.has(misfit.name) && passesAll(site) && site.node.keywords.some(({ nameSpan }) => nameSpan === misfit.at);
      const found = misfits({ args: site.args, kwargs: site.kwargs, partial: isPartial }, parameters).filter(misfit => !isOption(misfit));
      for (const misfit of withSlips(found, parameters)) {
        // CEL104 says that they are given, in the wrong place.
        if (misfit.kind === 'missing' && misfit.names.every(name => site.options.some(option => option.name === name))) continue;
        // CEL505 says that it is meant to get it from the task before.
        if (misfit.kind === 'missing' && site.via === 'si' && fits({ args: site.args, kwargs: site.kwargs, prepended: 1 }, parameters) && isChained(site, context)) continue;
        yield describe(misfit, site, site.task, parameters, context);
      }
    }
  },
};

/** `on_commit(partial(task.delay, 1))`: Django calls it with nothing more. */
function isOnCommit({ node, scope }: CallSite, context: LintContext): boolean {
  const call = context.parents.of(node);
  return call !== null && 'kind' in call && call.kind === 'Call' && call.args[0] === node && context.isSymbol(call.func, scope, 'django.db.transaction.on_commit');
}

/** The method whose call fails: a partial's own, that which sends a signature as it is. */
function calledBy(site: CallSite, context: LintContext): string {
  return sentBy(site, context)?.attr ?? methodOf(site);
}

/** Whether nothing can come to the arguments of a signature any more: `task.s(1).delay()`. */
function isSentAsIs(site: CallSite, context: LintContext): boolean {
  return sentBy(site, context) !== null;
}

function sentBy({ node, via }: CallSite, context: LintContext): Attribute | null {
  const method = via === 's' || via === 'signature' || via === 'signature()' ? context.parents.of(node) : null;
  if (!method || !('kind' in method) || method.kind !== 'Attribute' || (method.attr !== 'delay' && method.attr !== 'apply_async')) return null;
  const call = context.parents.of(method);
  if (!call || !('kind' in call) || call.kind !== 'Call' || call.func !== method || call.args.length) return null;
  return call.keywords.every(({ name }) => method.attr === 'apply_async' && name !== null && name !== 'args' && name !== 'kwargs') ? method : null;
}

function describe(misfit: Misfit, site: CallSite, task: Task, parameters: readonly ParameterNode[], context: LintContext): Finding {
  const { node } = site;
  const name = task.node.name;
  const takes = `${name}(${signatureText(parameters, span => task.file.text(span))})`;
  // Celery's own check does not know of parameters that can only be given by position (celery.utils.functional.head_from_fun).
  const hidden = (misfit.kind === 'unknown' && parameters.some(parameter => parameter.name === misfit.name))
    || (misfit.kind === 'missing' && misfit.names.every(missing => parameters.some(parameter => parameter.name === missing && parameter.kind === 'positional-only') && site.kwargs?.some(given => given.name === missing)));
  const where = checkedAtCall.has(calledBy(site, context)) && !hidden ? site.via === 'partial' ? 'TypeError when this is called' : 'TypeError at this call' : 'TypeError in the worker';
  const related = [{ file: task.file, at: task.node.nameSpan, message: `${name} is defined here` }];
  switch (misfit.kind) {
    case 'too-many':
      return { at: misfit.at, related, message: `${name} takes ${count(misfit.most, 'positional argument')}, ${misfit.given} ${misfit.given === 1 ? 'is' : 'are'} given: ${where}. It is ${takes}` };
    case 'twice':
      return { at: misfit.at, related, message: `${misfit.name} is given twice, by position and by name: ${where}. The task is ${takes}` };
    case 'unknown':
      return { at: misfit.at, related, fixes: renames(misfit, site, parameters), message: `${name} has no parameter ${misfit.name}: ${where}${misfit.meant === undefined ? '.' : `; ${misfit.meant} is meant?`} It is ${takes}` };
    case 'missing':
      return {
        at: node.func.kind === 'Attribute' ? node.func.attrSpan : node.func, related, fixes: insertion(misfit.names, site, task, parameters, context),
        message: `${name} is called without ${list(misfit.names)}: ${where}. It is ${takes}`,
      };
  }
}

function renames({ name, at, meant }: Extract<Misfit, { kind: 'unknown' }>, site: CallSite, parameters: readonly ParameterNode[]): Fix[] {
  const byPosition = site.args?.length ?? 0;
  const free = parameters.filter(({ kind, name: other }, index) => ((kind === 'positional' && index >= byPosition) || kind === 'keyword-only') && !site.kwargs?.some(given => given.name === other)).map(parameter => parameter.name);
  const quotes = /^["']/.exec(site.file.text(at))?.[0] ?? '';
  const likely = meant === undefined ? nearest(name, free, Math.max(1, tolerance(name))).slice(0, 2) : [meant];
  const fixes: Fix[] = likely.map(other => ({ title: `Rename to ${other}`, safe: false, edits: [{ span: at, text: quotes + other + quotes }] }));
  const keyword = site.node.keywords.find(candidate => candidate.nameSpan === at);
  // Without it what is meant would be missing.
  if (keyword && meant === undefined) fixes.push({ title: `Remove ${name}`, safe: false, edits: [{ span: withComma(keyword, site), text: '' }] });
  return fixes;
}

/** An argument with the comma that goes with it. */
function withComma({ start, end }: { readonly start: number; readonly end: number }, { file, node }: CallSite): { start: number; end: number } {
  const { text } = file.module;
  const before = /,\s*$/.exec(text.slice(node.open + 1, start));
  if (before) return { start: node.open + 1 + before.index, end };
  const after = /^\s*,\s*/.exec(text.slice(end, node.end));
  return { start, end: end + (after?.[0].length ?? 0) };
}

function insertion(names: readonly string[], site: CallSite, task: Task, parameters: readonly ParameterNode[], { linked }: LintContext): Fix[] {
  // Those can only be given by position, before what is there.
  if (parameters.some(({ name, kind }) => kind === 'positional-only' && names.includes(name))) return [];
  const text = names.map(name => {
    const parameter = parameters.find(candidate => candidate.name === name)!;
    return [name, guessFor(parameter, task, linked.evaluator, 1)] as const;
  });
  const { node, file } = site;
  const title = `Add ${list(names)}`;
  const spread = passesAll(site);
  if (spread) {
    const inside = file.module.text.slice(node.open + 1, node.end - 1);
    const trailing = /,\s*$/.exec(inside);
    const at = trailing ? node.open + 1 + trailing.index + 1 : node.end - 1;
    const separator = !inside.trim() ? '' : trailing ? ' ' : ', ';
    return [{ title, safe: false, edits: [{ span: { start: at, end: at }, text: separator + text.map(([name, value]) => `${name}=${value}`).join(', ') }] }];
  }
  const kwargs = node.args[site.via === 'partial' || site.via === 'send_task' || site.via === 'signature()' ? 2 : 1] ?? node.keywords.find(({ name }) => name === 'kwargs')?.value;
  if (kwargs && kwargs.kind !== 'Dict') return [];
  if (kwargs) {
    const at = kwargs.end - 1;
    const separator = kwargs.items.length ? ', ' : '';
    return [{ title, safe: false, edits: [{ span: { start: at, end: at }, text: separator + text.map(([name, value]) => `"${name}": ${value}`).join(', ') }] }];
  }
  const last = node.args.at(-1) ?? null;
  const empty = !last && !node.keywords.length;
  const at = node.end - 1;
  return [{ title, safe: false, edits: [{ span: { start: at, end: at }, text: `${empty ? '' : ', '}kwargs={${text.map(([name, value]) => `"${name}": ${value}`).join(', ')}}` }] }];
}
