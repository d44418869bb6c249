import { describeType } from '../../../celery/serialization';
import { dispatches } from '../dispatch';
import type { Rule } from '../rule';
import { serializerOf } from '../serializers';

export const staleObject: Rule = {
  code: 'CEL203',
  name: 'stale-object',
  severity: 'info',
  summary: 'A model instance or a queryset travels in a pickle: the task works on the data of the moment when it was sent.',
  *check(context) {
    for (const site of dispatches(context)) {
      if (serializerOf(site, context) !== 'pickle') continue;
      for (const node of [...site.args ?? [], ...(site.kwargs ?? []).map(({ value }) => value)]) {
        const type = context.linked.types.single(node, site.scope);
        if (type.name !== 'model' && type.name !== 'queryset') continue;
        const isSimple = node.kind === 'Name' || node.kind === 'Attribute' || node.kind === 'Call' || node.kind === 'Subscript';
        yield {
          at: node,
          message: `The pickle holds ${describeType(type)} as it is now: the task works on stale data, and fails where worker and sender have other versions of the class`,
          fixes: type.name === 'model' && isSimple ? [{ title: 'Pass the key', safe: false, edits: [{ span: { start: node.end, end: node.end }, text: '.pk' }] }] : [],
        };
      }
    }
  },
};
