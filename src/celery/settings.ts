import { SETTING_DOCUMENTATION } from './documentation';
import { nearest, tolerance } from './nearMiss';
import { factsAt, firstMinor, minorIndex } from './history';
import { SETTINGS, UNDECLARED_SETTINGS } from './tables';
import { isAtLeast, type Version } from './versions';

export interface Setting {
  /** Lower-case name since Celery 4, e.g. `task_serializer`. */
  readonly name: string;
  /** As Celery declares it: string, int, float, bool, list, tuple, dict, any, bytes. */
  readonly type: string;
  /** As Python text, e.g. `'json'`. */
  readonly default: string;
  /** Upper-case names from before Celery 4, e.g. `CELERY_TASK_SERIALIZER`. */
  readonly old: readonly string[];
  /** The minor version that brought it, e.g. `5.5`; null where it is older than 5.0. */
  readonly since: string | null;
  readonly deprecated: { readonly since: string | null; readonly removal: string | null; readonly instead: string | null } | null;
  readonly documentation: string;
}

const tables = new Map<number, ReadonlyMap<string, Setting>>();

/** All settings that this version knows, by name. */
export function settingsOf(version: Version): ReadonlyMap<string, Setting> {
  const minor = minorIndex(version);
  let known = tables.get(minor);
  if (!known) {
    const settings = new Map<string, Setting>();
    for (const [name, history] of Object.entries(SETTINGS)) {
      const facts = factsAt(history, minor);
      if (!facts) continue;
      const [type, fallback, old, deprecated] = facts;
      settings.set(name, {
        name, type, default: fallback, old, since: firstMinor(history), documentation: SETTING_DOCUMENTATION[name] ?? '',
        deprecated: deprecated && { since: deprecated[0] ?? null, removal: deprecated[1] ?? null, instead: deprecated[2] ?? null },
      });
    }
    for (const [name, history] of Object.entries(UNDECLARED_SETTINGS)) {
      if (factsAt(history, minor)) settings.set(name, { name, type: 'any', default: 'None', old: [], since: firstMinor(history), deprecated: null, documentation: SETTING_DOCUMENTATION[name] ?? '' });
    }
    tables.set(minor, known = settings);
  }
  return known;
}

const oldNames = new Map<number, ReadonlyMap<string, string>>();

/** Names from before Celery 4 → today's names. */
export function oldSettingNames(version: Version): ReadonlyMap<string, string> {
  const minor = minorIndex(version);
  let names = oldNames.get(minor);
  if (!names) oldNames.set(minor, names = new Map([...settingsOf(version).values()].flatMap(({ name, old }) => old.map(oldName => [oldName, name] as const))));
  return names;
}

/** Where a key stands: in the object of `config_from_object` (with its namespace), or in `conf.update(…)`, `conf.key = …`, `Celery(key=…)`. */
export type SettingPlace = { readonly kind: 'object'; readonly namespace: string | null } | { readonly kind: 'update'; readonly namespace: string | null };

export type SettingReading =
  /** Takes effect. `style`: `new` is today's name, `prefixed` the same with the namespace before it, `old` a name from before Celery 4. */
  | { readonly effect: true; readonly setting: Setting; readonly style: 'new' | 'prefixed' | 'old' }
  /** Is a setting's name, in a spelling that Celery does not look up here. */
  | { readonly effect: false; readonly setting: Setting; readonly style: 'old' | 'prefixed' | 'upper' }
  | null;

/**
 * What a key means to Celery in its place; null where it is no setting's name in any spelling
 * (`celery.utils.collections.ConfigurationView._to_keys`). Old names beside a namespace count from 5.7 on; before, only those that
 * happen to be the namespace and today's name.
 */
export function readSettingKey(key: string, place: SettingPlace, version: Version): SettingReading {
  const settings = settingsOf(version);
  const olds = oldSettingNames(version);
  const own = settings.get(key);
  if (own) return { effect: true, setting: own, style: 'new' };
  const prefix = place.namespace ? `${place.namespace.replace(/_+$/, '')}_` : null;
  if (prefix) {
    const setting = settings.get(key.slice(prefix.length).toLowerCase());
    if (setting && key === matchCase(prefix + setting.name, prefix)) return { effect: true, setting, style: 'prefixed' };
  }
  const old = settings.get(olds.get(key) ?? '');
  if (old) return { effect: prefix === null || place.kind === 'update' || isAtLeast(version, 5, 7), setting: old, style: 'old' };
  const upper = key === key.toUpperCase() ? settings.get(key.toLowerCase()) : undefined;
  if (upper) return { effect: false, setting: upper, style: 'upper' };
  const stripped = /^celery_(.+)$/i.exec(key)?.[1];
  const prefixed = settings.get(stripped?.toLowerCase() ?? '');
  return prefixed ? { effect: false, setting: prefixed, style: 'prefixed' } : null;
}

