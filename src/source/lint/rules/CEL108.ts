import type { CallSite } from '../../celery/calls';
import { quoted } from '../edits';
import type { Fix, Rule } from '../rule';
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
      const found = unknownName(site.name.text, context);
      if (!found) continue;
      const [meant] = found.meant;
      yield { at: site.name.node, message: `No task is named ${site.name.text}: the worker drops it${meant === undefined ? '' : `; ${meant} is meant?`}`, fixes: renames(site.name, found.meant, site) };
    }
  },
};

/** Where the name is written right there. */
function renames({ node }: NonNullable<CallSite['name']>, meant: readonly string[], { file }: CallSite): Fix[] {
  if (node.kind !== 'Str') return [];
  return meant.slice(0, 3).map(name => ({ title: `Change to ${name}`, safe: false, edits: [{ span: node, text: quoted(name, file.text(node)) }] }));
}
