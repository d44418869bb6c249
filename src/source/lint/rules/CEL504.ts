import { isAtLeast } from '../../../celery/versions';
import type { Combination, Member } from '../../celery/canvas';
import type { Task } from '../../celery/model';
import { options } from '../../semantics/values';
import { calledBodies, combinations, links, methodOf, type Link } from '../canvases';
import type { LintContext } from '../context';
import { isSymbol } from '../dispatch';
import type { Finding, Rule } from '../rule';

const making = ['s', 'si', 'signature', 'subtask'];

export const canvasMember: Rule = {
  code: 'CEL504',
  name: 'canvas-member',
  severity: 'error',
  summary: 'A part of a canvas, or a callback, is no signature: the canvas fails when it is built or sent.',
  *check(context) {
    for (const combination of combinations(context)) {
      for (const member of parts(combination)) {
        const found = noSignature(member, `the ${combination.kind} fails`, context) ?? nothing(member, `the ${combination.kind} fails`);
        if (found) yield found;
      }
    }
    for (const body of calledBodies(context)) {
      const found = noSignature(body, 'the chord fails', context) ?? nothing(body, 'the chord fails');
      if (found) yield found;
    }
    for (const link of links(context)) {
      const found = noSignature(link, 'the callback cannot run', context) ?? lambda(link, 'the callback cannot run') ?? ofChord(link, context);
      if (found) yield found;
    }
  },
};

function parts({ node, scope, members, body }: Combination & Pick<Member, 'scope'>): Member[] {
  const written = members ?? (node.kind === 'Call' ? node.args.map(argument => ({ node: argument, scope })) : []);
  return [...written, ...body ? [body] : []];
}

function noSignature(member: Member, then: string, context: LintContext): Finding | null {
  const { node } = member;
  const text = context.text(node);
  const task = taskItself(member, context);
  if (task) return { at: node, message: `${text} is the task and no signature: ${then}`, fixes: [{ title: 'Make a signature', safe: false, edits: [{ span: { start: node.end, end: node.end }, text: '.s()' }] }] };
  if (isFunction(member, context)) return { at: node, message: `${text} is a plain function and no signature: ${then}` };
  if (methodOf(member, making, context)) return { at: node, message: `${text} is a method that is not called, and no signature: ${then}`, fixes: [{ title: 'Call it', safe: false, edits: [{ span: { start: node.end, end: node.end }, text: '()' }] }] };
  return sent(member, then, context);
}

/** A task by its own name; what is called is something else. */
function taskItself({ node, scope }: Member, context: LintContext): Task | null {
  if (node.kind !== 'Name' && node.kind !== 'Attribute') return null;
  const values = options(context.evaluate(node, scope));
  if (!values.every(value => value.kind === 'function' || value.kind === 'call')) return null;
  const task = context.linked.registry.taskOf(context.evaluate(node, scope));
  return task && !context.linked.behaviours.of(task).isOpen && !task.wrapped ? task : null;
}

/** Functions that make nothing. */
const builtins = /^builtins\.(?:print|repr|str|len|sum|list|dict|id|exit)$/;

/** A function that nothing makes a task of, or one with some arguments by `functools.partial`. */
function isFunction({ node, scope }: Member, context: LintContext): boolean {
  return options(context.evaluate(node, scope)).every(value => {
    if (value.kind === 'function') return !value.owner && !value.node.decorators.length && !context.linked.registry.taskOf(value);
    if (value.kind === 'call') return isSymbol(value.callee, 'functools.partial');
    return value.kind === 'symbol' && builtins.test(value.path);
  });
}

/** `task.delay(…)`, there or under a name: the task is sent at once, and there is nothing left to put into a canvas. */
function sent({ node, scope }: Member, then: string, context: LintContext): Finding | null {
  const { calls, behaviours } = context.linked;
  for (const value of options(context.evaluate(node, scope))) {
    const site = value.kind === 'call' ? calls.at(value.node, value.scope) : null;
    if (!site?.task || (site.via !== 'delay' && site.via !== 'apply_async') || !behaviours.of(site.task).plainSend || site.task.wrapped) return null;
    if (value.kind === 'call' && value.node === node && value.node.func.kind === 'Attribute') {
      const method = site.via === 'delay' ? 's' : 'signature';
      return {
        at: node, message: `${site.task.node.name} is sent here and now, and its result is no signature: ${then}`,
        fixes: [{ title: `Use ${method}()`, safe: false, edits: [{ span: value.node.func.attrSpan, text: method }] }],
      };
    }
  }
  return { at: node, message: `${context.text(node)} is the result of a task that is sent already, and no signature: ${then}` };
}

function nothing(member: Member, then: string): Finding | null {
  const { node } = member;
  return node.kind === 'Constant' && node.value === null ? { at: node, message: `None is no signature: ${then}` } : lambda(member, then);
}

function lambda({ node }: Member, then: string): Finding | null {
  return node.kind === 'Lambda' ? { at: node, message: `A lambda is no signature: ${then}` } : null;
}

/** Until 5.7 the options of a chord go to its header too, which is a group and takes no callbacks (`_chord.run`). */
function ofChord({ node, scope, on, by, to }: Link, { linked: { canvases, versions } }: LintContext): Finding | null {
  if (by !== 'option' || to?.kind !== 'chord' || isAtLeast(versions.celery, 5, 7) || !canvases.follow(node, scope)) return null;
  // Without a header only the body is sent.
  if (!to.members?.length || to.members.some(member => member.scope.kind === 'comprehension')) return null;
  const [option, instead] = on === 'error' ? ['link_error', 'on_error() gives it to the body'] : ['link', 'give it to the body'];
  return { at: node, message: `A chord takes no ${option} before Celery 5.7: TypeError when it is sent; ${instead}` };
}
