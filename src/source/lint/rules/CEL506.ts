import type { Canvas, Signature } from '../../celery/canvas';
import type { Task } from '../../celery/model';
import type { Call, Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { sendsPlainly } from '../optionCalls';
import { ignoresResult, resultCalls, type Result } from '../results';
import type { Rule } from '../rule';

const waiting = new Set(['get', 'wait', 'join', 'join_native']);

export const getOnIgnored: Rule = {
  code: 'CEL506',
  name: 'get-on-ignored',
  severity: 'warning',
  summary: 'The result is asked for of a task that stores none: get() returns None at once, or never.',
  *check(context) {
    for (const { node, results } of resultCalls(context, waiting)) {
      const method = node.func.kind === 'Attribute' ? node.func.attr : '';
      const found = results.map(result => ignored(result, context));
      const [first] = found;
      if (!first || found.some(other => !other)) continue;
      const name = first.task?.node.name ?? 'The task';
      yield {
        at: node.func.kind === 'Attribute' ? node.func.attrSpan : node,
        message: first.isWaitedFor
          ? `${name} stores no result (ignore_result), and ${method}() waits for one that never comes`
          : `${name} stores no result (ignore_result), so ${method}() returns None at once: it neither waits nor tells of errors`,
        related: first.task ? [{ file: first.task.file, at: first.task.node.nameSpan, message: `${name} is defined here` }] : [],
      };
    }
  },
};

/** The task whose result is not stored; of a canvas Celery does not know so, and waits. */
function ignored(result: Result, context: LintContext): { readonly task: Task | null; readonly isWaitedFor: boolean } | null {
  if (result.kind === 'named') return null;
  if (result.kind === 'task') return result.site.via !== 'apply' && ignoresResult(result.site, context) ? { task: result.site.task, isWaitedFor: false } : null;
  const { canvas, call } = result;
  const told = canvas.kind === 'signature' || canvas.kind === 'group' ? givenLast(call, canvas.node) : null;
  if (told) {
    const [first] = decisive(canvas, context);
    return first && told.kind === 'Constant' && told.value === true && sendsPlainly(canvas, context) ? { task: first.site.task, isWaitedFor: canvas.kind === 'group' } : null;
  }
  // What options say within, and those of a chain, of which each Celery makes something else, are not followed.
  if (call.keywords.some(({ name }) => name === null || name === 'ignore_result') || context.text(canvas.node).includes('ignore_result')) return null;
  const last = decisive(canvas, context).find(signature => ignoresResult(signature.site, context));
  return last ? { task: last.site.task, isWaitedFor: canvas.kind !== 'signature' } : null;
}

const taking = new Set(['apply_async', 'set', 'signature', 'subtask']);

/** The `ignore_result=` that counts for all that a call sends: its own, else what the canvas was set to. */
function givenLast(call: Call, canvas: Expression): Expression | null {
  for (const outermost of [call, canvas]) {
    for (let node: Expression = outermost; node.kind === 'Call' && node.func.kind === 'Attribute'; node = node.func.value) {
      const given = taking.has(node.func.attr) ? node.keywords.find(({ name }) => name === 'ignore_result') : undefined;
      if (given) return given.value;
    }
  }
  return null;
}

/** The signatures whose results the result of a canvas waits for. */
function decisive(canvas: Canvas, context: LintContext): Signature[] {
  const { canvases } = context.linked;
  if (canvas.kind === 'signature') return [canvas];
  if (canvas.kind === 'mapping' || canvas.kind === 'chord' || !canvas.members) return [];
  const members = canvas.kind === 'chain' ? canvas.members.slice(-1) : canvas.members;
  return members.flatMap(({ node, scope }) => {
    const inner = canvases.read(node, scope);
    return inner?.kind === 'signature' ? [inner] : [];
  });
}
