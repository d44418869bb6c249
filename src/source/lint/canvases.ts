import type { CallSite } from '../celery/calls';
import type { Canvas, Combination, Member, Signature } from '../celery/canvas';
import type { Task } from '../celery/model';
import type { Scope } from '../semantics/scopes';
import type { Call, Expression } from '../syntax/nodes';
import { walk, type AnyNode } from '../syntax/walk';
import { once, type LintContext } from './context';
import { isKnown, type KnownTask } from './knownTasks';
import type { Fix, FixEdit } from './rule';

/** Every `chain(…)`, `group(…)`, `chord(…)` and `a | b` that is written in the file; a chain of `|` is one. */
export const combinations = once((context: LintContext): readonly (Combination & { readonly scope: Scope })[] => {
  const { canvases } = context.linked;
  const found: (Combination & { readonly scope: Scope })[] = [];
  for (const { node, scope } of context.analysis.calls) {
    const canvas = combinationAt(node, scope, context);
    if (canvas) found.push({ ...canvas, scope });
  }
  for (const { node, scope } of pipes(context)) {
    const canvas = canvases.read(node, scope);
    if (canvas && 'members' in canvas) found.push({ ...canvas, scope });
  }
  return found;
});

/** The bodies that chords are called with: `chord(header)(body)`. */
export function *calledBodies({ analysis, linked }: LintContext): Generator<Member> {
  for (const { node: { func, args: [body] }, scope } of analysis.calls) {
    const chord = body && func.kind === 'Call' ? linked.canvases.read(func, scope) : null;
    if (chord?.kind === 'chord' && !chord.body) yield { node: body!, scope };
  }
}

/** The `chain(…)`, `group(…)` or `chord(…)` that a call makes. */
export function combinationAt(node: Call, scope: Scope, { linked: { canvases } }: LintContext): Combination | null {
  const canvas = isPassed(node) ? null : canvases.read(node, scope);
  return canvas && canvas.node === node && 'members' in canvas ? canvas : null;
}

/** `chain(…).set(…)` means the chain inside it, which is found by itself. */
function isPassed({ func }: Call): boolean {
  return func.kind === 'Attribute' && (func.attr === 'set' || func.attr === 'clone' || func.attr === 'on_error');
}

function pipes(context: LintContext): Member[] {
  const found: Member[] = [];
  // Without a signature in the file nothing is joined.
  if (!context.file.module.text.includes('|') || !context.calls.some(({ node, scope }) => context.linked.canvases.read(node, scope))) return found;
  const visit = (root: AnyNode, scope: Scope): void => walk(root, node => {
    if (!('kind' in node)) return true;
    const inner = node !== root && context.analysis.inner.get(node as Scope['node']);
    if (inner) {
      visit(node, inner);
      return false;
    }
    if (node.kind !== 'BinOp' || node.operator !== '|') return true;
    found.push({ node, scope });
    // What it joins may hold others, but is itself part of this one.
    const parts = (side: Expression): void => {
      if (side.kind === 'BinOp' && side.operator === '|') [side.left, side.right].forEach(parts);
      else visit(side, scope);
    };
    parts(node);
    return false;
  });
  for (const statement of context.file.module.body) {
    const inner = context.analysis.inner.get(statement as Scope['node']);
    visit(statement, inner ?? context.analysis.scope);
  }
  return found;
}

/** A callback that runs after a task: `link=`, `link_error=`, `.link(…)`, `.link_error(…)`, `.on_error(…)`. */
export interface Link extends Member {
  readonly on: 'success' | 'error';
  readonly by: 'option' | 'method';
  /** What it is linked to; null where that is not known. */
  readonly to: Canvas | Task | null;
}

const linking: ReadonlyMap<string, Link['on']> = new Map([['link', 'success'], ['link_error', 'error'], ['on_error', 'error']]);

/** The callbacks that are linked in the file, each one of a list. */
export const links = once((context: LintContext): readonly Link[] => context.analysis.calls.flatMap(({ node, scope }) => mayLink(node) ? linksOf(node, scope, context) : []));

function mayLink({ func, keywords }: Call): boolean {
  return (func.kind === 'Attribute' && linking.has(func.attr)) || keywords.some(({ name }) => name !== null && linking.has(name));
}

