import type { Setting } from '../../celery/settings';
import type { LintContext } from '../context';
import type { Finding, Rule } from '../rule';
import { isMentioned } from '../usage';

export const legacySettingIgnored: Rule = {
  code: 'CEL701',
  name: 'legacy-setting-ignored',
  severity: 'warning',
  summary: 'A setting under its name from before Celery 4, beside a namespace: until Celery 5.6 it is ignored without a word.',
  *check(context) {
    for (const setting of context.settings) {
      if ((setting.source === 'module' || setting.source === 'class') && setting.namespace !== null) yield* check(setting, context);
    }
  },
};

function* check(setting: Setting, { linked }: LintContext): Generator<Finding> {
  const { written, reading, namespace, app, at } = setting;
  // Whether it has an effect is a matter of the version: 5.7 reads old names there too.
  if (!reading || reading.effect || reading.style !== 'old') return;
  const { name } = reading.setting;
  const prefix = `${namespace!.replace(/_+$/, '')}_`;
  const wanted = prefix === prefix.toUpperCase() ? prefix + name.toUpperCase() : prefix + name;
  const twins = linked.settings.all.filter(other => other.written === written);
  if (isMentioned(written, linked, twins)) return;
  const both = linked.settings.all.some(other => other.key === name && !other.adds && (other.app === null || app === null || other.app === app));
  if (both) yield { at, severity: 'info', message: `Celery ignores ${written} here; ${name} is given under its new name too` };
  else yield { at, message: `Celery ignores ${written} here: with namespace='${namespace}' the setting is called ${wanted}`, fixes: [{ title: `Rename to ${wanted}`, safe: true, edits: [{ span: at, text: wanted }] }] };
}
