import { intervalWords } from '../../../celery/words';
import { intervalSchedule } from '../../../celery/schedule';
import { fileOf } from '../../project/sourceFile';
import type { Field } from '../../semantics/dicts';
import type { LintContext } from '../context';
import { named } from '../edits';
import type { Fix, Rule } from '../rule';
import { usesOtherScheduler } from '../schedulers';

const HOUR = 3_600;
const DAY = 86_400;

export const beatLongInterval: Rule = {
  code: 'CEL609',
  name: 'beat-long-interval',
  severity: 'info',
  summary: 'An interval of an hour or more: it starts anew whenever Beat loses its state file, so with deployments often enough the task never runs.',
  *check(context) {
    // One habit in a schedule is one finding: at the longest, which suffers most.
    const [longest, ...others] = longIntervals(context).sort((a, b) => b.seconds - a.seconds);
    if (!longest || usesOtherScheduler(context.linked)) return;
    const { schedule, seconds } = longest;
    yield {
      at: schedule.value,
      message: `This comes ${words(seconds)} after Beat's start, and starts anew where Beat's state file is lost; a crontab does not${others.length ? ` (${others.length} more here)` : ''}`,
      fixes: toCrontab(schedule, seconds, context),
      related: others.map(other => ({ file: context.file, at: other.schedule.value, message: `So does this, which comes ${words(other.seconds)}` })),
    };
  },
};

function longIntervals(context: LintContext): { readonly schedule: Field; readonly seconds: number }[] {
  const { schedules, versions } = context.linked;
  return context.entries.flatMap(entry => {
    const { schedule } = entry;
    const read = schedule && fileOf(schedule.scope) === context.file ? schedules.read(schedule, entry, versions.celery) : null;
    return schedule && read?.kind === 'interval' && read.seconds >= HOUR ? [{ schedule, seconds: read.seconds }] : [];
  });
}

function words(seconds: number): string {
  return intervalWords(intervalSchedule(seconds));
}

/** A crontab that runs as often, where there is one. */
function toCrontab({ value, scope }: Field, seconds: number, context: LintContext): Fix[] {
  const hours = seconds / HOUR;
  if (!Number.isInteger(hours) || DAY % seconds !== 0) return [];
  const text = hours === 24 ? 'minute=0, hour=0' : hours === 1 ? 'minute=0' : `minute=0, hour='*/${hours}'`;
  const crontab = named(context, scope, 'celery.schedules', 'crontab');
  return crontab ? [{ title: `Use crontab(${text})`, safe: false, edits: [...crontab.edits, { span: value, text: `crontab(${text})` }] }] : [];
}
