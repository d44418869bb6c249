import type { LintContext } from '../context';
import type { Entry } from '../../celery/schedules';
import type { Fix, Rule } from '../rule';
import { unknownName } from '../unknownNames';

export const beatUnknownTask: Rule = {
  code: 'CEL601',
  name: 'beat-unknown-task',
  severity: 'warning',
  summary: 'A Beat entry names a task that does not exist: Beat sends it, the worker logs "unregistered task" and drops it.',
  *check(context) {
    for (const entry of context.entries) {
      if (entry.task === null || !entry.taskAt || entry.signature) continue;
      const found = unknownName(entry.task, context);
      if (!found) continue;
      yield { at: entry.taskAt, severity: found.severity, message: `No task is named ${entry.task}: Beat sends it and the worker drops it${found.meant[0] ? `; ${found.meant[0]} is meant?` : ''}`, fixes: fixes(entry, found.meant, context) };
    }
  },
};

function fixes({ taskAt, file }: Entry, meant: readonly string[], context: LintContext): Fix[] {
  const written = file.text(taskAt!);
  const quotes = /^["']/.exec(written)?.[0];
  if (!quotes || file !== context.file) return [];
  return meant.slice(0, 3).map(name => ({ title: `Change to ${name}`, safe: false, edits: [{ span: taskAt!, text: quotes + name + quotes }] }));
}
