import { mixedStyles } from '../../../celery/settings';
import type { Setting } from '../../celery/settings';
import type { Linked } from '../../project/linked';
import type { Rule } from '../rule';
import { isConditional } from '../usage';

export const mixedSettingStyles: Rule = {
  code: 'CEL706',
  name: 'mixed-setting-styles',
  severity: 'error',
  summary: 'Settings of one object in names from before and after Celery 4: Celery refuses them with ImproperlyConfigured when it first needs one.',
  *check(context) {
    const { linked } = context;
    for (const { app, namespace } of linked.settings.uses) {
      if (namespace !== null) continue;
      const settings = ofObject(linked).filter(setting => setting.app === app);
      const renames = mixedStyles(settings.map(({ written }) => written), linked.versions.celery);
      // What stands under a condition may not be there together with the rest.
      if (!renames.length || settings.some(({ reading, file, at, scope }) => reading && scope.kind === 'module' && isConditional(file, at))) continue;
      for (const { key, rename } of renames) {
        for (const { at, file, written } of settings) {
          if (written !== key || file !== context.file) continue;
          yield {
            at,
            message: `${key} is ${rename === rename.toUpperCase() ? 'a new' : 'an old'} name among ${rename === rename.toUpperCase() ? 'old' : 'new'} ones: Celery refuses the mixture with ImproperlyConfigured; here it is called ${rename}`,
            fixes: [{ title: `Rename to ${rename}`, safe: true, edits: [{ span: at, text: rename }] }],
          };
        }
      }
    }
  },
};

function ofObject({ settings }: Linked): Setting[] {
  return settings.all.filter(({ source, namespace, adds }) => (source === 'module' || source === 'class') && namespace === null && !adds);
}
