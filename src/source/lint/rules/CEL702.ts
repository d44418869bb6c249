import { nearest } from '../../../celery/nearMiss';
import { oldSettingNames, readSettingKey, REMOVED_SETTINGS, settingsMeant } from '../../../celery/settings';
import { grouped } from '../../../shared/grouped';
import type { Setting } from '../../celery/settings';
import type { Linked } from '../../project/linked';
import { once, type LintContext } from '../context';
import { quoted } from '../edits';
import type { Finding, Fix, Rule } from '../rule';
import { isMentioned } from '../usage';

/** Settings of other packages that share the prefix. */
const foreign = /^(?:CELERY_)?(?:REDBEAT|SINGLETON|ONCE|EMAIL|FLOWER|HAYSTACK|TASK_TENANT|PROGRESS|DBPOOL|AMQP_TASK)|(?:^|_)BEAT_TZ_AWARE$|^DJANGO_CELERY/i;

export const unknownSetting: Rule = {
  code: 'CEL702',
  name: 'unknown-setting',
  severity: 'warning',
  summary: 'A setting that no Celery knows, but almost: a misspelt name is never an error and never applied.',
  *check(context) {
    for (const setting of context.settings) if (!setting.adds && !foreign.test(setting.written)) yield* check(setting, context);
  },
};

function* check(setting: Setting, context: LintContext): Generator<Finding> {
  const { written, at, source } = setting;
  const { linked } = context;
  if (hasEffect(setting, context)) return;
  const reading = setting.reading;
  // A prefix or an old name in an object of settings has a rule of its own.
  if (reading && reading.style !== 'upper' && isObject(setting)) return;
  if (isMentionedElsewhere(linked)(written)) return;
  const removed = REMOVED_SETTINGS.get(written) ?? REMOVED_SETTINGS.get(stripped(setting));
  if (removed !== undefined) {
    yield { at, message: `Celery no longer has the setting ${written}${removed.startsWith('nothing: ') ? removed.slice('nothing'.length) : `: use ${removed}`}` };
    return;
  }
  const meant = reading ? [spell(reading.setting.name, setting, context)] : suggestions(setting, context);
  const [best] = meant;
  if (best !== undefined) {
    yield {
      at,
      message: reading ? `Celery reads no ${written} here: the setting is called ${best}` : `Celery has no setting ${written}, so the value is never read; ${best} is meant?`,
      fixes: meant.slice(0, 2).map((name): Fix => ({ title: `Rename to ${name}`, safe: reading !== null, edits: [{ span: at, text: /^['"]/.test(context.text(at)) ? quoted(name, context.text(at)) : name }] })),
    };
  } else if (source === 'update' || source === 'attribute') {
    // What is put on the app's own configuration is at least meant for it.
    yield { at, severity: 'info', message: `Celery has no setting ${written}: the value is kept, and Celery never reads it` };
  }
}

/** Whether a name stands anywhere but where settings are given by it. One may be given many times. */
const isMentionedElsewhere = once((linked: Linked) => {
  const places = grouped(linked.settings.all, ({ written }) => written);
  const known = new Map<string, boolean>();
  return (written: string): boolean => {
    let found = known.get(written);
    if (found === undefined) known.set(written, found = isMentioned(written, linked, places.get(written) ?? []));
    return found;
  };
});

function isObject({ source }: Setting): boolean {
  return source === 'module' || source === 'class';
}

/** A key of `conf.update(…)` may also have the prefix that the app's configuration was given. */
function hasEffect({ reading, written, app, source }: Setting, { linked }: LintContext): boolean {
  if (reading?.effect) return true;
  if (source === 'module' || source === 'class') return false;
  return linked.settings.uses.some(use => use.namespace !== null && (use.app === null || app === null || use.app === app)
    && readSettingKey(written, { kind: 'update', namespace: use.namespace }, linked.versions.celery)?.effect);
}

/** The name without the namespace, in lower case. */
function stripped({ written, namespace }: Setting): string {
  const prefix = `${(namespace ?? 'CELERY').replace(/_+$/, '')}_`.toLowerCase();
  const lower = written.toLowerCase();
  return lower.startsWith(prefix) ? lower.slice(prefix.length) : lower;
}

/** What the name was to be, spelled as it must be in its place; nothing that the project gives already. */
function suggestions(setting: Setting, context: LintContext): string[] {
  const { written, namespace, app } = setting;
  const { linked } = context;
  const { celery } = linked.versions;
  const isFree = (name: string): boolean => !linked.settings.all.some(other => other.key === name && (other.app === null || app === null || other.app === app));
  const isUpper = written === written.toUpperCase();
  if (!namespace && isUpper) {
    // Names from before Celery 4 are looked up whole.
    const olds = oldSettingNames(celery);
    const near = /^(?:CELERY|BROKER)/.test(written) ? nearest(written, olds.keys(), 2).filter(old => isFree(olds.get(old)!)) : [];
    if (near.length || !written.startsWith('CELERY_')) return near;
  }
  return settingsMeant(stripped(setting), celery).filter(({ name }) => isFree(name)).map(({ name }) => spell(name, setting, context));
}

function spell(name: string, setting: Setting, { linked }: LintContext): string {
  const { namespace, app } = setting;
  if (isObject(setting) && namespace) {
    const prefix = `${namespace.replace(/_+$/, '')}_`;
    return prefix === prefix.toUpperCase() ? prefix + name.toUpperCase() : prefix + name;
  }
  // Among old names a new one would be refused.
  const amongOld = linked.settings.all.some(other => other.app === app && isObject(other) === isObject(setting) && other.namespace === namespace && other.reading?.style === 'old');
  const old = amongOld ? [...oldSettingNames(linked.versions.celery)].find(([, today]) => today === name)?.[0] : undefined;
  return old ?? name;
}
