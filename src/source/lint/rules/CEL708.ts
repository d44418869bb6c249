import { isRealCredential, readServiceUrls } from '../../../celery/urls';
import type { LintContext } from '../context';
import { importPlace } from '../edits';
import type { Expression } from '../../syntax/nodes';
import type { Fix, Rule } from '../rule';
import { texts } from '../settingValues';
import { isDevelopmentModule } from '../usage';

const environment: Readonly<Record<string, string>> = { broker_url: 'CELERY_BROKER_URL', broker_read_url: 'CELERY_BROKER_READ_URL', broker_write_url: 'CELERY_BROKER_WRITE_URL', result_backend: 'CELERY_RESULT_BACKEND' };

export const brokerCredentials: Rule = {
  code: 'CEL708',
  name: 'broker-credentials',
  severity: 'warning',
  summary: 'User and password of a broker or a result backend stand in the source, for everyone who can read the repository.',
  *check(context) {
    if (isDevelopmentModule(context.file)) return;
    for (const { key, value, scope, adds } of context.settings) {
      const variable = key === null || adds ? undefined : environment[key];
      if (variable === undefined) continue;
      const urls = context.linked.folder.constants(value, scope) ?? texts(context.linked, value, scope)?.map(({ text }) => text);
      const shown = urls?.flatMap(url => typeof url === 'string' ? readServiceUrls(url) : []).find(isRealCredential)?.shown;
      if (shown !== undefined) yield { at: value, message: `The password of ${shown} can be read by all who have the source`, fixes: value.kind === 'Str' ? [lookUp(value, variable, context)] : [] };
    }
  },
};

function lookUp(value: Expression, variable: string, { file }: LintContext): Fix {
  const bindings = file.analysis.scope.bindings.get('os');
  const at = importPlace(file);
  const edits = [...bindings ? [] : [{ span: { start: at, end: at }, text: 'import os\n' }], { span: value, text: `os.environ['${variable}']` }];
  return { title: `Read it from the environment variable ${variable}`, safe: false, edits };
}