function linksOf(node: Call, scope: Scope, context: LintContext): Link[] {
  const { func, args, keywords } = node;
  const on = func.kind === 'Attribute' ? linking.get(func.attr) : undefined;
  if (on && args.length === 1 && !keywords.length) {
    const linked = linkedBy(node, scope, context);
    const [callback] = args as [Expression];
    return linked || context.linked.canvases.read(callback, scope) ? [{ node: callback, scope, on, by: 'method', to: linked }] : [];
  }
  const site = context.linked.calls.at(node, scope);
  return (site?.options ?? keywords).flatMap(({ name, value }): Link[] => {
    if (name !== 'link' && name !== 'link_error') return [];
    const linked = linkedBy(node, scope, context);
    return linked || site ? listed(value, scope).map(member => ({ ...member, on: linking.get(name)!, by: 'option', to: linked })) : [];
  });
}

const takingLinks = new Set(['set', 'apply_async', ...linking.keys()]);

/** What a call links its callbacks to: its task, the canvas whose method it is, the one that it makes. */
function linkedBy(node: Call, scope: Scope, context: LintContext): Canvas | Task | null {
  const { func } = node;
  const site = context.linked.calls.at(node, scope);
  if (site) return site.task;
  return func.kind === 'Attribute' && takingLinks.has(func.attr) ? context.linked.canvases.follow(func.value, scope) : combinationAt(node, scope, context);
}

function listed(node: Expression, scope: Scope): Member[] {
  return node.kind === 'List' || node.kind === 'Tuple' ? node.elements.flatMap(element => element.kind === 'Starred' ? [] : [{ node: element, scope }]) : [{ node, scope }];
}

/** Whether a task makes signatures as Celery does: by no method of its own. */
export function makesPlainSignatures({ site: { task, via } }: Signature, { linked }: LintContext): boolean {
  return task === null || !linked.behaviours.mayInherit(task, via);
}

/** The task whose method an expression is, uncalled: `task.delay`. */
export function methodOf({ node, scope }: Member, methods: readonly string[], context: LintContext): Task | null {
  if (node.kind !== 'Attribute' || !methods.includes(node.attr)) return null;
  const task = context.linked.registry.taskOf(context.evaluate(node.value, scope));
  return task && !context.linked.behaviours.mayInherit(task, node.attr) ? task : null;
}

/** Calls a method of an expression as it stands, in parentheses where it needs them. */
export function appendCall(node: Expression, call: string, { file }: LintContext): FixEdit[] {
  const outer = file.module.parenthesized.get(node);
  if (outer) return [{ span: { start: outer.end, end: outer.end }, text: call }];
  const after = { span: { start: node.end, end: node.end }, text: node.kind === 'BinOp' ? `)${call}` : call };
  return node.kind === 'BinOp' ? [{ span: { start: node.start, end: node.start }, text: '(' }, after] : [after];
}

/** Makes a signature take nothing but its own arguments. */
export function immutably({ site: { node, via } }: Signature): Fix[] {
  if (via !== 's' || node.func.kind !== 'Attribute') return [];
  return [{ title: 'Use si()', safe: false, edits: [{ span: node.func.attrSpan, text: 'si' }] }];
}

/** The signatures of the file that get a result from what runs before them: in a chain, as a chord's body, as a callback. */
export function *successors(context: LintContext): Generator<Signature> {
  const { canvases } = context.linked;
  for (const { kind, members, body } of combinations(context)) {
    if (body) yield* canvases.receiversOf(body);
    if (kind !== 'chain' || !members) continue;
    // Names may hold an empty chain or group, after which the next one is the first.
    const first = members.findIndex(({ node, scope }) => canvases.read(node, scope));
    for (const [index, member] of members.entries()) if (first >= 0 && index > first) yield* canvases.receiversOf(member);
  }
  for (const body of calledBodies(context)) yield* canvases.receiversOf(body);
  for (const link of links(context)) {
    // `group.link()` makes its callback immutable, and of a name it is not known what it holds.
    if (link.on === 'success' && link.to && !(link.to.kind === 'group' || link.to.kind === 'mapping')) yield* canvases.receiversOf(link);
  }
}

/** Whether a signature comes after another one, whose result it would get. */
export function isChained(site: CallSite, context: LintContext): boolean {
  return [...successors(context)].some(signature => signature.site === site);
}

/** Whether all that a signature is made of is known: its task's parameters, its arguments, and that nothing adds others. */
export function isKnownSignature(signature: Signature, context: LintContext): signature is KnownSignature {
  const { site, hasMore } = signature;
  return !hasMore && site.args !== null && site.kwargs !== null && site.task !== null && isKnown(site.task, context) && makesPlainSignatures(signature, context);
}

/** A signature that can be held against the parameters of its task. */
export interface KnownSignature extends Signature {
  readonly site: CallSite & { readonly task: KnownTask; readonly args: NonNullable<CallSite['args']>; readonly kwargs: NonNullable<CallSite['kwargs']> };
}
