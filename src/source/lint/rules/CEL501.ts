import type { Canvas } from '../../celery/canvas';
import { lastIdentifier } from '../../celery/plausible';
import { isSampleFile } from '../../celery/sampleFile';
import type { Scope } from '../../semantics/scopes';
import type { Expression } from '../../syntax/nodes';
import { appendCall, combinations, makesPlainSignatures, methodOf } from '../canvases';
import type { LintContext } from '../context';
import type { Finding, Rule } from '../rule';

const sending = ['delay', 'apply_async'];

export const signatureNeverSent: Rule = {
  code: 'CEL501',
  name: 'signature-never-sent',
  severity: 'warning',
  summary: 'A signature is built and thrown away, or a method of a task is named and not called: nothing is sent.',
  *check(context) {
    // Kept samples are there to be sent by a click.
    const written = isSampleFile(context.file.path) ? [] : thrownAway(context);
    for (const { node, scope } of written) {
      const finding = withoutEffect(node, scope, context);
      if (finding && !isExpectedToFail(node, context)) yield finding;
    }
    for (const { members, body } of combinations(context)) {
      for (const member of [...members ?? [], ...body ? [body] : []]) {
        if (!methodOf(member, sending, context)) continue;
        const { node } = member;
        yield {
          at: node, message: `${context.text(node)} is a method and no signature: the canvas fails when it is sent`,
          ...(node.kind === 'Attribute' && { fixes: [{ title: 'Make a signature', safe: false, edits: [{ span: node.attrSpan, text: 's()' }] }] }),
        };
      }
    }
  },
};

function withoutEffect(node: Expression, scope: Scope, context: LintContext): Finding | null {
  const canvas = context.linked.canvases.read(node, scope);
  if (canvas) return canvas.kind !== 'signature' || makesPlainSignatures(canvas, context) ? neverSent(canvas, node, context) : null;
  if (linksToNothing(node, scope, context)) return { at: node, message: 'This links a callback to a signature that nobody keeps: nothing is sent' };
  return methodOf({ node, scope }, sending, context) || sendsCanvas(node, scope, context) ? notCalled(node, context) : null;
}

/** Expressions whose value is used by nothing: statements, and what a lambda gives to `on_commit`. */
function *thrownAway(context: LintContext): Generator<{ readonly node: Expression; readonly scope: Scope }> {
  yield *context.analysis.bare;
  for (const { node: { func, args: [first] }, scope } of context.analysis.calls) {
    if (first?.kind !== 'Lambda' || lastIdentifier(func) !== 'on_commit' || !context.isSymbol(func, scope, 'django.db.transaction.on_commit')) continue;
    const inner = context.analysis.inner.get(first);
    if (inner) yield { node: first.body, scope: inner };
  }
}

/** `with pytest.raises(…):` — a test of what cannot even be built. */
function isExpectedToFail(node: Expression, { parents }: LintContext): boolean {
  for (const above of parents.above(node)) {
    if ('kind' in above && above.kind === 'With' && above.items.some(({ context }) => /raises|suppress/i.test(lastIdentifier(context)))) return true;
  }
  return false;
}

function neverSent(canvas: Canvas, node: Expression, context: LintContext): Finding {
  const what = canvas.kind === 'signature' ? 'signature' : canvas.kind === 'mapping' ? 'canvas' : canvas.kind;
  // Without its body a chord cannot be sent yet.
  const isComplete = canvas.kind !== 'chord' || canvas.body !== null;
  return { at: node, message: `This builds a ${what} and throws it away: nothing is sent`, ...(isComplete && { fixes: [{ title: 'Send it with delay()', safe: false, edits: appendCall(node, '.delay()', context) }] }) };
}

function notCalled(node: Expression, context: LintContext): Finding {
  return { at: node, message: `${context.text(node)} is named and not called: nothing is sent`, fixes: [{ title: 'Call it', safe: false, edits: appendCall(node, '()', context) }] };
}

/** `task.s().delay`, uncalled. */
function sendsCanvas(node: Expression, scope: Scope, context: LintContext): boolean {
  if (node.kind !== 'Attribute' || !sending.includes(node.attr)) return false;
  const canvas = context.linked.canvases.read(node.value, scope);
  return canvas !== null && (canvas.kind !== 'signature' || makesPlainSignatures(canvas, context));
}

/** `task.s().link(…)`: gives back the callback. */
function linksToNothing(node: Expression, scope: Scope, { linked }: LintContext): boolean {
  if (node.kind !== 'Call' || node.func.kind !== 'Attribute' || (node.func.attr !== 'link' && node.func.attr !== 'link_error')) return false;
  return linked.canvases.read(node.func.value, scope) !== null;
}
