import type { Setting } from '../../celery/settings';
import type { LintContext } from '../context';
import { indentationAt, quoted } from '../edits';
import type { Fix, Rule } from '../rule';

export const deprecatedSetting: Rule = {
  code: 'CEL716',
  name: 'deprecated-setting',
  severity: 'info',
  summary: 'A setting that Celery is going to drop: another one takes its place.',
  *check(context) {
    for (const setting of context.settings) {
      const { reading, at, written, adds } = setting;
      const deprecated = reading?.effect && !adds ? reading.setting.deprecated : null;
      if (!deprecated) continue;
      const instead = deprecated.instead === null ? '' : `: use ${deprecated.instead}`;
      yield { at, message: `${written} is going to be dropped${deprecated.removal === null ? '' : ` in Celery ${deprecated.removal}`}${instead}`, fixes: split(setting, context) };
    }
  },
};

/** The two settings that `task_acks_on_failure_or_timeout` was split into, with the same value. */
function split({ reading, at, value, written, namespace, source }: Setting, context: LintContext): Fix[] {
  if (reading?.setting.name !== 'task_acks_on_failure_or_timeout' || reading.style === 'old') return [];
  const { file, parents } = context;
  const names = ['task_acks_on_failure', 'task_acks_on_timeout'].map(name => {
    if (reading.style !== 'prefixed') return name;
    const prefix = `${(namespace ?? 'CELERY').replace(/_+$/, '')}_`;
    return prefix === prefix.toUpperCase() ? prefix + name.toUpperCase() : prefix + name;
  });
  const title = `Split into ${names.join(' and ')}`;
  const [first, second] = names as [string, string];
  const spelled = (name: string): string => /^['"]/.test(context.text(at)) ? quoted(name, context.text(at)) : name;
  const given = context.text(value);
  if (source === 'module' || source === 'class' || source === 'attribute') {
    const statement = parents.statement(value);
    if (statement?.kind !== 'Assign' || statement.targets.length !== 1 || context.text(at).length < written.length) return [];
    const target = statement.targets[0]!;
    const copy = file.module.text.slice(target.start, at.start) + spelled(second) + file.module.text.slice(at.end, value.end);
    return [{ title, safe: true, edits: [{ span: at, text: spelled(first) }, { span: { start: statement.end, end: statement.end }, text: `\n${indentationAt(file, statement.start)}${copy}` }] }];
  }
  const between = file.module.text.slice(at.end, value.start);
  return [{ title, safe: true, edits: [{ span: { start: at.start, end: value.end }, text: `${spelled(first)}${between}${given}, ${spelled(second)}${between}${given}` }] }];
}
