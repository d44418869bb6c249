import { expectFindings, expectSilence } from '../ruleTester';
import { configured, django } from './django';

describe('CEL708 broker-credentials', () => {
  it('finds passwords in the source', async () => {
    await expectFindings('CEL708', { 'a.py': configured("app.conf.broker_url = «'amqp://shop:h7Gq2xLm@rabbit.shop.net/prod'»\n") }, {
      severity: 'warning', messages: [/^The password of amqp:\/\/shop:\*\*\*@rabbit\.shop\.net\/prod can be read/],
      fixed: { 'a.py': `import os\n${configured("app.conf.broker_url = os.environ['CELERY_BROKER_URL']\n")}` },
    });
    await expectFindings('CEL708', django("import os\nCELERY_RESULT_BACKEND = «'redis://:h7Gq2xLm@cache.shop.net/1'»\n"), { fixed: { 'proj/settings.py': "import os\nCELERY_RESULT_BACKEND = os.environ['CELERY_RESULT_BACKEND']\n" } });
    await expectFindings('CEL708', { 'a.py': "from celery import Celery\nHOST = 'rabbit.shop.net'\napp = Celery('a', broker=«f'amqp://shop:h7Gq2xLm@{HOST}/'»)\n" }, { fixed: null });
  });

  it('stays silent for placeholders, this machine, containers, the environment and development', async () => {
    await expectSilence('CEL708', { 'a.py': configured(`import os
app.conf.broker_url = 'amqp://guest:guest@rabbit.shop.net//'
app.conf.broker_read_url = 'redis://:h7Gq2xLm@localhost:6379/0'
app.conf.broker_write_url = os.environ.get('X', 'amqp://u:h7Gq2xLm@rabbit.shop.net')
app.conf.result_backend = 'redis://:h7Gq2xLm@redis:6379/0'
`) });
    await expectSilence('CEL708', { 'a.py': configured("app.conf.broker_url = 'amqp://user:password@mq.shop.net'\n") });
    await expectSilence('CEL708', { 'dev/settings.py': configured("app.conf.broker_url = 'amqp://shop:h7Gq2xLm@rabbit.shop.net'\n"), 'tests/conftest.py': configured("app.conf.broker_url = 'amqp://shop:h7Gq2xLm@rabbit.shop.net'\n") });
  });

  it('finds them among several brokers', () => expectFindings('CEL708', { 'a.py': configured("app.conf.broker_url = «['amqp://shop:h7Gq2xLm@rabbit.shop.net//', 'amqp://localhost//']»\n") }, { fixed: null }));
});
