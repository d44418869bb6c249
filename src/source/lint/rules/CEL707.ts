import { serializerNamed } from '../../../celery/serialization';
import { fileOf } from '../../project/sourceFile';
import type { Rule } from '../rule';
import { texts } from '../settingValues';

export const pickleAccepted: Rule = {
  code: 'CEL707',
  name: 'pickle-accepted',
  severity: 'warning',
  summary: 'Pickle is accepted: whoever can write to the broker can run code in every worker.',
  *check(context) {
    const { linked } = context;
    for (const { key, value, scope, adds, app } of context.settings) {
      if (adds) continue;
      if (key === 'accept_content' || key === 'result_accept_content') {
        for (const { text, node } of texts(linked, value, scope) ?? []) {
          if (serializerNamed(text) !== 'pickle') continue;
          // A list that is kept elsewhere is reported where it is used.
          const at = node.start >= value.start && node.end <= value.end && fileOf(scope) === context.file ? node : value;
          yield { at, message: 'With pickle accepted, whoever can write to the broker can run code in the workers' };
        }
      } else if (key === 'task_serializer' || key === 'result_serializer') {
        const serializer = linked.folder.string(value, scope);
        // Where what is accepted is written out too, it is said there.
        if (serializer !== null && serializerNamed(serializer) === 'pickle' && !linked.settings.of('accept_content', app).length) {
          yield { at: value, message: 'Pickle needs workers that accept it, and then whoever can write to the broker can run code in them' };
        }
      }
    }
  },
};
