import { effectiveSeconds } from '../../../celery/schedule';
import { durationWords } from '../../../celery/words';
import { fileOf } from '../../project/sourceFile';
import type { Rule } from '../rule';

export const relativeInterval: Rule = {
  code: 'CEL612',
  name: 'relative-interval',
  severity: 'warning',
  summary: 'A relative interval that is no whole number of days, hours or minutes: its end is rounded down, so it runs more often than written.',
  *check(context) {
    const { schedules, versions } = context.linked;
    for (const entry of context.entries) {
      const { schedule } = entry;
      const read = schedule && schedules.read(schedule, entry, versions.celery);
      if (!schedule || fileOf(schedule.scope) !== context.file || read?.kind !== 'interval' || !read.relative) continue;
      const effective = effectiveSeconds(read);
      if (effective !== read.seconds) yield { at: schedule.value, message: `This runs every ${durationWords(effective)}, not every ${durationWords(read.seconds)}: with relative the end is rounded down` };
    }
  },
};
