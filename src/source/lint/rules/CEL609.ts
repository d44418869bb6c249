import { intervalWords } from '../../../celery/words';
import { intervalSchedule } from '../../../celery/schedule';
import type { Field } from '../../celery/schedules';
import { fileOf } from '../../project/sourceFile';
import type { LintContext } from '../context';
import { named } from '../edits';
import type { Fix, Rule } from '../rule';
import { usesOtherScheduler } from './CEL605';

const HOUR = 3_600;
const DAY = 86_400;

export const beatLongInterval: Rule = {
  code: 'CEL609',
  name: 'beat-long-interval',
  severity: 'info',
  summary: 'An interval of an hour or more: it starts anew whenever Beat loses its state file, so with deployments often enough the task never runs.',
  *check(context) {
    if (usesOtherScheduler(context.linked)) return;
    for (const entry of context.entries) {
      const { schedule } = entry;
      if (!schedule || fileOf(schedule.scope) !== context.file) continue;
      const read = context.linked.schedules.read(schedule, entry, context.linked.versions.celery);
      if (read?.kind !== 'interval' || read.seconds < HOUR) continue;
      yield {
        at: schedule.value,
        message: `This comes ${intervalWords(intervalSchedule(read.seconds))} after Beat's start, and starts anew where Beat's state file is lost; a crontab does not`,
        fixes: toCrontab(schedule, read.seconds, context),
      };
    }
  },
};

/** A crontab that runs as often, where there is one. */
function toCrontab({ value, scope }: Field, seconds: number, context: LintContext): Fix[] {
  const hours = seconds / HOUR;
  if (!Number.isInteger(hours) || DAY % seconds !== 0) return [];
  const text = hours === 24 ? 'minute=0, hour=0' : hours === 1 ? 'minute=0' : `minute=0, hour='*/${hours}'`;
  const crontab = named(context, scope, 'celery.schedules', 'crontab');
  return crontab ? [{ title: `Use crontab(${text})`, safe: false, edits: [...crontab.edits, { span: value, text: `crontab(${text})` }] }] : [];
}
