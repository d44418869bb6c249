import { isRefusedScheme } from '../../../celery/urls';
import { isAtLeast } from '../../../celery/versions';
import type { Rule } from '../rule';

export const brokerScheme: Rule = {
  code: 'CEL717',
  name: 'broker-scheme',
  severity: 'error',
  summary: 'A broker URL whose scheme is the path of a class: kombu 5.7 and later refuse it with ValueError.',
  *check(context) {
    const { folder, versions } = context.linked;
    if (!isAtLeast(versions.kombu, 5, 7)) return;
    for (const { key, value, scope, adds } of context.settings) {
      if (adds || (key !== 'broker_url' && key !== 'broker_read_url' && key !== 'broker_write_url')) continue;
      const url = folder.string(value, scope);
      if (url !== null && isRefusedScheme(url, versions.kombu)) yield { at: value, message: 'kombu takes no scheme with a dot or a colon, since it would import it: name the class in broker_transport instead' };
    }
  },
};
