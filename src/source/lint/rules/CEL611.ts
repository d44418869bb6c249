import { isFull } from '../../../celery/crontab';
import type { Entry } from '../../celery/schedules';
import type { Linked } from '../../project/linked';
import { fileOf } from '../../project/sourceFile';
import { isTestModule } from '../../project/testModules';
import type { Rule } from '../rule';

export const timezoneUnset: Rule = {
  code: 'CEL611',
  name: 'timezone',
  severity: 'info',
  summary: 'A crontab names hours and no time zone is set, so they are in UTC; or enable_utc is off, so times depend on the machine.',
  *check(context) {
    const first = firstInUtc(context.linked);
    if (first?.schedule && fileOf(first.schedule.scope) === context.file) {
      yield { at: first.schedule.value, message: 'The hours of this schedule are in UTC: the setting timezone is not given' };
    }
    for (const { key, at, value, scope } of context.settings) {
      if (key === 'enable_utc' && context.constant(value, scope) === false) {
        yield { at, message: 'Without UTC the times in messages are in the zone of each machine: countdown and eta go wrong between machines in different ones' };
      }
    }
  },
};

/** The first entry of the project with hours in a time zone that nobody chose: one remark is enough. */
function firstInUtc(linked: Linked): Entry | null {
  const { settings, schedules, versions } = linked;
  // Django's TIME_ZONE counts where Celery reads Django's settings.
  if (settings.uses.some(({ django }) => django) || settings.all.some(({ key }) => key === 'timezone')) return null;
  return schedules.entries.find(entry => {
    if (!entry.schedule || !settings.isComplete(entry.app) || !settings.isComplete(null) || isTestModule(entry.file.name)) return false;
    const read = schedules.read(entry.schedule, entry, versions.celery);
    return read?.kind === 'crontab' && !isFull('hour', read.crontab.hour);
  }) ?? null;
}
