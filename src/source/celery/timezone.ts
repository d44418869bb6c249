import type { App } from './model';
import type { Settings } from './settings';

/** The app's `timezone`; UTC by default, the machine's own where `enable_utc` is off; null where it is not constant. */
export function timezoneOf(app: App | null, settings: Settings): string | null {
  const zones = settings.constants('timezone', app);
  if (zones?.length === 1 && typeof zones[0] === 'string') return zones[0];
  if (zones?.length !== 0) return null;
  return settings.constant('enable_utc', app) === false ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC';
}
