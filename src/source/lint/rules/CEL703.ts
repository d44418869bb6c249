import { readSettingKey } from '../../../celery/settings';
import type { ConfigUse, Setting } from '../../celery/settings';
import { fileOf } from '../../project/sourceFile';
import type { LintContext } from '../context';
import { appendArgument } from '../edits';
import { list } from '../phrases';
import type { Fix, Rule } from '../rule';
import { isMentioned } from '../usage';

export const prefixedWithoutNamespace: Rule = {
  code: 'CEL703',
  name: 'prefixed-without-namespace',
  severity: 'warning',
  summary: 'Settings with the prefix CELERY_ are given to config_from_object without that namespace: they are ignored without a word.',
  *check(context) {
    for (const use of context.linked.settings.uses) {
      if (fileOf(use.scope) !== context.file || !use.target || use.namespace === 'CELERY') continue;
      const all = settingsOf(use, context);
      const ignored = all.filter(({ reading, written }) => reading && !reading.effect && reading.style === 'prefixed' && /^CELERY_[A-Z]/.test(written));
      const names = [...new Set(ignored.map(({ written }) => written))].filter(name => !isMentioned(name, context.linked, context.linked.settings.all.filter(({ written }) => written === name)));
      if (!names.length) continue;
      const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
      yield {
        at: use.call.func,
        message: use.namespace === null
          ? `This names no namespace, so Celery ignores ${list(shown)}`
          : `namespace='${use.namespace}' wants names in that case, so Celery ignores ${list(shown)}`,
        fixes: fixes(use, all, context),
        related: ignored.filter(({ written }) => names.includes(written)).slice(0, 5).map(({ file, at, written }) => ({ file, at, message: `${written} is ignored` })),
      };
    }
  },
};

function settingsOf({ app, namespace }: ConfigUse, { linked }: LintContext): Setting[] {
  return linked.settings.all.filter(setting => (setting.source === 'module' || setting.source === 'class') && setting.app === app && setting.namespace === namespace);
}

/** The namespace itself, where no setting that counts now would be lost by it. */
function fixes({ call, namespace }: ConfigUse, all: readonly Setting[], { file, linked }: LintContext): Fix[] {
  const lost = all.some(({ reading, written }) => reading?.effect && !readSettingKey(written, { kind: 'object', namespace: 'CELERY' }, linked.versions.celery)?.effect);
  if (lost) return [];
  const title = "Add namespace='CELERY'";
  const given = call.keywords.find(({ name }) => name === 'namespace');
  if (!given) return namespace === null ? [{ title, safe: false, edits: [appendArgument(file, call, "namespace='CELERY'")] }] : [];
  return [{ title: "Use namespace='CELERY'", safe: false, edits: [{ span: given.value, text: "'CELERY'" }] }];
}