/** `celery.utils.text.match_case`: all upper where the letters of `other` are, else all lower. */
function matchCase(text: string, other: string): string {
  return other === other.toUpperCase() && other !== other.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}

/**
 * The renames that Celery demands with ImproperlyConfigured of one object without a namespace that mixes old and new names, sorted;
 * empty where it takes them. The fewer must follow the more; a setting that is given in both styles does not count
 * (`celery.app.utils.detect_settings`).
 */
export function mixedStyles(keys: Iterable<string>, version: Version): { readonly key: string; readonly rename: string }[] {
  const settings = settingsOf(version);
  const olds = oldSettingNames(version);
  const have = new Set(keys);
  const inNew = [...have].filter(key => settings.get(key) !== undefined && key in SETTINGS);
  const inOld = [...have].filter(key => olds.has(key));
  if (inNew.length === 0 || inOld.length === 0) return [];
  const followOld = inOld.length > inNew.length;
  const convert = (key: string): string => (followOld ? settings.get(key)?.old[0] : olds.get(key)) ?? key;
  return (followOld ? inNew : inOld).map(key => ({ key, rename: convert(key) })).filter(({ rename }) => !have.has(rename)).sort((a, b) => a.key < b.key ? -1 : 1);
}

/** Names that Celery 3.1 or 4 knew and 5 does not, and what became of them. Names of mail settings are left out: Django has the same. */
export const REMOVED_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['CASSANDRA_COLUMN_FAMILY', 'cassandra_table'],
  ['CASSANDRA_DETAILED_MODE', 'nothing: the Cassandra backend has one mode'],
  ['CELERYBEAT_LOG_FILE', 'the option --logfile'],
  ['CELERYBEAT_LOG_LEVEL', 'the option --loglevel'],
  ['CELERYD_AUTORELOADER', 'nothing: the worker no longer reloads code'],
  ['CELERYD_FORCE_EXECV', 'worker_pool_start_method, from 5.7'],
  ['CELERYD_LOG_FILE', 'the option --logfile'],
  ['CELERYD_LOG_LEVEL', 'the option --loglevel'],
  ['CELERYMON_LOG_FILE', 'nothing: celerymon is gone'],
  ['CELERYMON_LOG_FORMAT', 'nothing: celerymon is gone'],
  ['CELERYMON_LOG_LEVEL', 'nothing: celerymon is gone'],
  ['CELERY_BROADCAST_EXCHANGE', 'control_exchange'],
  ['CELERY_BROADCAST_EXCHANGE_TYPE', 'nothing: it is always a fanout exchange'],
  ['CELERY_BROADCAST_QUEUE', 'nothing: each worker names its own'],
  ['CELERY_CHORD_PROPAGATES', 'nothing: chords always propagate errors'],
  ['CELERY_QUEUE_HA_POLICY', 'a policy of RabbitMQ itself'],
  ['CELERY_SEND_TASK_ERROR_EMAILS', 'a receiver of the signal task_failure'],
  ['CELERY_TASK_ERROR_WHITELIST', 'a receiver of the signal task_failure'],
  ['riak_backend_settings', 'nothing: the Riak backend is gone'],
  ['task_queue_ha_policy', 'a policy of RabbitMQ itself'],
]);

const INFIXES = ['task_', 'worker_', 'result_', 'broker_', 'beat_', 'default_', 'task_default_'];

/**
 * The settings that a name which is none may have meant, best first: one that lacks only a word such as `task_`, then those a slip away.
 * `name` without any namespace, in lower case.
 */
export function settingsMeant(name: string, version: Version): Setting[] {
  const settings = settingsOf(version);
  const found = new Set<Setting>();
  for (const infix of INFIXES) {
    const missing = settings.get(infix + name);
    if (missing) found.add(missing);
    const superfluous = name.startsWith(infix) ? settings.get(name.slice(infix.length)) : undefined;
    if (superfluous) found.add(superfluous);
    // `default_queue` for `task_default_queue` is covered above; `task_queue` for `task_default_queue` here.
    const head = name.indexOf('_') + 1;
    const inner = settings.get(name.slice(0, head) + infix + name.slice(head));
    if (inner) found.add(inner);
  }
  for (const candidate of nearest(name, settings.keys(), tolerance(name))) {
    const setting = settings.get(candidate);
    if (setting) found.add(setting);
  }
  return [...found];
}
