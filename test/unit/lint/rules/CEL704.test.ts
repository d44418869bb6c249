import { expectFindings, expectSilence } from '../ruleTester';

const tasks = { 'shop/__init__.py': '', 'shop/mail.py': 'from celery import shared_task\n@shared_task\ndef send(): ...\n@shared_task\ndef fetch(): ...\n' };
const routes = (text: string, head = ''): string => `import re\nfrom celery import Celery\n${head}app = Celery('app')\napp.conf.task_routes = ${text}\n`;

describe('CEL704 route-matches-nothing', () => {
  it('finds routes without a task', () => expectFindings('CEL704', {
    ...tasks,
    'app.py': routes(`{
    «'shop.mail'»: {'queue': 'a'},
    «'shop.mail.sent'»: 'b',
    «'shop.mial.*'»: 'c',
    «'shop.gone.*'»: 'd',
    «'mail.send'»: 'e',
    'shop.mail.send': 'f',
    'shop.*': 'g',
}`),
  }, {
    severity: 'warning',
    messages: [/is no task but a module: this route matches none of its 2 tasks, shop\.mail\.\* does$/, /shop\.mail\.send is meant/, /shop\.mail\.\* is meant/, /No task matches shop\.gone\.\*: the route has no effect$/, /shop\.mail\.send is meant/],
    fixed: {
      'app.py': routes(`{
    'shop.mail.*': {'queue': 'a'},
    'shop.mail.send': 'b',
    'shop.mail.*': 'c',
    'shop.gone.*': 'd',
    'shop.mail.send': 'e',
    'shop.mail.send': 'f',
    'shop.*': 'g',
}`),
    },
  }));

  it('only hints where a task may hide', () => expectFindings('CEL704', {
    ...tasks, 'shop/more.py': 'from celery import shared_task\nfrom x import NAME\n@shared_task(name=NAME)\ndef hidden(): ...\n', 'app.py': routes("{«'shop.gone.*'»: 'd'}"),
  }, { severity: 'hint' }));

  it('stays silent for other packages, patterns that match and what is not known', () => expectSilence('CEL704', {
    ...tasks,
    'app.py': routes(`[{
    'other.tasks.*': 'a',
    'celery.*': 'b',
    'celery.backend_cleanup': 'b',
    '*.send': 'c',
    '*': 'd',
    re.compile(r'shop\\.gone'): 'e',
    KEY: 'f',
}, router]`, 'from elsewhere import KEY, router\n'),
  }));
});
