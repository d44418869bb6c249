import { sameSerializer, serializerNamed } from '../../../celery/serialization';
import type { App } from '../../celery/model';
import type { Setting } from '../../celery/settings';
import type { Linked } from '../../project/linked';
import { fileOf } from '../../project/sourceFile';
import { options } from '../../semantics/values';
import type { LintContext } from '../context';
import { list } from '../phrases';
import type { Fix, Rule } from '../rule';
import { given, texts } from '../settingValues';

export const serializerNotAccepted: Rule = {
  code: 'CEL705',
  name: 'serializer-not-accepted',
  severity: 'error',
  summary: 'A serializer that is not among the accepted ones: every message is refused with ContentDisallowed and thrown away.',
  *check(context) {
    const { linked } = context;
    for (const setting of context.settings) {
      if (setting.adds || (setting.key !== 'task_serializer' && setting.key !== 'result_serializer')) continue;
      const serializer = linked.folder.string(setting.value, setting.scope);
      if (serializer === null || serializerNamed(serializer) === null) continue;
      const accepted = acceptedBy(setting.key, setting.app, linked);
      if (!accepted || accepted.every(({ names }) => names.some(name => sameSerializer(name, serializer)))) continue;
      const missing = accepted.find(({ names }) => !names.some(name => sameSerializer(name, serializer)))!;
      yield {
        at: setting.value,
        message: setting.key === 'task_serializer'
          ? `Workers refuse ${serializer} and throw the messages away: ${missing.setting ? 'accepted' : 'by default accepted'} ${missing.names.length === 1 ? 'is' : 'are'} only ${list(missing.names) || 'none'}`
          : `Results in ${serializer} cannot be read: ${missing.setting ? 'accepted' : 'by default accepted'} ${missing.names.length === 1 ? 'is' : 'are'} only ${list(missing.names) || 'none'}`,
        fixes: additions(serializer, missing.setting, context),
      };
    }
    for (const task of context.tasks) {
      const option = task.options.find(({ name }) => name === 'serializer');
      const serializer = option && linked.folder.string(option.value, option.scope);
      if (!option || typeof serializer !== 'string' || serializerNamed(serializer) === null || fileOf(option.scope) !== context.file) continue;
      const accepted = acceptedBy('task_serializer', task.app, linked);
      const missing = accepted?.find(({ names }) => !names.some(name => sameSerializer(name, serializer)));
      // Settings of several apps may apply to a shared task: all must refuse it.
      if (!accepted || !missing || accepted.some(({ names }) => names.some(name => sameSerializer(name, serializer)))) continue;
      yield {
        at: option.value,
        message: `Workers refuse ${serializer} and throw the messages of ${task.node.name} away: ${missing.setting ? 'accepted' : 'by default accepted'} ${missing.names.length === 1 ? 'is' : 'are'} only ${list(missing.names) || 'none'}`,
        fixes: additions(serializer, missing.setting, context),
      };
    }
  },
};

interface Accepted {
  readonly names: readonly string[];
  /** Null: Celery's default. */
  readonly setting: Setting | null;
}

/** What is accepted, by each of the settings that may apply; null where one is not known. */
function acceptedBy(key: 'task_serializer' | 'result_serializer', app: App | null, linked: Linked): Accepted[] | null {
  if (key === 'result_serializer') {
    const own = given(linked, 'result_accept_content', app);
    if (own.length) return read(own, linked);
    if (!linked.settings.isComplete(app)) return null;
  }
  const settings = given(linked, 'accept_content', app);
  if (settings.length) return read(settings, linked);
  return linked.settings.isComplete(app) ? [{ names: ['json'], setting: null }] : null;
}

function read(settings: readonly Setting[], linked: Linked): Accepted[] | null {
  const all: Accepted[] = [];
  for (const setting of settings) {
    const names = texts(linked, setting.value, setting.scope);
    if (!names) return null;
    all.push({ names: names.map(({ text }) => text), setting });
  }
  return all;
}

function additions(serializer: string, setting: Setting | null, { linked }: LintContext): Fix[] {
  if (!setting) return [];
  const [value] = options(linked.evaluator.evaluate(setting.value, setting.scope));
  if (value?.kind !== 'expression' || value.node !== setting.value || (value.node.kind !== 'List' && value.node.kind !== 'Tuple' && value.node.kind !== 'Set')) return [];
  const last = value.node.elements.at(-1);
  if (!last) return [];
  const warning = serializerNamed(serializer) === 'pickle' ? ' (then whoever can write to the broker can run code)' : '';
  return [{ title: `Accept ${serializer}${warning}`, safe: false, edits: [{ file: setting.file, span: { start: last.end, end: last.end }, text: `, '${serializer}'` }] }];
}
