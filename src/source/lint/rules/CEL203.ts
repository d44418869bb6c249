import { describeType, type PythonType } from '../../../celery/serialization';
import type { Expression } from '../../syntax/nodes';
import type { LintContext } from '../context';
import { isMessage } from '../dispatch';
import { around } from '../edits';
import type { Fix, Rule } from '../rule';
import { serializerOf } from '../serializers';

export const staleObject: Rule = {
  code: 'CEL203',
  name: 'stale-object',
  severity: 'info',
  summary: 'A model instance or a queryset travels in a pickle: the task works on the data of the moment when it was sent.',
  *check(context) {
    for (const site of context.calls) {
      if (!isMessage(site, context) || serializerOf(site, context) !== 'pickle') continue;
      for (const node of [...site.args ?? [], ...(site.kwargs ?? []).map(({ value }) => value)]) {
        const type = context.linked.types.single(node, site.scope);
        const stale = staleIn(type);
        if (!stale) continue;
        const what = stale === type ? describeType(stale) : `${describeType(stale)} in ${describeType(type)}`;
        yield {
          at: node,
          message: `The pickle holds ${what} as it is now: the task works on stale data, and fails where worker and sender have other versions of the class`,
          fixes: stale === type && stale.name !== 'rows' ? [passKey(node, type, context)] : [],
        };
      }
    }
  },
};

/** What of a value is read from the database once and for all. */
function staleIn(type: PythonType): PythonType | null {
  if (type.name === 'model' || type.name === 'queryset' || type.name === 'rows') return type;
  const inside = 'elements' in type ? type.elements : 'keys' in type ? type.values : [];
  return inside.map(staleIn).find(stale => stale !== null) ?? null;
}

function passKey(node: Expression, { name }: PythonType, context: LintContext): Fix {
  if (name === 'model') return { title: 'Pass the key', safe: false, edits: around(node, '', '.pk', context.file) };
  return { title: 'Pass the keys', safe: false, edits: around(node, 'list(', ".values_list('pk', flat=True))", context.file) };
}
