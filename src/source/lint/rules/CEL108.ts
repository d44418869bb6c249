import type { CallSite } from '../../celery/calls';
import { lastIdentifier } from '../../celery/plausible';
import type { Scope } from '../../semantics/scopes';
import type { Expression, Subscript } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { isPlainRegistry } from '../dispatch';
import { quoted } from '../edits';
import type { Finding, Fix, Rule } from '../rule';
import { unknownName } from '../unknownNames';

export const sendTaskUnknown: Rule = {
  code: 'CEL108',
  name: 'send_task-unknown',
  severity: 'hint',
  summary: 'A task is sent by a name that no task has: the worker logs "unregistered task" and drops it.',
  *check(context) {
    for (const site of context.calls) {
      if (!site.name || site.task || (site.via !== 'send_task' && site.via !== 'signature()')) continue;
      // CEL601 says it of what Beat sends.
      if (context.entries.some(({ signature }) => signature === site.node)) continue;
      yield* unknown(site.name, 'the worker drops it', context);
    }
    for (const { node, key, scope } of context.analysis.subscripts) {
      if (isLookup(node, scope, context)) yield* unknown({ text: key.value, node: key }, 'NotRegistered is raised here', context);
    }
  },
};

function *unknown({ text, node }: NonNullable<CallSite['name']>, outcome: string, context: LintContext): Generator<Finding> {
  const found = unknownName(text, context);
  if (!found) return;
  const [meant] = found.meant;
  yield { at: node, message: `No task is named ${text}: ${outcome}${meant === undefined ? '' : `; ${meant} is meant?`}`, fixes: renames(node, found.meant, context) };
}

/** `app.tasks['name']` where it is read, and nothing is ready to catch what it raises. */
function isLookup(node: Subscript, scope: Scope, context: LintContext): boolean {
  return isPlainRegistry(node.value, scope, context) && !isWritten(node, context) && !mayFail(node, context);
}

function isWritten(node: Subscript, { parents }: LintContext): boolean {
  const [above] = parents.above(node);
  if (!above || !('kind' in above)) return false;
  return above.kind === 'Delete' || (above.kind === 'Assign' && above.targets.includes(node));
}

/** `try: …` and `with pytest.raises(…):`, within which a missing task is expected. */
function mayFail(node: Subscript, { parents }: LintContext): boolean {
  let below: unknown = node;
  for (const above of parents.above(node)) {
    if ('kind' in above && above.kind === 'Try' && above.handlers.length && above.body.some(statement => statement === below)) return true;
    if ('kind' in above && above.kind === 'With' && above.items.some(({ context }) => /raises|suppress/i.test(lastIdentifier(context)))) return true;
    below = above;
  }
  return false;
}

/** Where the name is written right there. */
function renames(node: Expression, meant: readonly string[], { file }: LintContext): Fix[] {
  if (node.kind !== 'Str') return [];
  return meant.slice(0, 3).map(name => ({ title: `Change to ${name}`, safe: false, edits: [{ span: node, text: quoted(name, file.text(node)) }] }));
}
