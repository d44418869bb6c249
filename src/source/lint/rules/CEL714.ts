import { editDistance } from '../../../celery/nearMiss';
import type { QueueUse } from '../../celery/queues';
import { quoted } from '../edits';
import type { Rule } from '../rule';
import { only } from '../settingValues';

export const queueTypo: Rule = {
  code: 'CEL714',
  name: 'queue-typo',
  severity: 'hint',
  summary: 'The name of a queue that is used once and almost that of another: its tasks may wait where no worker looks.',
  *check(context) {
    const { linked } = context;
    const { uses } = linked.queues;
    const declared = new Set(uses.filter(({ by }) => by === 'declared' || by === 'default').map(({ name }) => name));
    const isDeclaredOnly = uses.some(({ by }) => by === 'declared') && linked.settings.isComplete(null) && only(linked, 'task_create_missing_queues', null, true) === false;
    for (const use of uses) {
      if (use.file !== context.file || use.by === 'declared' || use.by === 'default') continue;
      const near = similar(use, uses, declared);
      const fixes = near !== null && use.at.end > use.at.start && /^['"]/.test(context.text(use.at)) ? [{ title: `Change to ${near}`, safe: false, edits: [{ span: use.at, text: quoted(near, context.text(use.at)) }] }] : [];
      if (isDeclaredOnly && !declared.has(use.name) && use.name !== 'celery') {
        yield { at: use.at, severity: 'error', message: `${use.name} is not in task_queues, and missing queues are not created: sending raises QueueNotFound${near === null ? '' : `; ${near} is meant?`}`, fixes };
      } else if (near !== null) {
        yield { at: use.at, message: `The queue ${use.name} is named only here; ${near} is meant?`, fixes };
      }
    }
  },
};

/** A name one slip away that is declared, or used more often than this one's single use. */
function similar({ name }: QueueUse, uses: readonly QueueUse[], declared: ReadonlySet<string>): string | null {
  if (name.length < 5 || declared.has(name) || uses.filter(other => other.name === name).length > 1) return null;
  const counts = new Map<string, number>();
  for (const other of uses) counts.set(other.name, (counts.get(other.name) ?? 0) + 1);
  for (const [other, count] of counts) {
    if (other === name || (count < 2 && !declared.has(other)) || editDistance(name, other, 1) > 1) continue;
    // `mail1` and `mail2` are different queues on purpose.
    if (name.replace(/\d/g, '') === other.replace(/\d/g, '')) continue;
    return other;
  }
  return null;
}
